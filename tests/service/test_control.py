"""`/scenario` over HTTP: asked, changed, held; and from where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ablytui.service import control
from ablytui.service.lasting import Standing
from ablytui.service.matching import Order, Rule
from ablytui.service.restio import Request
from ablytui.service.scenario import Scenario
from ablytui.service.script import Progress

LOCAL = "127.0.0.1"


class FakeStage:
    def __init__(self) -> None:
        self.scenario: Scenario | None = None
        self.asked: list[str] = []
        self.standing: tuple[Standing, ...] = ()
        self.orders: list[Order] = []
        self.why = ""

    @property
    def progress(self) -> Progress | None:
        name = self.scenario.name if self.scenario else None
        return None if name is None else Progress(name, 1, 4, "pause" in self.asked, False)

    def play(self, scenario: Scenario | None) -> None:
        self.scenario = scenario

    def control(self, word: str) -> None:
        self.asked.append(word)

    def inject(self, order: Order) -> str:
        self.orders.append(order)
        return self.why


def ask(
    stage: FakeStage, method: str, body: Any = b"", remote: str = LOCAL, **headers: str
) -> tuple[int, Any]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    response = control.answer(Request(method, "/scenario", named, raw, remote), stage)
    return response.status, json.loads(response.body)


def test_one_is_played_told_held_and_ended() -> None:
    stage = FakeStage()
    assert ask(stage, "GET") == (200, {"scenario": None})
    told = {"scenario": "drain", "step": 1, "steps": 4, "paused": False}
    assert ask(stage, "POST", {"scenario": "drain"}) == (200, told)
    assert ask(stage, "POST", {"do": "pause"}) == (200, {**told, "paused": True})
    assert ask(stage, "POST", {"do": "skip"})[0] == 200
    assert stage.asked == ["pause", "skip"]
    assert ask(stage, "DELETE") == (200, {"scenario": None})
    ask(stage, "POST", {"scenario": "hello"})
    assert ask(stage, "POST", {"scenario": None}) == (200, {"scenario": None})


def test_a_file_may_be_posted() -> None:
    stage = FakeStage()
    toml = b'description = "mine"\n[[step]]\nat = 0\ncaption = "c"\ndo = "say"'
    status, told = ask(stage, "POST", toml, content_type="application/toml; charset=utf-8")
    assert (status, told["scenario"]) == (200, "posted")
    status, told = ask(stage, "POST", b"step = 3", content_type="application/toml")
    assert (status, told["error"]["code"]) == (400, 40000)
    assert "the body: " in told["error"]["message"]
    status, told = ask(stage, "POST", b"a = " + b"9" * 5_000, content_type="application/toml")
    assert (status, told["error"]["code"]) == (400, 40000)
    status, told = ask(stage, "POST", b"\xff", content_type="application/toml")
    assert "not UTF-8 at byte 0" in told["error"]["message"]


@pytest.mark.parametrize(
    ("method", "body", "status", "said"),
    [
        ("POST", {"scenario": "/etc/passwd"}, 400, "no scenario '/etc/passwd'"),
        ("POST", {"scenario": 3}, 400, "no scenario '3'"),
        ("POST", {"do": "explode"}, 400, "found 'explode', allowed is one of pause, go, skip, cut"),
        ("POST", {"do": "close", "closeCode": 1006}, 400, "closeCode: found 1006"),
        ("POST", {"do": "cut", "closeCode": 1001}, 400, "found the key 'closeCode'"),
        ("POST", {"do": "say"}, 400, "found 'say'"),
        ("POST", {"do": "inject_to_client", "message": {"a": 1 << 70}}, 400, "message: found"),
        ("POST", {"do": "error", "message": "\ud800"}, 400, "message: found"),
        ("POST", {"do": ["pause"]}, 400, "pause, go, skip"),
        ("POST", {"do": "pause"}, 404, "no scenario is played"),
        ("POST", {}, 400, "the body is"),
        ("POST", [], 400, "the body is"),
        ("POST", {"do": "go", "scenario": "hello"}, 400, "the body is"),
        ("POST", b"{", 400, "not json"),
        ("PUT", {}, 405, "only GET, POST, DELETE"),
    ],
)
def test_what_cannot_be_is_an_error_in_one_line(
    method: str, body: Any, status: int, said: str
) -> None:
    stage = FakeStage()
    found, told = ask(stage, method, body)
    assert found == status
    assert said in told["error"]["message"]
    assert stage.scenario is None


@pytest.mark.parametrize("remote", ["192.0.2.7", "2001:db8::1", ""])
def test_only_from_this_machine(remote: str) -> None:
    stage = FakeStage()
    status, told = ask(stage, "POST", {"scenario": "drain"}, remote)
    assert (status, told["error"]["code"]) == (403, 40300)
    assert ask(stage, "POST", {"scenario": "drain"}, "::ffff:127.0.0.1")[0] == 200


def test_no_page_in_a_browser_may() -> None:
    status, _ = ask(FakeStage(), "POST", {"scenario": "drain"}, origin="http://127.0.0.1:8000")
    assert status == 403


def test_a_fault_is_made_and_those_in_force_are_told() -> None:
    stage = FakeStage()
    stage.standing = (Standing(3, "suppress", "ACK, to the client", 0.0, True, 1, 2, 9.5),)
    status, told = ask(stage, "POST", {"do": "suppress", "match": {"action": "ACK"}, "times": 2})
    assert (status, told["scenario"]) == (200, None)
    listed = {"do": "suppress", "what": "ACK, to the client", "fired": 1, "times": 2, "until": 9}
    assert told["faults"] == [listed]
    assert ask(stage, "GET")[1]["faults"] == [listed]
    (order,) = stage.orders
    assert isinstance(order, Rule)
    assert (order.act.word, order.match.action, order.times) == ("suppress", 1, 2)


def test_a_fault_that_nothing_would_come_of_is_refused() -> None:
    stage = FakeStage()
    stage.why = "no client is connected"
    status, told = ask(stage, "POST", {"do": "cut"})
    assert (status, told["error"]["message"]) == (400, "cut: no client is connected")
