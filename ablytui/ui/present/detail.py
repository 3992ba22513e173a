"""One row of the log in full: its head, the decoded fields, raw text, bytes, the frame itself.

Pure: from a row to lines of pieces. Which lines are folded, and where the cursor is, the pane knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final, overload

from ablytui.decoders.hexdump import HexDecoder
from ablytui.decoders.meta import Meta
from ablytui.decoders.registry import Registry
from ablytui.decoders.spans import Kind, Line, Rendered, Span, shown
from ablytui.decoders.tree import Tree
from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import action_name
from ablytui.protocol.observe.sentence import duration
from ablytui.protocol.visible import cells
from ablytui.ui.present.around import Around, moment
from ablytui.ui.present.belonging import belonging, is_whole
from ablytui.ui.present.clockwords import volume
from ablytui.ui.present.detail_line import VALUE_AT
from ablytui.ui.present.detail_line import DetailLine as DetailLine
from ablytui.ui.present.detail_line import Related as Related
from ablytui.ui.present.happenings import members
from ablytui.ui.present.segments import Role, Seg

_VALUE_AT_MOST: Final = 26

_WIDE_HEX: Final = 76
"""From this width on 16 bytes stand in a row of the dump, 8 below."""


class Tab(StrEnum):
    """The four ways to look at a row."""

    DECODED = "Decoded"
    RAW = "Raw JSON"
    HEX = "Hex"
    WIRE = "Wire"

    def step(self, by: int) -> Tab:
        """The tab to the right or left; round at the ends."""
        tabs = list(Tab)
        return tabs[(tabs.index(self) + by) % len(tabs)]


class Lines(Sequence[DetailLine]):
    """Head, body and tail; the body's lines are turned into pieces when they are asked for."""

    def __init__(
        self,
        head: list[DetailLine],
        body: Rendered,
        tail: list[DetailLine],
        around: Around,
    ) -> None:
        self._head, self._body, self._tail = head, body, tail
        self._around = around
        self._value_at = _value_at(body)

    def __len__(self) -> int:
        return len(self._head) + len(self._body.lines) + len(self._tail)

    @overload
    def __getitem__(self, at: int) -> DetailLine: ...
    @overload
    def __getitem__(self, at: slice) -> list[DetailLine]: ...
    def __getitem__(self, at: int | slice) -> DetailLine | list[DetailLine]:
        if isinstance(at, slice):
            return [self[index] for index in range(*at.indices(len(self)))]
        if not 0 <= at < len(self):
            raise IndexError(at)
        if at < len(self._head):
            return self._head[at]
        at -= len(self._head)
        if at < len(self._body.lines):
            return _line(self._body.lines[at], self._around, self._value_at)
        return self._tail[at - len(self._body.lines)]


def _value_at(body: Rendered) -> int:
    """Where values begin: further right for long names, so that they stay in one column."""
    if not body.columns:
        return 0
    names = (3 + 2 * line.depth + cells(line.name) + 1 for line in body.lines[:200])
    return min(max(VALUE_AT, *names, 0), _VALUE_AT_MOST)


def detail(
    entry: Entry,
    tab: Tab,
    *,
    around: Around,
    registry: Registry,
    width: int,
    related: Sequence[Related] = (),
    named: bool = False,
) -> Lines:
    """Everything about a row under one tab. `named`: the head says the action too."""
    start = [_head(entry, around, named=named)]
    if tab is Tab.WIRE:
        start += _wire(entry)
    tail: list[DetailLine] = []
    if tab is Tab.DECODED:
        start += _undecodable(entry)
        tail = belonging(entry, around, width, related)
    return Lines(start, _body(entry, tab, registry, around, width), tail, around)


def _body(entry: Entry, tab: Tab, registry: Registry, around: Around, width: int) -> Rendered:
    if tab in {Tab.HEX, Tab.WIRE}:
        return _dump(entry, width)
    meta = _meta(entry, around)
    if entry.kind is not EntryKind.FRAME:
        if tab is Tab.RAW:
            return registry.render(entry.payload, meta, "json")
        tree = Tree()
        for name, value in members(entry).items():
            tree.add(shown(name, 200), value)
        return Rendered("row", tree.finish(), columns=True)
    if tab is Tab.RAW:
        readable = registry.get("json").priority(entry.payload, meta) >= 0
        name = "json" if readable else registry.best(entry.payload, meta).name
        if name == HexDecoder.name:
            return _dump(entry, width)
        return registry.render(entry.payload, meta, name)
    if registry.best(entry.payload, meta).name == HexDecoder.name:
        return _dump(entry, width)
    return registry.render(entry.payload, meta)


def _dump(entry: Entry, width: int) -> Rendered:
    per_row = 16 if width >= _WIDE_HEX else 8
    return HexDecoder(per_row).render(entry.payload, Meta(Opcode.BINARY))


def _undecodable(entry: Entry) -> list[DetailLine]:
    """Why the payload is no message, above what can be shown of it."""
    if not is_whole(entry) or entry.opcode is None:
        return []
    message = decode(entry.payload, entry.opcode)
    if not isinstance(message, Undecodable):
        return []
    why = shown(message.why)
    return [
        DetailLine((Seg("undecodable  ", Role.WRONG, bold=True), Seg(why, Role.WRONG)), copy=why)
    ]


