"""The form of the connection parameters, made from their one table.

It holds what was typed; what is good of it goes up as `Edited`, what is not stays in its field.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.events import Resize
from textual.message import Message

from ablytui.errors import UsageError
from ablytui.protocol.params import PARAMS, ConnectParams, Kind, ParamSpec, from_text, to_text
from ablytui.ui.widgets.field import Field

TWO_COLUMNS = 68
"""Cells of width from which the form stands in two columns."""


def _field(spec: ParamSpec, *, blink: bool) -> Field:
    choices = ("true", "false") if spec.kind is Kind.SWITCH else spec.choices
    return Field(
        spec.name,
        spec.label,
        check=spec.check,
        choices=choices,
        words=("on", "off") if spec.kind is Kind.SWITCH else (),
        placeholder=spec.placeholder or "none",
        secret=spec.secret,
        unit=spec.unit,
        blink=blink,
    )


class ParamsForm(VerticalScroll):
    """Every parameter that the form offers, each with its check."""

    HELP = "What the next attempt asks for. Each field is checked as you leave it."

    DEFAULT_CSS = """
    ParamsForm {
        height: 1fr; scrollbar-size-vertical: 1;
        & > Vertical { height: auto; width: 1fr; }
        &.-two { layout: horizontal; }
        &.-two #form-left .name { width: 13; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "next field", tooltip="Go to the next field"),
        Binding("enter", "submit", "connect", tooltip="Connect with what the form says"),
        Binding(
            "ctrl+r", "reveal", "secrets", tooltip="Show the secrets of the form, or hide them"
        ),
        Binding("escape", "leave", "leave the form", tooltip="Back to the log"),
        Binding("down", "app.focus_next", "next field", show=False, tooltip="Go to the next field"),
        Binding(
            "up", "app.focus_previous", "field before", show=False, tooltip="Go to the field before"
        ),
    ]

    @dataclass
    class Edited(Message):
        """The good fields make other parameters now."""

        params: ConnectParams

    @dataclass
    class Submitted(Message):
        """Enter was pressed, and every field is good."""

    @dataclass
    class Left(Message):
        """Esc was pressed."""

    def __init__(self, params: ConnectParams, *, blink: bool = True, **kwargs: Any) -> None:
        super().__init__(can_focus=False, **kwargs)
        self.params = params
        self._shown = False
        self.fields = [_field(spec, blink=blink) for spec in PARAMS if spec.in_form]

    def compose(self) -> ComposeResult:
        """Two columns, the second below the first where there is no room."""
        half = (len(self.fields) + 1) // 2
        yield Vertical(*self.fields[:half], id="form-left")
        yield Vertical(*self.fields[half:], id="form-right")

    def on_mount(self) -> None:
        """Put the values in."""
        self._fill()

    def _fill(self) -> None:
        for field in self.fields:
            field.fill(to_text(self.params, field.key))

    def take(self, params: ConnectParams) -> None:
        """Show parameters that came from elsewhere; one's own edits stay as they were typed."""
        if params != self.params:
            self.params = params
            self._fill()

    @property
    def problem(self) -> str:
        """The first thing that is wrong, `port: it is a whole number …`; empty for nothing."""
        bad = self._first_bad()
        return f"{bad.label}: {bad.problem}" if bad else ""

    def _first_bad(self) -> Field | None:
        return next((field for field in self.fields if field.problem), None)

    def focus_problem(self) -> None:
        """Go to the first field that is wrong, or to the first that matters."""
        bad = self._first_bad()
        first = next(field for field in self.fields if field.key == "key" or bad)
        (bad or first).editor.focus()

    def go(self, key: str) -> None:
        """Go to the field of one parameter."""
        for field in self.fields:
            if field.key == key:
                field.editor.focus()

    def on_field_edited(self, message: Field.Edited) -> None:
        """Make parameters of the good fields; a bad one keeps its last good value."""
        message.stop()
        if message.field.problem:
            return
        try:
            changed = from_text({message.field.key: message.text}, self.params)
        except UsageError as bad:
            message.field.say(bad.message)
            return
        if changed != self.params:
            self.params = changed
            self.post_message(self.Edited(changed))

    def on_input_submitted(self) -> None:
        """Enter in a text field."""
        self.action_submit()

    def action_submit(self) -> None:
        """Connect, unless a field is wrong."""
        if self._first_bad():
            self.focus_problem()
        else:
            self.post_message(self.Submitted())

    def action_reveal(self) -> None:
        """Show the secrets, or hide them again."""
        self._shown = not self._shown
        for field in self.fields:
            field.reveal(self._shown)

    def action_leave(self) -> None:
        """Back to the log."""
        self.post_message(self.Left())

    def on_resize(self, event: Resize) -> None:
        """One column or two."""
        self.set_class(event.size.width >= TWO_COLUMNS, "-two")
