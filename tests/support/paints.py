"""Count what a widget asks to be painted again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from textual.widget import Widget


@contextmanager
def count_paints(widget: Widget) -> Iterator[list[dict[str, Any]]]:
    """The calls of `refresh` while this lasts."""
    calls: list[dict[str, Any]] = []

    def refresh(*_regions: Any, **how: Any) -> Widget:
        calls.append(how)
        return type(widget).refresh(widget, *_regions, **how)

    with patch.object(widget, "refresh", refresh):
        yield calls
