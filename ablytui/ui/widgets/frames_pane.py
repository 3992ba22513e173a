"""Pane 1: the log of frames under its title, or, before there is anything to list, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from textual.app import ComposeResult
from textual.content import Content
from textual.message import Message

from ablytui.net.clock import Clock
from ablytui.protocol.log import Entry
from ablytui.ui.present.channels import attached
from ablytui.ui.present.layout import Pane
from ablytui.ui.present.segments import Role
from ablytui.ui.present.view import View
from ablytui.ui.theme import MUTED, PRIMARY
from ablytui.ui.widgets.filter_row import FilterRow
from ablytui.ui.widgets.filtering import Filtering
from ablytui.ui.widgets.first_run import FirstRun
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.log_heads import LogHeads
from ablytui.ui.widgets.log_rows import LogStatus, RowSource
from ablytui.ui.widgets.slot_title import SlotTitle

_STYLES = {Role.GOOD: "$text-success", Role.PRIMARY: "$text-primary"}


def _joined(parts: Iterable[Content]) -> Content:
    return Content("   ").join(part for part in parts if part)


class NoRows:
    """The log before there is one."""

    def last(self) -> int:
        """Nothing."""
        return 0

    def rows(self, start: int, stop: int) -> Sequence[Entry]:  # noqa: ARG002 - there are none
        """Nothing."""
        return ()

    def row(self, n: int) -> Entry | None:  # noqa: ARG002 - there are none
        """Nothing."""
        return None


class FramesPane(Filtering):
    """Title and log. `note` is what a row of tabs says in place of the title."""

    DEFAULT_CSS = """
    FramesPane {
        & > FrameLog { height: 1fr; }
        & > FirstRun { display: none; }
        &.-first > FrameLog, &.-first > LogHeads { display: none; }
        &.-first > FirstRun { display: block; }
    }
    """

    class Noted(Message):
        """`note` is another one."""

    def __init__(self, *, now: Callable[[], int], blink: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._blink = blink
        self._now = now
        self.note = self._follow = Content("")
        self.total = 0

    def compose(self) -> ComposeResult:
        """Title, log, and what stands in the log's place at first."""
        yield SlotTitle(Pane.FRAMES)
        yield FilterRow(blink=self._blink)
        yield LogHeads()
        yield FrameLog(NoRows(), now=self._now, id="log")
        yield FirstRun()

    def prefer(self, columns: Sequence[str], keymap: Mapping[str, tuple[str, ...]]) -> None:
        """What the person set: the columns to show, and other keys than the table's."""
        self.query_one(FrameLog).shown_columns = columns
        self.query_one(LogHeads).shown_columns = columns
        self.query_one(FirstRun).keymap = keymap

    def open(self, source: RowSource, *, wall0: float, zone: tzinfo, clock: Clock) -> None:
        """Show a log from its beginning."""
        self._log_source, self._clock = source, clock
        self.log_view.set_source(source, wall0=wall0, zone=zone)

    def show(self, view: View) -> None:
        """Another picture of the connection."""
        first = view.rows == 0 and not view.local and not view.connection.params.has_credential
        first = first and view.connection.attempt == 0
        self.set_class(first, "-first")
        if first:
            self.query_one(FirstRun).show(view)
        self.query_one(SlotTitle).count(Pane.CHANNELS, attached(view)[1])
        self.query_one(SlotTitle).count(Pane.FAULTS, len(view.in_force))
        self.log_view.tick()

    def take_focus(self) -> None:
        """Put the cursor into the log; before there is one, take it out of everything else."""
        if self.has_class("-first"):
            self.screen.set_focus(None)
        else:
            self.log_view.focus()

    def on_frame_log_changed(self, message: FrameLog.Changed) -> None:
        """The title says how many, and whether the end is followed."""
        message.stop()
        self.draw(message.status)

    def draw(self, status: LogStatus) -> None:
        """Draw the title."""
        words = status.words
        said = words.text if status.total else ""
        self._follow = Content.styled(said, _STYLES.get(words.role, MUTED))
        self.total = status.total
        self.query_one(LogHeads).set(status.total)
        self.query_one(SlotTitle).count(Pane.FRAMES, status.total)
        self._filtered()
        self.post_message(self.Noted())

    def _filtered(self) -> None:
        """The right end of the title: the filter, what is folded, whether the end is followed."""
        self.note, before = self._short(), self.note
        if not self.note.is_same(before):
            self.post_message(self.Noted())
        title = self.query_one(SlotTitle)
        room = title.size.width - title.lead.cell_length - 4
        forms = self._forms()
        title.set(right=next((form for form in forms if form.cell_length <= room), forms[-1]))

    def _forms(self) -> list[Content]:
        """What the right end may say, the fullest first."""
        filtered, hint = self.filtered, Content("")
        if filtered is None and self.total and not self.query_one(FilterRow).display:
            hint = Content.assemble(("/", f"bold {PRIMARY}"), (" filter", MUTED))
        first = hint if filtered is None else filtered
        rest = Content.styled("all shown" if hint else "", MUTED)
        if self.folding:
            rest = Content.styled(f"{self.folded:,} heartbeats folded", MUTED)
        follow = self._follow
        forms = ((first, rest, follow), (first, self._folds(), follow), (first, follow), (follow,))
        return [_joined(parts) for parts in forms]

    def _short(self) -> Content:
        """The one thing to say where there is little room: what hides rows, before the rest."""
        if self.filtered is not None:
            return self.filter_words(14)
        return self._folds() or self._follow

    def _folds(self) -> Content:
        words = f"{self.folded:,} folded" if self.folding else ""
        return Content.styled(words, MUTED)

    def on_resize(self) -> None:
        """The title may have more or less room."""
        self._filtered()
