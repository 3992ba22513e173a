"""What the log pane knows of the log: which row stands on which line, and what each one says.

A line is a row by arithmetic, or by one look into a sorted array where a view of the rows is set.
Nothing is built when rows arrive; a row becomes words when it is drawn, and drawn lines are kept.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Final, Protocol, runtime_checkable

from textual.cache import LRUCache

from ablytui.errors import CaptureError
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.ui.present.around import Around, Links, TimeMode, continuity, resending
from ablytui.ui.present.columns import Columns
from ablytui.ui.present.rows import RowText, folded_row, row
from ablytui.ui.present.segments import Role, Seg
from ablytui.ui.widgets.folded import Run
from ablytui.ui.widgets.landmarks import Landmarks

_PAGE: Final = 1024
"""Rows of the store that are kept as objects."""

_KEPT: Final = 2048
"""Rows whose words are kept."""


class RowSource(Protocol):
    """Where rows come from. Numbers begin at 1 and have no gaps."""

    def last(self) -> int:
        """The highest number; 0 for an empty log."""

    def rows(self, start: int, stop: int) -> Sequence[Entry]:
        """The rows from `start` up to, not including, `stop`."""

    def row(self, n: int) -> Entry | None:
        """One row."""


@runtime_checkable
class SpecialSource(Protocol):
    """A source that finds the rows which are no frames without reading all of them."""

    def special(self, start: int, stop: int) -> Sequence[Entry]:
        """The rows from `start` up to, not including, `stop` that are no frames."""


@dataclass(frozen=True, slots=True)
class LogStatus:
    """What the pane's title says. `shown` differs from `total` where a view is set."""

    following: bool
    new: int
    shown: int
    total: int

    @property
    def words(self) -> Seg:
        """`▼ follow`, `▼ 10 new` or `▲ paused`."""
        if self.following:
            return Seg("▼ follow", Role.GOOD)
        if self.new:
            return Seg(f"▼ {self.new:,} new", Role.PRIMARY)
        return Seg("▲ paused", Role.MUTED)


