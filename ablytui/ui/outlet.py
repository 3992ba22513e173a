"""The terminal's stream, made to outlive its terminal.

A window that is closed while the screen is drawn makes the next write fail, in a thread that
nobody hears of, and whoever waits for that thread waits for ever. Here such a write is let go, and
told once, so that the session can still be ended in order.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO


class Outlet:
    """Passes on what is written. `lost` is called once, from whichever thread notices."""

    def __init__(self, stream: TextIO, lost: Callable[[], object]) -> None:
        self._stream = stream
        self._lost = lost
        self._gone = False

    def write(self, text: str) -> int:
        """Write, if there is still a terminal."""
        if not self._gone:
            try:
                return self._stream.write(text)
            except (OSError, ValueError):
                self._end()
        return len(text)

    def flush(self) -> None:
        """Flush, if there is still a terminal."""
        if not self._gone:
            try:
                self._stream.flush()
            except (OSError, ValueError):
                self._end()

    def _end(self) -> None:
        self._gone = True
        self._lost()

    def __getattr__(self, name: str) -> Any:
        """All else is the stream's."""
        return getattr(self._stream, name)
