"""The errors that the client makes say what happened, to a person."""

from __future__ import annotations

import pytest

from ablytui.protocol.catalogue import explain
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.machine import reasons

FIXED = {name: value for name, value in vars(reasons).items() if isinstance(value, ErrorInfo)}


@pytest.mark.parametrize("name", FIXED)
def test_every_reason_is_a_known_code_and_a_sentence(name: str) -> None:
    reason = FIXED[name]
    assert explain(reason.code) is not None
    assert reason.message
    assert "\n" not in reason.message


@pytest.mark.parametrize(
    ("reason", "code", "words"),
    [
        (reasons.lost(1006, ""), 80003, "close code 1006)"),
        (reasons.lost(4001, "bye"), 80003, "4001, 'bye'"),
        (reasons.unreachable("no such host", 0), 80003, "no such host"),
        (reasons.other_client("you", "me"), 40102, "'you', asked was 'me'"),
        (reasons.channel_timeout("c", "ATTACHED"), 90007, "ATTACHED"),
        (reasons.too_large(11, 10), 40009, "11 bytes, the limit is 10"),
    ],
)
def test_made_reasons(reason: ErrorInfo, code: int, words: str) -> None:
    assert reason.code == code
    assert words in reason.message
    assert explain(code) is not None


def test_no_renewal_keeps_its_cause() -> None:
    cause = ErrorInfo(40142, 401, "expired")
    assert reasons.no_renewal(cause).cause is cause
    assert reasons.no_renewal(cause).code == 40171
