"""The service's core with clients that speak to it in memory, and a clock moved by hand."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from ablytui.protocol.codec import Format, decode, encode
from ablytui.protocol.events import Moment
from ablytui.protocol.frame import Opcode
from ablytui.service.core import Core
from ablytui.service.events import (
    CloseSocket,
    CutSocket,
    Ended,
    Event,
    Note,
    Opened,
    PeerPublish,
    Received,
    Send,
    SendMany,
    SendPing,
    SendRaw,
    Tick,
    TooLarge,
)
from ablytui.service.firings import Fired
from ablytui.service.options import ServiceOptions
from ablytui.service.scenario import Scenario
from ablytui.service.stage import Stage

KEY = "app.kid:secret"
FORMS = [(d, f) for d in ("current", "classic") for f in ("json", "msgpack")]
"""Every dialect with every format."""


class Client:
    """One socket of the bench. What it is sent is encoded and read back, as on a wire."""

    def __init__(self, bench: Bench, number: int, fmt: Format, dialect: str) -> None:
        self.bench, self.number, self.format, self.dialect = bench, number, fmt, dialect
        self.got: list[dict[str, Any]] = []
        self.raws: list[bytes] = []
        self.pings = 0
        self.closed: int | None = None
        self.cut = False

    def send(self, message: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Send a message; what came back to this client for it."""
        before = len(self.got)
        payload = encode(message, self.format)
        self.bench.happen(Received(self.number, self.format.opcode, payload))
        return self.got[before:]

    def raw(self, payload: bytes, opcode: Opcode = Opcode.TEXT) -> None:
        self.bench.happen(Received(self.number, opcode, payload))

    def too_large(self, size: int) -> None:
        self.bench.happen(TooLarge(self.number, size))

    def lose(self) -> None:
        """The socket is gone, without a word."""
        self.bench.happen(Ended(self.number))

    def attach(self, channel: str, **more: Any) -> list[dict[str, Any]]:
        return self.send({"action": 10, "channel": channel, **more})

    def publish(self, channel: str, serial: int, *items: Mapping[str, Any]) -> list[dict[str, Any]]:
        message = {"action": 15, "channel": channel, "msgSerial": serial, "messages": list(items)}
        return self.send(message)

    def presence(self, channel: str, serial: int, **item: Any) -> list[dict[str, Any]]:
        return self.send(
            {"action": 14, "channel": channel, "msgSerial": serial, "presence": [item]}
        )

    def take(self) -> list[dict[str, Any]]:
        """What came since the last time."""
        got, self.got = self.got, []
        return got

    @property
    def connected(self) -> dict[str, Any]:
        """The CONNECTED of this socket."""
        return next(m for m in self.got if m["action"] == 4)

    @property
    def key(self) -> str:
        return str(self.connected["connectionDetails"]["connectionKey"])


class Bench:
    """A service without sockets."""

    def __init__(self, *, scenario: Scenario | None = None, **options: Any) -> None:
        options.setdefault("keys", (KEY,))
        numbers = itertools.count(1)
        self.options = ServiceOptions(scenario=scenario, **options)
        self.core = Core(self.options, self.options.keys, lambda n: str(next(numbers)).zfill(n))
        self.stage = Stage(self.core, scenario)
        self.mono = 1_000.0
        self.wall0 = 1_700_000_000_000.0
        self.clients: dict[int, Client] = {}
        self.notes: list[str] = []
        self.fired: list[Fired] = []

    @property
    def moment(self) -> Moment:
        return Moment(self.mono, self.wall0 + self.mono, 0.5)

    def happen(self, event: Event) -> None:
        for effect in self.stage.handle(event, self.moment):
            self._perform(effect)

    def _perform(self, effect: Any) -> None:
        match effect:
            case SendMany():
                for send in effect.each():
                    self._perform(send)
            case Send():
                client = self.clients[effect.socket]
                assert not client.cut, "written to a socket that was cut"
                assert effect.format is client.format
                message = decode(encode(effect.message, effect.format), effect.format.opcode)
                assert isinstance(message, dict), message
                assert "channel" not in message or isinstance(message["channel"], str), message
                client.got.append(message)
            case SendRaw(number, _, payload):
                self.clients[number].raws.append(payload)
            case SendPing(number):
                self.clients[number].pings += 1
            case CloseSocket(number, code):
                self.clients[number].closed = code
            case CutSocket(number):
                self.clients[number].cut = True
            case Note(text):
                self.notes.append(text)
            case Fired():
                self.fired.append(effect)

    def advance(self, ms: float) -> None:
        """Let time pass, with a Tick whenever one is wanted."""
        end = self.mono + ms
        while (due := self.stage.next_due()) is not None and due <= end:
            self.mono = max(due, self.mono)
            self.happen(Tick())
        self.mono = end

    def dial_raw(
        self, target: str, fmt: Format = Format.JSON, headers: Mapping[str, str] | None = None
    ) -> Client:
        number = len(self.clients) + 1
        client = Client(self, number, fmt, "")
        self.clients[number] = client
        self.happen(Opened(number, target, headers or {}))
        return client

    def dial(self, dialect: str = "current", fmt: str = "json", **query: str) -> Client:
        """A client that dials with the names of its dialect."""
        names = {"key": KEY, "protocol" if dialect == "classic" else "format": fmt, **query}
        if dialect == "current":
            names.setdefault("v", "6")
        client = self.dial_raw("/?" + urlencode(names), Format(fmt))
        client.dialect = dialect
        return client

    def peer(self, channel: str, *data: Any) -> None:
        """The service's own peer publishes each of these."""
        for value in data:
            item = {"data": value if isinstance(value, (str, bytes)) else json.dumps(value)}
            self.happen(PeerPublish(channel, (item,)))


def actions(messages: list[dict[str, Any]]) -> list[int]:
    return [m["action"] for m in messages]


def data_of(messages: list[dict[str, Any]]) -> list[Any]:
    """The data of every message in these frames."""
    return [i.get("data") for m in messages if m["action"] == 15 for i in m["messages"]]
