"""The compose dialog: publish, attach, detach, presence, or one raw frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.style import Style
from textual.widget import Widget
from textual.widgets import Static, TextArea

from ablytui.protocol.actions import ACTION
from ablytui.ui.messages import Wanted
from ablytui.ui.present.compose import (
    KIND,
    KINDS,
    arguments,
    channel_note,
    data_note,
    missing,
    nameless,
)
from ablytui.ui.present.view import View
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.widgets.field import Field
from ablytui.ui.widgets.key_button import KeyButton

_NEEDS_SOCKET = frozenset({"send"})


class Kinds(Widget, can_focus=True):
    """The tabs of the dialog; ← and → go from one to the next."""

    DEFAULT_CSS = """
    Kinds { height: 1; margin-bottom: 1; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "screen.turn(1)", "next kind"),
        Binding("left", "screen.turn(-1)", "kind before"),
    ]

    auto_links = False
    kind: reactive[str] = reactive("publish")

    def render(self) -> Content:
        """All of them, the chosen one marked."""
        parts = []
        for kind in KINDS:
            style = "bold underline $text-primary" if kind.action == self.kind else ""
            word = Content.styled(kind.word, style)
            parts.append(word.stylize(Style.from_meta({"@click": f"screen.kind({kind.action!r})"})))
        return Content("  ").join(parts)


class ComposeDialog(Dialog[Wanted]):
    """Ends with the action that is wanted, its arguments beside it, or None."""

    TITLE_TEXT = "Send"
    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    ComposeDialog {
        & Field { margin-bottom: 1; }
        & Field .name, & .label { width: 14; padding: 0; }
        & .label { color: $text-muted; }
        & .off { display: none; }
        & #channel-state { margin: 0 0 1 14; }
        & #data-row { height: auto; layout: horizontal; }
        & #data-row.-focus .label { color: $text-primary; text-style: bold; }
        & TextArea {
            height: 6; width: 1fr; border: none; padding: 0 1; background: $panel;
            border-left: outer $panel; scrollbar-size-vertical: 1;
            &:focus { border: none; background: $primary 20%; border-left: outer $border; }
        }
        & #data-note { margin: 0 0 1 14; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "send"),
        Binding("ctrl+n", "turn(1)", "next kind"),
    ]

    def __init__(self, view: View, action: str, channel: str = "", *, blink: bool = True) -> None:
        super().__init__()
        self._view = view
        self._action = action
        self._channel = channel
        self._blink = blink

    def body(self) -> Iterable[Widget]:
        """Every field once; those of the other kinds are hidden, and keep their texts."""
        kinds = Kinds()
        kinds.kind = self._action
        yield kinds
        yield Field("channel", "channel", placeholder="orders:eu", blink=self._blink)
        yield Static("", id="channel-state")
        yield Field("action", "presence", choices=("enter", "update", "leave"))
        yield Field("as", "opcode", choices=("text", "hex"), words=("text", "binary, as hex"))
        yield Field("name", "name", placeholder="none", blink=self._blink)
        yield DataRow(blink=self._blink)
        yield Static("", id="data-note")
        yield Field("id", "id", placeholder="none, the service numbers it", blink=self._blink)
        yield Field("clientId", "clientId", placeholder="of the connection", blink=self._blink)

    def buttons(self) -> Iterable[KeyButton]:
        """Send, and another kind."""
        yield KeyButton("ctrl+s", "Send", "send", suggested=True, id="send")
        yield KeyButton("ctrl+n", "Next kind", "turn(1)")

    def made(self) -> None:
        """Begin at the channel, or after it when it is known."""
        self._field("channel").fill(self._channel)
        self._field("action").fill("enter")
        self._field("as").fill("text")
        self._arrange()
        self._first()

    def _first(self) -> None:
        if self._action == "send" or self._field("channel").text:
            self.query_one(TextArea).focus()
        if self._action in {"attach", "detach"} or not self._field("channel").text:
            (self._field("as" if self._action == "send" else "channel")).editor.focus()

    def _field(self, name: str) -> Field:
        return next(field for field in self.query(Field) if field.key == name)

    def _typed(self) -> dict[str, str]:
        typed = {field.key: field.text for field in self.query(Field)}
        typed["data"] = self.query_one(TextArea).text
        return typed

    def _arrange(self) -> None:
        fields = KIND[self._action].fields
        for field in self.query(Field):
            field.set_class(field.key not in fields, "off")
        for name in ("#data-row", "#data-note"):
            self.query_one(name).set_class("data" not in fields, "off")
        self.query_one("#data-row .label", Static).update(
            "frame" if self._action == "send" else "data"
        )
        self.query_one(Kinds).kind = self._action
        self._draw()

    def _draw(self) -> None:
        typed = self._typed()
        connection, fields = self._view.connection, KIND[self._action].fields
        note = channel_note(connection, typed["channel"]) if "channel" in fields else None
        state = self.query_one("#channel-state", Static)
        state.update(note or "")
        state.set_class(not note, "off")
        self.query_one("#data-note", Static).update(data_note(self._action, typed))
        why = self._why_not()
        self.query_one("#send", KeyButton).grey(bool(why))
        queued = connection.socket is None and self._action not in _NEEDS_SOCKET
        self.why(f"Send: {why}" if why else "waits for the connection" if queued else "")

    def _why_not(self) -> str:
        reason = ACTION[self._action].reason_not_now(self._view.connection)
        if reason:
            return reason.text
        typed = self._typed()
        return missing(self._action, typed) or nameless(self._action, typed, self._view.connection)

    def show(self, view: View) -> None:
        """The connection moved on."""
        moved = view.connection is not self._view.connection
        self._view = view
        if moved:
            self._draw()

    def on_field_edited(self, message: Field.Edited) -> None:
        """Say what will be sent."""
        message.stop()
        self._draw()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Say what will be sent."""
        message.stop()
        self._draw()

    def action_turn(self, by: int) -> None:
        """The next kind, or the one before."""
        names = [kind.action for kind in KINDS]
        self.action_kind(names[(names.index(self._action) + by) % len(names)])

    def action_kind(self, action: str) -> None:
        """One kind; what was typed stays."""
        at_tabs = self.query_one(Kinds).has_focus
        self._action = action
        self._arrange()
        if not at_tabs:
            self._first()

    def action_send(self) -> None:
        """Done, if nothing is missing."""
        if not self._why_not():
            self.end(Wanted(self._action, arguments(self._action, self._typed())))


class DataRow(Widget):
    """The name of the data and the area in which it is typed."""

    def __init__(self, *, blink: bool) -> None:
        super().__init__(id="data-row")
        self._blink = blink

    def compose(self) -> ComposeResult:
        """Both."""
        yield Static("data", classes="label", markup=False)
        area = TextArea(tab_behavior="focus")
        area.cursor_blink = self._blink
        area.highlight_cursor_line = False
        yield area

    def on_descendant_focus(self) -> None:
        """Mark the name."""
        self.add_class("-focus")

    def on_descendant_blur(self) -> None:
        """The mark goes with the cursor."""
        self.remove_class("-focus")
