"""A list of a dialog, of which one line is chosen."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList


class ChoiceList(OptionList):
    """The list; enter and a click choose."""

    DEFAULT_CSS = """
    ChoiceList {
        height: auto; border: none; padding: 0; background: transparent; margin: 0 -2;
        scrollbar-size-vertical: 1; text-wrap: nowrap; text-overflow: ellipsis;
        &:focus { border: none; background-tint: transparent 0%; }
        & > .option-list--option { padding: 0 2; }
        & > .option-list--option-highlighted { background: $block-cursor-background; color: $foreground; text-style: none; }
        &:focus > .option-list--option-highlighted { background: $block-cursor-background; color: $foreground; text-style: none; }
        & > .option-list--option-hover { background: $panel; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "down", show=False),
        Binding("k", "cursor_up", "up", show=False),
        Binding("g", "first", "first", show=False),
        Binding("G", "last", "last", show=False),
    ]
