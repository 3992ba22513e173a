"""One client before one scripted service, and the story of what both did, as plain text."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from ablytui.protocol.frame import Direction, Opcode, WireFrame, close_code
from ablytui.protocol.message import ProtocolAction
from tests.sdk.clients import Client, Line, line
from tests.support.wires import Accepted, ScriptedServer

QUIET: Final = 2.4
"""Seconds without anything new after which a story is over; longer than any timer below."""

LONGEST: Final = 7.0
"""Seconds after which a story that goes on for ever is cut off; its cycle is told once."""

SOON: Final = 4.0
"""Seconds to wait for what a client may never do."""

SHORT: Final = {
    "request": 1000,
    "disconnected": 250,
    "suspended": 400,
    "channel": 300,
    "ttl": 60_000,
}
"""The times of the clients, in ms."""

KEY: Final = "app.kid:secret"
RESUME_FLAG: Final = 32

Message = Mapping[str, Any]


@dataclass(frozen=True)
class Story:
    """What one client did: its states, what its operations came to, and each dial's frames."""

    states: list[str]
    channels: list[str]
    answers: list[str]
    dials: list[str]

    def as_data(self) -> dict[str, list[str]]:
        """For a file; parts in which nothing happened are left out."""
        return {name: part for name, part in vars(self).items() if part}


@dataclass
class Dial:
    """One connection as the service saw it."""

    stage: Stage
    number: int
    peer: Accepted
    told: list[str] = field(default_factory=list)

    def send(self, *messages: Message) -> None:
        """Send messages as JSON text."""
        for message in messages:
            self.raw(json.dumps(message).encode())

    def raw(self, payload: bytes, opcode: Opcode = Opcode.TEXT) -> None:
        """Send a frame as it is."""
        self.peer.wire.send(opcode, payload)

    def connected(self, name: str = "", key: str = "", **more: Any) -> None:
        """CONNECTED: of this dial, unless named. Details by keyword; `error` beside them."""
        name = name or f"c{self.number}"
        message: dict[str, Any] = {"action": 4, "connectionId": name}
        if "error" in more:
            message["error"] = more.pop("error")
        details = {
            "connectionKey": key or f"{name}!k",
            "maxMessageSize": 65536,
            "connectionStateTtl": 60_000,
            "maxIdleInterval": 15_000,
        }
        self.send(message | {"connectionDetails": details | more})

    def error(self, code: int, status: int, **more: Any) -> None:
        """ERROR, and a normal close when it is about the connection."""
        self.send({"action": 9, "error": problem(code, status), **more})
        if "channel" not in more:
            self.close()

    def disconnected(self, error: Message | None) -> None:
        """DISCONNECTED, and a normal close."""
        self.send({"action": 6} if error is None else {"action": 6, "error": error})
        self.close()

    def close(self, code: int = 1000) -> None:
        """Begin the closing handshake."""
        self.told.append(f"<close {code}>")
        self.peer.wire.close(code)

    def cut(self) -> None:
        """End TCP without a word."""
        self.told.append("<cut>")
        self.peer.wire.abort()

    async def saw(self, text: str, times: int = 1) -> bool:
        """Whether a frame that begins so came, or comes soon, so often."""

        def there() -> bool:
            return sum(told.startswith(text) for told in self.told) >= times

        return await self.stage.until(there)


def problem(code: int, status: int) -> dict[str, Any]:
    """An error as it is on the wire."""
    return {"code": code, "statusCode": status, "message": f"problem {code}"}


