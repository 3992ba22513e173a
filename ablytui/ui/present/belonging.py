"""What stands below the fields of a row: the rows that belong to it, its meaning, a reading."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import replace

from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import action_name
from ablytui.protocol.observe.sentence import duration
from ablytui.ui.present.around import Around, NoLinks
from ablytui.ui.present.causes import cause_of, change_by
from ablytui.ui.present.detail_line import VALUE_AT, DetailLine, Related
from ablytui.ui.present.meaning import meaning
from ablytui.ui.present.reading import reading
from ablytui.ui.present.rows import row_summary
from ablytui.ui.present.segments import Role, Seg


def belonging(
    entry: Entry, around: Around, width: int, related: Sequence[Related]
) -> list[DetailLine]:
    """Everything below the fields: links to other rows, what it means, a reading of it."""
    lines: list[DetailLine] = []
    links = around.links
    for section, n in (
        ("answers", links.question_of(entry.n)),
        ("answered by", links.answer_of(entry.n)),
    ):
        other = around.peek(n) if n is not None else None
        if other is not None:
            lines += _section(section, [_link(other, entry, around, answer=True)])
    sections: dict[str, list[DetailLine]] = {}
    for each in related:
        sections.setdefault(each.section, []).append(
            _link(each.entry, entry, around, answer=False),
        )
    for section, links_in in sections.items():
        lines += _section(section, links_in)
    for section, cause in (
        ("caused by", _cause(entry, around)),
        ("led to", _change(entry, around)),
    ):
        if cause is not None:
            lines += _section(section, [_link(cause, entry, around, answer=False)])
    message = decode(entry.payload, entry.opcode) if is_whole(entry) and entry.opcode else None
    known = None if message is None or isinstance(message, Undecodable) else message
    facts = _facts(meaning(entry, known, around), width)
    if facts:
        lines += _section("meaning", facts)
    words = reading(entry, known, around)
    if words:
        rows = textwrap.wrap(words, max(width - 5, 20), break_on_hyphens=False)
        lines += _section(
            "reading", [DetailLine((Seg(row),), indent=3, copy=words) for row in rows]
        )
    return lines


def is_whole(entry: Entry) -> bool:
    """Whether a row is a message that is not in pieces."""
    data = entry.opcode is Opcode.TEXT or entry.opcode is Opcode.BINARY
    return entry.kind is EntryKind.FRAME and data and entry.fin


def _cause(entry: Entry, around: Around) -> Entry | None:
    return cause_of(entry, around.peek) if entry.kind is EntryKind.STATE else None


def _change(entry: Entry, around: Around) -> Entry | None:
    may = entry.kind in {EntryKind.FRAME, EntryKind.SOCKET, EntryKind.HANDSHAKE}
    return change_by(entry, around.peek) if may else None


def _facts(told: list[tuple[str, str]], width: int) -> list[DetailLine]:
    """Names left, sentences in the column of the values."""
    lines = []
    room = max(width - VALUE_AT - 2, 20)
    for name, words in told:
        for row, part in enumerate(textwrap.wrap(words, room, break_on_hyphens=False)):
            head = name if row == 0 else ""
            left = (Seg(f"{head:<{VALUE_AT - 3}}", Role.MUTED), Seg(part))
            lines.append(DetailLine(left, indent=3, copy=words))
    return lines


def _section(word: str, lines: list[DetailLine]) -> list[DetailLine]:
    return [DetailLine(), DetailLine((Seg(word, Role.FAINT),)), *lines]


def _link(other: Entry, entry: Entry, around: Around, *, answer: bool) -> DetailLine:
    arrow = {Direction.OUT: "↑ ", Direction.IN: "↓ ", None: ""}[other.direction]
    name = action_name(other.action) if other.kind is EntryKind.FRAME else other.kind.name.lower()
    apart = other.at - entry.at
    # The time between the two stands at the right edge already.
    beside = replace(around, links=NoLinks()) if answer else around
    if answer:
        ms = around.links.latency(entry.n)
        took = duration(abs(apart) if ms is None else ms * 1000)
        right = Seg(f"after {took}", Role.GOOD)
    else:
        right = Seg(f"{duration(abs(apart))} {'later' if apart >= 0 else 'before'}", Role.MUTED)
    return DetailLine(
        (
            Seg(f"{arrow}{other.n} {name}", underline=True),
            Seg("  "),
            *(seg._replace(role=Role.MUTED) for seg in row_summary(other, beside)),
        ),
        (right,),
        indent=3,
        link=other.n,
    )
