"""What is posted as statistics, and what it comes to."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service.stats import MOST, interval_of, read_posted, summed

MINUTE = "2024-02-03:15:03"


def entries(**figures: Any) -> dict[str, float]:
    found = read_posted([{"intervalId": MINUTE, **figures}])
    assert isinstance(found, dict), found
    return found[MINUTE]


def test_a_figure_counts_for_all_of_its_kind_too() -> None:
    found = entries(
        inbound={
            "realtime": {"messages": {"count": 3, "data": 30}, "presence": {"count": 4}},
            "rest": {"messages": {"count": 5}},
        },
        outbound={"realtime": {"messages": {"count": 10}}},
    )
    assert found["messages.inbound.realtime.messages.count"] == 3
    assert found["messages.inbound.realtime.all.count"] == 7
    assert found["messages.inbound.all.messages.count"] == 8
    assert found["messages.inbound.all.all.count"] == 12
    assert found["messages.outbound.all.all.count"] == 10
    assert found["messages.all.messages.count"] == 18
    assert found["messages.all.all.count"] == 22
    assert found["messages.all.all.data"] == 30


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        ({"persisted": {"presence": {"count": 2}}}, {"messages.persisted.presence.count": 2}),
        ({"connections": {"tls": {"peak": 20}}}, {"connections.tls.peak": 20}),
        ({"channels": {"peak": 50, "opened": 30}}, {"channels.peak": 50, "channels.opened": 30}),
        ({"apiRequests": {"failed": 1}}, {"apiRequests.all.failed": 1}),
        ({"tokenRequests": {"succeeded": 6}}, {"apiRequests.tokenRequests.succeeded": 6}),
        ({"x": True, "y": "7", "z": -1, "a b": 3, "n": None}, {}),
    ],
)
def test_names(figures: Any, found: dict[str, float]) -> None:
    read = entries(**figures)
    assert {name: read[name] for name in found} == found
    assert bool(read) == bool(found)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [7],
        [{}],
        [{"intervalId": "2024-02-03"}],
        [{"intervalId": "x"}],
        [{"intervalId": 7}],
        [{"intervalId": MINUTE, "a": {chr(97 + n % 26) * (n // 26 + 1): 1 for n in range(201)}}],
        [{"intervalId": MINUTE}] * (MOST + 1),
    ],
    ids=range(8),
)
def test_what_is_refused(body: Any) -> None:
    found = read_posted(body)
    assert isinstance(found, ErrorInfo)
    assert found.code == 40000


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)


@settings(max_examples=80, deadline=None)
@given(junk | st.lists(st.dictionaries(st.just("intervalId"), st.just(MINUTE) | junk) | junk))
def test_no_body_hurts(body: Any) -> None:
    assert isinstance(read_posted(body), dict | ErrorInfo)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, "d"),
        ("2024-02-03:15:03", "2024-02-03:15:03"),
        ("2024-02", "2024-02"),
        ("0", "1970-01-01:00:00"),
        ("1706972580000", "2024-02-03:15:03"),
        ("1706972639999", "2024-02-03:15:03"),
    ],
)
def test_bounds(value: str | None, found: str) -> None:
    assert interval_of(value, default="d") == found


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 253_402_300_799_999))
def test_a_minute_is_that_of_the_calendar(ms: int) -> None:
    at = datetime.fromtimestamp(ms // 1_000, UTC)
    assert interval_of(str(ms), default="") == at.strftime("%Y-%m-%d:%H:%M").zfill(16)


@pytest.mark.parametrize("value", ["", "x", "-1", "999999999999999", "9" * 30, "٣"])
def test_bad_bounds(value: str) -> None:
    found = interval_of(value, default="")
    assert isinstance(found, ErrorInfo)
    assert found.code == 40003


MINUTES = {
    "2024-02-03:15:05": {"a.count": 4.0, "c.peak": 1},
    "2024-02-03:15:03": {"a.count": 1.0, "c.peak": 9},
    "2024-02-03:16:00": {"a.count": 8.0},
    "2024-03-01:00:00": {"a.count": 16.0},
}


@pytest.mark.parametrize(
    ("unit", "start", "end", "counts"),
    [
        ("minute", "", "9999", [1, 4, 8, 16]),
        ("minute", "2024-02-03:15:04", "2024-02-03:16", [4, 8]),
        ("hour", "", "9999", [5, 8, 16]),
        ("hour", "2024-02-03:15:04", "9999", [4, 8, 16]),
        ("day", "2024-02-03", "2024-02-03", [13]),
        ("month", "", "9999", [13, 16]),
        ("month", "2025-01", "9999", []),
    ],
)
def test_sums(unit: str, start: str, end: str, counts: list[int]) -> None:
    found = summed(MINUTES, unit, start, end, "app")
    assert [item["entries"]["a.count"] for _, item in found] == counts
    assert all(item["intervalId"] == name and item["unit"] == unit for name, item in found)


def test_a_peak_is_no_sum() -> None:
    ((_, hour), *_) = summed(MINUTES, "hour", "", "9999", "app")
    assert hour["entries"] == {"a.count": 5, "c.peak": 9}
