"""The question before leaving while a connection is open."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Literal

from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Static

from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.widgets.key_button import KeyButton

Leave = Literal["close", "keep"]


class QuitDialog(Dialog[Leave]):
    """Ends with "close", "keep" (the server keeps the state for a recovery), or None to stay."""

    TITLE_TEXT = "Quit"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+s", "leave('close')", "close and quit"),
        Binding("k", "leave('keep')", "quit without CLOSE"),
        Binding("q,ctrl+c", "leave('close')", "close and quit", show=False),
    ]

    def body(self) -> Iterable[Widget]:
        """The question, and the other way out."""
        yield Static("Close and quit? The connection is open.", markup=False)
        yield Static("")
        yield Static(
            "Without CLOSE the service keeps the state for a while, and a recovery key takes it up.",
            markup=False,
        )

    def buttons(self) -> Iterable[KeyButton]:
        """Both ways out, and the way back."""
        yield KeyButton("enter", "Close and quit", "leave('close')", suggested=True)
        yield KeyButton("k", "Quit without CLOSE", "leave('keep')")
        yield KeyButton("esc", "Stay", "cancel")

    def action_leave(self, how: Leave) -> None:
        """Decided."""
        self.end(how)
