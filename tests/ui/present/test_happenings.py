"""Rows that are no frames, in words."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.log import EntryKind as K
from ablytui.ui.present.around import Around
from ablytui.ui.present.columns import columns_for
from ablytui.ui.present.happenings import happening
from ablytui.ui.present.rows import row
from ablytui.ui.present.segments import Role, text_of
from tests.support.entries import event, raw, state

REASON = {"code": 80003, "statusCode": 400, "message": "transport lost"}
CASES: list[tuple[K, dict[str, Any], str, Role | None]] = [
    (K.STATE, {"previous": "connecting", "current": "connected", "event": "connected"},
     "● connecting → connected", Role.GOOD),
    (K.STATE, {"previous": "connected", "current": "disconnected", "event": "disconnected",
               "reason": REASON, "retryIn": 13_900, "point": "RTN15a"},
     "◇ connected → disconnected  80003 transport lost; retry in 13.9 s  RTN15a", Role.WARN),
    (K.STATE, {"previous": "connected", "current": "connected", "event": "update"},
     "● connected updated", Role.GOOD),
    (K.CHANNEL, {"channel": "a", "previous": "attaching", "current": "attached",
                 "event": "attached", "resumed": True}, "● a  attaching → attached  resumed", None),
    (K.VERDICT, {"outcome": "resumed", "text": "Resumed."}, "✓ Resumed.", Role.CONTINUITY),
    (K.VERDICT, {"outcome": "lost", "text": "Lost."}, "! Lost.", Role.WRONG),
    (K.NOTICE, {"level": "warning", "message": "slow", "code": 7}, "! 7 slow", Role.WARN),
    (K.NOTICE, {"level": "info", "message": "hello"}, "· hello", None),
    (
        K.NOTICE,
        {"level": "info", "message": "ACK a swallowed: as told", "fault": "withheld"},
        "× ACK a swallowed  as told",
        Role.OURS,
    ),
    (
        K.NOTICE,
        {"level": "info", "message": "frame injected", "fault": "added"},
        "+ frame injected",
        Role.OURS,
    ),
    (K.ANOMALY, {"text": "odd", "point": "RTN7b"}, "! odd  RTN7b", Role.WARN),
    (K.UPGRADE, {"attempt": 2, "host": "h:1", "mode": "resume"}, "⇄ resume h:1  attempt 2", None),
    (K.UPGRADE, {"attempt": 1, "host": "h:1", "mode": "clean"}, "⇄ h:1", None),
    (K.HANDSHAKE, {"status": 101, "phases": {"tcp": 21.0, "http": 40.2}}, "⇄ 61 ms", None),
    (K.HANDSHAKE, {"status": 401, "headers": {"X-Ably-Errorcode": "40101",
                                             "X-Ably-Errormessage": "bad key"}},
     "⇄ 40101 bad key  ", Role.WRONG),
    (K.SOCKET, {"closeCode": 1001, "closeReason": "bye", "by": "peer", "clean": True},
     "⇄ socket closed  1001 bye by the server", None),
    (K.SOCKET, {"closeCode": 1006, "by": "us", "clean": False},
     "× drop  TCP cut by this side; no close frame was sent", Role.OURS),
    (K.SOCKET, {"closeCode": 1006, "by": "peer", "clean": False},
     "× socket lost  no close frame came", Role.WARN),
    (K.SOCKET, {"closeCode": None, "by": "peer", "error": "connection refused"},
     "⇄ connection refused", Role.WRONG),
    (K.STATE, {}, "? ? → ?", Role.MUTED),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "members", "words", "tick"), CASES)
def test_the_words_of_each_kind(
    kind: K, members: dict[str, Any], words: str, tick: Role | None
) -> None:
    told = happening(event(kind, members), Around())
    assert f"{told.sign.text} {text_of(told.text)}" == words
    assert told.tick is tick


def test_state_rows_have_no_number_and_stand_apart() -> None:
    words = row(state("connected", "closing", n=7), columns_for(120), Around())
    assert words.event
    assert text_of(words.segs).startswith(" " * 10 + "00:00:00.000 □ connected → closing")
    narrow = row(state("connected", "closing", n=7), columns_for(60), Around())
    assert text_of(narrow.segs).startswith("   00:00.000 □ → closing ")


def test_a_handshake_finds_the_path_of_its_dial() -> None:
    dial = event(K.UPGRADE, {"url": "ws://h:1/?key=a:******&v=6", "host": "h:1"}, n=1, attempt=3)
    answer = event(K.HANDSHAKE, {"status": 101, "phases": {"http": 61}}, n=2, attempt=3)
    failed = event(K.SOCKET, {"error": "connection refused"}, n=2, attempt=3)
    around = Around(peek=lambda n: dial if n == 1 else None)
    words = text_of(row(answer, columns_for(120), around).segs)
    assert "GET 101" in words
    assert "/?key=a:•••&v=6 61 ms" in words
    assert text_of(happening(failed, around).text) == "connection refused h:1"


def test_a_row_that_cannot_be_read_says_so() -> None:
    broken = raw(b"\xff{")
    for kind in (K.VERDICT, K.NOTICE, K.ANOMALY):
        entry = event(kind, {})
        assert "cannot be read" in text_of(happening(entry, Around()).text)
    assert broken.payload == b"\xff{"
