"""The log and the detail of a row: what is opened, followed and stepped through."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from textual.widgets import Input

from ablytui.errors import CaptureError
from ablytui.protocol.credentials import cipher_keys
from ablytui.protocol.log import Entry
from ablytui.ui.present.causes import cause_of
from ablytui.ui.present.layout import Pane, Shape
from ablytui.ui.present.related import related
from ablytui.ui.screens.arranging import Arranging
from ablytui.ui.settings import Runtime
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.frames_pane import FramesPane, NoRows
from ablytui.ui.widgets.log_rows import RowSource
from ablytui.ui.widgets.params_pane import ParamsPane
from ablytui.ui.widgets.state_pane import Diagram
from ablytui.ui.widgets.why_failed import WhyFailed


class Inspecting(Arranging):
    """The part of the main screen that goes from row to row."""

    _runtime: Runtime | None

    def __init__(self) -> None:
        super().__init__()
        self._source: RowSource = NoRows()
        self.own_connect = False
        """The person asked for the attempt that is under way, and has pressed no key since."""

    def on_key(self) -> None:
        """Who goes on with the keys is not led away; what a key then does may say otherwise."""
        self.own_connect = False

    def on_frame_log_selected(self, message: FrameLog.Selected) -> None:
        """The detail follows the cursor where it is in sight."""
        message.stop()
        if Pane.DETAIL in self._arrangement.visible(self._shape or Shape.NONE):
            self.detail(message.n)

    def on_frame_log_marked(self, message: FrameLog.Marked) -> None:
        """The mark goes into the capture."""
        message.stop()
        if self._runtime is not None and self._runtime.mark is not None:
            self._runtime.mark(message.n, "" if message.marked else None)

    def action_fold(self) -> None:
        """Fold heartbeats into their count, or unfold them."""
        folded = self._pane(FramesPane).fold()
        self._say("Heartbeats are folded." if folded else "Heartbeats are shown one by one.")

    def on_frame_log_opened(self, message: FrameLog.Opened) -> None:
        """Inspect: the log beside the frame's detail."""
        message.stop()
        self.detail(message.n)
        self._arrange(inspecting=True, zoomed=None, slot=Pane.FRAMES, tab=Pane.FRAMES)
        self._pane(FrameDetail).focus()

    def detail(self, n: int) -> None:
        """Show the row `n` in the detail, unless the log was closed meanwhile."""
        with suppress(CaptureError):
            self._detail(n)

    def _detail(self, n: int) -> None:
        entry = self._source.row(n)
        if entry is not None:
            params = self.connection.params
            around = replace(
                self._pane(FrameLog).around, keys=cipher_keys(params), dialect=params.dialect
            )
            tally = self._view.tallies.get(entry.channel or "")
            kin = related(entry, self._source, tally.attached_n if tally else None)
            total = self._source.last()
            self._pane(FrameDetail).show(entry, around=around, related=kin, total=total)

    def on_frame_detail_closed(self, message: FrameDetail.Closed) -> None:
        """Watch again."""
        message.stop()
        self._arrange(inspecting=False, zoomed=None)
        self._pane(FramesPane).take_focus()

    def on_frame_detail_stepped(self, message: FrameDetail.Stepped) -> None:
        """The detail of the row that many rows further; the cursor of the log goes along."""
        message.stop()
        found = self._pane(FrameLog).beside(message.by)
        if found is not None:
            self.go_to(found)

    def on_frame_detail_linked(self, message: FrameDetail.Linked) -> None:
        """The detail of a row that belongs to this one."""
        message.stop()
        self.go_to(message.n)

    def go_to(self, n: int) -> None:
        """The cursor of the log, and the detail, at the row `n`."""
        self._pane(FrameLog).select(n)
        self.detail(n)

    def on_diagram_row_wanted(self, message: Diagram.RowWanted) -> None:
        """The log where what caused a change of state stands in it; else the change itself."""
        message.stop()
        self.action_pane(Pane.FRAMES)
        cause = self._cause(message.n)
        self.go_to(message.n if cause is None else cause.n)

    def _cause(self, n: int) -> Entry | None:
        """What caused the change of state in row `n`, where the log has a row for it."""
        with suppress(CaptureError):
            change = self._source.row(n)
            return cause_of(change, self._source.row) if change is not None else None
        return None

    def on_params_pane_cause_wanted(self, message: ParamsPane.CauseWanted) -> None:
        """What caused the failure, where the log has a row for it."""
        message.stop()
        self._pane(WhyFailed).source(self._cause(message.n), self._pane(FrameLog).around)
        if self.own_connect and self.is_current and not isinstance(self.focused, Input):
            self.action_pane(Pane.CONNECTION)
        self.own_connect = False

    def on_why_failed_row_wanted(self, message: WhyFailed.RowWanted) -> None:
        """The log where the cause of the failure stands in it."""
        message.stop()
        self.action_pane(Pane.FRAMES)
        self.go_to(message.n)
