"""The encoding chain of a payload, undone as far as it goes (RSL6). PURE.

`encoding` lists the steps in the order in which they were applied, so they are undone from the
right. The first step that cannot be undone ends it: the data stays as the last good step left
it and what remains of the chain is kept (RSL6b), because a person has to see both.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from ablytui.decoders.cipher import decrypt
from ablytui.decoders.delta import DeltaError, apply


@dataclass(frozen=True, slots=True)
class Decoded:
    """Data after its chain. `encoding` is what was left, `problem` why it was.

    `code` is Ably's where a delta could not be applied. `payload` is what a delta of the next
    message would change: the data after base64 and vcdiff, before any other step (RTL19).
    """

    data: Any
    encoding: str | None = None
    problem: str = ""
    code: int | None = None
    payload: Any = field(default=None, compare=False)


def undo(data: Any, encoding: object, *, key: bytes | None = None, base: object = None) -> Decoded:
    """Undo a chain. Never raises for what a peer sent.

    No encoding at all is None or the empty string; one that is no string is left alone. `key`
    is that of the channel, `base` the payload of the message before.
    """
    if encoding is None or encoding == "":
        return Decoded(data, payload=data)
    if not isinstance(encoding, str):
        return Decoded(data, str(encoding), "the encoding is not a string", payload=data)
    steps = encoding.split("/")
    payload, last = data, len(steps)
    while steps:
        step = steps[-1]
        try:
            data = _undone(step, data, key, base)
        except (TypeError, ValueError, RecursionError) as bad:
            code = bad.code if isinstance(bad, DeltaError) else None
            return Decoded(data, "/".join(steps), f"{step}: {_why(bad)}", code, payload)
        if step == "vcdiff" or (step == "base64" and len(steps) == last):
            payload = data
        steps.pop()
    return Decoded(data, payload=payload)


def _undone(step: str, data: Any, key: bytes | None, base: object) -> Any:
    if step.startswith("cipher+"):
        return decrypt(data, step, key)
    if step == "vcdiff":
        return apply(base, data)
    plain = _STEPS.get(step)
    if plain is None:
        raise ValueError("not a step that can be undone")
    return plain(data)


def _why(bad: Exception) -> str:
    if isinstance(bad, json.JSONDecodeError):
        return f"not JSON: {bad.msg.lower()} at character {bad.pos + 1}"
    if isinstance(bad, UnicodeDecodeError):
        return f"invalid UTF-8 at byte {bad.start}"
    if isinstance(bad, RecursionError):
        return "nested too deeply to read"
    return str(bad)


def _from_base64(data: Any) -> bytes:
    if isinstance(data, str):
        if not data.isascii():
            raise ValueError("not base64: it has characters outside ASCII")
        data = data.encode()
    if not isinstance(data, bytes):
        raise TypeError("the data is not a string")
    # Some encoders break lines and some leave the padding out (RFC 4648 §3.1, §3.2).
    packed = b"".join(data.split()).rstrip(b"=")
    try:
        return base64.b64decode(packed + b"=" * (-len(packed) % 4), validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None


def _from_utf8(data: Any) -> str:
    if not isinstance(data, bytes):
        raise TypeError("the data is not bytes")
    return data.decode("utf-8")


def _from_json(data: Any) -> Any:
    if isinstance(data, bytes):
        data = data.decode("utf-8")
    if not isinstance(data, str):
        raise TypeError("the data is not a string")
    return json.loads(data)


_STEPS: Final[dict[str, Callable[[Any], Any]]] = {
    "base64": _from_base64,
    "utf-8": _from_utf8,
    "utf8": _from_utf8,
    "json": _from_json,
}
