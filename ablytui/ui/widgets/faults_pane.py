"""Pane 5: the faults that are in force, and those that have struck."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from ablytui.protocol.observe.firings import Firing
from ablytui.ui.faultbook import InForce
from ablytui.ui.keys import command_sign
from ablytui.ui.present import faults
from ablytui.ui.present.channels import attached
from ablytui.ui.present.layout import Pane
from ablytui.ui.present.view import View
from ablytui.ui.theme import MUTED
from ablytui.ui.widgets.slot_title import SlotTitle

Line = InForce | Firing


class FaultList(Widget, can_focus=True):
    """Both lists under one cursor, which keeps to its fault when others come and go."""

    HELP = (
        "The faults of the local service: what is in force until you lift it, and what has struck."
    )

    DEFAULT_CSS = "FaultList { height: 1fr; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "up", show=False, tooltip="The fault before"),
        Binding("down,j", "move(1)", "down", show=False, tooltip="The fault after"),
        Binding("u", "lift", "lift", tooltip="Lift the fault under the cursor"),
        Binding("U", "lift_all", "lift all", tooltip="Lift every fault"),
        Binding("enter", "row", "in the log", tooltip="Show in the log where it struck last"),
    ]

    @dataclass
    class Lifted(Message):
        """These are to be lifted."""

        numbers: tuple[int, ...]

    @dataclass
    class RowWanted(Message):
        """The log where a fault struck."""

        n: int

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.view: View | None = None
        """The picture that it was told last, drawn or not."""
        self.keymap: Mapping[str, tuple[str, ...]] = {}
        self._key: object = None
        self._top = 0
        self._rows: list[Line | None] = []
        self._drawn = Content("")

    @property
    def lines(self) -> list[Line]:
        """What is in force, then what has struck."""
        return [] if self.view is None else [*self.view.in_force, *self.view.firings]

    @property
    def chosen(self) -> Line | None:
        """The fault under the cursor."""
        lines = self.lines
        return next((each for each in lines if _key(each) == self._key), next(iter(lines), None))

    def show(self, view: View) -> None:
        """Repaint if the lists read otherwise now."""
        self.view = view
        if self.size and not (drawn := self._draw()).is_same(self._drawn):
            self._drawn = drawn
            self.refresh()

    def render(self) -> Content:
        """The lists as `show` made them, or for another size or focus."""
        self._drawn = self._draw()
        return self._drawn

    def _draw(self) -> Content:
        view, (width, height) = self.view, self.size
        if view is None or not self.lines:
            keys = (command_sign(name, self.keymap) for name in ("fault", "demo"))
            return Content("") if view is None else faults.empty(view, width, *keys)
        chosen = self.chosen
        drawn: list[Content] = []
        rows: list[Line | None] = []
        for each in self._all(view):
            rows.append(each if isinstance(each, Line) else None)
            drawn.append(each if isinstance(each, Content) else self._row(each, view, chosen))
        at = rows.index(chosen) if chosen in rows else 0
        self._top = min(max(self._top, at - height + 1, 0), at, max(len(rows) - height, 0))
        # The head over the first row comes into sight with it.
        if at <= 1:
            self._top = 0
        self._rows = rows[self._top : self._top + height]
        return Content("\n").join(drawn[self._top : self._top + height])

    def _all(self, view: View) -> list[Line | Content]:
        """Heads, faults and the empty row between the lists."""
        width = self.size.width
        found: list[Line | Content] = []
        if view.in_force:
            found += [faults.heads(width, fired=False), *view.in_force]
        if view.firings:
            found += [Content("")] if found else []
            found += [faults.heads(width, fired=True), *view.firings]
        return found

    def _row(self, each: Line, view: View, chosen: Line | None) -> Content:
        width = self.size.width
        if isinstance(each, InForce):
            text = faults.standing_row(each, view, width)
        else:
            text = faults.firing_row(each, view, width)
        if each == chosen:
            ground = "on $primary 30%" if self.has_focus else "on $primary 15%"
            text = text.pad_right(max(width - text.cell_length, 0)).stylize(ground)
        return text

    def _choose(self, line: Line) -> None:
        self._key = _key(line)
        self.refresh()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Only what can be lifted, or was logged, offers that."""
        if action == "lift":
            return isinstance(self.chosen, InForce)
        if action == "lift_all":
            return self.view is not None and bool(self.view.in_force)
        return isinstance(self.chosen, Firing) if action == "row" else True

    def action_move(self, by: int) -> None:
        """The cursor to another fault."""
        lines, chosen = self.lines, self.chosen
        if chosen is not None:
            self._choose(lines[min(max(lines.index(chosen) + by, 0), len(lines) - 1)])

    def action_lift(self) -> None:
        """What is under the cursor is in force no more."""
        if isinstance(self.chosen, InForce):
            self.post_message(self.Lifted((self.chosen.number,)))

    def action_lift_all(self) -> None:
        """Nothing is in force any more."""
        view = self.view
        if view is not None:
            self.post_message(self.Lifted(tuple(each.number for each in view.in_force)))

    def action_row(self) -> None:
        """Go to where it struck last."""
        if isinstance(self.chosen, Firing):
            self.post_message(self.RowWanted(self.chosen.n))

    def on_click(self, event: Click) -> None:
        """Choose the fault that is clicked."""
        line = self._rows[event.y] if event.y < len(self._rows) else None
        if line is not None:
            self._choose(line)

    def on_mouse_scroll_down(self, _event: MouseScrollDown) -> None:
        """The next fault."""
        self.action_move(1)

    def on_mouse_scroll_up(self, _event: MouseScrollUp) -> None:
        """The one before."""
        self.action_move(-1)


def _key(line: Line) -> object:
    """What a line is known by, while its figures change."""
    return line.number if isinstance(line, InForce) else (line.name, line.text)


class FaultsPane(Vertical):
    """Title and lists."""

    def compose(self) -> ComposeResult:
        """Both."""
        yield SlotTitle(Pane.FAULTS)
        yield FaultList()

    def show(self, view: View) -> None:
        """Another picture; what is not in sight is drawn when it comes there."""
        title, lists = self.query_one(SlotTitle), self.query_one(FaultList)
        if not self.display:
            lists.view = view
            return
        before = None if lists.view is None else lists.view.in_force
        title.count(Pane.FRAMES, view.rows)
        title.count(Pane.CHANNELS, attached(view)[1])
        title.count(Pane.FAULTS, len(view.in_force))
        title.set(right=self.note)
        lists.show(view)
        if before != view.in_force:
            lists.refresh_bindings()

    @property
    def note(self) -> Content:
        """What stands at the right end of its title, or of the row of tabs in its place."""
        key = command_sign("fault", self.query_one(FaultList).keymap)
        link = Style.from_meta({"@click": "screen.fault_choose"})
        words = Content.assemble((key, "bold $text-primary"), (" make a fault…", MUTED))
        return words.stylize(link)

    def on_show(self) -> None:
        """It came into sight: draw what it was only told until now."""
        view = self.query_one(FaultList).view
        if view is not None:
            self.show(view)

    def prefer(self, keymap: Mapping[str, tuple[str, ...]]) -> None:
        """Other keys than the table's, as the person set them."""
        self.query_one(FaultList).keymap = keymap

    def take_focus(self) -> None:
        """The cursor into the lists."""
        self.query_one(FaultList).focus()
