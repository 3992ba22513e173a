"""What is typed as data, read as the kind that was chosen: JSON, text, or binary.

Pure: from a text to the value that travels, or to one line that says where it breaks. JSON travels
as it was typed, without the blanks between its parts: `102.00` stays `102.00`.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

AUTO: Final = "auto"
KINDS: Final[Mapping[str, str]] = {
    AUTO: "JSON or text",
    "json": "JSON",
    "text": "text",
    "base64": "binary, as base64",
    "hex": "binary, as hex",
}
"""The kinds, and what they are called; the first one goes by what the text looks like."""

_PARTS: Final = re.compile(r'("(?:[^"\\]|\\.)*")|\s+', re.DOTALL)
_NOT_BASE64: Final = re.compile(r"[^A-Za-z0-9+/\s]")
_NOT_HEX: Final = re.compile(r"[^0-9A-Fa-f\s]")


@dataclass(frozen=True, slots=True)
class Data:
    """What was typed: `value` as it goes to the action, `encoding` where it has one (RSL4c3).

    `problem` is why there is no value; `doubt` is what a person may not have meant.
    """

    value: str | bytes | None = None
    encoding: str | None = None
    problem: str = ""
    doubt: str = ""

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments that carry it; none for no data."""
        found: dict[str, Any] = {} if self.value is None else {"data": self.value}
        return found | ({"encoding": self.encoding} if self.encoding else {})


def place(text: str, at: int) -> str:
    """`line 2, character 5`, or `character 5` where there is one line only."""
    before = text[:at]
    line = before.count("\n") + 1
    character = at - before.rfind("\n")
    return f"line {line}, character {character}" if "\n" in text else f"character {character}"


def read_data(kind: str, text: str) -> Data:
    """The data. Nothing typed is no data."""
    if not text:
        return Data()
    if kind == "text":
        return Data(text)
    if kind == "base64":
        return _base64(text)
    if kind == "hex":
        value = read_hex(text)
        return Data(value) if isinstance(value, bytes) else Data(problem=value)
    if kind == "json":
        return _json(text)
    if text.lstrip()[:1] not in {"{", "["}:
        return Data(text)
    found = _json(text)
    return found if not found.problem else Data(text, doubt=found.problem)


def _json(text: str) -> Data:
    value = read_json(text)
    if isinstance(value, Broken):
        return Data(problem=f"not JSON: {value.why}")
    if isinstance(value, str):
        return Data(value)
    if isinstance(value, dict | list):
        return Data(_PARTS.sub(r"\1", text), "json")
    what = "null" if value is None else "a boolean" if isinstance(value, bool) else "a number"
    return Data(problem=f"data is an object, an array or a string, not {what} (40013)")


@dataclass(frozen=True, slots=True)
class Broken:
    """Why a text is no JSON, and where: an index into it, None where no place is known."""

    why: str
    at: int | None = None


def read_json(text: str) -> Any:
    """The value, or Broken. JSON has no NaN and no infinity (RFC 8259 §6)."""
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite)
    except json.JSONDecodeError as bad:
        return Broken(f"{bad.msg[:1].lower()}{bad.msg[1:]} at {place(text, bad.pos)}", bad.pos)
    except RecursionError:
        return Broken("it is nested too deeply")
    except ValueError as bad:
        # Of a number with more digits than Python reads, too.
        why = str(bad)
        return Broken(why if why.startswith("JSON") else "a number in it has too many digits")


def _no_constant(name: str) -> float:
    raise ValueError(f"JSON has no {name}")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in {float("inf"), float("-inf")}:
        raise ValueError(f"JSON has numbers beyond any reader's, as {digits[:12]} is")
    return number


def _base64(text: str) -> Data:
    """RFC 4648 §4; line feeds are passed over and the padding may be left out."""
    body = text.rstrip().rstrip("=")
    bad = _NOT_BASE64.search(body)
    if bad is not None:
        return Data(problem=f"not base64: {bad[0]!r} at {place(text, bad.start())}")
    packed = "".join(body.split())
    try:
        return Data(base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True))
    except binascii.Error:
        return Data(problem=f"not base64: it ends at {place(text, len(body))}, inside a byte")


def read_hex(text: str) -> bytes | str:
    """The bytes, or one line that says where the text is no pairs of hexadecimal digits."""
    bad = _NOT_HEX.search(text)
    if bad is not None:
        return f"not hex: {bad[0]!r} at {place(text, bad.start())}"
    digits = "".join(text.split())
    if len(digits) % 2:
        return f"not hex: {len(digits)} digits, and a byte has two"
    return bytes.fromhex(digits)
