"""One line of a form: a name, something to type or choose, and what is wrong with it.

Knows nothing of what the value means; the form that owns it does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, Static

from ablytui.protocol.visible import cells, visible
from ablytui.ui.theme import MUTED

PRINTABLE = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]*"
"""What a field takes: nothing that a terminal would obey."""


class Choice(Widget, can_focus=True):
    """One of a few values: space or → for the next, ← for the one before, or a click."""

    DEFAULT_CSS = """
    Choice {
        height: 1; width: 1fr; padding: 0 1;
        background: $panel; border-left: outer $panel;
        &:focus { background: $primary 20%; border-left: outer $border; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right", "turn(1)", "next value"),
        Binding("left", "turn(-1)", "value before", show=False),
    ]

    value: reactive[str] = reactive("")

    @dataclass
    class Changed(Message):
        """Another value was chosen."""

        choice: Choice
        value: str

        @property
        def control(self) -> Choice:
            """The choice."""
            return self.choice

    def __init__(self, choices: Sequence[str], *, words: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.choices = tuple(choices)
        self._words = dict(zip(choices, words or choices, strict=True))

    def render(self) -> Content:
        """The value, and that there are others."""
        word = visible(self._words.get(self.value, self.value))
        gap = max(self.content_size.width - cells(word) - 1, 1)
        return Content.assemble(word, " " * gap, ("▾", MUTED))

    def action_turn(self, by: int) -> None:
        """Choose the next value, or the one before."""
        at = self.choices.index(self.value) if self.value in self.choices else -1
        self.value = self.choices[(at + by) % len(self.choices)]
        self.post_message(self.Changed(self, self.value))

    def on_click(self, event: Click) -> None:
        """A click is the next value."""
        event.stop()
        self.action_turn(1)


class Field(Vertical):
    """A name, its editor, and a line for what is wrong, which takes no room while nothing is."""

    DEFAULT_CSS = """
    Field {
        height: auto;
        & > Horizontal { height: 1; }
        & .name { width: 20; color: $text-muted; padding: 0 1; }
        &.-focus .name { color: $text-primary; text-style: bold; }
        &.-wrong .name { color: $text-error; text-style: bold; }
        & Input {
            width: 1fr; height: 1; padding: 0 1; border: none;
            background: $panel; border-left: outer $panel;
            &:focus { background: $primary 20%; border: none; border-left: outer $border; }
        }
        & .unit { width: auto; color: $text-muted; padding: 0 1; }
        & .wrong { height: auto; color: $text-error; padding: 0 1; display: none; }
        &.-wrong .wrong { display: block; }
    }
    """

    @dataclass
    class Edited(Message):
        """The text is another one."""

        field: Field
        text: str

    def __init__(
        self,
        name: str,
        label: str,
        *,
        check: Callable[[str], object] | None = None,
        choices: Sequence[str] = (),
        words: Sequence[str] = (),
        placeholder: str = "",
        secret: bool = False,
        unit: str = "",
        blink: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.key = name
        self.label = label
        self.problem = ""
        self._differs = False
        self._check = check
        self._unit = unit
        self.secret = secret
        self.editor: Input | Choice
        if choices:
            self.editor = Choice(choices, words=words)
        else:
            self.editor = Input(
                placeholder=placeholder, password=secret, restrict=PRINTABLE, select_on_focus=False
            )
            self.editor.cursor_blink = blink

    def compose(self) -> ComposeResult:
        """The line, and the line under it."""
        with Horizontal():
            yield Static(self.label, classes="name", markup=False)
            yield self.editor
            if self._unit:
                yield Static(self._unit, classes="unit", markup=False)
        yield Static("", classes="wrong", markup=False)

    @property
    def text(self) -> str:
        """What was typed or chosen."""
        return self.editor.value

    def fill(self, text: str) -> None:
        """Put a text in without calling that an edit."""
        with self.prevent(Input.Changed, Choice.Changed):
            self.editor.value = text
        self.judge()

    def reveal(self, shown: bool) -> None:
        """Show a secret, or hide it."""
        if self.secret and isinstance(self.editor, Input):
            self.editor.password = not shown

    def judge(self) -> bool:
        """Check the text, show what is wrong with it; whether it can be used."""
        problem = ""
        if self._check is not None:
            try:
                self._check(self.text)
            except ValueError as bad:
                problem = str(bad)
        self.say(problem)
        return not problem

    def say(self, problem: str) -> None:
        """Show what is wrong under the field; the empty text takes it away."""
        if problem == self.problem:
            return
        self.problem = problem
        self.set_class(bool(problem), "-wrong")
        if self.is_mounted:
            self._relabel()
            self.query_one(".wrong", Static).update(visible(problem))

    def differs(self, differs: bool) -> None:
        """Mark the field as one that is not what it was, or take the mark away."""
        if differs != self._differs:
            self._differs = differs
            if self.is_mounted:
                self._relabel()

    def _relabel(self) -> None:
        sign = "✕ " if self.problem else "≠ " if self._differs else ""
        self.query_one(".name", Static).update(sign + self.label)

    def on_mount(self) -> None:
        """Draw a problem that was found before the lines were there."""
        problem, self.problem = self.problem, ""
        self.say(problem)
        self._relabel()

    def on_descendant_focus(self) -> None:
        """Mark the name: `:focus-within` reaches no further than to children."""
        self.add_class("-focus")

    def on_descendant_blur(self) -> None:
        """See `on_descendant_focus`."""
        self.remove_class("-focus")

    def _edited(self, message: Input.Changed | Choice.Changed) -> None:
        message.stop()
        self.judge()
        self.post_message(self.Edited(self, message.value))

    def on_input_changed(self, message: Input.Changed) -> None:
        """Check on the spot."""
        self._edited(message)

    def on_choice_changed(self, message: Choice.Changed) -> None:
        """Check on the spot."""
        self._edited(message)
