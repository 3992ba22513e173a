"""What a fault is, and its parameters: the shape of the table in `faults`. PURE."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

DAY: Final = 86_400_000
"""Ms."""

TO_CLIENT: Final = "ws_frame_to_client"
TO_SERVER: Final = "ws_frame_to_server"
CONNECT: Final = "ws_connect"
AFTER: Final = "delay_after_ws_connect"
HTTP: Final = "http_request"

PLACES: Final[Mapping[str, str]] = {
    CONNECT: "a WebSocket handshake",
    TO_CLIENT: "to the client",
    TO_SERVER: "to the service",
    HTTP: "an HTTP request",
    AFTER: "a while after the handshake",
}
"""What a rule can be about, with words for a person."""


class Kind(StrEnum):
    """What a parameter is."""

    NUMBER = "number"
    TEXT = "text"
    CHOICE = "choice"
    OBJECT = "object"
    """A table in TOML, an object in JSON."""
    HEX = "hex"
    ACTION = "action"
    """The name of an action of the protocol, or its number as a text."""
    CLOSE = "close code"
    """One that a CLOSE frame may carry (RFC 6455 §7.4)."""


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of a fault. `default` None: it may be left out, unless it is `required`.

    `match`: it stands in the table `match`, as what a rule looks for. `sample` is what a form
    begins with; nothing else is made of it.
    """

    name: str
    kind: Kind
    help: str
    default: int | str | None = None
    required: bool = False
    low: int = 0
    high: int = DAY
    unit: str = ""
    choices: tuple[str, ...] = ()
    match: bool = False
    sample: str = ""
    label: str = ""
    """Its name on the screen, where that is not `name`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what the service does, and what a correct client does then.

    `on` is what a rule with it may be about; `now` says that it can happen at once. What cannot
    is a rule from the moment it is asked for, on the first of `on`. `lasting`: it goes on until
    it is lifted. `adds`: it puts something on the wire, and does not hold something back. `done`
    is how the log tells it. `needs` a connected "client", or one with a "token".
    """

    word: str
    does: str
    then: str
    done: str
    point: str = ""
    params: tuple[Param, ...] = ()
    on: tuple[str, ...] = ()
    now: bool = True
    lasting: bool = False
    adds: bool = True
    needs: str = ""
    also: tuple[str, ...] = ()
    quiet: bool = False
    """It breaks nothing, and happens on any day."""