class _Server(ScriptedServer):
    """One that may refuse the upgrade of some dials."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage.accepted, stage.framed)
        self.stage = stage

    def _take(self, transport: asyncio.Transport, head: bytes) -> None:
        status = self.stage.refusing(head.split(b" ", 2)[1].decode())
        error = problem(40101, 401) if status == 401 else problem(50003, 503)
        body = json.dumps({"error": error}).encode()
        kind = [("Content-Type", "application/json")]
        self.refuse = (status, kind, body) if status else None
        super()._take(transport, head)


class Stage:
    """Where a situation is played: the service's half by its methods, the client's by orders.

    `opening` says by number what a dial is met with (CONNECTED else), `refuse` which are answered
    with an HTTP status; `mute` holds the actions that the service leaves unanswered.
    """

    def __init__(self) -> None:
        self.opening: dict[int, Callable[[Dial], Any]] = {}
        self.refuse: dict[int, int] = {}
        self.refuse_all = 0
        self.mute: set[str] = set()
        self.serial = 0
        self.dials: list[Dial] = []
        self.server = _Server(self)
        self.client: Client
        self._uris: list[str] = []
        self._of: dict[int, Dial] = {}
        self._answers: list[str] = []
        self._orders: list[asyncio.Future[Line]] = []
        self._changed = asyncio.Event()

    # --- the service's half ---------------------------------------------------------------------

    def refusing(self, resource: str) -> int:
        """The status to refuse this dial with; 0 takes it."""
        self._uris.append(resource)
        self._tick()
        status = self.refuse.get(len(self._uris), self.refuse_all)
        if status:
            self.dials.append(Dial(self, len(self._uris), Accepted(), [f"<{status}>"]))
        return status

    def accepted(self, peer: Accepted) -> None:
        """A dial is open: meet it."""
        dial = Dial(self, len(self._uris), peer)
        self.dials.append(dial)
        self._of[id(peer)] = dial
        self._tick()
        self.opening.get(dial.number, self.opening.get(0, Dial.connected))(dial)

    def framed(self, peer: Accepted, frame: WireFrame) -> None:
        """A frame of the client: remember it, and answer what is not muted."""
        dial = self._of[id(peer)]
        if frame.direction is Direction.OUT or frame.opcode in {Opcode.PING, Opcode.PONG}:
            return
        self._tick()
        if frame.opcode is Opcode.CLOSE:
            if not any(told.startswith("<") for told in dial.told):
                dial.told.append(f"close {close_code(frame.payload)[0] or 1005}")
            return
        message = json.loads(frame.payload)
        action = ProtocolAction(message["action"]).name
        dial.told.append(_brief(action, message))
        if action not in self.mute:
            self._answer(dial, action, message)

    def _answer(self, dial: Dial, action: str, message: dict[str, Any]) -> None:
        channel = message.get("channel")
        if action == "ATTACH":
            self.serial += 1
            kept = {"flags": 4} if message.get("channelSerial") else {}
            dial.send(
                {"action": 11, "channel": channel, "channelSerial": f"s{self.serial}", **kept}
            )
        elif action == "DETACH":
            dial.send({"action": 13, "channel": channel})
        elif action == "HEARTBEAT":
            dial.send(message)
        elif action == "CLOSE":
            dial.send({"action": 8})
            dial.peer.wire.close(1000)
        elif action in {"MESSAGE", "PRESENCE"}:
            dial.send({"action": 1, "msgSerial": message["msgSerial"], "count": 1})

    async def dial(self, number: int) -> Dial | None:
        """The dial of that number, if it comes soon."""
        await self.until(lambda: len(self.dials) >= number)
        return self.dials[number - 1] if len(self.dials) >= number else None

    async def until(self, condition: Callable[[], object], within: float = SOON) -> bool:
        """Whether it holds soon, which is `within` so many seconds."""
        try:
            async with asyncio.timeout(within):
                while not condition():
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return False
        return True

    def _tick(self) -> None:
        self._changed.set()

    # --- the client's half ----------------------------------------------------------------------

    def ask(self, order: str, label: str = "", **args: Any) -> asyncio.Future[Line]:
        """Give an order without waiting; its answer becomes a part of the story."""
        future = self.client.ask(order, **args)
        told = label or order

        def answered(future: asyncio.Future[Line]) -> None:
            if not future.cancelled() and future.exception() is None:
                self._answers.append(f"{told}: {_outcome(future.result())}")
                self._orders.remove(future)
                self._tick()

        self._orders.append(future)
        future.add_done_callback(answered)
        return future

    async def do(self, order: str, label: str = "", **args: Any) -> None:
        """Give an order and wait for its answer, if it comes soon."""
        await asyncio.wait({self.ask(order, label, **args)}, timeout=SOON)

    async def publish(self, name: str) -> None:
        """Publish without waiting, but in order."""
        messages = [{"name": name, "data": name}]
        self.ask("publish", f"publish {name}", channel="a", messages=messages)

    async def taken(self) -> None:
        """Until the client has read the orders that were given."""
        await self.client.ask("state")

    async def state(self, state: str, times: int = 1) -> bool:
        """Whether the client reaches this state, soon, for the n-th time."""

        def reached(_: Line) -> bool:
            found = [t for t in self.client.lines if t["ev"] == "state" and t["event"] == state]
            return len(found) >= times

        return await line(self.client, reached, SOON) is not None

    async def channel(self, state: str) -> bool:
        """Whether a channel reaches this state soon."""
        wanted = lambda told: told["ev"] == "channel" and told["event"] == state  # noqa: E731
        return await line(self.client, wanted, SOON) is not None

    # --- the story ------------------------------------------------------------------------------

    async def over(self) -> None:
        """Until nothing new has come for a while, or it has gone on for too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LONGEST):
                while await self._stirs():
                    pass

    async def _stirs(self) -> bool:
        """Whether anything new comes before it has been quiet for long enough."""
        events = (self._changed, self.client.grew)
        for event in events:
            event.clear()
        waits = [asyncio.create_task(event.wait()) for event in events]
        try:
            done, _ = await asyncio.wait(waits, timeout=QUIET, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
        return bool(done)

    def story(self) -> Story:
        """What happened so far."""
        lines = self.client.lines
        waiting = ["an answer never came"] if self._orders else []
        return Story(
            states=cycled([_change(t) for t in lines if t["ev"] == "state"]),
            channels=cycled([_seen(t) for t in lines if t["ev"] != "state" and t["ev"] != "token"]),
            answers=self._answers + waiting,
            dials=cycled([self._dialled(dial) for dial in self.dials]),
        )

    def _dialled(self, dial: Dial) -> str:
        query = parse_qs(urlsplit(self._uris[dial.number - 1]).query)
        asked = [f"{n}={_short(query[n][0])}" for n in ("resume", "recover") if n in query]
        if not {"key", "accessToken", "access_token"} & query.keys():
            asked.append("without credential")
        return " · ".join([" ".join(asked) or "clean", *dial.told])


def _short(value: str) -> str:
    return str(json.loads(value)["connectionKey"]) if value.startswith("{") else value


def _change(told: Line) -> str:
    return f"{told['event']}{_reason(told)}"


def _reason(told: Line) -> str:
    reason = told["reason"]
    if not reason:
        return ""
    cause = f" ({reason['cause']})" if reason.get("cause") else ""
    return f" {reason['code'] or '-'}/{reason['statusCode'] or '-'}{cause}"


def _seen(told: Line) -> str:
    if told["ev"] == "channel":
        resumed = " resumed" if told["resumed"] else ""
        return f"{told['channel']} {told['event']}{resumed}{_reason(told)}"
    return f"{told['channel']} {told['ev']} {told['message'].get('name')}"


def _outcome(answer: Line) -> str:
    if answer["ok"]:
        return "ok"
    error = answer["error"]
    return f"{error['code'] or '-'}/{error['statusCode'] or '-'}"


def _brief(action: str, message: Mapping[str, Any]) -> str:
    """A frame of the client in a few words."""
    parts = [action]
    if action in {"ATTACH", "DETACH", "MESSAGE", "PRESENCE"}:
        parts.append(str(message["channel"]))
    if "msgSerial" in message:
        parts.append(f"#{message['msgSerial']}")
    parts += [str(item.get("name")) for item in message.get("messages") or ()]
    for item in message.get("presence") or ():
        parts.append(f"{item.get('clientId', '-')} {item['action']}")
        parts += [f"id={item['id']}"] if item.get("id") else []
    if action == "ATTACH" and message.get("channelSerial"):
        parts.append(f"serial={message['channelSerial']}")
    if action == "ATTACH" and int(message.get("flags") or 0) & RESUME_FLAG:
        parts.append("+resume")
    if action == "AUTH":
        parts.append("with a token" if (message.get("auth") or {}).get("accessToken") else "empty")
    return " ".join(parts)


def cycled(told: list[str]) -> list[str]:
    """The same, with an end that repeats itself told once, and an ellipsis."""
    for start in range(len(told)):
        tail = told[start:]
        for period in range(1, len(tail) // 2 + 1):
            if len(tail) >= max(2 * period, 3) and all(
                tail[i] == tail[i + period] for i in range(len(tail) - period)
            ):
                return [*told[: start + period], "…"]
    return told
