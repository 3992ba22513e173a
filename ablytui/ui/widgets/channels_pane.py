"""Pane 4: every channel with its state, rights, serial and traffic, and more of the chosen one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Click, MouseScrollDown, MouseScrollUp
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from ablytui.protocol.actions import ACTION
from ablytui.ui.keys import KEYS, letter
from ablytui.ui.present import channels
from ablytui.ui.present.channels import SORTS, Line
from ablytui.ui.present.layout import Pane
from ablytui.ui.present.view import View
from ablytui.ui.theme import MUTED
from ablytui.ui.widgets.slot_title import SlotTitle

_ABOUT = 5
"""Rows under the table for the chosen channel, the empty one between them too."""


class ChannelTable(Widget, can_focus=True):
    """The table. The cursor keeps to its channel when others come or the order changes."""

    HELP = "Every channel: its state, what it may do, where it is, and what passed on it."

    DEFAULT_CSS = "ChannelTable { height: 1fr; }"

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(
                KEYS[name][0],
                f"screen.do({name!r})",
                word,
                id=f"connection.{name}",
                tooltip=ACTION[name].help,
            )
            for name, word in (("attach", "attach…"), ("detach", "detach"), ("publish", "publish"))
        ),
        Binding("up,k", "move(-1)", "up", show=False, tooltip="The channel before"),
        Binding("down,j", "move(1)", "down", show=False, tooltip="The channel after"),
        Binding(
            "enter", "frames", "frames of this channel", tooltip="Show its frames alone in the log"
        ),
        Binding("y", "copy", "copy serial", tooltip="Copy the channel serial"),
        Binding("S", "sort", "sort", tooltip="Change the order of the channels"),
    ]

    @dataclass
    class Chosen(Message):
        """The frames of a channel are to be shown."""

        channel: str

    @dataclass
    class Copied(Message):
        """A serial is to be copied."""

        text: str

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.view: View | None = None
        """The picture that it was told last, drawn or not."""
        self.keymap: Mapping[str, tuple[str, ...]] = {}
        self._name: str | None = None
        self._sort = SORTS[0]
        self._top = 0
        self._drawn = Content("")
        self._drawn_for = Size(0, 0)

    @property
    def sort(self) -> str:
        """The order that the table has."""
        return self._sort

    @property
    def lines(self) -> list[Line]:
        """The channels in that order."""
        return [] if self.view is None else channels.lines(self.view, self._sort)

    @property
    def chosen(self) -> Line | None:
        """The channel under the cursor."""
        lines = self.lines
        return next((each for each in lines if each.name == self._name), next(iter(lines), None))

    def show(self, view: View) -> None:
        """Repaint if the table reads otherwise now."""
        self.view = view
        if self.size and not (drawn := self._draw()).is_same(self._drawn):
            self._drawn, self._drawn_for = drawn, self.size
            self.refresh()

    def render(self) -> Content:
        """The table as `show` made it, or for another size or focus."""
        self._drawn, self._drawn_for = self._draw(), self.size
        return self._drawn

    def _draw(self) -> Content:
        view, lines, chosen = self.view, self.lines, self.chosen
        width, height = self.size
        if view is None or not lines:
            sign = letter("attach", self.keymap)
            return Content.styled(f"\n  No channels yet. {sign} attaches one.", MUTED)
        room = self._room(len(lines))
        at = lines.index(chosen) if chosen in lines else 0
        self._top = min(max(self._top, at - room + 1, 0), at, max(len(lines) - room, 0))
        drawn = [channels.heads(width)]
        for each in lines[self._top : self._top + room]:
            text = channels.row(each, view, width)
            if each == chosen:
                ground = "on $primary 30%" if self.has_focus else "on $primary 15%"
                text = text.pad_right(width - text.cell_length).stylize(ground)
            drawn.append(text)
        if chosen is not None and len(drawn) + _ABOUT <= height:
            drawn += [Content(""), *channels.about(chosen, view, width)]
        return Content("\n").join(drawn[:height])

    def _room(self, count: int) -> int:
        """Rows for channels: all of them, or what is left beside the chosen one's facts."""
        height = self.size.height - 1
        return max(1, height if height < _ABOUT + 3 else min(count, height - _ABOUT))

    def _choose(self, index: int) -> None:
        lines = self.lines
        if lines:
            self._name = lines[min(max(index, 0), len(lines) - 1)].name
            self.refresh()

    def action_move(self, by: int) -> None:
        """The cursor to another channel."""
        chosen, lines = self.chosen, self.lines
        if chosen is not None:
            self._choose(lines.index(chosen) + by)

    def action_sort(self) -> None:
        """The next order."""
        self._sort = SORTS[(SORTS.index(self._sort) + 1) % len(SORTS)]
        self.refresh()
        if isinstance(self.parent, ChannelsPane) and self.view is not None:
            self.parent.show(self.view)

    def action_frames(self) -> None:
        """Show what passed on the channel."""
        if self.chosen is not None:
            self.post_message(self.Chosen(self.chosen.name))

    def action_copy(self) -> None:
        """Copy the position on the channel."""
        chosen = self.chosen
        if chosen is not None and chosen.channel is not None and chosen.channel.channel_serial:
            self.post_message(self.Copied(chosen.channel.channel_serial))

    def on_click(self, event: Click) -> None:
        """Choose the channel that is clicked; what is told of one below the table is no row."""
        if 1 <= event.y <= self._room(len(self.lines)):
            self._choose(self._top + event.y - 1)

    def on_mouse_scroll_down(self, _event: MouseScrollDown) -> None:
        """The next channel."""
        self.action_move(1)

    def on_mouse_scroll_up(self, _event: MouseScrollUp) -> None:
        """The one before."""
        self.action_move(-1)


class ChannelsPane(Vertical):
    """Title and table."""

    def compose(self) -> ComposeResult:
        """Both."""
        yield SlotTitle(Pane.CHANNELS)
        yield ChannelTable()

    @property
    def chosen(self) -> str | None:
        """The name of the channel under the cursor."""
        line = self.query_one(ChannelTable).chosen
        return None if line is None else line.name

    def show(self, view: View) -> None:
        """Another picture of the connection; what is not in sight is drawn when it comes there."""
        here, table = self.query_one(SlotTitle), self.query_one(ChannelTable)
        if not self.display:
            table.view = view
            return
        here.count(Pane.FRAMES, view.rows)
        attached, count = channels.attached(view)
        here.count(Pane.CHANNELS, count)
        here.count(Pane.FAULTS, len(view.in_force))
        order = "" if table.sort == SORTS[0] else f"by {table.sort}   "
        here.set(right=f"{order}{attached} of {count} attached")
        table.show(view)

    def on_show(self) -> None:
        """It came into sight: draw what it was only told until now."""
        view = self.query_one(ChannelTable).view
        if view is not None:
            self.show(view)

    def prefer(self, keymap: Mapping[str, tuple[str, ...]]) -> None:
        """Other keys than the table's, as the person set them."""
        self.query_one(ChannelTable).keymap = keymap

    def take_focus(self) -> None:
        """The cursor into the table."""
        self.query_one(ChannelTable).focus()
