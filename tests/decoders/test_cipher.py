"""RSL5 and RSL6: encrypted payloads."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.decoders.chain import undo
from ablytui.decoders.cipher import decrypt, encrypted

KEY = bytes(range(16))
IV = bytes(range(16, 32))
VECTOR = base64.b64decode("EBESExQVFhcYGRobHB0eHzL21uoeyIct68zqhZbZw8M=")
STEP = "cipher+aes-128-cbc"


def test_rsl5_the_known_vector() -> None:
    sealed = encrypted({"data": "hello", "name": "n"}, KEY, IV)
    assert sealed == {"data": VECTOR, "name": "n", "encoding": f"utf-8/{STEP}"}
    assert decrypt(VECTOR, STEP, KEY) == b"hello"


@pytest.mark.parametrize(
    ("item", "chain"),
    [
        ({"data": b"\x00"}, "cipher+aes-256-cbc"),
        ({"data": "{}", "encoding": "json"}, "json/utf-8/cipher+aes-256-cbc"),
        ({"data": "", "encoding": None}, "utf-8/cipher+aes-256-cbc"),
        ({"data": None}, None),
        ({"name": "no data"}, None),
    ],
)
def test_rsl5_the_chain_says_what_was_done(item: dict[str, Any], chain: str | None) -> None:
    sealed = encrypted(item, bytes(32), IV)
    assert sealed.get("encoding") == chain
    if chain is None:
        assert sealed == item


@pytest.mark.parametrize(
    ("data", "step", "key", "says"),
    [
        (VECTOR, STEP, None, "no key for this channel"),
        (VECTOR, STEP, bytes(32), "the key has 256 bits, not 128"),
        (VECTOR, "cipher+aes-256-cbc", KEY, "the key has 128 bits, not 256"),
        (VECTOR, "cipher+rot13", KEY, "not an algorithm"),
        (VECTOR, STEP, bytes(16), "the padding is wrong"),
        (VECTOR[:-1], STEP, KEY, "31 bytes are no IV and whole blocks"),
        (IV, STEP, KEY, "16 bytes are no IV"),
        (b"", STEP, KEY, "0 bytes"),
        ("hello", STEP, KEY, "not bytes"),
    ],
)
def test_rsl6b_what_cannot_be_opened_says_why(data: Any, step: str, key: Any, says: str) -> None:
    with pytest.raises((TypeError, ValueError), match=says):
        decrypt(data, step, key)


@given(
    st.text() | st.binary(), st.sampled_from([KEY, bytes(32)]), st.binary(min_size=16, max_size=16)
)
def test_there_and_back(data: Any, key: bytes, iv: bytes) -> None:
    sealed = encrypted({"data": data}, key, iv)
    assert undo(sealed["data"], sealed["encoding"], key=key).data == data


@given(st.binary(max_size=100))
def test_no_data_makes_it_raise_anything_else(data: bytes) -> None:
    decoded = undo(data, STEP, key=KEY)
    assert decoded.encoding in {None, STEP}
