from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.effects import Anomaly
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind, Row
from ablytui.protocol.observe.fold import Observer
from ablytui.protocol.observe.verdict import Verdict
from ablytui.protocol.params import DialectName
from tests.support.rows import IN, OUT, frame, raw, socket, upgrade

CONNECTED = {"action": 4, "connectionId": "ID1", "connectionDetails": {"connectionKey": "k"}}
MESSAGE = {"action": 15, "channel": "a", "id": "m", "messages": [{"name": "n"}]}


def opened(query: str = "v=6") -> Observer:
    observer = Observer(0.0, 10_000)
    assert observer.feed(1, upgrade(0, 1, "clean", query)) == ()
    observer.feed(2, frame(1, IN, CONNECTED))
    observer.feed(3, frame(1, OUT, {"action": 10, "channel": "a"}))
    observer.feed(4, frame(1, IN, {"action": 11, "channel": "a"}))
    return observer


def test_plain_messages_take_the_short_way_and_are_remembered() -> None:
    observer = opened()
    observer._anomalies.feed = None  # type: ignore[method-assign,assignment]
    assert observer.feed(3, frame(2, IN, MESSAGE)) == ()
    assert observer._verdicts._recent.known("a", ["m:0"]) == 1


def test_several_at_once_are_what_they_are_one_by_one() -> None:
    alone, together = opened(), opened()
    rows = [frame(5_000, IN, {**MESSAGE, "id": f"m{i}", "timestamp": i}) for i in range(40)]
    for n, row in enumerate(rows, 5):
        assert alone.feed(n, row) == ()
    assert "a" in together.calm(1, Opcode.TEXT, 5_000_000)
    together.feed_all(5_000_000, ["a"] * 40, [row.payload for row in rows], Opcode.TEXT)
    assert together._silence.heard == alone._silence.heard == 5_000_000
    for part in ("_recent", "_clock"):
        one, other = (vars(getattr(o._verdicts, part)) for o in (together, alone))
        assert one == other
    assert together._verdicts._clock.next_at > 5_000_000


def test_only_plain_messages_in_quiet_times_go_together() -> None:
    observer = opened()
    assert observer.calm(1, Opcode.TEXT, 10) == {"a"}
    assert not observer.calm(2, Opcode.TEXT, 10)
    assert not observer.calm(1, Opcode.BINARY, 10)
    observer.feed(5, socket(10, 1))
    assert not observer.calm(1, Opcode.TEXT, 10)
    observer.feed(6, upgrade(20, 2, "resume"))
    observer.feed(7, frame(30, IN, CONNECTED, attempt=2))
    assert not observer.calm(2, Opcode.TEXT, 30), "a verdict is being formed"


def test_a_message_in_the_wrong_format_does_not() -> None:
    (found,) = opened().feed(3, frame(2, IN, MESSAGE, fmt=Format.MSGPACK))
    assert isinstance(found, Anomaly)
    assert found.point == "RTN2a"


def test_a_message_before_connected_does_not() -> None:
    observer = Observer(0.0)
    observer.feed(1, upgrade(0))
    (found,) = observer.feed(2, frame(1, IN, MESSAGE))
    assert isinstance(found, Anomaly)


def test_a_fragmented_connected_is_judged() -> None:
    observer = opened()
    observer.feed(3, socket(10, 1))
    observer.feed(4, upgrade(20, 2, "resume"))
    payload = b'{"action":4,"connectionId":"ID1","connectionDetails":{"connectionKey":"k"}}'
    assert observer.feed(5, raw(30, IN, Opcode.TEXT, payload[:20], attempt=2, fin=False)) == ()
    assert observer.due() is None
    assert observer.feed(6, raw(30, IN, Opcode.CONT, payload[20:], attempt=2)) == ()
    assert observer.due() == 280_000
    (verdict,) = observer.tick(280_000)
    assert isinstance(verdict, Verdict)
    assert verdict.outcome == "resumed"


def test_a_row_that_comes_late_brings_the_verdict_with_it() -> None:
    observer = opened()
    observer.feed(3, socket(10, 1))
    observer.feed(4, upgrade(20, 2, "resume"))
    observer.feed(5, frame(30, IN, CONNECTED, attempt=2))
    late = frame(400, OUT, {"action": 99}, attempt=2)
    anomaly, verdict = observer.feed(6, late)
    assert isinstance(anomaly, Anomaly)
    assert isinstance(verdict, Verdict)


