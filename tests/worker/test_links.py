"""Sockets by the attempt they belong to."""

from __future__ import annotations

import asyncio
from typing import Any, cast

import pytest

from ablytui.net.wire import Wire
from ablytui.protocol import effects as fx
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode, Origin
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.uri import Continuity, target
from ablytui.worker.link import Owner
from ablytui.worker.links import Links

TARGET = target(ConnectParams(endpoint="localhost"), Continuity())


class Noted:
    """A wire that writes down what is asked of it."""

    def __init__(self, *, ends: bool = True) -> None:
        self.asked: list[Any] = []
        self.links: Links | None = None
        self.ends = ends

    def send(self, opcode: Opcode, payload: bytes, *, origin: Origin) -> None:
        self.asked.append((opcode, payload, origin))

    def close(self, code: int, reason: str) -> None:
        self.asked.append(("close", code, reason))
        if self.ends and self.links:
            self.links.forget(1)

    def abort(self) -> None:
        self.asked.append("abort")
        if self.links:
            self.links.forget(1)

    def pause_reading(self) -> None:
        self.asked.append("pause")

    def resume_reading(self) -> None:
        self.asked.append("resume")


def links_with(noted: Noted) -> Links:
    links = Links(cast("Owner", None), lambda where, listener: cast("Wire", noted))
    noted.links = links
    links.dial(1, TARGET)
    return links


@pytest.mark.parametrize(
    ("fmt", "opcode", "payload"),
    [
        (Format.JSON, Opcode.TEXT, b'{"action":0}'),
        (Format.MSGPACK, Opcode.BINARY, bytes.fromhex("81a6616374696f6e00")),
    ],
)
async def test_messages_go_out_in_the_format(fmt: Format, opcode: Opcode, payload: bytes) -> None:
    noted = Noted()
    links = links_with(noted)
    links.send(fx.Send(1, {"action": 0}), fmt)
    links.send(fx.Send(2, {"action": 0}), fmt)
    links.send_raw(fx.SendRaw(1, Opcode.PING, b"x"))
    links.pause()
    links.resume()
    assert noted.asked == [
        (opcode, payload, Origin.ENGINE),
        (Opcode.PING, b"x", Origin.USER),
        "pause",
        "resume",
    ]


async def test_the_end_waits_for_an_answer_but_not_for_ever() -> None:
    polite = Noted()
    await links_with(polite).end(5)
    assert polite.asked == [("close", 1000, "")]
    mute = Noted(ends=False)
    await asyncio.wait_for(links_with(mute).end(0.01), 5)
    assert mute.asked == [("close", 1000, ""), "abort"]


async def test_with_no_socket_there_is_nothing_to_wait_for() -> None:
    links = Links(cast("Owner", None), lambda where, listener: cast("Wire", None))
    await asyncio.wait_for(links.end(60), 5)
