"""The main screen: every pane is mounted once; size and posture decide which are seen.

It routes: from the bridge's pictures to the panes, and from what panes want to the bridge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus, Resize
from textual.geometry import Size
from textual.widgets import Static

from ablytui.protocol.actions import ACTION
from ablytui.protocol.credentials import cipher_keys
from ablytui.ui.bridge import Bridge
from ablytui.ui.keys import SCREEN, bindings, connection_bindings, label
from ablytui.ui.messages import LogGrew, ParamsEdited, Viewed, Wanted
from ablytui.ui.present.layout import (
    MIN_HEIGHT,
    MIN_WIDTH,
    NUMBERED,
    Arrangement,
    Pane,
    Shape,
    shape_of,
)
from ablytui.ui.present.view import View
from ablytui.ui.screens.compose import ComposeDialog
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.screens.recover import RecoverDialog
from ablytui.ui.screens.saying import Saying
from ablytui.ui.settings import Launch, Runtime, Settings
from ablytui.ui.widgets.buttons import Buttons
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.frames_pane import FramesPane, NoRows
from ablytui.ui.widgets.key_bar import KeyBar
from ablytui.ui.widgets.log_rows import RowSource
from ablytui.ui.widgets.pane_tabs import PaneTabs
from ablytui.ui.widgets.params_form import ParamsForm
from ablytui.ui.widgets.params_pane import ParamsPane
from ablytui.ui.widgets.state_line import StateLine
from ablytui.ui.widgets.state_pane import Diagram, StatePane
from ablytui.ui.widgets.status_bar import StatusBar


class MainScreen(Saying):
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
        self._source: RowSource = NoRows()
        self._shape: Shape | None = None
        self._arrangement = Arrangement()
        self._left: Pane | None = None

    def compose(self) -> ComposeResult:
        """All of it, once."""
        view, moving = self._view, self._settings.moving
        yield StatusBar(view, spin=moving, id="status")
        yield StateLine(view, spin=moving, id="state-line")
        yield Buttons(view, id="buttons")
        yield PaneTabs(id="tabs")
        with Container(id="body"):
            note = "local service" if self._launch.local else ""
            yield ParamsPane(view, note=note, blink=moving, id="connection")
            yield StatePane(view, spin=moving, id="state")
            yield FramesPane(now=self._log_now, id="frames")
            yield FrameDetail(id="detail")
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
        self._pane(FramesPane).open(runtime.reader, wall0=runtime.wall0, zone=bridge.zone)
        self._pane(FrameLog).set_links(bridge.links)

    def _log_now(self) -> int:
        if self._runtime is None:
            return 0
        return int((self._runtime.clock.mono() - self._runtime.mono0) * 1000)

    def on_mount(self) -> None:
        """Take the shape before the first paint; show what is known before there is a session."""
        self._reshape(self.app.size)
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self._show(self._view)
        if self._view.connection.params.has_credential or self._launch.local:
            self._pane(FramesPane).take_focus()
        else:
            self._pane(ParamsPane).take_focus()

    def on_viewed(self, message: Viewed) -> None:
        """The picture of the connection is another one."""
        message.stop()
        self._show(message.view)

    def _show(self, view: View) -> None:
        moved = view.connection.state is not self._view.connection.state
        self._view = view
        self._pane(StatusBar).show(view)
        self._pane(StateLine).show(view)
        self._pane(Buttons).show(view)
        self._pane(ParamsPane).show(view)
        self._pane(StatePane).show(view)
        self._pane(FramesPane).show(view)
        for screen in self.app.screen_stack:
            if isinstance(screen, Dialog):
                screen.show(view)
        if moved:
            self.refresh_bindings()

    def on_log_grew(self, message: LogGrew) -> None:
        """More rows are committed."""
        message.stop()
        self._pane(FramesPane).log_view.grew(message.upto)

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
        blink = self._settings.moving
        if action_id == "recover":
            own = self._bridge.recovery_key() if self._bridge else None
            self.app.push_screen(RecoverDialog(self._view, own, blink=blink), self._recover)
            return
        channel = next(iter(self.connection.channels), "")
        self.app.push_screen(
            ComposeDialog(self._view, action_id, channel, blink=blink), self._composed
        )

    def _recover(self, key: str | None) -> None:
        if key is not None:
            self._do("recover", {"key": key})

    def _composed(self, wanted: Wanted | None) -> None:
        if wanted is not None:
            self._do(wanted.action_id, wanted.args)

    def _do(self, action_id: str, args: Mapping[str, Any] | None = None) -> None:
        if self._bridge is None:
            self._say(f"{label(ACTION[action_id])}: the session is not open yet")
            return
        problem = self._pane(ParamsForm).problem
        if action_id in {"connect", "recover"} and problem and self._pane(ParamsPane).editing:
            self._say(problem, wrong=True)
            self.action_pane(Pane.CONNECTION)
            return
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

    # --- panes ----------------------------------------------------------------------------------

    def on_frame_log_selected(self, message: FrameLog.Selected) -> None:
        """The detail follows the cursor where it is in sight."""
        message.stop()
        if Pane.DETAIL in self._arrangement.visible(self._shape or Shape.NONE):
            self._detail(message.n)

    def on_frame_log_opened(self, message: FrameLog.Opened) -> None:
        """Inspect: the log beside the frame's detail."""
        message.stop()
        self._detail(message.n)
        self._arrange(inspecting=True, zoomed=None)
        self._pane(FrameDetail).focus()

    def _detail(self, n: int) -> None:
        entry = self._source.row(n)
        if entry is not None:
            keys = cipher_keys(self.connection.params)
            around = replace(self._pane(FrameLog).around, keys=keys)
            total = self._source.last()
            self._pane(FrameDetail).show(entry, around=around, total=total)

    def on_frame_detail_closed(self, message: FrameDetail.Closed) -> None:
        """Watch again."""
        message.stop()
        self._arrange(inspecting=False, zoomed=None)
        self._pane(FramesPane).take_focus()

    def on_frame_detail_stepped(self, message: FrameDetail.Stepped) -> None:
        """The detail of the row that many rows further; the cursor of the log goes along."""
        message.stop()
        at = self._pane(FrameLog).selected
        if at is not None:
            self._go_to(min(max(at + message.by, 1), self._source.last()))

    def on_frame_detail_linked(self, message: FrameDetail.Linked) -> None:
        """The detail of a row that belongs to this one."""
        message.stop()
        self._go_to(message.n)

    def _go_to(self, n: int) -> None:
        self._pane(FrameLog).select(n)
        self._detail(n)

    def on_diagram_row_wanted(self, message: Diagram.RowWanted) -> None:
        """The log where a change of state stands in it."""
        message.stop()
        self.action_pane(Pane.FRAMES)
        self._go_to(message.n)

    def on_params_form_left(self, message: ParamsForm.Left) -> None:
        """Esc in the form goes back to the log."""
        message.stop()
        self.action_pane(Pane.FRAMES)

    def action_pane(self, pane: str) -> None:
        """Go to a pane, and show it if it is not in sight."""
        wanted = Pane(pane)
        keep = wanted is Pane.FRAMES and self._shape in {Shape.STD, Shape.WIDE}
        self._arrange(
            tab=wanted, zoomed=None, inspecting=self._arrangement.inspecting if keep else False
        )
        self._focus(wanted)

    def _focus(self, pane: Pane) -> None:
        if pane is Pane.FRAMES:
            self._pane(FramesPane).take_focus()
        elif pane is Pane.CONNECTION:
            self._pane(ParamsPane).take_focus()
        elif pane is Pane.STATE:
            self._pane(StatePane).take_focus()
        else:
            self._pane(FrameDetail).focus()

    def action_edit(self) -> None:
        """The cursor into the form, if there is anything to edit now."""
        if not self._pane(ParamsPane).editable:
            self._say("Edit: disconnect or close first; the parameters are in use.")
            return
        self.action_pane(Pane.CONNECTION)
        self._pane(ParamsPane).edit()

    def action_zoom(self) -> None:
        """The focused pane over the whole body, or all of them again."""
        zoomed = None if self._arrangement.zoomed else self._focused_pane()
        self._arrange(zoomed=zoomed)

    def _focused_pane(self) -> Pane | None:
        for pane in Pane:
            if self.query_one(f"#{pane.value}").has_focus_within:
                return pane
        return None

    def on_resize(self, event: Resize) -> None:
        """Another size may be another shape."""
        self._reshape(event.size)

    def _reshape(self, size: Size) -> None:
        shape = shape_of(size.width, size.height)
        if shape is not self._shape:
            self.remove_class(*(f"-{each.value}" for each in Shape))
            self._shape = shape
            self.add_class(f"-{shape.value}")
            buttons, keys = self._pane(Buttons), self._pane(KeyBar)
            if shape is Shape.TINY:
                self.move_child(buttons, before=keys)
            else:
                self.move_child(buttons, before=self._pane(PaneTabs))
            pane = self._focused_pane()
            # Where one pane fits, it is the one that the person is in.
            self._arrange(tab=pane if pane in NUMBERED else self._arrangement.tab)

    def _arrange(self, **changes: Any) -> None:
        """Show the panes of this posture and shape, and keep the focus in one of them."""
        self._arrangement = replace(self._arrangement, **changes)
        shown = self._arrangement.visible(self._shape or Shape.NONE)
        focused = self._focused_pane()
        self.set_class(self._arrangement.inspecting, "-inspect")
        self.set_class(self._arrangement.zoomed is not None, "-zoom")
        for pane in Pane:
            self.query_one(f"#{pane.value}").display = pane in shown
        self._pane(PaneTabs).active = self._arrangement.zoomed or self._arrangement.tab
        self.on_frames_pane_noted()
        if not shown:
            # Too small: nothing can hold the focus, and it comes back where it was.
            self._left = focused or self._left
        elif focused is None and self._left is not None:
            self._focus(self._left if self._left in shown else self._first(shown))
            self._left = None
        elif focused is not None and focused not in shown:
            self._focus(self._first(shown))
        if self._shape is Shape.WIDE and self._pane(FrameLog).selected is not None:
            self._detail(self._pane(FrameLog).selected or 0)

    def _first(self, shown: frozenset[Pane]) -> Pane:
        return next(pane for pane in Pane if pane in shown)

    def on_frames_pane_noted(self) -> None:
        """The tabs say what the title of the log says."""
        frames, tabs = self._pane(FramesPane), self._pane(PaneTabs)
        tabs.frames = frames.total
        tabs.note = frames.note if tabs.active is Pane.FRAMES else Content("")

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """The tabs are marked while a pane has the focus."""
        self._pane(PaneTabs).focused_pane = self._focused_pane() is not None

    def on_descendant_blur(self, _event: DescendantBlur) -> None:
        """See `on_descendant_focus`."""
        self._pane(PaneTabs).focused_pane = self._focused_pane() is not None
