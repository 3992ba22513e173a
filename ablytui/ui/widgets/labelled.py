"""A word in fourteen cells and what stands beside it: the lines of a dialog."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static


class Labelled(Horizontal):
    """A name, and what it names; the name is marked while that has the focus."""

    DEFAULT_CSS = """
    Labelled { height: auto; }
    Labelled > .label { width: 14; color: $text-muted; }
    Labelled.-focus > .label { color: $text-primary; text-style: bold; }
    Labelled > .value { width: 1fr; }
    Labelled.gone { display: none; }
    """

    def __init__(self, label: str, value: Widget | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._label = Content(label)
        self._value = value or Static("", markup=False)
        self._said = Content("")
        self._value.add_class("value")

    def compose(self) -> ComposeResult:
        """Both."""
        yield Static(self._label, classes="label")
        yield self._value

    def on_descendant_focus(self) -> None:
        """`:focus-within` reaches no further than to children."""
        self.add_class("-focus")

    def on_descendant_blur(self) -> None:
        """See `on_descendant_focus`."""
        self.remove_class("-focus")

    @property
    def text(self) -> str:
        """Label and value as they are read; empty while nothing is said."""
        return "" if self.has_class("gone") else f"{self._label.plain} {self._said.plain}"

    def say(self, value: Content | None, label: Content | None = None) -> None:
        """Another value; None takes the whole line away."""
        self.set_class(value is None, "gone")
        if value is None or not isinstance(self._value, Static):
            return
        if label is not None and not label.is_same(self._label):
            self._label = label
            self.query_one(".label", Static).update(label)
        if not value.is_same(self._said):
            self._said = value
            self._value.update(value)
