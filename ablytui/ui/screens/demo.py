"""The picker of scenarios: what each shows, and how long it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from ablytui.ui.playbill import Bill
from ablytui.ui.present.demo import row, story
from ablytui.ui.present.view import View
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.theme import MUTED
from ablytui.ui.widgets.choice_list import ChoiceList
from ablytui.ui.widgets.key_button import KeyButton

_AROUND = 11
"""Rows of the dialog beside the list."""


_NARROW = 98
"""Columns below which descriptions stand under the list."""

_TIGHT = 74
"""Columns below which the list has the place of what it is about."""

_LABEL = 9
"""Cells of the word before a story."""


class Choice(NamedTuple):
    """A scenario to play; `stepwise` waits for the person before each step."""

    name: str
    stepwise: bool = False


class DemoDialog(Dialog[Choice]):
    """Ends with a Choice, or None."""

    TITLE_TEXT = "Demo scenarios"
    AUTO_FOCUS = "ChoiceList"

    DEFAULT_CSS = """
    DemoDialog #intro { margin-bottom: 1; }
    DemoDialog #shows { margin-top: 1; height: 3; }
    DemoDialog.-narrow #shows { height: 4; }
    DemoDialog.-tight #intro { display: none; }
    DemoDialog.-tight #shows { height: 5; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "play(False)", "play"),
        Binding("space", "play(True)", "play step by step", priority=True),
    ]

    def __init__(self, bills: Sequence[Bill], view: View, *, playing: str = "") -> None:
        super().__init__()
        self._bills = bills
        self._view = view
        self._current = playing

    def body(self) -> Iterable[Widget]:
        """What it is, the list, and what the chosen one shows."""
        text = "Played by a server inside this program. Nothing leaves the machine."
        yield Static(text, id="intro", markup=False)
        yield ChoiceList(*(Option(bill.title, id=bill.name) for bill in self._bills))
        yield Static("", id="shows")

    def buttons(self) -> Iterable[KeyButton]:
        """Both ways to play."""
        yield KeyButton("enter", "Play", "play(False)", suggested=True, id="play")
        yield KeyButton("space", "Play step by step", "play(True)", id="step")

    def made(self) -> None:
        """Begin at the one that is played, or the first."""
        names = [bill.name for bill in self._bills]
        at = names.index(self._current) if self._current in names else 0
        self.query_one(ChoiceList).highlighted = at if names else None
        self._say_why()

    def show(self, view: View) -> None:
        """The connection moved on."""
        self._view = view
        self._say_why()

    def _say_why(self) -> None:
        connection = self._view.connection
        ends = connection.socket is not None and not self._view.local
        self.why("ends the connection that is open" if ends else "")

    def resized(self, size: Size) -> None:
        """The list scrolls where the screen is low; what the chosen one shows always stays."""
        narrow = size.width < _NARROW
        self.set_class(narrow, "-narrow")
        self.set_class(size.width < _TIGHT, "-tight")
        rows = self.query_one(ChoiceList)
        rows.styles.max_height = max(size.height - _AROUND - narrow, 3)
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        rows, chosen = self.query_one(ChoiceList), self._bill()
        width = rows.scrollable_content_region.width - 4
        for bill in self._bills:
            rows.replace_option_prompt(bill.name, row(bill, width, chosen=bill is chosen))
        shows = self.query_one("#shows", Static)
        if chosen is None:
            return
        if self.has_class("-narrow"):
            shows.update(
                Content.assemble((chosen.description, MUTED), "\n", story(chosen, shows.size.width))
            )
            return
        told = story(chosen, shows.size.width - _LABEL).split("\n")
        label = "shows".ljust(_LABEL)
        lines = [
            Content.assemble((" " * _LABEL if n else label, MUTED), line)
            for n, line in enumerate(told)
        ]
        shows.update(Content("\n").join(lines))

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Another one: say what it shows."""
        message.stop()
        self._draw()

    def _bill(self) -> Bill | None:
        at = self.query_one(ChoiceList).highlighted
        return None if at is None else self._bills[at]

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        message.stop()
        self.action_play(False)

    def action_play(self, stepwise: bool) -> None:
        """Play the one the cursor is on."""
        bill = self._bill()
        if bill is not None:
            self.end(Choice(bill.name, stepwise))
