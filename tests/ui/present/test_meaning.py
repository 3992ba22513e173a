from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.codec import decode
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.params import DialectName
from ablytui.protocol.specpoints import title_of
from ablytui.ui.present.around import Around
from ablytui.ui.present.meaning import VERDICTS, meaning
from tests.support.entries import ListSource, event, frame, raw, state

NACK = {"action": 2, "msgSerial": 1, "count": 1, "error": {"code": 40160, "message": "no"}}
LOST = {"code": 80003, "message": "lost"}


def told(entry: Entry, around: Around | None = None) -> dict[str, str]:
    body = decode(entry.payload, entry.opcode) if entry.opcode else None
    return dict(meaning(entry, body if isinstance(body, dict) else None, around or Around()))


def of(kind: EntryKind, **members: Any) -> dict[str, str]:
    return told(event(kind, members))


def test_an_error_has_its_meaning_and_advice() -> None:
    assert told(frame(NACK)) == {
        "40160": "The capability does not allow that on this channel.",
        "do": "Widen the capability of the key or token.",
    }


def test_the_cause_below_an_error() -> None:
    error = {"code": 40171, "message": "x", "cause": {"code": 40142, "message": "old"}}
    assert told(frame({"action": 9, "error": error}))["cause"] == "40142 The token has expired."


def test_a_code_of_no_list_has_what_the_server_says_and_its_kind() -> None:
    error = {"code": 91234, "message": "odd\x1b"}
    assert told(frame({"action": 9, "error": error})) == {
        "91234": 'Not in this program\'s list. The server says: "odd\\x1b"',
        "its kind": "A problem of presence.",
        "do": "Look at the channel and the clientId.",
    }
    assert told(frame({"action": 9, "error": {"code": 7, "message": "x"}})) == {
        "7": 'Not in this program\'s list. The server says: "x"'
    }


@pytest.mark.parametrize("message", [{"action": 0}, {"action": 9}, {"action": 9, "error": "text"}])
def test_without_a_code_there_is_nothing_to_say(message: dict[str, Any]) -> None:
    assert told(frame(message)) == {}


def test_a_state_row_has_rule_and_next_step() -> None:
    row = state("connected", "disconnected", reason=LOST, retryIn=13_200, point="RTN14d")
    assert told(row) == {
        "80003": "The transport was lost.",
        "do": "Usually brief; retries are shown.",
        "rule": "RTN14d: a failed attempt is made again after a wait",
        "next": "connecting in 13.2 s",
    }
    assert told(state("a", "b", retryIn=0))["next"] == "connecting at once"


CLOSED = raw(b"\x03\xf0", opcode=Opcode.CLOSE)


def story(point: str) -> Around:
    rows = [
        CLOSED,
        event(EntryKind.SOCKET, {"closeCode": 1008, "by": "peer"}, n=2),
        state("connected", "failed", n=3, point=point, reason=LOST),
    ]
    return Around(peek=ListSource(rows).row)


def test_a_close_has_the_consequence_of_its_dialect() -> None:
    from dataclasses import replace

    current = told(CLOSED, story("RTN15a"))
    assert current["1008"] == "policy violation: a message broke a policy."
    assert "RTN15a" in current["effect"]
    assert current["do"].startswith("Check the credential")
    classic = told(CLOSED, replace(story("close 1008"), dialect=DialectName.CLASSIC))
    assert classic["effect"] == "The connection has failed with 40100, and is not tried again."
    assert told(CLOSED, story("RTN12c"))["effect"].startswith("The connection is closed, as asked")


def test_a_close_that_decided_nothing_has_no_consequence() -> None:
    assert "effect" not in told(CLOSED)
    ours = told(raw(b"\x03\xe8", opcode=Opcode.CLOSE, out=True))
    assert list(ours) == ["1000"]


def test_other_rows() -> None:
    assert "1008" in of(EntryKind.SOCKET, closeCode=1008, by="peer")
    assert of(EntryKind.SOCKET, closeCode=1000, by="us") == {}
    assert of(EntryKind.SOCKET, error="connection refused") == {}
    refused = of(EntryKind.HANDSHAKE, status=401, headers={"X-Ably-ErrorCode": "40101"})
    assert "40101" in refused
    assert of(EntryKind.HANDSHAKE, status=101, headers={}) == {}
    assert "90007" in of(EntryKind.CHANNEL, reason={"code": 90007, "message": "x"})
    assert "80019" in of(EntryKind.NOTICE, code=80019, message="x", level="error")
    assert of(EntryKind.UPGRADE, host="x") == {}


def test_an_anomaly_has_its_rule_and_who_did_it() -> None:
    assert of(EntryKind.ANOMALY, text="x", point="RTN7b", by="us") == {
        "rule": "RTN7b: msgSerial counts up by one from 0",
        "by": "this side",
    }
    assert of(EntryKind.ANOMALY, text="x") == {}


def test_a_verdict_has_its_rule() -> None:
    lost = of(EntryKind.VERDICT, asked="resume", outcome="lost", error={"code": 80018})
    assert list(lost) == ["80018", "do", "rule"]
    assert lost["rule"].startswith("RTN15c7: ")
    assert all(title_of(point) for point in VERDICTS.values())
    assert of(EntryKind.VERDICT, asked="resume", outcome="?") == {}
