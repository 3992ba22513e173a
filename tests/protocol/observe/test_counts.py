from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.log import EntryKind, Row, state_members
from ablytui.protocol.observe.counts import KEPT, PINGS, Counts, state_change_from
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from tests.support.rows import IN, OUT, entry, frame, other, state, upgrade


def counted(*rows: Row) -> Counts:
    counts = Counts()
    for n, row in enumerate(rows, start=1):
        counts.feed(entry(n, row))
    return counts


@pytest.mark.parametrize(
    "change",
    [
        StateChange(S.INITIALIZED, S.CONNECTING, S.CONNECTING),
        StateChange(S.CONNECTED, S.CONNECTED, "update", ErrorInfo(80018, 400, "x"), None, "RTN24"),
        StateChange(
            S.CONNECTING,
            S.DISCONNECTED,
            S.DISCONNECTED,
            ErrorInfo(80003, 400, "gone", cause=ErrorInfo(1, 2, "why")),
            15_000.0,
            "RTN14d",
        ),
    ],
)
def test_a_state_row_reads_back_as_the_change_it_was(change: StateChange) -> None:
    assert state_change_from(state_members(change)) == change


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"previous": "connected"},
        {"previous": [], "current": {}, "event": 3},
        {"previous": "a", "current": "b", "event": "c"},
    ],
)
def test_what_is_no_change_is_none(members: dict[str, object]) -> None:
    assert state_change_from(members) is None


def test_totals() -> None:
    message = frame(1, IN, {"action": 15, "channel": "a"})
    counts = counted(message, message, frame(2, OUT, {"action": 7}), upgrade(3, query="v=6"))
    assert (counts.frames_in, counts.bytes_in) == (2, 2 * message.size)
    assert (counts.frames_out, counts.bytes_out) == (1, len(b'{"action":7}'))
    assert counts.rows == 4
    assert counts.url == "ws://localhost/?v=6"


def test_visits_history_and_the_way_to_connected() -> None:
    counts = counted(
        state(0, "initialized", "connecting"),
        frame(40, IN, {"action": 4, "connectionId": "I"}),
        state(41, "connecting", "connected"),
        state(50, "connected", "connected", event="update"),
        state(60, "connected", "disconnected"),
    )
    assert counts.visits == {
        S.INITIALIZED: 1,
        S.CONNECTING: 1,
        S.CONNECTED: 1,
        S.DISCONNECTED: 1,
    }
    assert [p.n for p in counts.history] == [1, 3, 4, 5]
    assert counts.history[-1].at == 60_000
    assert counts.connected_after == 41
    assert counts.connected_n == 2


def test_history_is_bounded() -> None:
    rows = [state(i, "disconnected", "connecting") for i in range(KEPT + 1)]
    assert len(counted(*rows).history) == KEPT
    assert counted(*rows).history[0].n == 2


def test_round_trips() -> None:
    counts = counted(
        frame(1, OUT, {"action": 0, "id": "x"}),
        frame(2, IN, {"action": 0}),
        frame(3, IN, {"action": 0, "id": "other"}),
    )
    assert counts.rtt is None
    counts.feed(entry(4, frame(24, IN, {"action": 0, "id": "x"})))
    assert counts.rtt == 23
    counts.feed(entry(5, state(30, "connected", "disconnected")))
    assert counts.rtt is None


def test_an_answer_on_another_transport_is_none() -> None:
    counts = counted(
        frame(1, OUT, {"action": 0, "id": "x"}, attempt=1),
        frame(2, IN, {"action": 0, "id": "x"}, attempt=2),
    )
    assert counts.rtt is None


def test_pings_are_bounded() -> None:
    counts = counted(*[frame(1, OUT, {"action": 0, "id": f"{i}"}) for i in range(PINGS + 1)])
    assert len(counts._pings) == PINGS


def test_a_verdict_is_the_news_until_its_connection_is_left() -> None:
    verdict = other(3, EntryKind.VERDICT, text="Resumed.")
    counts = counted(verdict)
    assert counts.verdict == "Resumed."
    counts.feed(entry(2, state(4, "connecting", "failed")))  # a refusal is news in `failed` too
    assert counts.verdict == "Resumed."
    counts.feed(entry(3, state(4, "connected", "disconnected")))
    assert counts.verdict is None
    assert counted(verdict, upgrade(5)).verdict is None


@given(st.sampled_from(list(EntryKind)), st.binary(max_size=30))
def test_no_payload_makes_it_raise(kind: EntryKind, payload: bytes) -> None:
    row = frame(1, IN, {"action": 0})
    row.kind, row.payload = kind, payload
    counted(row)
