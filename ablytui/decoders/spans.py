"""What a decoder gives: lines of typed spans. How a kind looks is the screen's business.

Every text in here has been through `visible()`: a decoder never hands on a control character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from ablytui.protocol.visible import visible


class Kind(StrEnum):
    """What a span is."""

    TEXT = "text"
    KEY = "key"
    STRING = "string"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    BYTES = "bytes"
    TIME = "time"
    """A number of ms since the epoch; a screen that has a clock may put the date after it."""
    ENUM = "enum"
    FLAG = "flag"
    SECRET = "secret"  # noqa: S105 - a kind of text, no password
    TYPE = "type"
    NOTE = "note"
    ERROR = "error"
    OFFSET = "offset"
    PUNCTUATION = "punctuation"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a line."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a rendering.

    `name` stands at the left, indented by `depth`; `value` in the column of values; `right` at
    the right edge. `below` says how many of the following lines are inside this one, so that a
    fold is a jump. `copy` is the value as it is copied, None where there is nothing to copy.
    """

    value: tuple[Span, ...] = ()
    name: str = ""
    depth: int = 0
    right: tuple[Span, ...] = ()
    below: int = 0
    copy: str | None = None


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one decoder made of the bytes. `columns`: names, values and types stand apart."""

    decoder: str
    lines: Sequence[Line]
    columns: bool = False


MAX_LINES: Final = 5000
"""Lines a rendering holds at most; the rest is named, not drawn."""

MAX_TEXT: Final = 4096
"""Characters of one value that are drawn."""

_MASKED: Final = re.compile(r"\*{6,}")


def shown(text: str, limit: int = MAX_TEXT) -> str:
    """The text fit for a screen: cut, made visible, a masked run shortened to `•••`."""
    cut = text if len(text) <= limit else text[:limit] + "…"
    return _MASKED.sub("•••", visible(cut))


def note(text: str) -> Line:
    """A line that says something about the rendering itself."""
    return Line((Span(Kind.NOTE, text),))


def error(text: str) -> Line:
    """A line that says what is wrong."""
    return Line((Span(Kind.ERROR, visible(text)),))


def within(line: Line, below: int) -> Line:
    """The line as head of the `below` lines that follow it."""
    return replace(line, below=below)


def utf8(data: bytes) -> tuple[str, tuple[Line, ...]]:
    """The text of the bytes, and a line that says where it stops to be UTF-8, if it does."""
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError as bad:
        return data.decode("utf-8", "replace"), (error(f"invalid UTF-8 at byte {bad.start}"),)
