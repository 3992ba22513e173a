"""Timers and names of the realm."""

from __future__ import annotations

import pytest

from ablytui.protocol.events import Moment
from ablytui.service.options import ServiceOptions
from ablytui.service.realm import Realm, bad_channel


def test_timers_run_in_order_and_once() -> None:
    realm = Realm(ServiceOptions(), ("a.b:c",), lambda n: "x" * n)
    ran: list[str] = []
    realm.after(20, lambda: ran.append("b"))
    realm.after(10, lambda: ran.append("a"))
    realm.after(20, lambda: ran.append("c"))
    assert realm.next_due() == 10
    realm.now = Moment(20, 0, 0)
    realm.run_due()
    realm.run_due()
    assert ran == ["a", "b", "c"]
    assert realm.next_due() is None


@pytest.mark.parametrize("name", ["a", "a:b", "a[b]", "é 日本", "x" * 2048, "a?b"])
def test_good_names(name: str) -> None:
    assert bad_channel(name) is None


@pytest.mark.parametrize("name", ["", ":a", "[a", "a\nb", "a\rb", "x" * 2049, "\ud800", 3, None])
def test_bad_names(name: object) -> None:
    error = bad_channel(name)
    assert error is not None
    assert (error.code, error.status_code) == (40010, 400)
