"""What is expected of a key, by the rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.params import DialectName
from ablytui.protocol.prospect import Origin, Outcome, lost_code, prospect
from ablytui.protocol.recovery import RecoveryKey, RecoveryProblem, parse

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC
BASE = RecoveryKey(CURRENT, "id!secret", 5, (("a", "108@5"), ("b", "x")))
OLD = RecoveryKey(CLASSIC, "id!secret", 5, connection_serial=12)
FRESH = Origin(age=1_000.0, host="h:1")


def changed(**changes: object) -> RecoveryKey:
    members = {name: getattr(BASE, name) for name in BASE.__slots__}
    return RecoveryKey(**{**members, **changes})


def test_a_key_that_cannot_be_read_is_not_sent() -> None:
    problem = parse("{", CURRENT)
    assert isinstance(problem, RecoveryProblem)
    found = prospect(problem, base=BASE, origin=FRESH)
    assert (found.outcome, found.point) == (Outcome.NOT_SENT, "RTN16f1")
    assert "40000" in found.says[0]


def test_a_key_as_it_was_given_is_recovered() -> None:
    found = prospect(BASE, base=BASE, origin=FRESH, host="h:1")
    assert (found.outcome, found.point) == (Outcome.RECOVERED, "RTN16d")
    assert found.says == ("the same connectionId, no error",)


@pytest.mark.parametrize(("dialect", "code"), [(CURRENT, 80018), (CLASSIC, 80008)])
def test_another_connection_key_is_lost(dialect: DialectName, code: int) -> None:
    base = BASE if dialect is CURRENT else OLD
    other = RecoveryKey(dialect, "id!other", 5, connection_serial=12)
    found = prospect(other, base=base, origin=FRESH)
    assert (found.outcome, found.point) == (Outcome.LOST, "RTN16l")
    assert found.says[0].startswith(f"{code}, a new connectionId")
    assert lost_code(dialect) == code


def test_a_key_that_is_too_old_is_lost_unless_its_connection_is_open() -> None:
    late = Origin(age=120_001.0)
    assert late.late
    assert prospect(BASE, base=BASE, origin=late).outcome is Outcome.LOST
    assert not Origin(age=120_000.0).late
    assert not Origin(age=900_000.0, open=True).late
    assert not Origin(age=4_000.0, ttl=5_000.0).late
    assert Origin(age=6_000.0, ttl=5_000.0).late


def test_a_key_of_another_host_is_lost() -> None:
    found = prospect(BASE, base=BASE, origin=FRESH, host="elsewhere:1")
    assert found.outcome is Outcome.LOST
    assert "saved at h:1, and this goes to elsewhere:1" in found.says[0]


def test_a_key_of_unknown_age_may_be_either() -> None:
    found = prospect(BASE, base=BASE)
    assert found.outcome is Outcome.UNSURE
    assert "80018" in found.says[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"channel_serials": (("a", "108@4"), ("b", "x"))}, "a: replayed from earlier (RTL4c1)"),
        (
            {"channel_serials": (("a", "108@6"), ("b", "x"))},
            "a: not RESUMED, no such serial yet (RTL4c1)",
        ),
        (
            {"channel_serials": (("a", "108@5"), ("b", "y?"))},
            "b: not RESUMED, no such serial (RTL4c1)",
        ),
        ({"channel_serials": ()}, "2 channels: from now on, nothing is replayed (RTL4c1)"),
        ({"msg_serial": 2}, "what you send as #2 to #4 counts as sent before (RTN7b)"),
    ],
)
def test_each_part_that_was_changed_has_its_consequence(
    changes: dict[str, object], said: str
) -> None:
    found = prospect(changed(**changes), base=BASE, origin=FRESH)
    assert found.outcome is Outcome.RECOVERED
    assert found.says[1:] == (said,)


@pytest.mark.parametrize(
    ("serial", "said"),
    [
        (-1, "every frame after -1 comes again (RTN15c1)"),
        (99, "80012: connectionSerial never given"),
        ("x", "80012: connectionSerial not a serial"),
        (12, ""),
    ],
)
def test_the_serial_of_a_classic_key(serial: int | str, said: str) -> None:
    key = RecoveryKey(CLASSIC, "id!secret", 5, connection_serial=serial)
    says = prospect(key, base=OLD, origin=FRESH).says[1:]
    assert bool(says) is bool(said)
    assert said in " ".join(says)


@given(st.text("0123456789@-x", max_size=5000), st.text("0123456789@-x", max_size=5000))
def test_any_two_serials_can_be_compared(one: str, two: str) -> None:
    key = RecoveryKey(CURRENT, "k", 0, (("a", one),))
    base = RecoveryKey(CURRENT, "k", 0, (("a", two),))
    assert (len(prospect(key, base=base, origin=FRESH).says) == 1) is (one == two)
