"""The list of ways to break a recovery key, over the recover dialog."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ablytui.protocol.keybreaks import Breaking, breaks_of
from ablytui.protocol.params import DialectName
from ablytui.ui.present.keychoice import RESTORE, break_line, restore_line
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.theme import MUTED
from ablytui.ui.widgets.choice_list import ChoiceList
from ablytui.ui.widgets.key_button import KeyButton


class BreakDialog(Dialog[str]):
    """Ends with the broken text, or None. `whole` is the key before it was broken, if it was."""

    TITLE_TEXT = "Break the key"
    HELP = "Each way changes one part of the key; a digit takes one at once, 0 takes all back."
    AUTO_FOCUS = "ChoiceList"

    DEFAULT_CSS = """
    BreakDialog #intro { margin-bottom: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "break", tooltip="Break the key in the way of this line")
    ]

    def __init__(self, at: Breaking, dialect: DialectName, whole: str | None) -> None:
        super().__init__()
        self._breaks = breaks_of(dialect)
        self._texts = [whole, *(each.make(at) for each in self._breaks)]

    def body(self) -> Iterable[Widget]:
        """What it is, and the list."""
        yield Static("", id="intro", markup=False)
        first = [] if self._texts[0] is None else [Option("", id="0")]
        rest = [
            Option("", id=str(at), disabled=self._texts[at] is None)
            for at in range(1, len(self._texts))
        ]
        yield ChoiceList(*first, *rest)

    def buttons(self) -> Iterable[KeyButton]:
        """The one."""
        yield KeyButton("enter", "Break", "choose", suggested=True)

    def made(self) -> None:
        """Begin at the first that can be chosen."""
        rows = self.query_one(ChoiceList)
        rows.highlighted = None
        rows.action_first()

    def resized(self, size: Size) -> None:
        """The list scrolls where the screen is low."""
        rows = self.query_one(ChoiceList)
        rows.styles.max_height = max(size.height - 8, 3)
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        rows = self.query_one(ChoiceList)
        width = rows.scrollable_content_region.width - 4
        for option in rows.options:
            rows.replace_option_prompt(option.id or "", self._line(int(option.id or 0), width))
        self._say()

    def _say(self) -> None:
        """What the line under the cursor leads to."""
        option = self.query_one(ChoiceList).highlighted_option
        at = int(option.id or 0) if option is not None else None
        said = "One part is changed, the others stay."
        if at is not None:
            said = RESTORE if at == 0 else self._breaks[at - 1].expect
        self.query_one("#intro", Static).update(Content.styled(said, MUTED))

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Another line."""
        message.stop()
        self._say()

    def _line(self, at: int, width: int) -> Content:
        if at == 0:
            return restore_line(width)
        can = self._texts[at] is not None
        return break_line(at, self._breaks[at - 1], width, can=can)

    def on_key(self, event: Key) -> None:
        """A digit chooses at once."""
        if event.character and event.character in "0123456789":
            event.stop()
            self._choose(int(event.character))

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        message.stop()
        self._choose(int(message.option_id or 0))

    def action_choose(self) -> None:
        """The one the cursor is on."""
        self.query_one(ChoiceList).action_select()

    def _choose(self, at: int) -> None:
        if at < len(self._texts) and self._texts[at] is not None:
            self.end(self._texts[at])
