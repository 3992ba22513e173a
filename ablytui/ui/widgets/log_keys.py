"""The keys of the log. Those with a word for the footer come in the order in which they stand there.

What is last goes first where there is no room, so what a person needs most stands at the front.
"""

from __future__ import annotations

from typing import Final

from textual.binding import Binding


def _hidden(key: str, action: str, word: str, help: str) -> Binding:  # noqa: A002 - a help text
    return Binding(key, action, word, show=False, tooltip=help)


LOG_KEYS: Final[tuple[Binding, ...]] = (
    Binding("slash", "seek('open')", "filter", tooltip="Show only some rows, or mark them"),
    Binding("f", "follow", "follow", tooltip="Follow the newest row, or stay"),
    Binding("enter", "open", "detail", tooltip="Show the row in full"),
    Binding(
        "left_square_bracket",
        "state(-1)",
        "state change",
        key_display="[ ]",
        tooltip="Go to the change of state before",
    ),
    _hidden("right_square_bracket", "state(1)", "state change", "Go to the next change of state"),
    Binding("y", "copy", "copy", tooltip="Copy the row as text"),
    Binding("l", "linked", "linked", tooltip="Go to the answer, or the question"),
    Binding("n", "seek('next')", "next/prev", tooltip="The next match of the filter"),
    Binding("N", "seek('previous')", "next/prev", tooltip="The match before"),
    Binding("b", "mark", "mark", tooltip="Mark the row, or unmark it"),
    Binding(
        "t",
        "time",
        "time",
        tooltip="Show times by the clock, since the row before, or since the dial",
    ),
    _hidden("B", "next_mark", "next mark", "Go to the next marked row"),
    _hidden("Y", "copy_frame", "copy frame", "Copy the whole frame: text, or bytes as hex digits"),
    _hidden("escape", "seek('clear')", "all rows", "Clear the filter"),
    _hidden("j,down", "move(1)", "down", "Move one row down"),
    _hidden("k,up", "move(-1)", "up", "Move one row up"),
    _hidden("pagedown", "page(1)", "page down", "Move a page down"),
    _hidden("pageup", "page(-1)", "page up", "Move a page up"),
    _hidden("g,home", "top", "first", "Go to the first row"),
    _hidden("G,end", "end", "last", "Go to the last row, and follow"),
)
