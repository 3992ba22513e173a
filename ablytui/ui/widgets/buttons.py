"""The row of what can be done to the connection, made from the table of actions.

Buttons keep their places. One that cannot be used now loses its ground but can still be focused,
and the right end of the row says why, for all of them together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from ablytui.protocol.actions import ACTION, Action
from ablytui.ui import keys, theme
from ablytui.ui.present.blocked import few_words, suggested, why_grey
from ablytui.ui.present.reasons import starting
from ablytui.ui.present.view import View

TINY: Final = 74
"""Below this many columns only the buttons that can be used are shown."""

ROOMY: Final = 110
"""From this many columns on the row is indented by one."""

_SHORT: Final = {"publish": "Msg…"}
"""Labels where the whole row would not fit otherwise."""


class ActionButton(Widget, can_focus=True):
    """One button. It says what was pressed and does nothing itself."""

    DEFAULT_CSS = """
    ActionButton {
        width: auto; height: 1; margin-right: 1; background: $panel; color: $foreground;
        &.-suggested { background: $primary-muted; }
        &.-off { background: transparent; color: $text-disabled; }
        &:hover { background: $primary 20%; }
        &.-off:hover { background: transparent; }
        &:focus { background: $primary 30%; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "press", "press", show=False),
        Binding("left", "go(False)", "button before", show=False),
        Binding("right", "go(True)", "next button", show=False),
    ]

    def __init__(self, action: Action, letter: str, label: str) -> None:
        super().__init__(id=f"do-{action.id}")
        self.act = action
        self._letter = letter
        self._label = label
        self.label = label

    @property
    def off(self) -> bool:
        """Whether it cannot be used now."""
        return self.has_class("-off")

    def set(self, *, reason: str | None, suggested: bool, short: bool) -> None:
        """Show what can be done; `reason` is why not."""
        label = _SHORT.get(self.act.id, self._label) if short else self._label
        if label != self.label:
            self.label = label
            self.refresh(layout=True)
        self.set_class(reason is not None, "-off")
        self.set_class(suggested and reason is None, "-suggested")
        told = self.act.help if reason is None else f"{self.act.help}. Not now: {reason}"
        if told != self.tooltip:
            self.tooltip = told

    def render(self) -> Content:
        """Key and label."""
        style = "" if self.off else f"bold {theme.PRIMARY}"
        key = (f"{self._letter} ", style) if self._letter else ""
        return Content.assemble(" ", key, (self.label, "underline" if self.has_focus else ""), " ")

    def action_press(self) -> None:
        """Say so."""
        self.post_message(Buttons.Pressed(self.act.id))

    def action_go(self, on: bool) -> None:
        """To the neighbour."""
        if on:
            self.screen.focus_next(ActionButton)
        else:
            self.screen.focus_previous(ActionButton)

    def on_click(self, event: Click) -> None:
        """As enter."""
        event.stop()
        self.action_press()


class Buttons(Horizontal):
    """The row; `show` tells it what is."""

    DEFAULT_CSS = """
    Buttons { height: 1; overflow: hidden; }
    Buttons.-roomy { padding-left: 1; }
    Buttons > Static { width: 1fr; height: 1; text-align: right; padding-right: 1; }
    Buttons > Static { color: $text-muted; }
    Buttons.-tiny > Static { color: $text-disabled; }
    Buttons.-tiny > ActionButton.-off, Buttons > ActionButton.-cut { display: none; }
    """

    @dataclass
    class Pressed(Message):
        """The button of this action was pressed, whether it can be used now or not."""

        action_id: str

    def __init__(
        self,
        view: View | None = None,
        *,
        letter: Callable[[str], str] = keys.letter,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._view = view
        self._letter = letter
        self._why = ""

    def compose(self) -> ComposeResult:
        """A button for each action that has one, then the reason."""
        for action_id in keys.BUTTONS:
            action = ACTION[action_id]
            yield ActionButton(action, self._letter(action_id), keys.label(action))
        yield Static("", markup=False)

    def on_mount(self) -> None:
        """As things are at the start."""
        self._draw()

    def on_resize(self, _event: Resize) -> None:
        """Other labels and words may fit."""
        self._draw()

    def show(self, view: View) -> None:
        """Another picture; only what differs is repainted. Time alone changes nothing here."""
        before, self._view = self._view, view
        if before is None or view.connection is not before.connection:
            self._draw()

    def _draw(self) -> None:
        view, width = self._view, self.size.width
        if view is None or not width or not self.is_mounted:
            return
        buttons = list(self.query_children(ActionButton))
        self.set_class(width < TINY, "-tiny")
        self.set_class(width >= ROOMY, "-roomy")
        best = suggested(view)
        short = TINY <= width < ROOMY
        taken = int(width >= ROOMY)
        grey: list[str] = []
        for button in buttons:
            reason = button.act.reason_not_now(view.connection)
            text = starting(view) or (None if reason is None else reason.text)
            button.set(reason=text, suggested=button.act.id == best, short=short)
            if text is not None:
                grey.append(text)
            length = button.render().cell_length
            # One that does not fit is left out whole; its key works all the same.
            cut = width < TINY and text is None and taken + length > width
            button.set_class(cut, "-cut")
            if not cut and (text is None or width >= TINY):
                taken += length + 1
        # One cell is left free at the right end, and two between the buttons and the words.
        self._say(self._words(view, grey, width - taken - 3))

    def _words(self, view: View, grey: list[str], room: int) -> str:
        if not grey:
            return ""
        connection = view.connection
        if view.opening:
            return grey[0] if len(grey[0]) <= room else ""
        if self.size.width < TINY:
            words = few_words(len(grey), grey[0], connection)
            return words if len(words) <= room + 1 else ""
        return why_grey((ACTION[each] for each in keys.BUTTONS), connection, room)

    def _say(self, words: str) -> None:
        if words != self._why:
            self._why = words
            self.query_exactly_one(Static).update(Content(words), layout=False)
