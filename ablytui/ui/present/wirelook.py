"""A frame as JSON in a few rows: names muted, values plain, what is too long cut in its middle."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from textual.content import Content

from ablytui.protocol.visible import cells, elide, visible
from ablytui.ui.theme import MUTED, PLAIN

_DEEP: Final = 12
"""Levels that are written out; what is deeper is one `…`."""

_WIDE: Final = (100_000, 600, 300, 150, 80, 40, 20, 8)
"""How long a text in it may be, tried until the whole fits."""

Part = tuple[str, str]


def look(message: Mapping[str, Any], width: int, rows: int) -> Content:
    """The frame in at most `rows` rows of `width` cells, which never break a row elsewhere."""
    room = max(width, 1) * max(rows, 1)
    found: list[Part] = []
    for limit in _WIDE:
        found = list(_parts(message, limit, 0, room))
        if sum(cells(text) for text, _ in found) <= room:
            break
    lines = Content.assemble(*found).fold(max(width, 1))
    if len(lines) > rows:
        lines = [*lines[: rows - 1], lines[rows - 1].truncate(width - 1).append(Content("…"))]
    return Content("\n").join(lines)


def _parts(value: Any, limit: int, level: int, room: int) -> Iterator[Part]:
    if isinstance(value, Mapping):
        yield from _object(value, limit, level, room)
    elif isinstance(value, list | tuple):
        yield from _array(value, limit, level, room)
    else:
        yield _scalar(value, limit, room), PLAIN


def _object(value: Mapping[Any, Any], limit: int, level: int, room: int) -> Iterator[Part]:
    if level >= _DEEP:
        yield "{…}", PLAIN
        return
    yield "{", MUTED
    for index, (name, inner) in enumerate(value.items()):
        if index * 4 > room:
            yield ",…", MUTED
            break
        yield ("," if index else "") + _written(str(name)[:room]) + ":", MUTED
        yield from _parts(inner, limit, level + 1, room)
    yield "}", MUTED


def _array(value: list[Any] | tuple[Any, ...], limit: int, level: int, room: int) -> Iterator[Part]:
    if level >= _DEEP:
        yield "[…]", PLAIN
        return
    yield "[", MUTED
    for index, inner in enumerate(value):
        if index * 2 > room:
            yield ",…", MUTED
            break
        if index:
            yield ",", MUTED
        yield from _parts(inner, limit, level + 1, room)
    yield "]", MUTED


def _scalar(value: Any, limit: int, room: int) -> str:
    if isinstance(value, bytes):
        digits = value[:room].hex() if len(value) <= room else value[:room].hex() + "…"
        return f"<{len(value)} B {elide(digits, limit, middle=True)}>"
    if isinstance(value, str):
        # Both ends of what is far too long are enough to cut from.
        short = value if len(value) <= 2 * room else value[:room] + value[-room:]
        return f'"{elide(_written(short)[1:-1], limit, middle=True)}"'
    try:
        return elide(_written(value), limit, middle=True)
    except (TypeError, ValueError, RecursionError):
        return "…"


def _written(value: Any) -> str:
    return visible(json.dumps(value, ensure_ascii=False))
