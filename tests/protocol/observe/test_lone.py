from __future__ import annotations

import pytest

from ablytui.protocol.frame import Opcode, Origin
from ablytui.protocol.observe.lone import closing, counted, token_in
from tests.support.rows import IN, OUT, frame, raw


@pytest.mark.parametrize(
    ("auth", "expected"),
    [({"accessToken": "t"}, True), ({}, False), (None, False), ("t", False)],
)
def test_a_token_in_auth(auth: object, expected: bool) -> None:
    assert token_in(frame(0, OUT, {"action": 17, "auth": auth})) is expected


def test_an_error_of_no_code_is_one_nevertheless() -> None:
    assert counted(frame(0, IN, {"action": 2, "count": 1, "error": {"message": "no"}})) == []


def test_a_close_by_hand_says_nothing_about_the_peer() -> None:
    row = raw(0, OUT, Opcode.CLOSE, b"\x03\xea")
    assert [found.point for found in closing(row)] == ["RFC 6455 §7.1.7"]
    row.origin = Origin.USER
    assert closing(row) == []
