"""Pane 3: while nothing is open the form, else what was asked for and what CONNECTED gave.

After a failure it says why, until the form is asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.events import DescendantFocus, Resize
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from ablytui.protocol.params import ConnectParams, spec_of
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.messages import ParamsEdited, Wanted
from ablytui.ui.present import reasons
from ablytui.ui.present.changes import changed_params, was_param
from ablytui.ui.present.facts import Meaning, of_param, told
from ablytui.ui.present.params import form_uri
from ablytui.ui.present.view import View
from ablytui.ui.theme import OFF
from ablytui.ui.widgets.field import Field
from ablytui.ui.widgets.pane_title import PaneTitle
from ablytui.ui.widgets.params_form import ParamsForm
from ablytui.ui.widgets.sheet import Sheet as Sheet
from ablytui.ui.widgets.why_failed import WhyFailed

AT_REST: Final = frozenset({S.INITIALIZED, S.CLOSED, S.FAILED})
"""The states in which the form stands open."""

AWAY: Final = frozenset({S.DISCONNECTED, S.SUSPENDED})
"""The states in which it can be opened: the next attempt asks for what was edited."""


class ParamsPane(Vertical):
    """The parameters: `show` tells it what is, `edit` puts the cursor into the form."""

    DEFAULT_CSS = """
    ParamsPane {
        & #params-hint {
            height: auto; min-height: 1; max-height: 2; padding: 0 1; display: none;
        }
        & #params-uri { height: auto; max-height: 3; padding: 0 1; }
        & .form { display: none; }
        &.-form .form, &.-form #params-hint, &.-told #params-hint { display: block; }
        &.-form Sheet { display: none; }
        & WhyFailed { display: none; }
        &.-why WhyFailed { display: block; }
        &.-why Sheet { display: none; }
    }
    """

    @dataclass
    class CauseWanted(Message):
        """The row that caused the change in row `n` is to be told to `WhyFailed.source`."""

        n: int

    def __init__(self, view: View, *, note: str = "", blink: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view = view
        self._note = note
        self._blink = blink
        self._opened = False
        self._leaving = False
        self._failure: int | None = None
        self._uri = Content("")

    def compose(self) -> ComposeResult:
        """Title, then one of form and sheet."""
        yield PaneTitle(3, "Connection")
        yield Sheet()
        yield WhyFailed(self._view)
        yield ParamsForm(self._view.connection.params, blink=self._blink, classes="form")
        yield Static("", id="params-hint", markup=False)
        yield Static("", id="params-uri", classes="form", markup=False)

    def on_mount(self) -> None:
        """Draw what is known."""
        self.show(self._view)

    @property
    def form(self) -> ParamsForm:
        """The form, shown or not."""
        return self.query_one(ParamsForm)

    @property
    def editable(self) -> bool:
        """Whether parameters can be changed now."""
        return self._view.connection.state in AT_REST | AWAY

    @property
    def editing(self) -> bool:
        """Whether the form is what stands there. While away it is opened by `edit` alone."""
        state = self._view.connection.state
        if self._view.opening and self._view.local:
            return False
        if state is S.FAILED:
            return self._opened or not self._known
        return state in AT_REST or (self._opened and state in AWAY)

    @property
    def explaining(self) -> bool:
        """Whether it says why it failed."""
        return self._view.connection.state is S.FAILED and not self.editing

    @property
    def _known(self) -> int | None:
        """The row of the failure, if the log tells of it."""
        change = reasons.change_of(self._view)
        known = [past.n for past in self._view.history if past.change is change]
        return known[-1] if known else None

    def edit(self) -> None:
        """Open the form, and put the cursor into it."""
        self._opened = True
        self.show(self._view)
        self.take_focus()

    def show(self, view: View) -> None:
        """Draw another picture."""
        self._view = view
        if not self.is_mounted:
            return
        if view.connection.state is S.CONNECTED:
            self._opened = False
        if view.connection.state is S.FAILED:
            self._failed(self._known)
        had_focus = self.has_focus_within
        faces = {"-form": self.editing, "-why": self.explaining}
        changed = any(self.has_class(face) is not wanted for face, wanted in faces.items())
        for face, wanted in faces.items():
            self.set_class(wanted, face)
        if changed and had_focus and not self._leaving:
            self.take_focus()
        self._title()
        if self.editing:
            self.form.take(view.connection.params)
            self._mark(self.form.params)
            self._draw_uri(self.form.params)
        elif self.explaining:
            self.query_one(WhyFailed).show(view)
        else:
            self._draw_sheet()

    def _failed(self, n: int | None) -> None:
        """Another failure than the last one is explained first, whatever stood here."""
        if n is not None and n != self._failure:
            self._failure, self._opened = n, False
            self.query_one(WhyFailed).begin()
            self.post_message(self.CauseWanted(n))

    def _title(self) -> None:
        note = self._note or ("new" if self._view.connection.attempt == 0 else "")
        hint = Content("")
        if not self.editable:
            hint = Content.styled("e edit: close first", OFF)
        elif not (self.editing and self.has_focus_within):
            hint = Content.assemble(("e", "bold $text-primary"), " edit")
        title = "Connection"
        if self.explaining:
            title, note = "Why it failed", "Connection"
        self.query_one(PaneTitle).set(title=title, note=note, right=hint)

    def _draw_sheet(self) -> None:
        self.query_one(Sheet).show(self._view, self.size.width - 3)

    def _draw_uri(self, params: ConnectParams) -> None:
        width = self.size.width - 2
        if width > 0:
            text = form_uri(params, width=width, revealed=self._view.revealed)
            if not text.is_same(self._uri):
                self._uri = text
                self.query_one("#params-uri", Static).update(text)

    def take_focus(self) -> None:
        """Put the cursor where this pane begins."""
        if self.editing:
            self.form.focus_problem()
        elif self.explaining:
            self.query_one(WhyFailed).focus()
        else:
            self.query_one(Sheet).focus()

    def on_resize(self, _event: Resize) -> None:
        """Lines break elsewhere."""
        self.show(self._view)
        if self.editing and self.has_focus_within:
            self._say_field(self.app.focused)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Say what the field under the cursor is for."""
        self._say_field(event.widget)
        self._title()

    def _say_field(self, widget: Widget | None) -> None:
        field = (
            next((a for a in widget.ancestors if isinstance(a, Field)), None) if widget else None
        )
        if field is not None:
            before = self._view.dialled
            changed = field.key in changed_params(before, self.form.params)
            was = was_param(before, field.key) if before is not None and changed else ""
            self._hint(of_param(spec_of(field.key)), was)

    def _hint(self, meaning: Meaning | None, was: str = "") -> None:
        width = max(self.size.width - 2, 20)
        text = Content("") if meaning is None else told(meaning, width, was=was)
        self.query_one("#params-hint", Static).update(text)

    def on_sheet_pointed(self, message: Sheet.Pointed) -> None:
        """Say what the fact under the cursor means."""
        message.stop()
        if not self.editing:
            self._hint(message.meaning, message.was)
            self.set_class(message.meaning is not None and not self.explaining, "-told")

    def _mark(self, params: ConnectParams) -> None:
        """Fields that differ from the last dial's are marked."""
        changed = changed_params(self._view.dialled, params)
        for field in self.form.fields:
            field.differs(field.key in changed)

    def on_descendant_blur(self) -> None:
        """The hint goes with the cursor, unless that has come to another field meanwhile."""
        if self.has_focus_within:
            self._say_field(self.app.focused)
        else:
            self._hint(None)
        self._title()

    def on_params_form_edited(self, message: ParamsForm.Edited) -> None:
        """The URI follows at once; the session is told by the screen."""
        message.stop()
        self._draw_uri(message.params)
        self._mark(message.params)
        self.post_message(ParamsEdited(message.params))

    def on_params_form_left(self) -> None:
        """Esc, which the screen hears of too: what was asked for and granted is seen again."""
        self._opened = False
        # The screen moves the focus out of this pane, which may be hidden by then.
        self._leaving = True
        self.show(self._view)
        self._leaving = False

    def on_why_failed_chosen(self, message: WhyFailed.Chosen) -> None:
        """Do what was chosen: connect, perhaps with TLS, or go to what has to be edited."""
        message.stop()
        choice = message.choice
        if choice.what == "tls":
            self.post_message(ParamsEdited(replace(self._view.connection.params, tls=True)))
        if choice.what in {"tls", "connect"}:
            self.post_message(Wanted("connect"))
            return
        self.edit()
        if choice.field:
            self.form.go(choice.field)

    def on_params_form_submitted(self, message: ParamsForm.Submitted) -> None:
        """Enter connects."""
        message.stop()
        self.post_message(Wanted("connect"))
