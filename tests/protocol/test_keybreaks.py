"""Each break breaks what it says, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.keybreaks import KEY_BREAKS, Breaking, breaks_of, shifted
from ablytui.protocol.params import DialectName
from ablytui.protocol.recovery import RecoveryKey, RecoveryProblem, build, parse

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC
KEY = RecoveryKey(CURRENT, "ab9!xZ9", 414, (("orders", "108@7-000003"), ("audit", "0172@c:09")))
OLD = RecoveryKey(CLASSIC, "ab9!xZ9", 3, connection_serial=12)


def broken(name: str, key: RecoveryKey, **more: object) -> str | None:
    make = next(each.make for each in breaks_of(key.dialect) if each.id == name)
    return make(Breaking(build(key), **more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "channel", "key"),
    [
        ("key", "", RecoveryKey(CURRENT, "ab9!yA0", 414, KEY.channel_serials)),
        ("old-msg", "", RecoveryKey(CURRENT, "ab9!xZ9", 0, KEY.channel_serials)),
        ("past", "", "108@7-000002"),
        ("past", "audit", "0172@c:08"),
        ("future", "", "108@7-001003"),
        ("garbled", "audit", "90:c@2710?"),
        ("bare", "", RecoveryKey(CURRENT, "ab9!xZ9", 414)),
    ],
)
def test_a_part_is_another_one(name: str, channel: str, key: RecoveryKey | str) -> None:
    text = broken(name, KEY, channel=channel)
    assert text is not None
    found = parse(text, CURRENT)
    assert isinstance(found, RecoveryKey)
    if isinstance(key, RecoveryKey):
        assert found == key
    else:
        changed = set(found.channel_serials) - set(KEY.channel_serials)
        assert changed == {(channel or "orders", key)}
        assert len(found.channel_serials) == 2


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("key", "ab9!yA0:12:3"),
        ("old-msg", "ab9!xZ9:12:0"),
        ("past", "ab9!xZ9:-1:3"),
        ("future", "ab9!xZ9:1012:3"),
        ("garbled", "ab9!xZ9:x12:3"),
        ("bad-msg", "ab9!xZ9:12:x"),
        ("cut", "ab9!xZ9:12:"),
    ],
)
def test_a_classic_key_is_broken_too(name: str, text: str) -> None:
    assert broken(name, OLD) == text


@pytest.mark.parametrize("name", ["bad-msg", "cut", "other"])
@pytest.mark.parametrize("key", [KEY, OLD, RecoveryKey(CLASSIC, "k", 1234, (), 12)])
def test_some_leave_no_key(name: str, key: RecoveryKey) -> None:
    text = broken(name, key)
    assert text is not None
    assert isinstance(parse(text, key.dialect), RecoveryProblem)


def test_the_other_dialect_reads_what_was_made_for_it() -> None:
    assert isinstance(parse(broken("other", KEY) or "", CLASSIC), RecoveryKey)
    assert isinstance(parse(broken("other", OLD) or "", CURRENT), RecoveryKey)


@pytest.mark.parametrize(("serial", "later"), [(-1, "1000"), (12, "1012"), ("t@5", "t@1005")])
def test_the_future_of_a_connection_serial(serial: int | str, later: str) -> None:
    key = RecoveryKey(CLASSIC, "k", 3, connection_serial=serial)
    assert broken("future", key) == f"k:{later}:3"


def test_it_is_cut_where_the_cursor_is() -> None:
    assert broken("cut", KEY, cursor=9) == build(KEY)[:9]
    assert broken("cut", KEY, cursor=len(build(KEY))) != build(KEY)


def test_a_serial_that_was_seen_is_the_past_that_a_service_knows() -> None:
    text = broken("past", KEY, channel="audit", earlier={"audit": "0170@c:00"})
    assert text is not None
    assert "0170@c:00" in text


@pytest.mark.parametrize(
    ("serial", "by", "after"),
    [
        ("108@0012-000000", -1, "108@0011-000000"),
        ("a:9", 1, "a:10"),
        ("0", -1, "0"),
        ("none", 5, "none"),
    ],
)
def test_a_serial_is_moved_by_its_numbers(serial: str, by: int, after: str) -> None:
    assert shifted(serial, by) == after


@pytest.mark.parametrize("each", KEY_BREAKS, ids=lambda each: f"{each.id}-{each.title[:5]}")
@given(
    st.one_of(st.text(max_size=30), st.integers(0, len(build(KEY))).map(lambda n: build(KEY)[:n]))
)
def test_what_is_no_key_can_be_broken_or_not(each: object, text: str) -> None:
    made = each.make(Breaking(text, "x", 3))  # type: ignore[attr-defined]
    assert made is None or made != text
