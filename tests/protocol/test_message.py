"""The vocabulary of ProtocolMessages, and what nobody has a name for."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.message import (
    DEFAULT_MODES,
    MODES,
    ConnectionDetails,
    Flag,
    ProtocolAction,
    action_name,
    details_from_wire,
    flag_names,
)


@pytest.mark.parametrize(
    ("action", "name"),
    [(0, "HEARTBEAT"), (15, "MESSAGE"), (21, "ANNOTATION"), (22, "ACTION 22"), (None, "-")],
)
def test_action_name(action: int | None, name: str) -> None:
    assert action_name(action) == name


def test_tr2_has_no_gap() -> None:
    assert [int(action) for action in ProtocolAction] == list(range(22))


@pytest.mark.parametrize(
    ("flags", "names"),
    [
        (0, ()),
        (983_044, ("RESUMED", "PRESENCE", "PUBLISH", "SUBSCRIBE", "PRESENCE_SUBSCRIBE")),
        (0b1000, ("bit 3",)),
        (1 << 40, ("bit 40",)),
        (-1, ()),
    ],
)
def test_flag_names(flags: int, names: tuple[str, ...]) -> None:
    assert flag_names(flags) == names


def test_the_sums_that_are_met_on_the_wire() -> None:
    assert int(DEFAULT_MODES) == 983_040
    assert MODES & Flag.RESUMED == 0
    assert MODES & DEFAULT_MODES == DEFAULT_MODES


@pytest.mark.parametrize(
    ("message", "details"),
    [
        ({}, ConnectionDetails()),
        ({"connectionKey": "top"}, ConnectionDetails(connection_key="top")),
        (
            {"connectionKey": "top", "connectionDetails": {"connectionKey": "in"}},
            ConnectionDetails(connection_key="in"),
        ),
        (
            {"connectionDetails": {"maxIdleInterval": 0, "connectionStateTtl": 0}},
            ConnectionDetails(max_idle_interval=0),
        ),
        (
            {"connectionDetails": {"maxIdleInterval": 15_000.0, "clientId": None}},
            ConnectionDetails(max_idle_interval=15_000),
        ),
        ({"connectionDetails": ["wrong"]}, ConnectionDetails()),
    ],
)
def test_cd2(message: dict[str, Any], details: ConnectionDetails) -> None:
    assert details_from_wire(message) == details
