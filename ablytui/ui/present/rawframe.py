"""One frame made by hand: its bytes, what it is worth, and where it breaks. Pure.

A frame goes out as it stands, so what is no ProtocolMessage only warns: to send such a thing is
what raw frames are for. What cannot be turned into bytes at all cannot be sent.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from textual.content import Content

from ablytui.protocol.codec import Undecodable, decode, encode
from ablytui.protocol.coerce import integer, text
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.message import ProtocolAction, action_name
from ablytui.protocol.visible import visible
from ablytui.ui.present.datakind import Broken, read_hex, read_json
from ablytui.ui.theme import GOOD, HEALS, MUTED, WRONG

FORMS: Final[Mapping[str, str]] = {
    "text": "text, as it stands",
    "msgpack": "MessagePack, from JSON",
    "hex": "binary, as hex",
}
"""How a frame is typed."""


EMPTY: Final = "the frame is empty"


@dataclass(frozen=True, slots=True)
class Raw:
    """What was typed as a frame. `problem` is why there are no bytes, `doubt` what is odd in them.

    `message` is the ProtocolMessage that the bytes are, None for none. `at` is an index into what
    was typed where the problem or doubt has a place.
    """

    opcode: Opcode
    payload: bytes = b""
    problem: str = ""
    doubt: str = ""
    message: Mapping[Any, Any] | None = None
    at: int | None = None

    @property
    def arguments(self) -> dict[str, Any]:
        """The arguments of the action."""
        if self.opcode is Opcode.TEXT:
            return {"text": self.payload.decode("utf-8")}
        return {"hex": self.payload.hex()}


def read_raw(form: str, typed: str) -> Raw:
    """The frame that a text stands for."""
    if form == "hex":
        return _hex(typed)
    if form == "msgpack":
        return _msgpack(typed)
    payload = typed.encode("utf-8", "replace")
    if not payload:
        return Raw(Opcode.TEXT, problem=EMPTY)
    value = read_json(typed)
    if isinstance(value, Broken):
        return Raw(Opcode.TEXT, payload, doubt=f"not JSON: {value.why}", at=value.at)
    return _judged(Raw(Opcode.TEXT, payload))


def _msgpack(typed: str) -> Raw:
    if not typed.strip():
        return Raw(Opcode.BINARY, problem=EMPTY)
    value = read_json(typed)
    if isinstance(value, Broken):
        return Raw(Opcode.BINARY, problem=f"not JSON: {value.why}", at=value.at)
    try:
        payload = encode(value, Format.MSGPACK)
    except (TypeError, ValueError, OverflowError, RecursionError) as bad:
        return Raw(Opcode.BINARY, problem=f"MessagePack cannot carry it: {_short(str(bad))}")
    return _judged(Raw(Opcode.BINARY, payload))


def _hex(typed: str) -> Raw:
    payload = read_hex(typed)
    if isinstance(payload, str):
        return Raw(Opcode.BINARY, problem=payload)
    if not payload:
        return Raw(Opcode.BINARY, problem=EMPTY)
    return _judged(Raw(Opcode.BINARY, payload))


def _judged(raw: Raw) -> Raw:
    message = decode(raw.payload, raw.opcode)
    if isinstance(message, Undecodable):
        return Raw(raw.opcode, raw.payload, doubt=_short(message.why))
    return Raw(raw.opcode, raw.payload, doubt=_oddity(message), message=message)


def _oddity(message: Mapping[Any, Any]) -> str:
    """What a service would stumble over first."""
    if "action" not in message:
        return "no action: a ProtocolMessage has one (TR4a)"
    number = integer(message["action"])
    if number is None:
        return "action is not a number (TR4a)"
    if number not in set(ProtocolAction):
        return f"action {number} is none that is known (TR2)"
    return ""


def _short(why: str) -> str:
    return why if len(why) <= 80 else why[:79] + "…"


def raw_note(raw: Raw) -> Content:
    """What the frame is worth, in one line."""
    size = f"{len(raw.payload):,} B"
    kind = "one text frame" if raw.opcode is Opcode.TEXT else "one binary frame"
    if raw.problem == EMPTY:
        return Content.styled('nothing yet; {"action":0} is a HEARTBEAT', MUTED)
    if raw.problem:
        return Content.styled(f"✕ {visible(raw.problem)}", WRONG)
    if raw.doubt:
        return Content.assemble(
            (f"! {visible(raw.doubt)}", HEALS), (f"  {kind}, {size}, sent all the same", MUTED)
        )
    return Content.assemble((f"✓ {what(raw)}", GOOD), (f"  {kind}, {size}", MUTED))


def what(raw: Raw) -> str:
    """`MESSAGE on orders:eu`."""
    message = raw.message or {}
    channel = text(message.get("channel"))
    on = f" on {visible(channel)[:40]}" if channel else ""
    return f"{action_name(integer(message.get('action')))}{on}"


def as_raw(message: Mapping[str, Any], fmt: Format, payload: bytes) -> tuple[str, str]:
    """A frame of the engine as text to be edited, and the form that gives its bytes again.

    Bytes in it have no place in JSON, so such a frame is given as hex.
    """
    if fmt is Format.JSON:
        return "text", payload.decode("utf-8")
    if _has_bytes(message):
        return "hex", payload.hex(" ")
    return "msgpack", json.dumps(message, ensure_ascii=False, indent=2)


def _has_bytes(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_bytes, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_bytes, value))
    return isinstance(value, bytes)


def hex_look(payload: bytes, width: int, rows: int) -> Content:
    """The bytes as far as there is room, sixteen or eight to a row."""
    each = 16 if width >= 47 else 8
    lines = [payload[at : at + each].hex(" ") for at in range(0, each * rows, each)]
    lines = [line for line in lines if line]
    if len(payload) > each * rows:
        lines[-1] = lines[-1][:-2] + "…"
    return Content("\n".join(lines))
