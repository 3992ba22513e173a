"""One line of standard input, read: an order, or why it is none. May not know asyncio."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ablytui.protocol.actions import ACTIONS

OWN: Final = {
    "recovery_key": "Give the recovery key in clear, or null",
    "state": "Give what is known of the connection and its channels",
    "quit": "Close the socket without CLOSE, and end",
}
"""What drive answers itself, and what it is for."""

NAMES: Final = (*(action.id for action in ACTIONS), *OWN)


@dataclass(frozen=True, slots=True)
class Order:
    """`ref` is whatever the line gave, to be given back."""

    do: str
    ref: Any
    args: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Misread:
    """A line that is no order: the answer is this text."""

    why: str
    ref: Any = None


def read(line: bytes) -> Order | Misread | None:
    """An order from a line; None for a blank one. Never raises."""
    if not line.strip():
        return None
    try:
        value = json.loads(line.decode("utf-8"), parse_constant=_refuse)
        # JSON can write half of a surrogate pair; no encoding of the wire can.
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeDecodeError as bad:
        return Misread(f"invalid UTF-8 at byte {bad.start} of the line")
    except json.JSONDecodeError as bad:
        return Misread(f"not JSON: {bad.msg.lower()} at character {bad.pos + 1}")
    except UnicodeEncodeError:
        return Misread("a string in it holds a lone surrogate, which cannot be sent")
    except RecursionError:
        return Misread("the JSON is nested too deeply to read")
    except _NotJson as bad:
        return Misread(f"not JSON: {bad}")
    except ValueError:
        # Python refuses to turn more than 4300 digits into an int.
        return Misread("a number in it has too many digits to read")
    if not isinstance(value, dict):
        return Misread('a line is a JSON object such as {"do": "ping"}')
    return _order(value)


def _order(value: dict[str, Any]) -> Order | Misread:
    ref = value.pop("ref", None)
    do = value.pop("do", None)
    if not isinstance(do, str):
        return Misread('"do" is missing or not a string', ref)
    if do not in NAMES:
        return Misread(f"there is no {do!r}; it is one of {', '.join(NAMES)}", ref)
    return Order(do, ref, value)


class _NotJson(ValueError):
    """A word that Python's reader takes and JSON does not know."""


def _refuse(name: str) -> Any:
    raise _NotJson(f"{name} is not JSON")
