"""The values of a fault's parameters: read from a file or a request, and from what is typed. PURE."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ablytui.protocol.closecodes import sendable
from ablytui.protocol.codec import Format, encode
from ablytui.protocol.coerce import integer
from ablytui.protocol.message import ProtocolAction
from ablytui.service.faultkinds import Kind, Param
from ablytui.service.wireform import sound


def value_of(param: Param, raw: Any) -> Any:
    """The value, checked. Raises ValueError with what is allowed."""
    match param.kind:
        case Kind.NUMBER:
            return _number(param, raw)
        case Kind.CLOSE:
            code = _number(param, raw)
            if not sendable(code):
                raise ValueError("1000-1003, 1007-1014, 3000-4999")
            return code
        case Kind.OBJECT:
            return _object(raw)
        case Kind.CHOICE:
            if not isinstance(raw, str) or raw not in param.choices:
                raise ValueError("one of " + ", ".join(param.choices))
            return raw
        case Kind.ACTION:
            return action_of(raw)
        case Kind.HEX:
            return _hex(raw)
        case Kind.TEXT:
            return _text(param, raw)


def _number(param: Param, raw: Any) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or not param.low <= raw <= param.high:
        raise ValueError(f"a whole number from {param.low} to {param.high}")
    return raw


def _object(raw: Any) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise ValueError("a table (in JSON an object)")  # noqa: TRY004 - all of them are ValueError
    try:
        # Clients of both formats may be there: what one of them cannot carry is refused now.
        for fmt in Format:
            encode(raw, fmt)
    except Exception:  # noqa: BLE001 - the encoders raise whatever a value provokes
        raise ValueError("a table of what JSON and MessagePack can carry") from None
    return raw


def _text(param: Param, raw: Any) -> str:
    if not isinstance(raw, str) or (param.required and not raw):
        raise ValueError("a string")
    if not sound(raw) or len(raw.encode()) > param.high:
        raise ValueError(f"a string of at most {param.high} bytes of UTF-8")
    return raw


def _hex(raw: Any) -> bytes:
    try:
        return bytes.fromhex(raw)
    except (TypeError, ValueError):
        raise ValueError("pairs of hexadecimal digits") from None


def action_of(raw: Any) -> int:
    """An action by name, or by number as a string, as the test proxy writes it."""
    if isinstance(raw, str):
        if raw.upper() in ProtocolAction.__members__:
            return int(ProtocolAction[raw.upper()])
        number = integer(raw)
        if number is not None and number >= 0:
            return number
    raise ValueError('the name of an action (MESSAGE), or a number in quotes ("15")')


def raw_of(param: Param, typed: str) -> Any:
    """What a person typed, as a file or a request would have it; None for nothing.

    Raises ValueError with what is allowed.
    """
    text = typed.strip()
    if not text:
        if param.required:
            raise ValueError(f"needed: {param.help}")
        return None
    if param.kind in {Kind.NUMBER, Kind.CLOSE}:
        try:
            raw: Any = int(text)
        except ValueError:
            raw = text
    elif param.kind is Kind.OBJECT:
        raw = _json(text)
    else:
        raw = typed if param.kind is Kind.TEXT else text
    try:
        value_of(param, raw)
    except ValueError as bad:
        raise ValueError(f"allowed: {bad}") from None
    return raw


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as bad:
        where = getattr(bad, "pos", None)
        at = "" if where is None else f" at character {where + 1}"
        raise ValueError(f"not JSON{at}: {getattr(bad, 'msg', bad)}") from None
    except RecursionError:
        raise ValueError("not JSON: nested too deeply") from None


def typed_of(raw: Any) -> str:
    """A value as a person would type it."""
    if raw is None:
        return ""
    return json.dumps(raw, ensure_ascii=False) if isinstance(raw, Mapping) else str(raw)
