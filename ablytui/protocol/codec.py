"""ProtocolMessages to and from bytes, JSON and MessagePack.

Two ways in. `read_head` takes what the log's columns and the machine need and is strict first,
because strict is fast; what msgspec refuses goes the tolerant way. `decode` reads everything and
is tolerant only. Neither ever raises for what a peer sent: the answer is then `Undecodable`.
`encode` raises, because then *we* erred.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

import msgspec

from ablytui.protocol.coerce import integer, mapping, text
from ablytui.protocol.format import Format as Format
from ablytui.protocol.frame import Opcode


@dataclass(frozen=True, slots=True)
class Undecodable:
    """Why a payload is not a ProtocolMessage; `offset` in bytes where known."""

    why: str
    offset: int | None = None


Whole = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
"""What 64 bits hold; of a larger number the tolerant reader makes what `coerce.integer` does."""


class ErrorHead(msgspec.Struct, gc=False):
    """The one member of an error that is a column of the log."""

    code: Whole | None = None


class Head(msgspec.Struct, gc=False, rename="camel"):
    """What is known of a message without reading its body."""

    action: Whole | None = None
    channel: str | None = None
    channel_serial: str | None = None
    msg_serial: Whole | None = None
    connection_serial: Whole | None = None
    count: Whole | None = None
    flags: Whole | None = None
    error: ErrorHead | None = None

    @property
    def error_code(self) -> int | None:
        """The code of `error`, or None where there is no error."""
        return self.error.code if self.error is not None else None


class Plain(msgspec.Struct, gc=False, rename="camel"):
    """The head of a MESSAGE that says nothing else; a decoder refuses every other message."""

    action: Literal[15]
    channel: str
    channel_serial: str | None = None
    connection_serial: Whole | None = None
    msg_serial: None = None
    count: None = None
    flags: None = None
    error: None = None


_json_plain: Final = msgspec.json.Decoder(Plain)
_msgpack_plain: Final = msgspec.msgpack.Decoder(Plain)
_json_head: Final = msgspec.json.Decoder(Head)
_msgpack_head: Final = msgspec.msgpack.Decoder(Head)
_json_out: Final = msgspec.json.Encoder()


def read_head(payload: bytes, opcode: Opcode) -> Head | Undecodable:
    """The head of one whole message; `opcode` is that of its first frame."""
    if opcode is Opcode.TEXT and not payload.isascii() and not _is_utf8(payload):
        # The fast reader does not look inside the values that it skips.
        return _tolerant_head(payload, opcode)
    try:
        return (
            _json_head.decode(payload) if opcode is Opcode.TEXT else _msgpack_head.decode(payload)
        )
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        return _tolerant_head(payload, opcode)


def read_plain(payloads: Iterable[bytes], opcode: Opcode) -> list[Plain]:
    """The heads of the first messages, up to the first one that is no plain MESSAGE."""
    text = opcode is Opcode.TEXT
    decode_ = _json_plain.decode if text else _msgpack_plain.decode
    found: list[Plain] = []
    try:
        for payload in payloads:
            if text and not payload.isascii() and not _is_utf8(payload):
                break
            found.append(decode_(payload))
    except (msgspec.MsgspecError, UnicodeDecodeError, ValueError, RecursionError):
        pass
    return found


def _is_utf8(payload: bytes) -> bool:
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _tolerant_head(payload: bytes, opcode: Opcode) -> Head | Undecodable:
    message = decode(payload, opcode)
    if isinstance(message, Undecodable):
        return message
    error = message.get("error")
    return Head(
        action=integer(message.get("action")),
        channel=text(message.get("channel")),
        channel_serial=text(message.get("channelSerial")),
        msg_serial=integer(message.get("msgSerial")),
        connection_serial=integer(message.get("connectionSerial")),
        count=integer(message.get("count")),
        flags=integer(message.get("flags")),
        error=None if error is None else ErrorHead(integer(mapping(error).get("code"))),
    )


def decode(payload: bytes, opcode: Opcode) -> dict[Any, Any] | Undecodable:
    """The whole message as plain data, whatever its shape, or why it is none.

    Takes what strict readers refuse and people need to see: NaN, lone surrogates, a BOM,
    trailing white space, non-string keys, bad UTF-8 inside MessagePack strings.
    """
    if opcode is Opcode.TEXT:
        value = _from_json(payload)
    elif opcode is Opcode.BINARY:
        value = _from_msgpack(payload)
    else:
        return Undecodable(f"a {opcode.name} frame carries no message")
    if isinstance(value, (Undecodable, dict)):
        return value
    return Undecodable(f"the top level is {_kind(value)}, not an object")


def _kind(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number" if isinstance(value, (int, float)) else "no object")


def _from_json(payload: bytes) -> object:
    try:
        source = payload.decode("utf-8")
    except UnicodeDecodeError as bad:
        return Undecodable(f"invalid UTF-8 at byte {bad.start}", bad.start)
    try:
        return json.loads(source.removeprefix("\ufeff"))
    except json.JSONDecodeError as bad:
        offset = len(source[: bad.pos].encode())
        # Some of its messages end in the word that the place goes on with.
        what = bad.msg.lower().removesuffix(" at")
        return Undecodable(f"not JSON: {what} at byte {offset}", offset)
    except RecursionError:
        return Undecodable("JSON nested too deeply to read")
    except ValueError:
        # Python refuses to turn more than 4300 digits into an int.
        return Undecodable("a number in it has too many digits to read")


def _from_msgpack(payload: bytes) -> object:
    # Imported here because `--help` and `--version` must not pay for it.
    import msgpack

    unpacker = msgpack.Unpacker(
        strict_map_key=False,
        unicode_errors="replace",
        max_buffer_size=max(len(payload), 1),
    )
    unpacker.feed(payload)
    try:
        value = unpacker.unpack()
    except msgpack.OutOfData:
        return Undecodable(f"not MessagePack: it ends at byte {len(payload)}, inside a value")
    except (msgpack.StackError, RecursionError):
        return Undecodable("MessagePack nested too deeply to read")
    except Exception as bad:  # noqa: BLE001 - the decoder raises whatever hostile bytes provoke
        return Undecodable(
            f"not MessagePack: {_broken_at(bad, payload, unpacker.tell())}", unpacker.tell()
        )
    if unpacker.tell() != len(payload):
        rest = len(payload) - unpacker.tell()
        return Undecodable(f"{rest} bytes follow the MessagePack value", unpacker.tell())
    return value


def _broken_at(bad: Exception, payload: bytes, at: int) -> str:
    if "exceeds max" in str(bad):
        return f"a length says more than the {len(payload)} bytes there are"
    if str(bad) or at >= len(payload):
        return str(bad) or type(bad).__name__
    return f"byte 0x{payload[at]:02x} at offset {at}"


def encode(message: Mapping[str, Any], fmt: Format) -> bytes:
    """One ProtocolMessage as bytes. Raises TypeError if it holds what the format cannot carry."""
    if fmt is Format.JSON:
        return _json_out.encode(message)
    import msgpack

    packed: bytes = msgpack.packb(message, use_bin_type=True)
    return packed
