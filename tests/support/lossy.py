"""A service behind a bad network, for the machine: frames arrive late, or are lost with a socket.

It counts as a service does (RTN7b, RTN19a2): what it took under one connection and serial on an
earlier transport is acknowledged again and not published again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench


@dataclass
class Held:
    """What the service keeps of one connection."""

    published: dict[int, Any] = field(default_factory=dict)
    """What it took, by its serial, in the order of arrival."""


class Lossy:
    """Plays the service and the network against a bench."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.held: dict[str, Held] = {}
        self.ids = 0
        self.seen = 0
        self.asked: list[int] = []
        self.clear()

    def clear(self) -> None:
        """A new transport: nothing is under way on it."""
        self.on_its_way: list[dict[str, Any]] = []
        self.owed: list[int] = []
        self.last_serial: int | None = None

    def watch(self) -> None:
        """Take up what the client did since the last time."""
        for effect in self.bench.effects[self.seen :]:
            if isinstance(effect, fx.Dial):
                self.clear()
            elif isinstance(effect, fx.Send) and effect.attempt == self.bench.attempt:
                self.on_its_way.append(effect.message)
        self.seen = len(self.bench.effects)

    def wish(self, event: e.Wish) -> None:
        """The person asks for something."""
        self.asked.append(event.ref)
        self.bench.do(event)
        self.watch()

    def answer_dial(self, *, up: bool, keep: bool) -> None:
        """A dial is refused, or becomes the old connection or a new one."""
        bench = self.bench
        if bench.state is not S.CONNECTING:
            return
        if not up:
            bench.refused()
        elif keep and bench.conn.mode == "resume" and bench.conn.id in self.held:
            bench.connected(bench.conn.id)
        else:
            self.ids += 1
            self.held[f"c{self.ids}"] = Held()
            bench.connected(f"c{self.ids}")
        self.watch()

    def arrive(self, count: int) -> None:
        """The next frames reach the service."""
        taken, self.on_its_way = self.on_its_way[:count], self.on_its_way[count:]
        for message in taken:
            if message["action"] in {14, 15}:
                self._take(message)
            elif message["action"] in {10, 12}:
                self.bench.receive({**message, "action": message["action"] + 1})
            elif message["action"] == 7:
                self.bench.receive({"action": 8})
            self.watch()

    def _take(self, message: dict[str, Any]) -> None:
        serial = message["msgSerial"]
        assert self.last_serial is None or serial == self.last_serial + 1, "a gap, or twice"
        self.last_serial = serial
        held = self.held[self.bench.conn.id or ""]
        what = (message.get("messages") or message["presence"])[0]["data"]
        assert held.published.setdefault(serial, what) == what, "another one under its serial"
        self.owed.append(serial)

    def acknowledge(self, count: int, *, good: bool = True) -> None:
        """The next answers reach the client, in one frame."""
        owed, self.owed = self.owed[:count], self.owed[count:]
        if owed:
            body = {"action": 1 if good else 2, "msgSerial": owed[0], "count": len(owed)}
            self.bench.receive(body)
            self.watch()

    def cut(self) -> None:
        """The socket goes, and what was under way with it."""
        if self.bench.attempt in self.bench.open and self.bench.conn.opened:
            self.clear()
            self.bench.lost()
            self.watch()

    def heal(self) -> None:
        """All goes well from now on, until nothing is under way."""
        for _ in range(200):
            self.answer_dial(up=True, keep=True)
            self.arrive(1)
            self.acknowledge(1)
            if self.bench.state in {S.DISCONNECTED, S.SUSPENDED}:
                self.bench.do(e.ConnectRequested())
                self.watch()
