from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.decoders.chain import Decoded, undo

CIPHER = "EBESExQVFhcYGRobHB0eHzL21uoeyIct68zqhZbZw8M="


@pytest.mark.parametrize(
    ("data", "encoding", "expected"),
    [
        ("hello", None, "hello"),
        ("hello", "", "hello"),
        (b"\x00", None, b"\x00"),
        ("aGk=", "base64", b"hi"),
        ("aGk", "base64", b"hi"),
        ("aG\r\nk=\n", "base64", b"hi"),
        (b"aGk=", "base64", b"hi"),
        ("aGk=", "utf-8/base64", "hi"),
        (b"hi", "utf8", "hi"),
        ('{"a":1}', "json", {"a": 1}),
        ("eyJhIjoxfQ==", "json/utf-8/base64", {"a": 1}),
        (b"[1]", "json", [1]),
    ],
)
def test_a_chain_is_undone_from_the_right(data: Any, encoding: Any, expected: Any) -> None:
    assert undo(data, encoding) == Decoded(expected)


@pytest.mark.parametrize(
    ("data", "encoding", "left", "kept", "says"),
    [
        (CIPHER, "utf-8/cipher+aes-128-cbc/base64", "utf-8/cipher+aes-128-cbc", None, "no key"),
        (b"x", "json/rot13", "json/rot13", b"x", "rot13: not a step"),
        ("{", "json", "json", "{", "not JSON"),
        ("é", "base64", "base64", "é", "outside ASCII"),
        ("a*", "base64", "base64", "a*", "not base64"),
        ("/w==", "utf-8/base64", "utf-8", b"\xff", "invalid UTF-8 at byte 0"),
        ("hi", "utf-8", "utf-8", "hi", "not bytes"),
        (7, "json", "json", 7, "not a string"),
        (7, "base64", "base64", 7, "not a string"),
        ("[" * 100_000, "json", "json", None, "nested too deeply"),
        ("x", 5, "5", "x", "not a string"),
        ("x", "/", "/", "x", "not a step"),
    ],
)
def test_what_cannot_be_undone_is_kept_with_its_chain(
    data: Any, encoding: Any, left: str, kept: Any, says: str
) -> None:
    decoded = undo(data, encoding)
    assert decoded.encoding == left
    assert says in decoded.problem
    if kept is not None:
        assert decoded.data == kept


_STEP = st.sampled_from(["json", "base64", "utf-8", "cipher+aes-256-cbc", "vcdiff", "", "x"])


@given(
    st.one_of(st.text(), st.binary(), st.none(), st.integers(), st.lists(st.integers())),
    st.lists(_STEP, max_size=6).map("/".join),
)
def test_nothing_makes_it_raise(data: Any, encoding: str) -> None:
    decoded = undo(data, encoding)
    assert bool(decoded.problem) == (decoded.encoding is not None)
