"""Bytes that are plain text."""

from __future__ import annotations

from ablytui.decoders.meta import Meta
from ablytui.decoders.spans import MAX_LINES, Kind, Line, Rendered, Span, note, shown, utf8


class TextDecoder:
    """UTF-8, a line for a line; what is not UTF-8 is marked where it begins."""

    name = "text"

    def priority(self, data: bytes, meta: Meta) -> float:
        """Better than digits for text; for binary frames only if nothing in it is a control."""
        if not data:
            return 0.3
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return -1.0
        plain = all(char.isprintable() or char in "\r\n\t" for char in text[:4096])
        return 0.5 if plain else 0.05 if meta.opcode.value != 1 else 0.2

    def render(self, data: bytes, meta: Meta) -> Rendered:
        """Each line by itself."""
        del meta
        if not data:
            return Rendered(self.name, (note("empty"),))
        text, problem = utf8(data)
        lines = list(problem)
        rows = text.split("\n", MAX_LINES)
        lines += [Line((Span(Kind.STRING, shown(row)),), copy=row) for row in rows[:MAX_LINES]]
        if len(rows) > MAX_LINES:
            lines.append(note(f"only the first {MAX_LINES:,} lines are drawn"))
        return Rendered(self.name, tuple(lines))
