from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.resources import allows, covers, split


@pytest.mark.parametrize(
    ("resource", "channel", "covered"),
    [
        ("*", "a", True),
        ("*", "a:b", True),
        ("a", "a", True),
        ("a", "b", False),
        ("a:*", "a:b", True),
        ("a:*", "a:b:c", True),
        ("a:*", "a", False),
        ("*:b", "a:b", True),
        ("*:b", "a:c", False),
        ("a*", "ab", False),
        ("[*]*", "a", True),
        ("[meta]*", "a", False),
        ("[queue]a", "a", False),
    ],
)
def test_a_resource_covers_channels(resource: str, channel: str, covered: bool) -> None:
    assert covers(resource, channel) is covered


def test_the_kind_stands_in_front() -> None:
    assert split("[meta]a:b") == ("[meta]", ["a", "b"])
    assert split("a") == ("", ["a"])


@pytest.mark.parametrize(
    ("capability", "said"),
    [
        ('{"*":["*"]}', True),
        ('{"orders:*":["publish"]}', True),
        ('{"orders:*":["subscribe"]}', False),
        ('{"other":["publish"]}', False),
        ('{"orders:*":"publish"}', False),
        (None, None),
        ("", None),
        ("no JSON", None),
        ("[]", None),
        ("{}", None),
        ("[" * 100_000, None),
    ],
)
def test_what_a_capability_says(capability: str | None, said: bool | None) -> None:
    assert allows(capability, "publish", "orders:eu") is said


@given(st.recursive(st.none() | st.text(), lambda d: st.lists(d) | st.dictionaries(st.text(), d)))
def test_no_capability_breaks_it(value: object) -> None:
    assert allows(json.dumps(value), "publish", "a:b") in {True, False, None}
