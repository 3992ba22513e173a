"""The main screen: every pane is mounted once; size and posture decide which are seen.

It routes: from the bridge's pictures to the panes, and from what panes want to the bridge.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.widgets import Static

from ablytui.capture.filter import channel_term
from ablytui.protocol.actions import ACTION
from ablytui.ui.bridge import Bridge
from ablytui.ui.keys import (
    SCREEN,
    bindings,
    command_sign,
    connection_bindings,
    demo_signs,
    label,
    letter,
)
from ablytui.ui.messages import LogGrew, ParamsEdited, Viewed, Wanted
from ablytui.ui.present.layout import (
    MIN_HEIGHT,
    MIN_WIDTH,
    Pane,
)
from ablytui.ui.present.status import until_next_spark
from ablytui.ui.present.view import View
from ablytui.ui.screens.composing import Composing
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.screens.meddling import Meddling
from ablytui.ui.screens.recovering import Recovering
from ablytui.ui.settings import Launch, Runtime, Settings
from ablytui.ui.widgets.buttons import Buttons
from ablytui.ui.widgets.caption_bar import CaptionBar
from ablytui.ui.widgets.channels_pane import ChannelsPane, ChannelTable
from ablytui.ui.widgets.compose_row import ComposeRow
from ablytui.ui.widgets.faults_pane import FaultsPane
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.frames_pane import FramesPane
from ablytui.ui.widgets.key_bar import KeyBar
from ablytui.ui.widgets.pane_tabs import PaneTabs
from ablytui.ui.widgets.params_form import ParamsForm
from ablytui.ui.widgets.params_pane import ParamsPane
from ablytui.ui.widgets.state_line import StateLine
from ablytui.ui.widgets.state_pane import StatePane
from ablytui.ui.widgets.status_bar import StatusBar
from ablytui.ui.widgets.timeline_strip import TimelineBar, TimelineMarks, TimelineRow


class MainScreen(Composing, Meddling, Recovering):
    """Everything about one connection."""

    AUTO_FOCUS = ""

    BINDINGS: ClassVar[list[BindingType]] = [*connection_bindings(), *bindings(SCREEN)]

    def __init__(self, launch: Launch, settings: Settings, view: View) -> None:
        super().__init__()
        self._launch = launch
        self._settings = settings
        self._view = view
        self._bridge: Bridge | None = None
        self._runtime: Runtime | None = None

    def compose(self) -> ComposeResult:
        """All of it, once."""
        view, moving = self._view, self._settings.moving
        yield StatusBar(view, spin=moving, id="status")
        yield TimelineBar(view, id="timeline")
        yield TimelineMarks(view, id="marks")
        yield StateLine(view, spin=moving, id="state-line")
        keymap = self._settings.keymap
        yield Buttons(view, letter=lambda action: letter(action, keymap), id="buttons")
        yield PaneTabs(id="tabs")
        with Container(id="body"):
            note = "local service" if self._launch.local else ""
            yield ParamsPane(view, note=note, blink=moving, id="connection")
            yield StatePane(view, spin=moving, id="state")
            yield FramesPane(now=self._log_now, blink=moving, id="frames")
            yield ChannelsPane(id="channels")
            yield FaultsPane(id="faults")
            yield FrameDetail(id="detail")
        yield CaptionBar(signs=demo_signs(keymap), id="caption")
        yield ComposeRow(view, hint=command_sign("row", keymap), blink=moving, id="compose")
        yield KeyBar(id="keys")
        yield Static(
            f"ablytui needs {MIN_WIDTH} columns and {MIN_HEIGHT} rows.",
            id="too-small",
            markup=False,
        )

    # --- the session ----------------------------------------------------------------------------

    def open(self, bridge: Bridge, runtime: Runtime) -> None:
        """There is a session: show its log, and take wishes."""
        self._bridge = bridge
        self._runtime = runtime
        self._source = runtime.reader
        self._pane(FramesPane).open(
            runtime.reader, wall0=runtime.wall0, zone=bridge.zone, clock=runtime.clock
        )
        self._pane(FrameLog).set_links(bridge.links)
        self._pane(FrameLog).set_marks(runtime.reader.marks())

    def _log_now(self) -> int:
        if self._runtime is None:
            return 0
        return int((self._runtime.clock.mono() - self._runtime.mono0) * 1000)

    def on_mount(self) -> None:
        """Take the shape before the first paint; show what is known before there is a session."""
        self._pane(FramesPane).prefer(self._settings.columns, self._settings.keymap)
        self._pane(ChannelsPane).prefer(self._settings.keymap)
        self._pane(FaultsPane).prefer(self._settings.keymap)
        self._reshape(self.app.size)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._show(self._view)
        if self._view.connection.params.has_credential or self._launch.local:
            self._pane(FramesPane).take_focus()
        elif self._pane(ParamsPane).display:
            self._pane(ParamsPane).take_focus()

    def on_viewed(self, message: Viewed) -> None:
        """The picture of the connection is another one."""
        message.stop()
        self._show(message.view)

    def _show(self, view: View) -> None:
        moved = view.connection.state is not self._view.connection.state
        self._view = view
        self._pane(StatusBar).show(view)
        self._pane(TimelineBar).show(view)
        self._pane(TimelineMarks).show(view)
        self._pane(StateLine).show(view)
        self._pane(Buttons).show(view)
        self._pane(ParamsPane).show(view)
        self._pane(StatePane).show(view)
        self._pane(FramesPane).show(view)
        self._pane(ChannelsPane).show(view)
        self._pane(ComposeRow).show(view)
        self._pane(FaultsPane).show(view)
        for screen in self.app.screen_stack:
            if isinstance(screen, Dialog) and screen.is_mounted:
                screen.show(view)
        if moved:
            self.refresh_bindings()
        self.consequence(view)

    def until_next(self, view: View) -> float | None:
        """Ms until the strip of time, or a sparkline, reads otherwise."""
        # None of them is left while the app ends.
        bars = [bar.until_next(view) for bar in self.query(TimelineBar)]
        steps = (*bars, until_next_spark(view))
        return min((each for each in steps if each is not None), default=None)

    def action_timeline(self) -> None:
        """Another length of time in the strip."""
        words = [row.turn() for row in self.query(TimelineRow)]
        self._say(f"The strip shows {'all of it' if words[0] == 'all' else words[0]}.")

    def on_timeline_row_picked(self, message: TimelineRow.Picked) -> None:
        """The log where something happened."""
        message.stop()
        self.action_pane(Pane.FRAMES)
        self.go_to(message.n)

    def on_log_grew(self, message: LogGrew) -> None:
        """More rows are committed."""
        message.stop()
        self._pane(FramesPane).grew(message.upto)

    # --- what is wanted -------------------------------------------------------------------------

    def action_do(self, action_id: str) -> None:
        """An action of the table, by its key, button or palette entry."""
        action = ACTION[action_id]
        reason = action.reason_not_now(self.connection)
        if reason is not None:
            self._say(f"{action.title}: {reason.text}")
        elif action.opens_dialog:
            self._dialog(action_id)
        else:
            self._do(action_id)

    def _dialog(self, action_id: str) -> None:
        if action_id == "recover":
            self.open_bench()
            return
        self._write(action_id)

    def _do(self, action_id: str, args: Mapping[str, Any] | None = None) -> None:
        if self._bridge is None:
            self._say(f"{label(ACTION[action_id])}: the session is not open yet")
            return
        problem = self._pane(ParamsForm).problem
        if action_id in {"connect", "recover"} and problem and self._pane(ParamsPane).editing:
            self._say(problem, wrong=True)
            self.action_pane(Pane.CONNECTION)
            return
        self.own_connect = action_id in {"connect", "recover"}
        self._bridge.do(action_id, args)

    def on_buttons_pressed(self, message: Buttons.Pressed) -> None:
        """A button does what its key does."""
        message.stop()
        self.action_do(message.action_id)

    def on_wanted(self, message: Wanted) -> None:
        """A pane wants an action."""
        message.stop()
        self.action_do(message.action_id)

    def on_params_edited(self, message: ParamsEdited) -> None:
        """The form holds other parameters."""
        message.stop()
        if self._bridge is not None:
            self._bridge.set_params(message.params)

    def on_channel_table_chosen(self, message: ChannelTable.Chosen) -> None:
        """The log with the frames of a channel alone."""
        message.stop()
        self.action_pane(Pane.FRAMES)
        self._pane(FramesPane).filter(channel_term(message.channel))
