"""What the service's own peer publishes again and again. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Stream:
    """The peer publishes `items` in turn every so many ms; `times` None is for ever.

    `batch` messages are published at once, each in a frame of its own.
    """

    channel: str
    every: int
    start: int
    items: tuple[Mapping[str, Any], ...]
    times: int | None
    batch: int = 1

    def at(self, number: int) -> list[Mapping[str, Any]]:
        """The messages of the `number`-th time, with `{n}` in their data replaced."""
        first = number * self.batch
        return [
            _numbered(self.items[n % len(self.items)], n) for n in range(first, first + self.batch)
        ]


def _numbered(item: Mapping[str, Any], number: int) -> Mapping[str, Any]:
    """The item with `{n}` in its data replaced by its number in the stream."""
    data = item.get("data")
    if isinstance(data, str) and "{n}" in data:
        return {**item, "data": data.replace("{n}", str(number))}
    return item
