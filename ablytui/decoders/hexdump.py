"""Bytes as hexadecimal digits and ASCII: the floor, which reads everything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, overload

from ablytui.decoders.meta import Meta
from ablytui.decoders.spans import Kind, Line, Rendered, Span

PER_ROW: Final = 16
_PRINTABLE: Final = bytes(code if 0x20 <= code < 0x7F else ord(".") for code in range(256))


class HexRows(Sequence[Line]):
    """The rows of a dump, each made when it is asked for: a dump of 1 MB costs nothing."""

    def __init__(self, data: bytes, per_row: int = PER_ROW) -> None:
        self._data = data
        self._per_row = per_row
        self._digits = max(4, len(f"{max(len(data) - 1, 0):x}"))

    def __len__(self) -> int:
        return (len(self._data) + self._per_row - 1) // self._per_row

    @overload
    def __getitem__(self, at: int) -> Line: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Line]: ...
    def __getitem__(self, at: int | slice) -> Line | Sequence[Line]:
        if isinstance(at, slice):
            return [self._row(index) for index in range(*at.indices(len(self)))]
        index = at + len(self) if at < 0 else at
        if not 0 <= index < len(self):
            raise IndexError(at)
        return self._row(index)

    def _row(self, index: int) -> Line:
        start = index * self._per_row
        chunk = self._data[start : start + self._per_row]
        half = self._per_row // 2
        left, right = chunk[:half].hex(" "), chunk[half:].hex(" ")
        width = half * 3 - 1
        return Line(
            (
                Span(Kind.OFFSET, f"{start:0{self._digits}x}  "),
                Span(Kind.BYTES, f"{left:<{width}}  {right:<{width}}  "),
                Span(Kind.STRING, chunk.translate(_PRINTABLE).decode("ascii")),
            ),
            copy=chunk.hex(),
        )


class HexDecoder:
    """Offset, digits in two halves, and what of it is ASCII."""

    name = "hex"

    def __init__(self, per_row: int = PER_ROW) -> None:
        self._per_row = per_row

    def priority(self, data: bytes, meta: Meta) -> float:
        """0.1: anything else that can read the bytes is better."""
        del data, meta
        return 0.1

    def render(self, data: bytes, meta: Meta) -> Rendered:
        """One line for each `per_row` bytes; a single note for none."""
        del meta
        if not data:
            return Rendered(self.name, (Line((Span(Kind.NOTE, "no bytes"),)),))
        return Rendered(self.name, HexRows(data, self._per_row))
