"""What the machine itself makes of what might come."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.events import Moment
from ablytui.protocol.foresight import Ahead, foresee
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.app import PARAMS, connection_in

NOW = Moment(0.0, 1_700_000_000_000.0, 0.5)


def seen(*ahead: Ahead, **params: Any) -> list[tuple[str, int]]:
    from dataclasses import replace

    connection = connection_in(S.CONNECTED, params=replace(PARAMS, **params))
    assert connection.socket is not None
    found = foresee(connection, ahead, NOW)
    return [(str(c.current), c.reason.code if c.reason else 0) for c in found]


def error(code: int) -> dict[str, Any]:
    return {"code": code, "statusCode": code // 100, "message": "m"}


@pytest.mark.parametrize(
    ("ahead", "changes"),
    [
        ([Ahead(code=1006)], [("disconnected", 80003), ("connecting", 0)]),
        # The connection, and both its channels.
        ([Ahead({"action": 9, "error": error(40101)}), Ahead(code=1000)], [("failed", 40101)] * 3),
        (
            [Ahead({"action": 6, "error": error(80001)}), Ahead(code=1000)],
            [("disconnected", 80001), ("connecting", 0)],
        ),
        ([Ahead({"action": 9, "channel": "audit", "error": error(40160)})], [("failed", 40160)]),
        (
            [Ahead({"action": 13, "channel": "audit", "error": error(90001)})],
            [("attaching", 90001)],
        ),
        ([Ahead({"action": 99})], []),
    ],
)
def test_what_comes_of_it(ahead: list[Ahead], changes: list[tuple[str, int]]) -> None:
    assert seen(*ahead) == changes


def test_in_classic_the_close_code_decides() -> None:
    assert seen(Ahead(code=1008), dialect=DialectName.CLASSIC)[0] == ("failed", 40100)
    assert seen(Ahead(code=1001), dialect=DialectName.CLASSIC)[0] == ("disconnected", 80003)


def test_without_a_socket_nothing_can_come() -> None:
    assert foresee(connection_in(S.CLOSED), [Ahead(code=1006)], NOW) == ()
