"""What a scenario does, told: a step or fault that fired, and what becomes of a request. PURE."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ablytui.protocol.coerce import integer
from ablytui.protocol.message import action_name
from ablytui.service import problems
from ablytui.service.acts import Act
from ablytui.service.faults import FAULT
from ablytui.service.problems import problem


@dataclass(frozen=True, slots=True)
class Fired:
    """A step was played or a fault struck; for whoever shows it.

    `caption` is empty for a step that belongs to the one before it. `socket` None: all or none;
    `what` is the frame or request that a rule was about, or why something ended by itself.
    `by_hand`: a person asked for it. `sets`: it is in force from now on, and nothing has come of
    it yet.
    """

    caption: str
    act: Act
    socket: int | None = None
    what: str = ""
    by_hand: bool = False
    sets: bool = False

    @property
    def word(self) -> str:
        """What it does."""
        return self.act.word

    @property
    def fault(self) -> bool:
        """Whether it breaks something; the rest is what a service does on any day."""
        return self.act.fault

    @property
    def adds(self) -> bool:
        """Whether the fault puts something on the wire, and does not hold something back."""
        return self.word in FAULT and FAULT[self.word].adds


@dataclass(frozen=True, slots=True)
class Refusal:
    """An HTTP answer in the place of a 101."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule does to an HTTP request: answer, hold it back (ms), or drop the socket."""

    response: Refusal | None = None
    delay: int = 0
    drop: bool = False


def frame_name(message: Mapping[Any, Any]) -> str:
    """A frame in two words: its action and its channel."""
    channel = message.get("channel")
    name = action_name(integer(message.get("action")))
    return f"{name} {channel}" if isinstance(channel, str) else name


def refusal_of(act: Act) -> Refusal:
    """The answer of `refuse_connection` and `http_respond`: an Ably error if none is given."""
    body = act.body
    if body is None:
        codes = {401: problems.NOT_ACCEPTED, 404: problems.NOT_FOUND, 403: problems.FORBIDDEN}
        code = codes.get(act.status, act.status * 100)
        body = {"error": problem(code, "refused on purpose", act.status).to_wire()}
    return Refusal(act.status, json.dumps(body, ensure_ascii=False, default=str).encode())
