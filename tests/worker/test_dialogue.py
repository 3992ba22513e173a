"""One conversation over real sockets, in both dialects and both formats, frame by frame."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from ablytui.compose import Wanted, assemble
from ablytui.protocol.codec import Undecodable, decode, encode
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode, WireFrame
from ablytui.protocol.params import ConnectParams, DialectName
from tests.support.wires import Accepted, ScriptedServer, until

KEY = "app.k1:secret"


class Service:
    """Says what a test says, in the format that was asked for, and keeps what it hears."""

    def __init__(self, dialect: DialectName, fmt: Format) -> None:
        self.classic = dialect is DialectName.CLASSIC
        self.fmt = fmt
        self.heard: list[list[dict[str, Any]]] = []
        self.ids = ["c1"]
        self.server = ScriptedServer(on_accept=self.accepted, on_frame=self.framed)

    def say(self, peer: Accepted, message: dict[str, Any]) -> None:
        peer.wire.send(self.fmt.opcode, encode(message, self.fmt))

    def accepted(self, peer: Accepted) -> None:
        self.heard.append([])
        number = len(self.heard) - 1
        name = self.ids[min(number, len(self.ids) - 1)]
        details = {
            "connectionKey": f"{name}!key{number}",
            "connectionStateTtl": 120_000,
            "maxIdleInterval": 15_000,
        }
        message: dict[str, Any] = {"action": 4, "connectionId": name, "connectionDetails": details}
        if self.classic:
            message["connectionSerial"] = -1
        self.say(peer, message)

    def framed(self, peer: Accepted, frame: WireFrame) -> None:
        if frame.opcode >= Opcode.CLOSE:
            return
        assert frame.opcode is self.fmt.opcode
        message = decode(frame.payload, frame.opcode)
        assert not isinstance(message, Undecodable)
        self.heard[-1].append(message)
        if message["action"] == 10:
            answer = {"action": 11, "channel": message["channel"], "flags": 983_040}
            self.say(peer, answer | {"channelSerial": f"s{len(self.heard)}"})
        elif message["action"] == 7:
            self.say(peer, {"action": 8})

    async def hears(self, action: int, count: int = 1) -> list[dict[str, Any]]:
        """The frames of that action on the latest connection, once there are so many."""

        def found() -> list[dict[str, Any]]:
            return [m for m in self.heard[-1] if m["action"] == action]

        await until(lambda: len(found()) >= count, f"{count} of action {action}")
        return found()


@pytest.mark.parametrize("fmt", list(Format))
@pytest.mark.parametrize("dialect", list(DialectName))
@pytest.mark.parametrize("continued", [True, False])
async def test_a_conversation(dialect: DialectName, fmt: Format, continued: bool) -> None:
    service = Service(dialect, fmt)
    service.ids = ["c1"] if continued else ["c1", "c2"]
    async with service.server as server:
        params = ConnectParams(
            dialect=dialect, endpoint="127.0.0.1", port=server.port, tls=False, key=KEY, format=fmt
        )
        parts = await assemble(Wanted(params))
        session = parts.session
        try:
            session.start()
            await asyncio.wait_for(session.do("attach", {"channel": "c"}), 5)
            first = session.do("publish", {"channel": "c", "data": {"a": "é"}})
            second = session.do("publish", {"channel": "c", "data": "two"})
            assert [m["msgSerial"] for m in await service.hears(15, 2)] == [0, 1]
            peer = await server.connection(0)
            service.say(
                peer, {"action": 1, "msgSerial": 0, "count": 1, "res": [{"serials": ["x"]}]}
            )
            assert (await asyncio.wait_for(first, 5)).value["serials"] == ["x"]

            peer.wire.abort()
            await until(lambda: len(service.heard) == 2, "another connection")
            peer = await server.connection(1)
            assert "resume=c1%21key0" in peer.resource
            assert ("connection_serial=-1" in peer.resource) is service.classic
            (again,) = await service.hears(15)
            assert again["msgSerial"] == (1 if continued else 0)
            assert again["messages"][0]["data"] == "two"
            survived = continued and service.classic
            if not survived:
                (attach,) = await service.hears(10)
                assert ("channelSerial" in attach) is not service.classic
            service.say(peer, {"action": 1, "msgSerial": again["msgSerial"], "count": 1})
            assert (await asyncio.wait_for(second, 5)).error is None
            await until(lambda: session.connection.channels["c"].state == "attached")
            assert [m["action"] for m in service.heard[1]].count(10) == (0 if survived else 1)

            ping = session.do("ping")
            (asked,) = await service.hears(0)
            service.say(peer, {"action": 0, "id": asked["id"]})
            assert (await asyncio.wait_for(ping, 5)).value["rtt"] >= 0
            assert (await asyncio.wait_for(session.do("close"), 5)).error is None
            assert session.connection.state == "closed"
            assert service.heard[1][-1] == {"action": 7}
        finally:
            await parts.close()
