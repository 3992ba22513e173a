"""The payload of a CLOSE frame (RFC 6455 §5.5.1): a code and a reason."""

from __future__ import annotations

from ablytui.decoders.meta import Meta
from ablytui.decoders.spans import Kind, Line, Rendered, Span, error, shown
from ablytui.protocol.closecodes import CLOSE_CODES, close_name, sendable
from ablytui.protocol.frame import Opcode, close_code


class CloseDecoder:
    """Names the code, says what it means, and whether it may be on the wire at all."""

    name = "close"

    def priority(self, data: bytes, meta: Meta) -> float:
        """Only CLOSE frames have such a payload."""
        del data
        return 1.0 if meta.opcode is Opcode.CLOSE else -1.0

    def render(self, data: bytes, meta: Meta) -> Rendered:
        """Code, name and meaning, then the reason in the peer's words."""
        del meta
        if not data:
            empty = Line((Span(Kind.NOTE, "empty: no code was given (counts as 1005)"),), "close")
            return Rendered(self.name, (empty,), columns=True)
        if len(data) == 1:
            return Rendered(self.name, (error("one byte: a code takes two"),))
        code, reason = close_code(data)
        lines = [
            Line(
                (Span(Kind.NUMBER, str(code)), Span(Kind.ENUM, f" {close_name(code)}")),
                "code",
                right=(Span(Kind.TYPE, "int"),),
                copy=str(code),
            ),
        ]
        if code in CLOSE_CODES:
            lines.append(Line((Span(Kind.NOTE, CLOSE_CODES[code].meaning),), "meaning"))
        if not sendable(code):
            lines.append(Line((Span(Kind.ERROR, f"{code} may not be sent"),)))
        lines.append(_reason(data[2:], reason))
        return Rendered(self.name, tuple(lines), columns=True)


def _reason(raw: bytes, reason: str) -> Line:
    try:
        raw.decode("utf-8")
        kind = Span(Kind.TYPE, "str")
    except UnicodeDecodeError:
        kind = Span(Kind.ERROR, "str, not UTF-8")
    return Line((Span(Kind.STRING, f'"{shown(reason)}"'),), "reason", right=(kind,), copy=reason)
