"""What the recover dialog says about a key while it is typed or taken apart.

Pure. The key itself is judged by `protocol.recovery.parse`; its parts come from
`protocol.keyparts`, so that each is seen as soon as it is there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from textual.content import Content

from ablytui.protocol.connection import Connection
from ablytui.protocol.keyparts import KeyPart, PartKind, parts_of
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, RecoveryProblem, parse
from ablytui.protocol.uri import Continuity, mask, target
from ablytui.protocol.visible import cells, elide, visible
from ablytui.ui.present.params import uri
from ablytui.ui.theme import FAINT, GOOD, MUTED, PRIMARY, WRONG

SHOWN: Final = 8
"""Rows of parts that are shown at a time; a key may carry hundreds."""

NAME_CELLS: Final = 17
"""Cells of a part's name."""

_VALUE_CELLS: Final = 24
_NOTED: Final = 64
"""Cells of width from which each part has a remark; below, what is wrong alone has one."""


@dataclass(frozen=True, slots=True)
class Part:
    """One line of the dialog: a part of the key, what it holds, and a word about it.

    `value` is as it may be shown, `typed` what the person edits; `source` is where it stands.
    """

    name: str
    value: str
    source: KeyPart
    note: str = ""
    wrong: bool = False
    indent: int = 0

    @property
    def typed(self) -> str:
        """The value as a line to edit: nothing in it that a terminal would obey."""
        return visible(self.source.value)

    @property
    def editable(self) -> bool:
        """Whether it has a value of its own."""
        return self.source.kind is not PartKind.CHANNELS

    @property
    def secret(self) -> bool:
        """Whether it is hidden until it is asked for."""
        return self.source.kind is PartKind.KEY


@dataclass(frozen=True, slots=True)
class Reading:
    """All that is known of a typed key. `problem` None: it can be used."""

    key: RecoveryKey | None
    problem: RecoveryProblem | None
    parts: tuple[Part, ...]
    length: int

    @property
    def found(self) -> RecoveryKey | RecoveryProblem:
        """The key, or what is wrong with it."""
        return self.key or self.problem or RecoveryProblem("empty", 0, complete=False)

    @property
    def why_not(self) -> str:
        """Why Recover is grey; empty when it is not."""
        if self.problem is None:
            return ""
        return "key not complete" if not self.problem.complete else "key not readable"


def read(text: str, dialect: DialectName, *, revealed: bool = False) -> Reading:
    """Read a key as far as it goes."""
    found = parse(text, dialect)
    key = found if isinstance(found, RecoveryKey) else None
    problem = found if isinstance(found, RecoveryProblem) else None
    sources = parts_of(text) if text.strip() else ()
    whole = key is not None
    parts = [_part(each, sources, whole, revealed) for each in sources if _listed(each)]
    return Reading(key, problem, tuple(parts), len(text.strip()))


def _listed(part: KeyPart) -> bool:
    """A channel without a serial is told of in the line of all."""
    return part.kind is not PartKind.CHANNEL or not part.empty


def _part(part: KeyPart, all_: tuple[KeyPart, ...], whole: bool, revealed: bool) -> Part:
    flaw = "" if whole else _flaw(part, all_)
    note = flaw or (_note(part, revealed) if whole else "read")
    name, value, indent = part.kind.value, part.value, 0
    if part.kind is PartKind.KEY:
        value = value if revealed or not value else mask(value)
    elif part.kind is PartKind.CHANNELS:
        count = sum(each.kind is PartKind.CHANNEL and _listed(each) for each in all_)
        value, note = str(count), flaw
    elif part.kind is PartKind.CHANNEL:
        name, indent = part.channel, 2
    return Part(name, value, part, note, wrong=bool(flaw), indent=indent)


def _flaw(part: KeyPart, all_: tuple[KeyPart, ...]) -> str:
    if part.kind is PartKind.CHANNELS:
        bare = [each for each in all_ if each.kind is PartKind.CHANNEL and each.empty]
        return f"{bare[0].channel} is missing its serial" if bare else ""
    if not part.closed:
        return "its closing quote is missing"
    if part.empty:
        return "missing"
    if part.kind is PartKind.MSG_SERIAL and not (part.value.isascii() and part.value.isdigit()):
        return "no whole number, 0 or more"
    if part.kind is PartKind.MSG_SERIAL and part.quoted:
        return "in quotes: it is a number"
    if part.kind is PartKind.CHANNEL and not part.quoted:
        return "without quotes: it is a text"
    return ""