class LogRows:
    """Rows by line and by number."""

    def __init__(self, source: RowSource, around: Around) -> None:
        self.source = source
        self.around = replace(around, peek=self.entry)
        self.landmarks = Landmarks()
        self.last = 0
        self.view: array[int] | None = None
        self.runs: Mapping[int, Run] = {}
        """The rows that stand for others too, which the view leaves out."""
        self.marks: list[int] = []
        """The rows that the person marked, rising."""
        self._beside_of: Around | None = None
        self._formats: dict[Format | None, Around] = {}
        self._entries: LRUCache[int, Entry] = LRUCache(_PAGE)
        self._words: LRUCache[tuple[object, ...], RowText] = LRUCache(_KEPT)

    def __len__(self) -> int:
        return self.last if self.view is None else len(self.view)

    def grew(self, upto: int, added: Sequence[int] = ()) -> None:
        """The log has `upto` rows; `added` are those of them that belong to a set view."""
        if isinstance(self.source, SpecialSource):
            self.landmarks.add(self.source.special(self.last + 1, upto + 1))
        self.last = max(self.last, upto)
        if self.view is not None:
            self.view.extend(added)

    def number(self, line: int) -> int:
        """The number of the row on a line."""
        return line + 1 if self.view is None else self.view[line]

    def line_of(self, n: int) -> int:
        """The line of row `n`, of the one that stands for it, or of the next one that is shown."""
        if self.view is None:
            return n - 1
        at = bisect_left(self.view, n)
        run = self.runs.get(self.view[at - 1]) if at else None
        if run is not None and n <= run.last:
            return at - 1
        return min(at, max(len(self.view) - 1, 0))

    def beside(self, n: int, by: int) -> int:
        """The row that is shown `by` lines below row `n`, or the first or last one."""
        at = self.line_of(n)
        hidden = by > 0 and self.number(at) > n
        return self.number(min(max(at + by - hidden, 0), len(self) - 1))

    def entry(self, n: int) -> Entry | None:
        """Row `n`, from what is kept or from the store; None where there is none."""
        if not 1 <= n <= self.last:
            return None
        entry = self._entries.get(n)
        if entry is None:
            with suppress(CaptureError):
                entry = self.source.row(n)
            if entry is not None:
                self._entries.set(n, entry)
        return entry

    def fetch(self, first: int, stop: int) -> None:
        """Have the rows of these lines at hand, by one question to the store."""
        if self.view is not None or first >= stop:
            return
        missing = [n for n in range(first + 1, stop + 1) if n not in self._entries]
        if missing:
            # Between the end of a session and that of its screen the log is closed already.
            with suppress(CaptureError):
                for entry in self.source.rows(missing[0], missing[-1] + 1):
                    self._entries.set(entry.n, entry)

    def partner(self, n: int) -> int | None:
        """The answer to row `n`, or the row that it answers."""
        links = self.around.links
        answer = links.answer_of(n)
        return answer if answer is not None else links.question_of(n)

    def toggle_mark(self, n: int) -> bool:
        """Mark row `n`, or take its mark away; whether it is marked now."""
        at = bisect_left(self.marks, n)
        marked = self.marks[at : at + 1] != [n]
        if marked:
            self.marks.insert(at, n)
        else:
            del self.marks[at]
        return marked

    def next_mark(self, n: int) -> int | None:
        """The marked row after row `n`; after the last one, the first."""
        at = bisect_right(self.marks, n)
        return self.marks[at if at < len(self.marks) else 0] if self.marks else None

    def is_marked(self, n: int) -> bool:
        """Whether row `n` is marked."""
        at = bisect_left(self.marks, n)
        return at < len(self.marks) and self.marks[at] == n

    def words(self, line: int, columns: Columns, now: Callable[[], int] | None) -> RowText:
        """What stands on a line."""
        n = self.number(line)
        if n in self.runs:
            return self._run(n, columns)
        links = self.around.links
        waits = links.waiting(n)
        key = (n, columns, links.answer_of(n), links.question_of(n), *_facts(links, n))
        words = None if waits else self._words.get(key)
        if words is None:
            entry = self.entry(n)
            if entry is None:
                return _unread(n)
            words = row(entry, columns, self._beside(entry, line, now() if waits and now else None))
            if not waits:
                self._words.set(key, words)
        return words

    def _run(self, n: int, columns: Columns) -> RowText:
        """What stands on the line of a row that stands for others too."""
        run = self.runs[n]
        first, last = self.entry(n), self.entry(run.last)
        if first is None or last is None:
            return _unread(n)
        return folded_row(first, last, run.rows, columns, self.around)

    def forget_words(self) -> None:
        """What rows say has changed."""
        self._words.clear()

    def _beside(self, entry: Entry, line: int, now: int | None) -> Around:
        mode = self.around.mode
        previous = connect = None
        if mode is TimeMode.PREVIOUS and line > 0:
            before = self.entry(self.number(line - 1))
            previous = None if before is None else before.at
        elif mode is TimeMode.CONNECT:
            connect = self._dial(entry)
        spoken = self.landmarks.formats.get(entry.attempt)
        if previous is None and connect is None and now is None:
            return self._speaking(spoken)
        return replace(self.around, previous=previous, connect=connect, now=now, format=spoken)

    def _speaking(self, spoken: Format | None) -> Around:
        """What is around every row of a connection in this format; kept, as making it is slow."""
        if self._beside_of is not self.around:
            self._beside_of, self._formats = self.around, {}
        if spoken not in self._formats:
            self._formats[spoken] = replace(self.around, format=spoken)
        return self._formats[spoken]

    def _dial(self, entry: Entry) -> int | None:
        known = self.landmarks.dials.get(entry.attempt)
        if known is not None:
            return known
        upgrade = self.around.upgrade_of(entry)
        return None if upgrade is None else upgrade.at


def _unread(n: int) -> RowText:
    return RowText((Seg(f"   row {n} cannot be read", Role.WRONG),))


def _facts(links: Links, n: int) -> tuple[object, ...]:
    """What else the words of row `n` hang on."""
    sent, same = resending(links), continuity(links)
    return (
        links.is_duplicate(n),
        None if sent is None else sent.resent_as(n),
        None if same is None else same.same_connection(n),
    )


def payload_text(entry: Entry) -> str:
    """A frame as it is copied: text as it is, bytes as hexadecimal digits."""
    if entry.kind is EntryKind.FRAME and entry.opcode is not Opcode.TEXT:
        return entry.payload.hex()
    return entry.payload.decode("utf-8", "replace")
