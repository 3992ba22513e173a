from __future__ import annotations

from typing import Any

import pytest

from ablytui.drive.explained import explained
from ablytui.protocol.catalogue import meaning_of
from ablytui.protocol.log import EntryKind
from ablytui.protocol.specpoints import title_of

EXPIRED = meaning_of(40142)
assert EXPIRED is not None


@pytest.mark.parametrize(
    ("kind", "members", "more"),
    [
        (
            EntryKind.STATE,
            {"reason": {"code": 40142, "message": "x"}, "point": "RTN15h2"},
            {
                "meaning": EXPIRED.meaning,
                "advice": EXPIRED.advice,
                "rule": title_of("RTN15h2"),
            },
        ),
        (EntryKind.STATE, {"reason": None, "point": "RTN11f"}, {"rule": title_of("RTN11f")}),
        (EntryKind.STATE, {"reason": {"code": "x"}, "point": "no such point"}, {}),
        (
            EntryKind.CHANNEL,
            {"reason": {"code": 40142}},
            {"meaning": EXPIRED.meaning, "advice": EXPIRED.advice},
        ),
        (
            EntryKind.NOTICE,
            {"code": 40142, "message": "m"},
            {"meaning": EXPIRED.meaning, "advice": EXPIRED.advice},
        ),
        (EntryKind.NOTICE, {"message": "m"}, {}),
        (EntryKind.NOTICE, {"code": 12, "message": "of no known range"}, {}),
        (EntryKind.ANOMALY, {"text": "t", "point": "RTN6"}, {"rule": title_of("RTN6")}),
        (EntryKind.ANOMALY, {"text": "t"}, {}),
        (EntryKind.SOCKET, {"closeCode": 1000}, {}),
    ],
)
def test_codes_and_rules_are_put_in_words(
    kind: EntryKind, members: dict[str, Any], more: dict[str, Any]
) -> None:
    told = explained(kind, members)
    assert told == members | more
    assert list(told)[: len(members)] == list(members)


def test_what_a_row_says_itself_is_never_replaced() -> None:
    members = {"code": 40142, "message": "m", "meaning": "its own"}
    assert explained(EntryKind.NOTICE, members)["meaning"] == "its own"


def test_a_phase_that_was_not_needed_took_no_time() -> None:
    told = explained(EntryKind.HANDSHAKE, {"status": 101, "phases": {"tcp": 1.5, "http": 2.0}})
    assert told["phases"] == {"dns": 0, "tcp": 1.5, "tls": 0, "http": 2.0}
    assert list(told["phases"]) == ["dns", "tcp", "tls", "http"]
