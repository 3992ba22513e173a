"""What an app shows at this moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.style import Style
from textual.app import App


def screen_text(app: App[Any]) -> str:
    """The rows of the terminal."""
    rows = app.screen._compositor.render_strips()
    return "\n".join(strip.text for strip in rows)


def styled(app: App[Any]) -> Iterator[tuple[str, Style]]:
    """The pieces of the screen that have a style, row by row."""
    for strip in app.screen._compositor.render_strips():
        yield from ((segment.text, segment.style) for segment in strip if segment.style)
