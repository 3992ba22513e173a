from __future__ import annotations

import dataclasses

import pytest

from ablytui.net.listener import Ended, Failure, Handshake, Listener
from tests.support.wires import Heard


def test_a_failure_without_details_is_no_answer() -> None:
    failure = Failure("no such host")
    assert (failure.status, failure.refused, failure.tls) == (0, False, False)
    assert (failure.headers, failure.body, failure.phases) == ((), b"", {})


@pytest.mark.parametrize(
    "value", [Handshake(101, (), {}), Failure("x"), Ended(1000, "", by_us=True, clean=True)]
)
def test_what_is_told_cannot_be_changed(value: object) -> None:
    name = dataclasses.fields(value)[0].name  # type: ignore[arg-type]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, name, None)


def test_the_listener_of_the_tests_hears_all_that_is_told() -> None:
    listener: Listener = Heard()
    told = {n for n in vars(Listener) if not n.startswith("_")}
    assert told == {"opened", "failed", "frame", "ended", "clogged"}
    assert all(callable(getattr(listener, name)) for name in told)
