from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.message import Message

from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Notice, Reply
from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Entry
from ablytui.protocol.news import Told
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.bridge import Bridge, first_view
from ablytui.ui.messages import LogGrew, Played, Said, Viewed
from ablytui.ui.playbill import Playing
from ablytui.ui.present.view import View
from ablytui.ui.settings import Launch
from tests.support.app import PARAMS, Rig, connection_in, rows_to
from tests.support.entries import flood, frame, state


async def bridge_of(
    wanted: S = S.CONNECTED, *, tick: float | None = None
) -> tuple[Bridge, Rig, list[Message]]:
    rig = Rig(connection_in(wanted), rows_to(wanted))
    posted: list[Message] = []
    bridge = Bridge(
        Launch(rig.open, PARAMS, local=True),
        await rig.open(),
        posted.append,
        tick=None if tick is None else lambda _view: tick,
    )
    return bridge, rig, posted


def views(posted: list[Message]) -> list[View]:
    return [message.view for message in posted if isinstance(message, Viewed)]


async def test_what_is_on_disk_is_counted_at_the_start() -> None:
    bridge, rig, posted = await bridge_of()
    assert LogGrew(len(rig.source.entries)) in posted
    view = views(posted)[-1]
    assert (view.rows, view.frames_in, view.frames_out) == (25, 11, 6)
    assert view.connected_after == 188.0
    assert view.rtt == 23.0
    assert view.local
    assert view.connected_n == 7
    assert view.granted is not None
    assert (view.granted.n, view.granted_before, view.url_before) == (7, None, "")
    assert view.url.startswith("ws://127.0.0.1:8080/?key=app.k1:*")
    assert bridge.links.answer_of(9) == 12


async def test_the_live_log_and_the_finished_one_give_the_same_picture() -> None:
    rig = Rig(connection_in(S.CONNECTED), [])
    posted: list[Message] = []
    live = Bridge(Launch(rig.open, PARAMS), await rig.open(), posted.append)
    for row in rows_to(S.CONNECTED):
        rig.grow([row])
    other = Rig(connection_in(S.CONNECTED), rows_to(S.CONNECTED))
    finished = Bridge(Launch(other.open, PARAMS), await other.open(), posted.append)
    one, two = live.view(), finished.view()
    assert replace(one, rates=None) == replace(two, rates=None)
    assert one.rates is not None
    assert two.rates is not None
    now = round((one.now - one.mono0) * 1000)
    for direction in Direction:
        assert one.rates.last(direction, now) == two.rates.last(direction, now)


async def test_many_rows_are_counted_in_turns() -> None:
    _, rig, posted = await bridge_of()
    have = rig.source.last()
    rig.grow(flood(9_000, start=have + 1))
    assert views(posted)[-1].rows < 9_000
    rig.clock.advance(0)
    assert views(posted)[-1].rows == have + 9_000


async def test_of_a_flood_only_the_sum_is_read() -> None:
    _, rig, posted = await bridge_of()
    have, before = rig.source.last(), views(posted)[-1]
    fed: list[Entry] = []
    rig.source.read = fed.extend
    came = flood(500, start=have + 1)
    rig.grow(came)
    view = views(posted)[-1]
    assert fed == []
    assert view.frames_in == before.frames_in + 500
    assert view.bytes_in == before.bytes_in + sum(entry.size for entry in came)


async def test_frames_with_serials_are_read_one_by_one_from_the_first() -> None:
    rig = Rig(connection_in(S.CONNECTED), [])
    bridge = Bridge(Launch(rig.open, PARAMS), await rig.open(), lambda _: None)
    connected = {"action": 4, "connectionId": "a", "connectionSerial": -1}
    message = {"action": 15, "connectionSerial": 0}
    rig.grow([frame(connected, n=1, at=1), frame(message, n=2, at=2), frame(message, n=3, at=3)])
    rig.grow([frame(message, n=4, at=4)])
    assert [bridge.links.is_duplicate(n) for n in range(1, 5)] == [False, False, True, True]
    assert bridge.view().frames_in == 4


async def test_while_rows_keep_coming_the_clock_does_not_tick_beside_them() -> None:
    _, rig, posted = await bridge_of(tick=60.0)
    for n in range(26, 31):
        rig.clock.advance(100 if n > 26 else 10)
        before = len(views(posted))
        rig.grow([state("connected", "connected", n=n)])
        assert len(views(posted)) == before + 1
    before = len(views(posted))
    rig.clock.advance(149)
    assert len(views(posted)) == before
    rig.clock.advance(1)
    assert len(views(posted)) == before + 1
    rig.clock.advance(60)
    assert len(views(posted)) == before + 2


