"""The recover dialog: a key is read as it is typed, and nothing is sent before Recover."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static, TextArea

from ablytui.protocol.actions import ACTION
from ablytui.protocol.params import DialectName
from ablytui.ui.present.recovery import Reading, opens, read, table, verdict, warning
from ablytui.ui.present.view import View
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.theme import MUTED
from ablytui.ui.widgets.key_area import KeyArea
from ablytui.ui.widgets.key_button import KeyButton

_ALSO = {
    DialectName.CURRENT: 'current keys: {"connectionKey":…,"msgSerial":…,"channelSerials":{…}}',
    DialectName.CLASSIC: "classic keys: connectionKey:connectionSerial:msgSerial",
}


class Labelled(Horizontal):
    """A name in 14 cells, and what it names."""

    DEFAULT_CSS = """
    Labelled { height: auto; margin-bottom: 1; }
    Labelled > .label { width: 14; color: $text-muted; }
    Labelled:focus-within > .label { color: $text-primary; text-style: bold; }
    Labelled > .value { width: 1fr; }
    """

    def __init__(self, label: str, value: Widget, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._label = label
        self._value = value
        value.add_class("value")

    def compose(self) -> ComposeResult:
        """Both."""
        yield Static(self._label, classes="label", markup=False)
        yield self._value


class RecoverDialog(Dialog[str]):
    """Ends with the text of a key that can be read, or None."""

    TITLE_TEXT = "Recover a connection"
    AUTO_FOCUS = "KeyArea"

    DEFAULT_CSS = """
    RecoverDialog #read { margin-bottom: 1; height: auto; }
    RecoverDialog .gone { display: none; }
    RecoverDialog #parts { margin-bottom: 1; height: auto; }
    RecoverDialog #late { margin-bottom: 1; height: auto; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "recover", "recover"),
        Binding("ctrl+r", "reveal", "secrets"),
    ]

    def __init__(self, view: View, own: str | None, *, blink: bool = True) -> None:
        super().__init__()
        self._view = view
        self._own = own or ""
        self._blink = blink
        self._revealed = view.revealed
        self._reading = read(self._own, self._dialect)

    @property
    def _dialect(self) -> DialectName:
        return self._view.connection.params.dialect

    def body(self) -> Iterable[Widget]:
        """The key, what is read of it, and where it leads."""
        yield Static(
            "Paste a recovery key. It is read as you type; nothing is sent before Recover.\n",
            markup=False,
        )
        yield Labelled("recovery key", KeyArea(self._own, blink=self._blink))
        yield Static("", id="read")
        yield Static("", id="parts")
        yield Static("", id="late")
        yield Labelled("opens", Static("", id="opens"), id="opens-row")
        also = Content.styled(_ALSO[self._dialect], MUTED)
        yield Labelled("it reads", Static(also), id="also-row")

    def buttons(self) -> Iterable[KeyButton]:
        """Recover, and the secrets."""
        yield KeyButton("ctrl+s", "Recover", "recover", suggested=True, id="recover")
        yield KeyButton("ctrl+r", "Show secrets", "reveal", id="reveal")

    def made(self) -> None:
        """Read what stands there."""
        area = self.query_one(KeyArea)
        # One's own key stands there to be looked at; what is pasted takes its place.
        area.select_all()
        area.reveal(self._revealed)
        self._draw()

    def resized(self, size: Size) -> None:  # noqa: ARG002 - whatever it is
        """Lines break elsewhere."""
        self._draw()

    def show(self, view: View) -> None:
        """The connection moved on."""
        moved = view.connection is not self._view.connection
        self._view = view
        if moved:
            self._draw()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Read it again."""
        message.stop()
        self._draw()

    def _draw(self) -> None:
        area = self.query_one(KeyArea)
        reading = read(area.text, self._dialect, revealed=self._revealed)
        self._reading = reading
        area.mark(reading.problem.at if reading.problem and area.text.strip() else None)
        width = max(self.query_one("#dialog-body").size.width - 6, 30)
        self._put("#read", verdict(reading))
        self._put("#parts", table(reading, width))
        own = area.text == self._own
        self._put("#late", warning(own, self._view.connection, self._view.now))
        where = opens(reading, self._view.connection, width - 14, revealed=self._revealed)
        self.query_one("#opens-row").set_class(where is None, "gone")
        self.query_one("#also-row").set_class(reading.problem is None, "gone")
        self._put("#opens", where)
        self._buttons(reading)

    def _put(self, where: str, text: Content | None) -> None:
        widget = self.query_one(where, Static)
        widget.set_class(text is None or not text.plain, "gone")
        widget.update(text or "")

    def _buttons(self, reading: Reading) -> None:
        why = self._why_not(reading)
        self.query_one("#recover", KeyButton).grey(bool(why))
        word = "Hide secrets" if self._revealed else "Show secrets"
        self.query_one("#reveal", KeyButton).rename(word)
        if why:
            self.why(f"Recover: {why}")
        else:
            is_open = self._view.connection.socket is not None
            self.why("replaces the open connection" if is_open else "")

    def _why_not(self, reading: Reading) -> str:
        reason = ACTION["recover"].reason_not_now(self._view.connection)
        return reading.why_not or (reason.text if reason else "")

    def on_key_area_submitted(self, message: KeyArea.Submitted) -> None:
        """Enter recovers."""
        message.stop()
        self.action_recover()

    def action_recover(self) -> None:
        """Use the key, if it can be read."""
        if not self._why_not(self._reading):
            self.end(self.query_one(KeyArea).text.strip())

    def action_reveal(self) -> None:
        """Show the secrets, or hide them again."""
        self._revealed = not self._revealed
        self.query_one(KeyArea).reveal(self._revealed)
        self._draw()
