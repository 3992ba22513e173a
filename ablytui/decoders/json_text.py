"""JSON as it was written, only indented anew.

The text is cut into tokens and never decoded: repeated members, odd numbers and escapes stand
as they came, nesting costs no stack, and text that is no JSON is shown up to where it breaks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from ablytui.decoders.meta import Meta
from ablytui.decoders.spans import MAX_LINES, Kind, Line, Rendered, Span, error, note, shown, utf8
from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.frame import Opcode

_TOKEN: Final = re.compile(
    r"""[\ \t\r\n]*(?:
        (?P<open>[\[{]) | (?P<close>[\]}]) | (?P<comma>,) | (?P<colon>:)
        | (?P<string>"(?:[^"\\]|\\.)*+")
        | (?P<number>-?\d[\d.eE+-]*+)
        | (?P<word>[A-Za-z]++)
        | (?P<other>[^\ \t\r\n]++)
    )""",
    re.VERBOSE | re.DOTALL,
)
_WORDS: Final = {"true": Kind.BOOLEAN, "false": Kind.BOOLEAN, "null": Kind.NULL}
_MAX_INDENT: Final = 20


class JsonDecoder:
    """Tokens of JSON, one value a line."""

    name = "json"

    def priority(self, data: bytes, meta: Meta) -> float:
        """Text that begins as an object or array does. MessagePack is turned into JSON."""
        if meta.opcode is Opcode.BINARY:
            return (
                0.4
                if meta.whole and not isinstance(decode(data, meta.opcode), Undecodable)
                else -1.0
            )
        begins = data.lstrip()[:1] in {b"{", b"["}
        return 0.7 if begins and meta.opcode in {Opcode.TEXT, Opcode.CONT} else -1.0

    def render(self, data: bytes, meta: Meta) -> Rendered:
        """The text of a text frame; a binary frame's message as JSON, bytes as hex."""
        if meta.opcode is Opcode.BINARY:
            message = decode(data, meta.opcode)
            if isinstance(message, Undecodable):
                return Rendered(self.name, (error(message.why),))
            head = [note("MessagePack, written as JSON; bytes as hex")]
            return Rendered(self.name, (*head, *indent(as_json(message))))
        text, lines = utf8(data)
        return Rendered(self.name, (*lines, *indent(text)))


def as_json(value: Any) -> str:
    """Any decoded value as JSON. Raises RecursionError if it is nested too deeply."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key if isinstance(key, str) else str(_plain(key)): _plain(each)
            for key, each in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_plain(each) for each in value]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex()
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def indent(text: str) -> list[Line]:
    """The lines of a JSON text: indented by two, names apart from values."""
    lines: list[Line] = []
    for line in _lines(text):
        lines.append(line)
        if len(lines) >= MAX_LINES:
            lines.append(note(f"only the first {MAX_LINES:,} lines are drawn"))
            break
    return lines


def _lines(text: str) -> Iterator[Line]:
    depth = 0
    spans: list[Span] = []
    opened = False
    for match in _TOKEN.finditer(text):
        kind, token = str(match.lastgroup), match[match.lastgroup or 0]
        if opened and kind != "close":
            yield _line(depth - 1, spans)
            spans = []
        if kind == "close" and not opened and spans:
            yield _line(depth, spans)
            spans = []
        if kind == "open":
            spans.append(Span(Kind.PUNCTUATION, token))
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
            spans.append(Span(Kind.PUNCTUATION, token))
        elif kind == "comma":
            spans.append(Span(Kind.PUNCTUATION, ","))
            yield _line(depth, spans)
            spans = []
        else:
            spans.append(_token(kind, token, text, match.end()))
        opened = kind == "open"
    if spans:
        yield _line(depth - 1 if opened else depth, spans)


def _token(kind: str, token: str, text: str, end: int) -> Span:
    if kind == "colon":
        return Span(Kind.PUNCTUATION, ": ")
    if kind == "string":
        after = text[end : end + 40].lstrip()[:1]
        return Span(Kind.KEY if after == ":" else Kind.STRING, shown(token))
    if kind == "number":
        return Span(Kind.NUMBER, shown(token))
    return Span(_WORDS.get(token, Kind.ERROR), shown(token))


def _line(depth: int, spans: list[Span]) -> Line:
    blank = Span(Kind.PUNCTUATION, "  " * min(max(depth, 0), _MAX_INDENT))
    return Line(
        (blank, *spans) if blank.text else tuple(spans), copy="".join(s.text for s in spans)
    )