async def test_what_the_last_two_dials_asked_for_is_held() -> None:
    bridge, rig, _ = await bridge_of()
    other = replace(PARAMS, client_id="other")
    rig.move(connection_in(S.CONNECTED).evolve(attempt=7))
    rig.move(connection_in(S.CONNECTED, params=other).evolve(attempt=7))
    assert bridge.view().dialled == PARAMS
    rig.move(connection_in(S.CONNECTED, params=other).evolve(attempt=8))
    view = bridge.view()
    assert (view.dialled, view.dialled_before) == (other, PARAMS)


async def test_a_change_is_told_at_once() -> None:
    _, rig, posted = await bridge_of()
    rig.move(connection_in(S.DISCONNECTED))
    assert views(posted)[-1].connection.state is S.DISCONNECTED


async def test_a_clock_that_runs_is_drawn_again_when_due_and_not_before() -> None:
    bridge, rig, posted = await bridge_of(tick=100.0)
    before = len(views(posted))
    rig.clock.advance(99)
    assert len(views(posted)) == before
    rig.clock.advance(1)
    assert len(views(posted)) == before + 1
    assert len(rig.clock.pending) == 1
    bridge.close()
    assert rig.clock.pending == []


async def test_after_the_end_nothing_is_read_any_more() -> None:
    bridge, rig, posted = await bridge_of()
    bridge.close()
    posted.clear()
    rig.grow([state("connected", "closing", n=26)])
    rig.move(connection_in(S.CLOSED))
    assert posted == []


async def test_who_waits_for_an_answer_is_told_it_and_nothing_is_said() -> None:
    bridge, rig, posted = await bridge_of()
    rig.refuse("publish", "no more")
    told: list[Reply] = []
    bridge.do("publish", {"channel": "a"}, told.append)
    await asyncio.sleep(0)
    assert [str(reply.error) for reply in told] == ["40000 no more"]
    assert not any(isinstance(message, Said) for message in posted)
    bridge.do("publish", {"channel": "a"}, told.append)
    bridge.close()
    await asyncio.sleep(0)
    assert len(told) == 1


async def test_a_wish_is_busy_until_its_answer_and_a_refusal_is_one_line() -> None:
    bridge, rig, posted = await bridge_of()
    rig.refuse("drop", "no socket is open")
    bridge.do("drop")
    assert views(posted)[-1].busy == {"drop"}
    await asyncio.sleep(0)
    assert Said("drop: 40000 no socket is open", wrong=True) in posted
    assert views(posted)[-1].busy == frozenset()
    assert rig.session.wishes[0] == ("drop", {})


async def test_the_answer_to_a_ping_is_said() -> None:
    bridge, rig, posted = await bridge_of()
    rig.session.answers["ping"] = Reply(0, {"rtt": 23})
    bridge.do("ping")
    await asyncio.sleep(0)
    assert Said("ping: 23 ms") in posted


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (Notice("info", "three dots"), None),
        (Notice("warning", "refused twice"), Said("refused twice", warning=True)),
        (Notice("error", "cannot read it", 40000), Said("40000 cannot read it", wrong=True)),
    ],
)
async def test_what_the_session_warns_of_is_one_line(notice: Notice, said: Said | None) -> None:
    bridge, rig, posted = await bridge_of()
    posted.clear()
    rig.session.subscribers[0](Told(notice))
    assert posted == ([] if said is None else [said])
    bridge.close()
    rig.session.subscribers[0](Told(notice))
    assert len(posted) == (said is not None)


async def test_the_steps_of_a_scenario_are_told() -> None:
    bridge, rig, posted = await bridge_of()
    playing = Playing("Drain", 1, 5, "cut", fault=True)
    rig.player.show(playing)
    assert posted[-1] == Played(playing)
    bridge.close()
    rig.player.show(Playing("Drain", 2, 5, "again"))
    assert posted[-1] == Played(playing)


async def test_parameters_go_to_the_session() -> None:
    bridge, rig, posted = await bridge_of(S.CLOSED)
    other = PARAMS.__class__(key="a.b:c")
    bridge.set_params(other)
    assert rig.session.connection.params == other
    assert views(posted)[-1].connection.params == other
    assert bridge.connection.params == other
    assert bridge.recovery_key() == rig.session.key


def test_before_a_session_the_parameters_are_known() -> None:
    rig = Rig(Connection(PARAMS), [])
    view = first_view(Launch(rig.open, PARAMS, local=True), revealed=True)
    assert (view.connection.params, view.local, view.revealed) == (PARAMS, True, True)
    assert view.opening