def _meta(entry: Entry, around: Around) -> Meta:
    opcode = entry.opcode or Opcode.TEXT
    key = around.keys.get(entry.channel or "")
    return Meta(opcode, entry.direction, entry.fin, entry.action, entry.channel, key)


def _head(entry: Entry, around: Around, *, named: bool) -> DetailLine:
    stamp = around.moment(entry.at).strftime("%H:%M:%S.%f")[:12]
    if entry.kind is not EntryKind.FRAME:
        words = f"{entry.kind.name.lower()} {stamp}"
        return DetailLine((Seg(words, bold=True),), copy=words)
    out = entry.direction is Direction.OUT
    name = f"{action_name(entry.action)} " if named and entry.action is not None else ""
    words = f"{name}{'sent' if out else 'received'} {stamp}"
    arrow = Seg("↑ ", Role.PRIMARY, bold=True) if out else Seg("↓ ", bold=True)
    opcode = entry.opcode.name.lower() if entry.opcode is not None else "no opcode"
    right = Seg(f"{volume(entry.size)} {opcode}", Role.MUTED)
    return DetailLine((arrow, Seg(words, bold=True)), (right,), copy=words)


# --- the fields -----------------------------------------------------------------------------------

_KINDS: Final = {
    Kind.TEXT: Role.PLAIN,
    Kind.KEY: Role.MUTED,
    Kind.STRING: Role.PLAIN,
    Kind.NUMBER: Role.PLAIN,
    Kind.BOOLEAN: Role.PLAIN,
    Kind.NULL: Role.FAINT,
    Kind.BYTES: Role.PLAIN,
    Kind.TIME: Role.PLAIN,
    Kind.ENUM: Role.PLAIN,
    Kind.FLAG: Role.PLAIN,
    Kind.SECRET: Role.PLAIN,
    Kind.TYPE: Role.FAINT,
    Kind.NOTE: Role.MUTED,
    Kind.ERROR: Role.WRONG,
    Kind.OFFSET: Role.FAINT,
    Kind.PUNCTUATION: Role.PLAIN,
}
_CONTINUITY: Final = frozenset({"RESUMED", "ATTACH_RESUME", "HAS_BACKLOG"})


def _seg(span: Span) -> Seg:
    role = _KINDS[span.kind]
    if span.kind is Kind.FLAG and span.text in _CONTINUITY:
        role = Role.CONTINUITY
    return Seg(span.text, role)


def _line(line: Line, around: Around, value_at: int) -> DetailLine:
    value: list[Seg] = []
    for span in line.value:
        value.append(_seg(span))
        if span.kind is Kind.TIME:
            value.append(Seg(_date(span.text, around), Role.MUTED))
    right = tuple(_seg(span) for span in line.right)
    if not value_at:
        return DetailLine(tuple(value), right, copy=line.copy, below=line.below)
    indent = 3 + 2 * line.depth
    left: list[Seg] = []
    blank = value_at - indent - cells(line.name)
    left.append(Seg(line.name + " " * max(blank, 1 if line.name else 0), Role.MUTED))
    return DetailLine((*left, *value), right, indent, line.below, line.copy)


def _date(number: str, around: Around) -> str:
    """`  2026-01-01 14:03:51.404  3.4 s ago` after a number of ms."""
    try:
        ms = float(number)
    except ValueError:
        return ""
    if not 0 < ms < 1e14:
        return ""
    date = moment(ms, around.zone).strftime("%Y-%m-%d %H:%M:%S.%f")[:23]
    return f"  {date}{_ago(ms, around)}"


def _ago(ms: float, around: Around) -> str:
    if around.now is None:
        return ""
    passed = around.wall0 + around.now / 1000 - ms
    words = duration(abs(passed) * 1000)
    return f"  {words} ago" if passed >= 0 else f"  in {words}"


# --- the frame itself -----------------------------------------------------------------------------


def _wire(entry: Entry) -> list[DetailLine]:
    """RFC 6455 §5.2: what stood before the payload."""
    if entry.kind is not EntryKind.FRAME or entry.opcode is None:
        return [
            _fact("no frame", "a remark of this program; its text is stored as JSON"),
            DetailLine(),
        ]
    out = entry.direction is Direction.OUT
    fin = "set" if entry.fin else "not set: more follows"
    if entry.wire != entry.size:
        part = f", {entry.wire * 100 // entry.size} %" if entry.size else ""
        compressed = f"yes (RFC 7692): {entry.wire:,} bytes on the wire{part}"
    else:
        compressed = "no"
    return [
        _fact("opcode", f"{int(entry.opcode)} {entry.opcode.name.lower()}"),
        _fact("FIN", fin),
        _fact("mask", "yes, as a client must (§5.3)" if out else "no, as a server must not (§5.1)"),
        _fact("length", f"{entry.size:,} bytes"),
        _fact("compressed", compressed),
        _fact("made by", _ORIGINS.get(str(entry.origin), str(entry.origin))),
        _fact("attempt", str(entry.attempt)),
        DetailLine(),
    ]


_ORIGINS: Final = {
    "peer": "the peer",
    "engine": "this program",
    "user": "you, by hand",
    "injected": "a fault that was asked for",
}


def _fact(name: str, words: str) -> DetailLine:
    left = (Seg(f"{name:<{VALUE_AT - 3}}", Role.MUTED), Seg(words))
    return DetailLine(left, indent=3, copy=words)
