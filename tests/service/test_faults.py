"""Each fault of the table, made by hand over the service in memory: what our engine does then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from ablytui.protocol.frame import Direction
from ablytui.protocol.log import EntryKind
from ablytui.service.acts import (
    CLIENT_WORDS,
    HAND_WORDS,
    PEER_WORDS,
    RULE_WORDS,
    STEP_WORDS,
    read_act,
)
from ablytui.service.faults import FAULT, FAULTS, LIFT, LIFTS, NAMES
from ablytui.service.matching import read_order
from ablytui.service.scenario import parse
from ablytui.service.tables import Table
from tests.support.played import Played

CHANNEL = "room"
AT_ONCE = ("connecting", "connected", "disconnected", "connecting", "connected")
STAYS = ("connecting", "connected")


@asynccontextmanager
async def playing(
    patch: pytest.MonkeyPatch, client: str = "", **more: Any
) -> AsyncIterator[Played]:
    """A connection that is attached to a channel, on a service that plays nothing by itself."""
    text = f'description = "x"\n[client]\nchannels = ["{CHANNEL}"]\n{client}'
    world = Played(parse(text, "x", "x"), **more)
    patch.setattr("ablytui.worker.tokens.request", world.request)
    try:
        world.start()
        await world.rest()
        assert tuple(world.states) == STAYS
        yield world
    finally:
        await world.close()


def errors(world: Played, event: str) -> list[int]:
    told = world.members(EntryKind.STATE)
    return [m["reason"]["code"] for m in told if m["event"] == event and m["reason"]]


def channel_states(world: Played) -> list[tuple[str, int]]:
    """The states of the channel after its first attach, with the code of each reason."""
    told = [m for m in world.members(EntryKind.CHANNEL) if m["channel"] == CHANNEL]
    return [(m["current"], m["reason"]["code"] if m["reason"] else 0) for m in told][2:]


def received(world: Played) -> list[int]:
    """The actions of the frames that came, heartbeats left out."""
    frames = [row for _, row in world.rows if row.kind is EntryKind.FRAME]
    return [r.action for r in frames if r.direction is Direction.IN and r.action]


def told(world: Played) -> list[tuple[str, str, str]]:
    """What the log says of faults: sign, name and text."""
    notices = world.members(EntryKind.NOTICE)
    return [(m["fault"], m["name"], m["message"]) for m in notices if "fault" in m]


@dataclass(frozen=True)
class Case:
    """A fault as it is asked for, the story of states that follows within `wait` ms, and more.

    `then` is done by the client afterwards; `sign` is how the first firing is logged.
    """

    asked: Mapping[str, Any]
    story: tuple[str, ...]
    sign: tuple[str, str]
    wait: float = 100
    then: Callable[[Played], object] | None = None
    check: Callable[[Played], object] | None = None
    client: str = ""
    also: tuple[str, ...] = field(default=())


def drop(world: Played) -> None:
    world.do("drop")


def publish(world: Played) -> None:
    world.session.do("publish", {"channel": CHANNEL, "name": "n", "data": "d"})
    world.pump()


def attach(world: Played) -> None:
    world.session.do("attach", {"channel": "second"})
    world.pump()


def authorize(world: Played) -> None:
    world.session.do("authorize", {})
    world.pump()


def last_frame(action: int) -> Callable[[Played], object]:
    def check(world: Played) -> None:
        assert received(world)[-1] == action

    return check


def code(event: str, expected: int) -> Callable[[Played], object]:
    def check(world: Played) -> None:
        assert errors(world, event)[0] == expected

    return check


def resumed(outcome: str) -> Callable[[Played], object]:
    def check(world: Played) -> None:
        verdicts = world.members(EntryKind.VERDICT)
        assert [m["outcome"] for m in verdicts] == [outcome]

    return check


def channel(*expected: tuple[str, int]) -> Callable[[Played], object]:
    def check(world: Played) -> None:
        assert channel_states(world) == list(expected)

    return check


def raw(world: Played) -> None:
    assert world.members(EntryKind.ANOMALY)


def came_late(world: Played) -> None:
    """The round trip of the ping shows by how much."""
    start = world.clock.mono()
    asked = world.session.do("ping")
    world.advance(299)
    assert not asked.done()
    world.advance(2)
    assert asked.done()
    assert world.clock.mono() - start < 400


def unanswered(world: Played) -> None:
    assert 1 not in received(world)


def answered(world: Played) -> None:
    assert received(world)[-1] == 1


TOKEN = 'credential = "token"\ntoken_ttl = 600000'
TOKEN_ONLY = 'credential = "token only"\ntoken_ttl = 600000'
ON_ACK = {"match": {"action": "ACK"}}
GONE = ("disconnected", "connecting", "connected")
FRAME = {"action": 99}

CASES: Mapping[str, Case] = {
    "cut": Case({}, AT_ONCE, ("withheld", "TCP cut"), check=code("disconnected", 80003)),
    "close": Case({"closeCode": 1011, "reason": "x"}, AT_ONCE, ("added", "close frame sent")),
    "disconnected": Case(
        {"code": 80001, "message": "go"},
        AT_ONCE,
        ("added", "DISCONNECTED sent"),
        check=code("disconnected", 80001),
    ),
    "error": Case(
        {"code": 40111},
        (*STAYS, "failed"),
        ("added", "ERROR sent"),
        check=code("failed", 40111),
    ),
    "channel_error": Case(
        {"channel": CHANNEL},
        STAYS,
        ("added", "ERROR sent for a channel"),
        check=channel(("failed", 40160)),
    ),
    "detached": Case(
        {"channel": CHANNEL},
        STAYS,
        ("added", "DETACHED sent"),
        check=channel(("attaching", 90001), ("attached", 0)),
    ),
    "inject_to_client": Case(
        {"message": FRAME}, STAYS, ("added", "frame injected"), check=last_frame(99)
    ),
    "inject_to_client_and_close": Case(
        {"message": FRAME, "closeCode": 1001}, AT_ONCE, ("added", "frame injected, then closed")
    ),
    "send_raw": Case({"text": "{oops"}, STAYS, ("added", "raw frame injected"), check=raw),
    "forget": Case(
        {},
        AT_ONCE,
        ("withheld", "state forgotten"),
        then=drop,
        wait=2_000,
        check=resumed("lost"),
    ),
    "ask_token": Case({}, (*STAYS, "update"), ("added", "new token asked for"), client=TOKEN),
    "expire_token": Case(
        {},
        AT_ONCE,
        ("withheld", "token expired"),
        client=TOKEN,
        check=code("disconnected", 40142),
    ),
    "revoke_token": Case(
        {},
        (*STAYS, "failed"),
        ("withheld", "token revoked"),
        client=TOKEN_ONLY,
        check=code("failed", 40171),
    ),
    "silence": Case(
        {}, AT_ONCE, ("withheld", "all frames held back"), wait=26_000, also=("silence",)
    ),
    "slow": Case(
        {"delayMs": 300},
        STAYS,
        ("withheld", "frames slowed"),
        check=came_late,
        also=("slow",),
    ),
    "refuse_connection": Case(
        {"status": 503, "times": 2},
        (
            *STAYS,
            "disconnected",
            "connecting",
            "disconnected",
            "connecting",
            "disconnected",
            "connecting",
            "connected",
        ),
        ("withheld", "dial refused"),
        then=drop,
        wait=60_000,
    ),
    "accept_and_close": Case(
        {"closeCode": 1013, "times": 1},
        (*STAYS, "disconnected", "connecting", "disconnected", "connecting", "connected"),
        ("added", "socket accepted and closed"),
        then=drop,
        wait=30_000,
    ),
    "suppress": Case(
        {**ON_ACK, "times": 1},
        STAYS,
        ("withheld", "ACK swallowed"),
        then=publish,
        check=unanswered,
    ),
    "suppress_onwards": Case(
        ON_ACK, AT_ONCE, ("withheld", "ACK swallowed, and all after it"), then=publish, wait=26_000
    ),
    "delay": Case(
        {**ON_ACK, "delayMs": 700},
        STAYS,
        ("withheld", "ACK held back"),
        then=publish,
        wait=701,
        check=answered,
    ),
    "replace": Case(
        {
            "on": "ws_frame_to_server",
            "match": {"action": "10"},
            "message": {"action": 0, "id": "x"},
        },
        STAYS,
        ("added", "ATTACH second replaced"),
        then=attach,
        check=last_frame(11),
    ),
    "http_respond": Case(
        {"match": {"pathContains": "/requestToken"}, "status": 500},
        STAYS,
        ("added", "POST /keys/app.key/requestToken HTTP answered"),
        then=authorize,
        client=TOKEN,
    ),
    "http_delay": Case(
        {"delayMs": 100},
        (*STAYS, "update"),
        ("withheld", "POST /keys/app.key/requestToken HTTP held back"),
        then=authorize,
        wait=600,
        client=TOKEN,
    ),
    "http_drop": Case(
        {},
        STAYS,
        ("withheld", "POST /keys/app.key/requestToken HTTP dropped"),
        then=authorize,
        client=TOKEN,
    ),
}


def test_every_fault_has_its_case() -> None:
    assert tuple(CASES) == NAMES


@pytest.mark.parametrize("word", NAMES)
async def test_a_fault_made_by_hand(word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[word]
    async with playing(monkeypatch, case.client) as world:
        before = len(world.rows)
        assert world.inject({"do": word, **case.asked}) == ""
        if FAULT[word].now:
            assert len(world.rows) > before
        if case.then is not None:
            case.then(world)
        for _ in range(6):
            world.advance(case.wait / 6, step=500)
            await world.rest()
        # DISCONNECTED and its kin are rows, and the state follows them.
        assert tuple(world.states) == case.story
        sign, text = case.sign
        assert told(world)[0] == (sign, word, f"{text}: by you")
        if case.check is not None:
            case.check(world)
        assert tuple(each.word for each in world.stage.standing if not each.times) in {
            case.also,
            () if FAULT[word].now else (word,),
            (),
        }


@pytest.mark.parametrize("word", NAMES)
def test_by_hand_in_a_step_and_in_a_rule_a_fault_is_read_alike(word: str) -> None:
    fault = FAULT[word]
    asked = {"do": word, **CASES[word].asked}
    by_hand = read_order(Table(asked, "x"))
    in_step = read_order(Table(asked, "x"), STEP_WORDS)
    assert by_hand == in_step
    for on in fault.on:
        act = read_act(Table(asked, "x"), RULE_WORDS[on])
        assert act == getattr(by_hand, "act", by_hand)


def test_what_a_scenario_and_a_request_may_say_is_the_table() -> None:
    others = {"say", "passthrough", LIFT, *LIFTS, *PEER_WORDS, *CLIENT_WORDS}
    said = {*STEP_WORDS, *(word for words in RULE_WORDS.values() for word in words)}
    assert said - others == set(FAULT)
    assert set(HAND_WORDS) - others == set(FAULT)
    assert {FAULT[word].word for word in FAULT} == set(NAMES)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.word)
def test_a_fault_is_told_in_short_sentences(fault: Any) -> None:
    assert fault.does.endswith(".")
    assert fault.then.endswith(".")
    assert fault.then[0].islower()
    assert len(fault.does) <= 90
    assert len(fault.then) <= 100
    assert fault.point
    assert len({param.name for param in fault.params}) == len(fault.params)
    for param in fault.params:
        assert param.help
        assert len(param.help) <= 60


async def test_what_is_lifted_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playing(monkeypatch) as world:
        world.inject({"do": "suppress", **ON_ACK})
        world.inject({"do": "slow", "delayMs": 1_000})
        publish(world)
        world.advance(5_000)
        assert 1 not in received(world)
        assert [(s.word, s.what, s.by_hand, s.fired) for s in world.stage.standing] == [
            ("slow", "1000 ms", True, None),
            ("suppress", "ACK, to the client", True, 1),
        ]
        assert world.inject({"do": "lift", "what": "silence"}) == (
            "nothing to lift: silence is in force"
        )
        for standing in world.stage.standing:
            assert world.lift(standing.number)
            assert not world.lift(standing.number)
        assert world.stage.standing == ()
        publish(world)
        assert received(world)[-1] == 1
        lines = [m["message"] for m in world.members(EntryKind.NOTICE)]
        assert "slow lifted: by you" in lines


async def test_what_lasts_so_long_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playing(monkeypatch) as world:
        world.inject({"do": "silence", "forMs": 3_000})
        world.inject({"do": "suppress", "forMs": 2_000})
        silence, _ = world.stage.standing
        assert (silence.what, silence.until) == ("1 connection", world.clock.wall() + 3_000)
        world.advance(2_500)
        assert [each.word for each in world.stage.standing] == ["silence"]
        world.advance(1_000)
        assert world.stage.standing == ()
        lines = [m["message"] for m in world.members(EntryKind.NOTICE)]
        assert lines[-2:] == [
            "suppress lifted: its time is over",
            "silence lifted: its time is over",
        ]
        world.do("attach", channel="second")
        assert received(world)[-1] == 11
        assert tuple(world.states) == STAYS


async def test_a_scenario_that_is_switched_leaves_what_was_made_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with playing(monkeypatch) as world:
        world.inject({"do": "slow", "delayMs": 10})
        rule = '[[rule]]\non = "ws_frame_to_client"\ndo = "suppress"\nmatch = { action = "ACK" }'
        other = parse(f'description = "y"\n{rule}', "y", "y")
        world.effects(world.stage.play(other, world.moment, afresh=False))
        assert [(s.word, s.by_hand) for s in world.stage.standing] == [
            ("slow", True),
            ("suppress", False),
        ]
        world.effects(world.stage.play(None, world.moment, afresh=False))
        assert [s.word for s in world.stage.standing] == ["slow"]
        world.effects(world.stage.play(None, world.moment, afresh=True))
        assert world.stage.standing == ()


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"do": "expire_token"}, "no token is in use; scenario token-expiry has one"),
        ({"do": "channel_error", "channel": "nobody"}, "no client is attached to nobody"),
        ({"do": "lift"}, "nothing to lift: no fault is in force"),
        ({"do": "speak"}, "nothing to lift: silence is in force"),
    ],
)
async def test_why_nothing_would_come_of_it(
    asked: dict[str, Any], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(monkeypatch) as world:
        rows = len(world.rows)
        assert world.inject(asked) == why
        assert len(world.rows) == rows
        world.do("close")
        assert world.inject({"do": "cut"}) == "no client is connected"
