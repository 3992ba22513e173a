"""A decoded value as lines: name, value, type, with what the schema knows of each member."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

from ablytui.decoders.chain import undo
from ablytui.decoders.schema import ANYTHING, FLAG_MEANINGS, Field
from ablytui.decoders.spans import MAX_LINES, Kind, Line, Span, note, shown, within
from ablytui.protocol.coerce import integer
from ablytui.protocol.message import Flag

MAX_DEPTH: Final = 32
"""Levels that are drawn; Raw JSON and Hex show what lies deeper."""

_COPY_DEPTH: Final = 8

EMBEDDED_LIMIT: Final = 1 << 18
"""Characters of a string up to which it is tried as JSON."""


def type_word(value: object) -> str:
    """The type of a decoded value, in the words that the type column uses."""
    if value is None:
        return "null"
    words = {bool: "bool", int: "int", float: "float", str: "str", list: "list", dict: "object"}
    if isinstance(value, (bytes, bytearray)):
        return "bytes"
    return words.get(type(value), "ext")


class Tree:
    """Collects the lines of one value, at most MAX_LINES of them. `key` opens encrypted data."""

    def __init__(self, key: bytes | None = None) -> None:
        self._key = key
        self.lines: list[Line] = []
        self.left_out = 0

    def add(self, name: str, value: Any, field: Field = ANYTHING, depth: int = 0) -> None:
        """Append the lines of `value`, and of everything in it."""
        if len(self.lines) >= MAX_LINES:
            self.left_out += 1
            return
        right = _type(value, field)
        if isinstance(value, dict):
            self._object(name, value, field, depth, right)
        elif isinstance(value, list):
            self._list(name, value, field, depth, right)
        elif field.flags and type(value) is int:
            self._flags(name, value, depth, right)
        else:
            self._scalar(name, value, field, depth, right)

    def members(self, value: Mapping[Any, Any], field: Field, depth: int) -> None:
        """Append the members of an object, without a head line for itself."""
        known = field.members or {}
        chain = value.get("encoding")
        for key, each in value.items():
            name = key if isinstance(key, str) else repr(key)
            inner = known.get(name, ANYTHING)
            if inner.payload:
                self._payload(name, each, chain, depth)
            else:
                self.add(shown(name, 200), each, inner, depth)

    def finish(self) -> tuple[Line, ...]:
        """The lines, and how many were left out."""
        if self.left_out:
            self.lines.append(note(f"and more: only the first {MAX_LINES:,} lines are drawn"))
        return tuple(self.lines)

    def _object(
        self,
        name: str,
        value: dict[Any, Any],
        field: Field,
        depth: int,
        right: Span,
    ) -> None:
        at = self._head(name, f"{{{len(value)}}}", value, depth, right)
        if depth < MAX_DEPTH:
            self.members(value, field, depth + 1)
        elif value:
            self._deeper(depth)
        self._close(at)

    def _list(self, name: str, value: list[Any], field: Field, depth: int, right: Span) -> None:
        at = self._head(name, f"[{len(value)}]", value, depth, right)
        if depth < MAX_DEPTH:
            for index, each in enumerate(value):
                if len(self.lines) >= MAX_LINES:
                    self.left_out += 1
                    break
                self.add(str(index), each, field.items or ANYTHING, depth + 1)
        elif value:
            self._deeper(depth)
        self._close(at)

    def _deeper(self, depth: int) -> None:
        text = "nested deeper than is drawn; see Raw JSON"
        self.lines.append(Line((Span(Kind.NOTE, text),), depth=depth + 1))

    def _head(self, name: str, size: str, value: object, depth: int, right: Span) -> int:
        self.lines.append(
            Line(
                (Span(Kind.PUNCTUATION, size),),
                name,
                depth,
                (right,),
                copy=_compact(value, depth),
            ),
        )
        return len(self.lines) - 1

    def _close(self, at: int) -> None:
        self.lines[at] = within(self.lines[at], len(self.lines) - 1 - at)

    def _flags(self, name: str, value: int, depth: int, right: Span) -> None:
        spans = (Span(Kind.NUMBER, str(value)), Span(Kind.NOTE, f"  0x{max(value, 0):X}"))
        self.lines.append(Line(spans, name, depth, (right,), copy=str(value)))
        for bit in range(min(max(value, 0).bit_length(), 64)):
            if value >> bit & 1:
                word = Flag(1 << bit).name if (1 << bit) in _FLAGS else None
                kind = Kind.FLAG if word else Kind.NOTE
                meaning = FLAG_MEANINGS.get(bit, "")
                self.lines.append(
                    Line(
                        (Span(Kind.OFFSET, f"{bit:2} "), Span(kind, word or "unknown")),
                        depth=depth,
                        right=(Span(Kind.NOTE, meaning),) if meaning else (),
                        copy=word or f"bit {bit}",
                    ),
                )

    def _scalar(self, name: str, value: Any, field: Field, depth: int, right: Span) -> None:
        self.lines.append(
            Line(_spans(value, field), name, depth, (right,), copy=_plain_text(value)),
        )

    def _payload(self, name: str, value: Any, chain: object, depth: int) -> None:
        """User data: JSON inside a string is opened, what was packed is shown unpacked too."""
        inner = _embedded(value)
        right = Span(Kind.TYPE, "json in str")
        if isinstance(inner, dict):
            self._object(shown(name), inner, ANYTHING, depth, right)
        elif isinstance(inner, list):
            self._list(shown(name), inner, ANYTHING, depth, right)
        else:
            self.add(shown(name), value, ANYTHING, depth)
        if not chain or (chain == "json" and _opened(inner, value)):
            return
        decoded = undo(value, chain, key=self._key)
        if decoded.encoding != chain:
            self.add("decoded", decoded.data, ANYTHING, depth)
        if decoded.problem:
            self.lines.append(Line((Span(Kind.NOTE, shown(decoded.problem, 200)),), depth=depth))


_FLAGS: Final = frozenset(int(flag) for flag in Flag)


def _embedded(value: object) -> dict[Any, Any] | list[Any] | None:
    if not isinstance(value, str) or value[:1] not in {"{", "["} or len(value) > EMBEDDED_LIMIT:
        return None
    try:
        inner = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return inner if isinstance(inner, (dict, list)) else None


def _opened(inner: object, value: object) -> bool:
    """Whether a value that is JSON is shown as such already, or too long to try (RSL6a)."""
    return inner is not None or (isinstance(value, str) and len(value) > EMBEDDED_LIMIT)


def _type(value: object, field: Field) -> Span:
    word = type_word(value)
    # Null counts as absent, and a whole number may travel as a float (TR4 readers accept both).
    fits = word in {field.wants, "null"} or (
        field.wants == "int" and isinstance(value, float) and value.is_integer()
    )
    if not field.wants or fits:
        return Span(Kind.TYPE, word)
    return Span(Kind.ERROR, f"{word}, should be {field.wants}")


def _spans(value: Any, field: Field) -> tuple[Span, ...]:
    if value is None:
        return (Span(Kind.NULL, "null"),)
    if isinstance(value, bool):
        return (Span(Kind.BOOLEAN, "true" if value else "false"),)
    if isinstance(value, (int, float)):
        return _number(value, field)
    if isinstance(value, str):
        kind = Kind.SECRET if field.secret else Kind.STRING
        return (Span(kind, f'"{shown(value)}"'),)
    if isinstance(value, (bytes, bytearray)):
        cut = bytes(value[:64]).hex(" ") + (" …" if len(value) > 64 else "")
        return (Span(Kind.NOTE, f"{len(value)} bytes  "), Span(Kind.BYTES, cut))
    return (Span(Kind.TEXT, shown(repr(value))),)


def _number(value: float, field: Field) -> tuple[Span, ...]:
    if field.time:
        return (Span(Kind.TIME, _digits(value)),)
    number = Span(Kind.NUMBER, _digits(value))
    if field.names is not None:
        whole = integer(value)
        if whole is None or whole not in {each.value for each in field.names}:
            return (number, Span(Kind.NOTE, " unknown"))
        return (number, Span(Kind.ENUM, f" {field.names(whole).name}"))
    return (number, Span(Kind.NOTE, f" {field.unit}")) if field.unit else (number,)


def _digits(value: float) -> str:
    try:
        return shown(str(value), 400)
    except ValueError:  # Python writes no int of more than 4300 digits
        return "a number of more than 4300 digits"


def _plain_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _digits(value)
    return _spans(value, ANYTHING)[0].text


def _compact(value: object, depth: int) -> str | None:
    """A container as JSON, for copying; None where it would cost too much or cannot be."""
    if depth > _COPY_DEPTH:
        return None
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_foreign)
    except (TypeError, ValueError, RecursionError):
        return None


def _foreign(value: object) -> str:
    return bytes(value).hex() if isinstance(value, (bytes, bytearray)) else str(value)
