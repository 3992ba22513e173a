"""A name in the column of names, and beside it what it names, be it one row or several."""

from __future__ import annotations

from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from textual.widgets import Static


class Titled(Horizontal):
    """Marks the name while what it names has the focus."""

    DEFAULT_CSS = """
    Titled {
        height: auto;
        & > .label { width: 14; color: $text-muted; }
        &.-focus > .label { color: $text-primary; text-style: bold; }
    }
    """

    def __init__(self, label: str, *values: Widget, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._label = label
        self._values = values

    def compose(self) -> ComposeResult:
        """The name first."""
        yield Static(self._label, classes="label", markup=False)
        yield from self._values

    def on_descendant_focus(self) -> None:
        """`:focus-within` reaches no further than to children."""
        self.add_class("-focus")

    def on_descendant_blur(self) -> None:
        """See `on_descendant_focus`."""
        self.remove_class("-focus")
