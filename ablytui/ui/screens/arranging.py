"""Which panes of the main screen are seen, and which of them has the focus."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from textual.content import Content
from textual.events import DescendantBlur, DescendantFocus, Resize
from textual.geometry import Size

from ablytui.ui.present.layout import NUMBERED, SLOT, Arrangement, Pane, Shape, shape_of
from ablytui.ui.screens.saying import Saying
from ablytui.ui.widgets.buttons import Buttons
from ablytui.ui.widgets.channels_pane import ChannelsPane
from ablytui.ui.widgets.faults_pane import FaultsPane
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.frames_pane import FramesPane
from ablytui.ui.widgets.key_bar import KeyBar
from ablytui.ui.widgets.pane_tabs import PaneTabs
from ablytui.ui.widgets.params_form import ParamsForm
from ablytui.ui.widgets.params_pane import ParamsPane
from ablytui.ui.widgets.state_pane import StatePane


class Arranging(Saying):
    """The part of the main screen that arranges: by size, by posture, by what is zoomed."""

    def __init__(self) -> None:
        super().__init__()
        self._shape: Shape | None = None
        self._arrangement = Arrangement()
        self._left: Pane | None = None

    def detail(self, n: int) -> None:
        """Show the row `n` in the detail."""
        raise NotImplementedError

    def on_params_form_left(self, message: ParamsForm.Left) -> None:
        """Esc in the form goes back to the log."""
        message.stop()
        self.action_pane(Pane.FRAMES)

    def action_pane(self, pane: str) -> None:
        """Go to a pane, and show it if it is not in sight."""
        wanted = Pane(pane)
        keep = wanted is Pane.FRAMES and self._shape in {Shape.STD, Shape.WIDE}
        self._arrange(
            tab=wanted,
            slot=wanted if wanted in SLOT else self._arrangement.slot,
            zoomed=None,
            inspecting=self._arrangement.inspecting if keep else False,
        )
        self._focus(wanted)

    def _focus(self, pane: Pane) -> None:
        if pane is Pane.FRAMES:
            self._pane(FramesPane).take_focus()
        elif pane is Pane.CONNECTION:
            self._pane(ParamsPane).take_focus()
        elif pane is Pane.STATE:
            self._pane(StatePane).take_focus()
        elif pane is Pane.CHANNELS:
            self._pane(ChannelsPane).take_focus()
        elif pane is Pane.FAULTS:
            self._pane(FaultsPane).take_focus()
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
            self.detail(self._pane(FrameLog).selected or 0)

    def _first(self, shown: frozenset[Pane]) -> Pane:
        return next(pane for pane in Pane if pane in shown)

    def on_frames_pane_noted(self) -> None:
        """The tabs say what the title of the log says."""
        frames, tabs = self._pane(FramesPane), self._pane(PaneTabs)
        tabs.frames = frames.total
        notes = {Pane.FRAMES: frames.note, Pane.FAULTS: self._pane(FaultsPane).note}
        tabs.note = notes.get(tabs.active, Content(""))

    def on_descendant_focus(self, _event: DescendantFocus) -> None:
        """The tabs are marked while a pane has the focus."""
        self._pane(PaneTabs).focused_pane = self._focused_pane() is not None

    def on_descendant_blur(self, _event: DescendantBlur) -> None:
        """See `on_descendant_focus`."""
        self._pane(PaneTabs).focused_pane = self._focused_pane() is not None