def test_what_the_uri_does_not_say_is_what_was_configured() -> None:
    observer = Observer(0.0, dialect=DialectName.CLASSIC, format=Format.MSGPACK)
    observer.feed(1, upgrade(0, 1, "clean", "key=x"))
    message = {"action": 4, "connectionId": "ID1", "connectionSerial": -1}
    assert observer.feed(2, frame(1, IN, message, fmt=Format.MSGPACK)) == ()


def test_after_the_verdict_the_short_way_is_open_again() -> None:
    observer = opened()
    observer.feed(3, socket(10, 1))
    observer.feed(4, upgrade(20, 2, "resume"))
    observer.feed(5, frame(30, IN, CONNECTED, attempt=2))
    assert observer._calm_attempt == -1
    assert observer.tick(300_000)
    assert observer._calm_attempt == 2


def test_a_recover_that_may_take_up_channels_does_not_close_the_short_way() -> None:
    observer = Observer(0.0)
    observer.feed(1, upgrade(0, 1, "recover"))
    observer.feed(2, frame(1, IN, CONNECTED))
    (first,) = observer.tick(300_000)
    assert isinstance(first, Verdict)
    assert not first.final
    assert observer._calm_attempt == 1
    attach = {"action": 10, "channel": "a", "channelSerial": "s"}
    observer.feed(3, frame(400, OUT, attach))
    assert observer._calm_attempt == -1
    observer.feed(4, frame(401, IN, {"action": 11, "channel": "a", "flags": 6}))
    observer.feed(5, frame(402, IN, {**MESSAGE, "timestamp": -5}))
    (second,) = observer.tick(observer.due() or 0)
    assert isinstance(second, Verdict)
    assert second.channels["a"].replayed == 1
    observer.feed(6, frame(900, IN, {**MESSAGE, "id": "live", "timestamp": 900}))
    assert observer._calm_attempt == 1


@given(
    st.lists(
        st.builds(
            Row,
            at=st.integers(0, 10**9),
            kind=st.sampled_from(list(EntryKind)),
            attempt=st.integers(0, 2),
            direction=st.sampled_from([IN, OUT, None]),
            opcode=st.sampled_from([*Opcode, None]),
            fin=st.booleans(),
            action=st.none() | st.integers(-1, 23),
            channel=st.sampled_from([None, "", "a", "b"]),
            msg_serial=st.none() | st.integers(),
            count=st.none() | st.integers(),
            error=st.none() | st.integers(),
            flags=st.none() | st.integers(),
            payload=st.binary(max_size=30)
            | st.sampled_from(
                [
                    b'{"action":4,"connectionId":"x"}',
                    b'{"attempt":1,"mode":"resume","url":"ws://h/?connection_serial=3"}',
                    b'{"attempt":2,"mode":"recover","url":"ws://h/?v=6"}',
                    b'{"status":401,"headers":[["a"],3]}',
                    b'{"closeCode":1008,"by":"peer","error":"x"}',
                    b'{"messages":[{"id":"x"}],"connectionSerial":9,"timestamp":-5}',
                ]
            ),
        ),
        max_size=30,
    ),
    st.booleans(),
)
def test_no_rows_make_it_raise(rows: list[Row], duplicate: bool) -> None:
    observer = Observer(0.0)
    for n, row in enumerate(rows):
        for found in observer.feed(n, row, duplicate):
            assert found.text
        observer.tick(observer.due() or 0)


def test_the_short_way_ends_where_something_is_due() -> None:
    """Silence is noticed by the next row, where no clock calls `tick`."""
    observer = Observer(0.0)
    details = {"connectionKey": "k", "maxIdleInterval": 1_000}
    observer.feed(1, upgrade(0))
    observer.feed(2, frame(0, IN, {**CONNECTED, "connectionDetails": details}))
    observer.feed(3, frame(1, OUT, {"action": 10, "channel": "a"}))
    observer.feed(4, frame(1_000, IN, {"action": 11, "channel": "a"}))
    assert observer.due() == 2_000_000
    assert observer.feed(5, frame(1_900, IN, MESSAGE)) == ()
    assert observer.tick(2_000_000) == ()
    assert observer.due() == 3_900_000
    (found,) = observer.feed(6, frame(4_000, IN, MESSAGE))
    assert isinstance(found, Anomaly)
    assert found.point == "RTN23a"
    assert observer.due() == 6_000_000
