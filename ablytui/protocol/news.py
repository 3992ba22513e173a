"""What a Session tells its subscribers: one typed union."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Notice
from ablytui.protocol.log import Row
from ablytui.protocol.states import ChannelChange, StateChange


@dataclass(frozen=True, slots=True)
class Logged:
    """A row was appended under `n`; its payload is masked already. `duplicate`: dropped."""

    n: int
    row: Row
    duplicate: bool = False


@dataclass(frozen=True, slots=True)
class Changed:
    """The connection's state, or a channel's, has changed; `connection` is the new model."""

    connection: Connection
    change: StateChange | ChannelChange


@dataclass(frozen=True, slots=True)
class Delivered:
    """Messages or presence items reach the application, each after its encoding chain.

    `at` in µs since the session began. Data that was encrypted is in clear here, and so may be a
    secret: who writes it down masks it.
    """

    at: int
    kind: Literal["message", "presence"]
    channel: str
    items: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Told:
    """One line for the person; it is a row as well, unless the log itself has failed."""

    notice: Notice


News = Logged | Changed | Delivered | Told
