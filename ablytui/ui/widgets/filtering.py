"""The part of the frames' pane that filters: between the row where one types, a sieve and the log."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from textual.containers import Vertical
from textual.content import Content

from ablytui.capture.filter import Filter, FilterError, parse
from ablytui.errors import CaptureError
from ablytui.net.clock import Clock
from ablytui.protocol.visible import elide, visible
from ablytui.ui.theme import MUTED, PRIMARY
from ablytui.ui.widgets.filter_row import FilterRow
from ablytui.ui.widgets.folded import HEARTBEATS, Folded
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.log_rows import RowSource
from ablytui.ui.widgets.sieve import Searchable, Sieve


class Filtering(Vertical):
    """Holds the one sieve. `_filtered` is called when the title has to say something else."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._clock: Clock | None = None
        self._log_source: RowSource | None = None
        self._sieve: Sieve | None = None
        self._beats: Sieve | None = None
        """Looks for heartbeats while they are folded."""
        self._folded: Folded | None = None
        self._marking = False
        self._typed = ""
        self._problem = ""

    def on_unmount(self) -> None:
        """A log that is not shown any more is not searched on."""
        for sieve in (self._sieve, self._beats):
            if sieve is not None:
                sieve.stop()

    @property
    def log_view(self) -> FrameLog:
        """The log itself."""
        return self.query_one(FrameLog)

    @property
    def _row(self) -> FilterRow:
        return self.query_one(FilterRow)

    @property
    def filtered(self) -> Content | None:
        """The filter as the title tells it while the row is closed; None while there is none."""
        if self._sieve is None or self._row.display:
            return None
        return Content.assemble(self.filter_words(40), (f"   {self._counted}", MUTED))

    def filter_words(self, width: int) -> Content:
        """The filter's text in at most so many cells after its slash."""
        text = "" if self._sieve is None else self._sieve.filter.text
        return Content.assemble(("/ ", f"bold {PRIMARY}"), elide(visible(text), width))

    @property
    def _counted(self) -> str:
        if self._sieve is None:
            return ""
        return f"{len(self._sieve.matches):,} {'matches' if self._marking else 'shown'}"

    def _filtered(self) -> None:
        raise NotImplementedError

    def filter(self, text: str) -> None:
        """Filter by this text, as if it had been typed and kept."""
        self._look_for(text)
        self._row.remember(self._typed)
        self._filtered()

    def grew(self, upto: int) -> None:
        """The log has `upto` rows; one that was closed meanwhile has no more to tell."""
        with suppress(CaptureError):
            self._grew(upto)

    def _grew(self, upto: int) -> None:
        known = self.log_view.status.total
        added = self._sieve.grew(upto) if self._sieve is not None else ()
        lines: Sequence[int] = () if self._marking else added
        if self._beats is not None:
            beats = self._beats.grew(upto)
            if self._folded is not None:
                every = self._sieve is None or self._marking
                rows = range(known + 1, upto + 1) if every else added
                lines = self._folded.add(rows, beats)
        self.log_view.grew(upto, lines)
        if added and self._sieve is not None:
            self._outcome()

    # --- what is folded -------------------------------------------------------------------------

    @property
    def folding(self) -> bool:
        """Heartbeats that stand together are one line."""
        return self._beats is not None

    @property
    def folded(self) -> int:
        """How many rows are folded away."""
        return self._folded.hidden if self._folded is not None else 0

    def fold(self) -> bool:
        """Fold the heartbeats, or unfold them. Whether they are folded now."""
        source, condition = self._log_source, parse(HEARTBEATS)
        if self._beats is not None:
            self._beats.stop()
            self._beats = None
            self._list()
        elif isinstance(source, Searchable) and self._clock is not None and condition is not None:
            upto = self.log_view.status.total
            self._beats = Sieve(source, condition, upto, self._clock, self._beaten)
        self._filtered()
        return self.folding

    def _beaten(self) -> None:
        self._list()
        self._filtered()

    def _list(self) -> None:
        """Show the rows that filter and fold let through."""
        hiding = self._sieve is not None and not self._marking
        rows = self._sieve.view if self._sieve is not None and hiding else None
        self._folded = None
        if self._beats is None:
            self.log_view.set_view(rows)
        else:
            every = range(1, self.log_view.status.total + 1)
            self._folded = Folded(every if rows is None else rows, self._beats.matches)
            self.log_view.set_view(self._folded.view, self._folded.runs)

    # --- what is typed --------------------------------------------------------------------------

    def on_frame_log_sought(self, message: FrameLog.Sought) -> None:
        """A key of the log is about the filter."""
        message.stop()
        if message.what == "open":
            if self._log_source is not None:
                self._row.open(self._typed)
                self._outcome()
                self._filtered()
        elif message.what == "clear":
            self._clear()
        else:
            self._go(1 if message.what == "next" else -1)

    def on_filter_row_typed(self, message: FilterRow.Typed) -> None:
        """Look for what is typed; while it is no filter yet, what was found stays."""
        message.stop()
        self._look_for(message.text)

    def on_filter_row_kept(self, message: FilterRow.Kept) -> None:
        """Back to the log."""
        message.stop()
        self._row.remember(self._typed)
        self._leave()

    def on_filter_row_cleared(self, message: FilterRow.Cleared) -> None:
        """Back to all of the log."""
        message.stop()
        self._clear()
        self._leave()

    def on_filter_row_turned(self, message: FilterRow.Turned) -> None:
        """The other way to use it."""
        message.stop()
        self._marking = not self._marking
        self._found()

    def _leave(self) -> None:
        self._row.display = False
        self.log_view.focus()
        self._filtered()

    # --- what is found --------------------------------------------------------------------------

    def _look_for(self, text: str) -> None:
        self._typed = text
        try:
            condition = parse(text)
        except FilterError as bad:
            self._problem = str(bad)
            self._outcome()
            return
        self._problem = ""
        self._set(condition)

    def _set(self, condition: Filter | None) -> None:
        if self._sieve is not None:
            if condition is not None and condition.sql() == self._sieve.filter.sql():
                self._sieve.filter = condition
                self._outcome()
                self._filtered()
                return
            self._sieve.stop()
        self._sieve = None
        source = self._log_source
        if condition is None or self._clock is None or not isinstance(source, Searchable):
            self.log_view.set_needles(())
            self._list()
        else:
            upto = self.log_view.status.total
            with suppress(CaptureError):
                self._sieve = Sieve(source, condition, upto, self._clock, self._found)
            self.log_view.set_needles(condition.needles)
        self._outcome()
        self._filtered()

    def _clear(self) -> None:
        self._typed = self._problem = ""
        self._set(None)

    def _found(self) -> None:
        if self._sieve is not None:
            self._list()
        self._outcome()
        self._filtered()

    def _outcome(self) -> None:
        sieve = self._sieve
        if self._problem:
            self._row.say(self._problem, wrong=True)
        elif sieve is None:
            self._row.say("", marking=self._marking)
        else:
            count, place = len(sieve.matches), sieve.place_of(self.log_view.selected)
            words = f"match {place:,} of {count:,}" if place else f"{count:,} matches"
            self._row.say(words if sieve.done else f"{words} so far", marking=self._marking)

    def _go(self, by: int) -> None:
        if self._sieve is None:
            return
        here = self.log_view.selected
        found = self._sieve.next_match(here if here is not None else 2**62 if by < 0 else 0, by)
        if found is not None:
            self.log_view.select(found)
            self._outcome()
