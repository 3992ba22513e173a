from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.protocol.visible import visible
from ablytui.ui.present.members import MOST, members


def member(**more: Any) -> dict[str, Any]:
    return {"clientId": "me", "connectionId": "conn-1", "data": None} | more


def test_nobody_and_somebody() -> None:
    assert members([], 60).plain == "nobody is present"
    assert members([member()], 60).plain.split("\n")[0] == "1 present"
    rows = members([member(), member(clientId="you", data={"a": 1})], 60).plain.split("\n")
    assert rows[0] == "2 present"
    assert rows[1].startswith("me        conn-1")
    assert rows[2].endswith('{"a":1}')


@pytest.mark.parametrize(
    ("data", "drawn"),
    [("up", "up"), (b"\x00\xff", "<2 B 00ff>"), ([1], "[1]"), ("a\x1b", "a\\x1b"), (None, "")],
)
def test_data_is_drawn(data: object, drawn: str) -> None:
    assert members([member(data=data)], 60).plain.split("\n")[1][24:].strip() == drawn


def test_what_could_not_be_decoded_says_why() -> None:
    assert "no key" in members([member(data=b"x", problem="cipher: no key")], 80).plain


def test_a_crowd_is_counted() -> None:
    rows = members([member()] * (MOST + 7), 60).plain.split("\n")
    assert rows[-1] == "… and 7 more"
    assert len(rows) == MOST + 2


VALUES = st.recursive(
    st.none() | st.text() | st.binary() | st.integers(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@settings(max_examples=50)
@given(VALUES, st.text(), st.integers(20, 90))
def test_nothing_in_it_is_obeyed(data: object, client: str, width: int) -> None:
    for line in members([member(data=data, clientId=client)], width).plain.split("\n"):
        assert visible(line) == line
