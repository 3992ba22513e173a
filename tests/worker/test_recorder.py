"""Rows: what they say, and who is told of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ablytui.capture.redact import Redactor
from ablytui.capture.store import SessionInfo, Store
from ablytui.net.listener import Ended, Failure, Handshake
from ablytui.protocol.codec import read_head
from ablytui.protocol.effects import Notice
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.frame import Direction, Opcode, WireFrame
from ablytui.protocol.news import Logged, News, Told
from ablytui.protocol.observe.fold import Observer
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ChannelChange, ChannelState, ConnectionState, StateChange
from ablytui.protocol.uri import Continuity, target
from ablytui.worker.recorder import Recorder, frame_row

S = ConnectionState


@pytest.fixture
def recorder(tmp_path: Path) -> Any:
    store = Store(
        None,
        session=SessionInfo(0.0, 0.0, "test"),
        redactor=Redactor(b"k" * 32),
        on_grew=lambda _: None,
        call_soon=lambda _: None,
        folder=tmp_path,
    )
    yield Recorder(store, Observer(wall0=0.0), lambda: 0, lambda: None, lambda _: None)
    store.close()


def told(recorder: Recorder) -> list[News]:
    news: list[News] = []
    recorder.subscribe(news.append, rows=True)
    return news


REASON = ErrorInfo(80003, 400, "lost")


@pytest.mark.parametrize(
    ("note", "kind", "members"),
    [
        (
            lambda r: r.change(
                5,
                1,
                StateChange(S.CONNECTED, S.DISCONNECTED, S.DISCONNECTED, REASON, 99.6, "RTN15a"),
            ),
            "STATE",
            {"current": "disconnected", "retryIn": 100, "reason": REASON.to_wire()},
        ),
        (
            lambda r: r.change(
                5, 1, ChannelChange("c", ChannelState.ATTACHED, ChannelState.ATTACHED, "update")
            ),
            "CHANNEL",
            {"event": "update", "channel": "c", "reason": None},
        ),
        (lambda r: r.notice(5, Notice("error", "x", 40000)), "NOTICE", {"code": 40000}),
        (
            lambda r: r.handshake(5, 1, Handshake(101, (("A", "b"),), {"tcp": 1.23456})),
            "HANDSHAKE",
            {"status": 101, "headers": {"A": "b"}, "phases": {"tcp": 1.235}},
        ),
        (
            lambda r: r.socket(5, 1, Ended(1006, "", by_us=False, clean=False), by_us=False),
            "SOCKET",
            {"closeCode": 1006, "by": "peer", "clean": False},
        ),
        (
            lambda r: r.socket(5, 1, Failure("connection refused"), by_us=False),
            "SOCKET",
            {"closeCode": None, "error": "connection refused"},
        ),
    ],
)
def test_a_row_says_what_its_line_says(
    recorder: Recorder,
    note: Any,
    kind: str,
    members: dict[str, Any],
) -> None:
    news = told(recorder)
    note(recorder)
    logged = news[0]
    assert isinstance(logged, Logged)
    assert logged.row.kind.name == kind
    said = json.loads(logged.row.payload)
    assert {name: said[name] for name in members} == members


def test_the_url_of_a_dial_is_masked_at_equal_length(recorder: Recorder) -> None:
    news = told(recorder)
    where = target(ConnectParams(key="app.key:a-very-long-secret"), Continuity("resume", "k!" * 9))
    recorder.upgrade(1, 1, where)
    (logged,) = news
    assert isinstance(logged, Logged)
    said = json.loads(logged.row.payload)["url"]
    assert "secret" not in said
    assert "k%21k%21" not in said
    assert len(said) == len(where.url)


def test_a_listener_of_plain_news_is_not_told_of_rows(recorder: Recorder) -> None:
    plain: list[News] = []
    stop = recorder.subscribe(plain.append, rows=False)
    assert not recorder.listened
    notice = Notice("info", "x")
    recorder.notice(1, notice)
    assert plain == [Told(notice)]
    stop()
    assert told(recorder) == []
    assert recorder.listened


def test_a_fragment_is_told_once_it_is_masked_and_order_is_kept(recorder: Recorder) -> None:
    news = told(recorder)
    first = b'{"action":4,"connectionDetails":{"connectionKey":"abcd!0123456'
    rest = b'789abcdef"}}'
    for opcode, fin, payload in ((Opcode.TEXT, False, first), (Opcode.PING, True, b"")):
        row = frame_row(1, 1, WireFrame(Direction.IN, opcode, fin, payload, len(payload)), None)
        recorder.publish(recorder.append(row), row)
    assert news == []
    row = frame_row(1, 1, WireFrame(Direction.IN, Opcode.CONT, True, rest, len(rest)), None)
    recorder.publish(recorder.append(row), row, duplicate=True)
    logged = [n for n in news if isinstance(n, Logged)]
    assert [n.n for n in logged] == [1, 2, 3]
    assert [n.duplicate for n in logged] == [False, False, True]
    assert b"0123456" not in b"".join(n.row.payload for n in logged)


def test_the_columns_of_a_frame() -> None:
    payload = b'{"action":9,"channel":"c","msgSerial":1,"count":2,"flags":4,"error":{"code":5}}'
    frame = WireFrame(Direction.IN, Opcode.TEXT, True, payload, 7)
    row = frame_row(1, 2, frame, read_head(payload, Opcode.TEXT))
    assert (row.action, row.channel, row.msg_serial, row.count, row.flags, row.error) == (
        9,
        "c",
        1,
        2,
        4,
        5,
    )
    assert (row.size, row.wire, row.attempt) == (len(payload), 7, 2)
    assert frame_row(1, 2, frame, None).action is None
