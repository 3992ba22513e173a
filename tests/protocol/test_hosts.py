"""REC1: from endpoints to hosts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.errors import UsageError
from ablytui.protocol.hosts import (
    fallback_hosts,
    fallbacks,
    is_loopback,
    primary_host,
    rest_host,
    split_url,
)
from ablytui.protocol.params import ConnectParams, DialectName

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC


@pytest.mark.parametrize(
    ("dialect", "endpoint", "host"),
    [
        (CURRENT, "", "main.realtime.ably.net"),
        (CURRENT, "acme", "acme.realtime.ably.net"),
        (CURRENT, "nonprod:sandbox", "sandbox.realtime.ably-nonprod.net"),
        (CURRENT, "localhost", "localhost"),
        (CURRENT, "127.0.0.1", "127.0.0.1"),
        (CURRENT, "::1", "::1"),
        (CURRENT, "a.example", "a.example"),
        (CLASSIC, "", "realtime.ably.io"),
        (CLASSIC, "production", "realtime.ably.io"),
        (CLASSIC, "sandbox", "sandbox-realtime.ably.io"),
        (CLASSIC, "a.example", "a.example"),
    ],
)
def test_primary_host(dialect: DialectName, endpoint: str, host: str) -> None:
    assert primary_host(dialect, endpoint) == host


@pytest.mark.parametrize(
    ("dialect", "endpoint", "host"),
    [
        (CURRENT, "", "main.realtime.ably.net"),
        (CURRENT, "nonprod:sandbox", "sandbox.realtime.ably-nonprod.net"),
        (CLASSIC, "", "rest.ably.io"),
        (CLASSIC, "sandbox", "sandbox-rest.ably.io"),
        (CLASSIC, "a.example", "a.example"),
        (CLASSIC, "::1", "::1"),
    ],
)
def test_rest_host(dialect: DialectName, endpoint: str, host: str) -> None:
    assert rest_host(dialect, endpoint) == host


@pytest.mark.parametrize(
    ("url", "values"),
    [
        ("ws://127.0.0.1:8080", {"endpoint": "127.0.0.1", "port": "8080", "tls": "false"}),
        ("wss://a.example", {"endpoint": "a.example", "tls": "true"}),
        ("WS://localhost:1/", {"endpoint": "localhost", "port": "1", "tls": "false"}),
        ("ws://[::1]:9", {"endpoint": "::1", "port": "9", "tls": "false"}),
        ("localhost:99", {"endpoint": "localhost", "port": "99"}),
        ("nonprod:sandbox", {"endpoint": "nonprod:sandbox"}),
        ("main", {"endpoint": "main"}),
        ("::1", {"endpoint": "::1"}),
    ],
)
def test_split_url(url: str, values: dict[str, str]) -> None:
    assert split_url(url) == values


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://x", "http://x", "https://x:1", "ws://", "ws://x:99999", "ws://["),
        *("ws://u:p@x", "ws://x/path", "ws://x/?key=1", "ws://x#part"),
    ],
)
def test_a_bad_url_is_one_line(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        split_url(url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "perhaps"),
    [
        ("http://127.0.0.1:8080", "; perhaps 'ws://127.0.0.1:8080'"),
        ("https://x", "; perhaps 'wss://x'"),
        ("http://u:p@x", "or an endpoint name"),
        ("ftp://x", "or an endpoint name"),
    ],
)
def test_what_was_perhaps_meant_by_a_web_address(url: str, perhaps: str) -> None:
    with pytest.raises(UsageError) as caught:
        split_url(url)
    assert caught.value.message.endswith(perhaps)


@pytest.mark.parametrize(
    ("host", "local"),
    [("localhost", True), ("127.9.0.1", True), ("::1", True), ("127.evil.example", False)],
)
def test_loopback(host: str, local: bool) -> None:
    assert is_loopback(host) == local


@pytest.mark.parametrize(
    ("dialect", "endpoint", "first", "count"),
    [
        (CURRENT, "", "main.a.fallback.ably-realtime.com", 5),
        (CURRENT, "acme", "acme.a.fallback.ably-realtime.com", 5),
        (CURRENT, "nonprod:sandbox", "sandbox.a.fallback.ably-realtime-nonprod.com", 5),
        (CURRENT, "localhost", None, 0),
        (CURRENT, "a.example", None, 0),
        (CLASSIC, "", "a.ably-realtime.com", 5),
        (CLASSIC, "sandbox", "sandbox-a-fallback.ably-realtime.com", 5),
        (CLASSIC, "127.0.0.1", None, 0),
    ],
)
def test_rec2c(dialect: DialectName, endpoint: str, first: str | None, count: int) -> None:
    hosts = fallback_hosts(dialect, endpoint)
    assert len(hosts) == count
    assert first is None or hosts[0] == first


@given(st.floats(0, 1, exclude_max=True))
def test_fallbacks_are_three_of_the_five_in_some_order(roll: float) -> None:
    chosen = fallbacks(ConnectParams(), roll)
    assert len(set(chosen)) == 3
    assert {name for name, _ in chosen} <= set(fallback_hosts(CURRENT, ""))


def test_the_order_is_random() -> None:
    assert len({fallbacks(ConnectParams(), roll / 60) for roll in range(60)}) > 40


def test_rec2a2_hosts_that_are_given_are_the_list() -> None:
    given_hosts = (("a.example", 1),)
    assert fallbacks(ConnectParams(fallback_hosts=given_hosts), 0.5) == given_hosts
    assert fallbacks(ConnectParams(fallback_hosts=()), 0.5) == ()
