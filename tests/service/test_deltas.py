"""Messages as deltas: which become one, and what the chain of them is based on."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from ablytui.decoders.delta import apply
from ablytui.service.deltas import chained
from tests.support.service import Bench, Client

LONG = "what two messages have in common, and so is not said twice " * 3


def item(data: Any, number: int = 0, **more: Any) -> dict[str, Any]:
    return {"id": f"i:{number}", "action": 0, "data": data, **more}


@pytest.mark.parametrize(
    ("data", "encoding", "told"),
    [
        (LONG + "2", None, "utf-8/vcdiff"),
        (f'"{LONG}2"', "json", "json/utf-8/vcdiff"),
        (LONG.encode() + b"\xff", None, "vcdiff"),
    ],
)
def test_a_delta_says_what_it_is_to_and_how_it_is_undone(
    data: Any, encoding: str | None, told: str
) -> None:
    before = item(LONG, 1)
    after = item(data, 2, extras={"headers": {"a": 1}})
    after |= {} if encoding is None else {"encoding": encoding}
    (delta,), last = chained(before, [after])
    assert delta["encoding"] == told
    assert delta["extras"] == {"headers": {"a": 1}, "delta": {"from": "i:1", "format": "vcdiff"}}
    assert apply(LONG, delta["data"]) == (data.encode() if isinstance(data, str) else data)
    assert last == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, item(LONG)),
        (item(None), item(LONG)),
        (item(""), item(LONG)),
        (item(LONG), item("")),
        (item(LONG), item(None)),
        (item(LONG), item("short")),
        (item(LONG), item(LONG, action=1)),
        (item(LONG, action=1), item(LONG)),
        (item(LONG), item(LONG.encode(), encoding="cipher+aes-128-cbc")),
    ],
)
def test_what_comes_whole(before: Any, after: Any) -> None:
    assert chained(before, [after])[0] == [after]


def test_messages_of_one_frame_are_a_chain() -> None:
    items = [item(LONG + str(n), n) for n in range(3)]
    told, last = chained(None, items)
    assert [i.get("extras", {}).get("delta", {}).get("from") for i in told] == [None, "i:0", "i:1"]
    assert last is items[-1]
    assert chained(None, [*items, item(None)])[1] is None


# --- subscribers ------------------------------------------------------------------------------


class Reader:
    """A subscriber that keeps what it was told last, as clients do (RTL19, RTL20)."""

    def __init__(self, client: Client, **attach: Any) -> None:
        self.client, self.key = client, client.key
        (attached, *rest) = client.attach("news", params={"delta": "vcdiff"}, **attach)
        assert attached["params"]["delta"] == "vcdiff"
        self.base, self.last, self.deltas = b"", "", 0
        self.read(rest)
        client.take()

    def read(self, frames: list[dict[str, Any]]) -> list[bytes]:
        found = []
        for message in (m for frame in frames if frame["action"] == 15 for m in frame["messages"]):
            steps, data = str(message.get("encoding", "")).split("/"), message["data"]
            if steps[-1] == "base64":
                data = base64.b64decode(data)
                steps.pop()
            if steps[-1:] == ["vcdiff"]:
                assert message["extras"]["delta"]["from"] == self.last
                self.deltas += 1
                data = apply(self.base, data)
            self.base = data.encode() if isinstance(data, str) else data
            self.last = message["id"]
            found.append(self.base)
        return found

    def take(self) -> list[bytes]:
        return self.read(self.client.take())


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
@pytest.mark.parametrize("dialect", ["current", "classic"])
def test_each_subscriber_has_a_chain_of_its_own(fmt: str, dialect: str) -> None:
    bench = Bench()
    early, plain = Reader(bench.dial(dialect, fmt)), bench.dial(dialect, fmt)
    plain.attach("news")
    deaf = Reader(bench.dial(dialect, fmt, echo="false"))
    texts = [f"{LONG}{n}".encode() for n in range(6)]
    bench.peer("news", *(text.decode() for text in texts[:2]))
    late = Reader(bench.dial(dialect, fmt))
    deaf.client.publish("news", 0, {"data": texts[2].decode()})
    bench.peer("news", *(text.decode() for text in texts[3:]))
    assert early.take() == texts
    assert late.take() == texts[2:]
    assert deaf.take() == texts[:2] + texts[3:]
    assert (early.deltas, late.deltas, deaf.deltas) == (5, 3, 4)
    assert not any("delta" in m.get("extras", {}) for f in plain.got for m in f.get("messages", ()))


@pytest.mark.parametrize("dialect", ["current", "classic"])
def test_after_a_loss_the_chain_begins_with_what_was_replayed(dialect: str) -> None:
    bench = Bench()
    reader = Reader(bench.dial(dialect, clientId="x"))
    bench.peer("news", LONG + "0")
    serial = reader.client.got[-1]["channelSerial"]
    assert reader.take() == [f"{LONG}0".encode()]
    reader.client.lose()
    bench.peer("news", LONG + "1")
    more = {"connection_serial": "0"} if dialect == "classic" else {}
    again = bench.dial(dialect, clientId="x", resume=reader.key, **more)
    if dialect == "classic":
        back = reader
        back.client, back.deltas = again, 0
        assert back.take() == [f"{LONG}1".encode()]
    else:
        back = Reader(again, channelSerial=serial)
        assert back.base == f"{LONG}1".encode()
    bench.peer("news", LONG + "2", LONG + "3")
    assert back.take() == [f"{LONG}{n}".encode() for n in (2, 3)]
    assert back.deltas == (1 if dialect == "classic" else 2)