def _note(part: KeyPart, revealed: bool) -> str:
    if part.kind is PartKind.KEY:
        size = f"{len(part.value)} characters"
        return size if revealed else f"{size}, ctrl+r shows it"
    return {
        PartKind.MSG_SERIAL: f"your next message is sent as #{part.value}",
        PartKind.SERIAL: "the last frame that was seen",
        PartKind.CHANNEL: "its next ATTACH goes on here",
    }.get(part.kind, "")


# --- what the dialog shows ----------------------------------------------------------------------


class Judged(NamedTuple):
    """A word, and what it says."""

    word: Content
    says: Content


def verdict(reading: Reading) -> Judged:
    """`✓ valid` or `✕ not yet`, and why."""
    if reading.problem is None:
        dialect = reading.key.dialect if reading.key else ""
        said = f"{dialect} dialect, {reading.length} characters"
        return Judged(Content.styled("✓ valid", f"bold {GOOD}"), Content.styled(said, MUTED))
    word = "✕ not yet" if not reading.problem.complete else "✕ wrong"
    why = visible(reading.problem.why)
    said = why if why.endswith(".") else why + "."
    return Judged(Content.styled(word, f"bold {WRONG}"), Content(said))


def other_dialect(text: str, dialect: DialectName) -> str:
    """What to do with a good key of the other dialect; empty for any other text."""
    other = next(each for each in DialectName if each is not dialect)
    if not isinstance(parse(text, other), RecoveryKey) or ":" not in text:
        return ""
    return f"{other} keys once the dialect is {other}: close (w), edit (e), then recover (r)"


class Table(NamedTuple):
    """The lines of the parts; the line of the part with the cursor, and the cells of its value."""

    text: Content
    line: int | None
    value_cells: int


def table(reading: Reading, width: int, cursor: int | None = None) -> Table:
    """The parts, one a line: name, value, note; some at a time, those round the cursor."""
    parts = reading.parts
    first = min(max((cursor or 0) - SHOWN // 2, 0), max(len(parts) - SHOWN, 0))
    shown = parts[first : first + SHOWN]
    room = width - NAME_CELLS if width < _NOTED else _room(shown, width)
    lines = [_line(part, room, width, chosen=first + at == cursor) for at, part in enumerate(shown)]
    above, below = first, len(parts) - first - len(shown)
    if above or below:
        more = [f"{above} above"] * bool(above) + [f"{below} below"] * bool(below)
        lines.append(Content.styled("  and " + ", ".join(more), FAINT))
    line = None if cursor is None or not parts else cursor - first
    return Table(Content("\n").join(lines), line, room - 2)


def _room(parts: tuple[Part, ...], width: int) -> int:
    """The cells of the column of values: as many as they need, while what is wrong has its room."""
    longest = max((cells(visible(part.value)) for part in parts), default=0) + 2
    notes = max((len(part.note) for part in parts if part.wrong), default=0)
    return max(min(longest, width - NAME_CELLS - notes), _VALUE_CELLS)


def _line(part: Part, room: int, width: int, *, chosen: bool) -> Content:
    name = elide(" " * part.indent + visible(part.name), NAME_CELLS - 1, middle=True)
    note = visible(part.note)
    if not part.wrong and NAME_CELLS + room + cells(note) > width:
        note = ""  # Only what is wrong is told where there is no room for all of a remark.
    free = room - 2 if width >= _NOTED else max(room - cells(note) - 2, 8)
    value = elide(visible(part.value), free, middle=True)
    return Content.assemble(
        (name + " " * (NAME_CELLS - cells(name)), f"bold {PRIMARY}" if chosen else MUTED),
        value + " " * (free - cells(value)) + "  ",
        (note, WRONG if part.wrong else MUTED),
    ).truncate(width, ellipsis=True)


def opens(
    reading: Reading, connection: Connection, width: int, *, revealed: bool
) -> Content | None:
    """The URI that Recover dials; None while there is no key to dial it with."""
    key = reading.key
    if key is None:
        return None
    where = target(
        connection.params, Continuity("recover", key.connection_key, key.connection_serial)
    )
    return uri(where, width=width, revealed=revealed, missing=not connection.params.has_credential)
