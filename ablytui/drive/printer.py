"""Standard output: every piece of news as a line, flushed, in true order.

A thin subscriber. It remembers nothing but the fragments of a message that is still coming in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, BinaryIO

from ablytui.drive.explained import explained
from ablytui.drive.lines import (
    Fragments,
    delivered_members,
    frame_members,
    line,
    row_members,
)
from ablytui.protocol.log import EntryKind
from ablytui.protocol.news import Delivered, Logged, News


class Printer:
    """Writes lines to `out`. `now` gives ms since the start; `wanted` None takes every event.

    `mask` takes the secrets out of a line that no row was made of; rows come masked.
    """

    def __init__(
        self,
        out: BinaryIO,
        now: Callable[[], float],
        mask: Callable[[bytes], bytes],
        wanted: Collection[str] | None = None,
    ) -> None:
        self._out = out
        self._now = now
        self._mask = mask
        self._wanted = wanted
        self._fragments = Fragments()
        self._last = 0.0
        self.broken = False
        """Nothing more can be written: nobody reads, or it failed."""
        self.failure: str | None = None
        """Why it failed, such as a full disk; None also if it is only that nobody reads."""

    def news(self, news: News) -> None:
        """Print what a piece of news comes to."""
        if isinstance(news, Logged):
            self._row(news)
        elif isinstance(news, Delivered) and self._wants(news.kind):
            for members in delivered_members(news):
                self._write(news.kind, news.at / 1000, members, self._mask)

    def own(self, ev: str, members: Mapping[str, Any], *, masked: bool = True) -> None:
        """Print a line of drive's own; `masked` False leaves secrets in it."""
        if self._wants(ev):
            self._write(ev, self._now(), members, self._mask if masked else None)

    def _row(self, news: Logged) -> None:
        row = news.row
        ev = row.kind.name.lower()
        if row.kind is not EntryKind.FRAME:
            if self._wants(ev):
                self._write(ev, row.at / 1000, explained(row.kind, row_members(row)))
            return
        if self._wants(ev):
            members = frame_members(news.n, row, self._fragments, duplicate=news.duplicate)
            self._write(ev, row.at / 1000, members)

    def _wants(self, ev: str) -> bool:
        return self._wanted is None or ev in self._wanted

    def _write(
        self,
        ev: str,
        at: float,
        members: Mapping[Any, Any],
        mask: Callable[[bytes], bytes] | None = None,
    ) -> None:
        if self.broken:
            return
        self._last = max(self._last, at)
        text = line(ev, self._last, members)
        try:
            self._out.write(text if mask is None else mask(text))
            self._out.flush()
        except (BrokenPipeError, ValueError):
            # ValueError: the file was closed.
            self.broken = True
        except OSError as error:
            self.broken, self.failure = True, (error.strerror or str(error)).lower()
