from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.drive.orders import Misread, Order, read


@pytest.mark.parametrize(
    ("line", "order"),
    [
        (b'{"do":"ping"}', Order("ping", None, {})),
        (b' {"do":"attach","ref":[1],"channel":"a"}\r', Order("attach", [1], {"channel": "a"})),
        (b'{"do":"quit","ref":{"x":1}}', Order("quit", {"x": 1}, {})),
        (b"", None),
        (b"  \r", None),
    ],
)
def test_an_order_is_read(line: bytes, order: Any) -> None:
    assert read(line) == order


@pytest.mark.parametrize(
    ("line", "says", "ref"),
    [
        (b"ping", "not JSON", None),
        (b'{"do":"ping"', "not JSON", None),
        (b'{"do":"ping","ref":NaN}', "NaN", None),
        (b"\xff", "invalid UTF-8 at byte 0", None),
        (b"[1]", "JSON object", None),
        (b'"x"', "JSON object", None),
        (b'{"ref":1}', '"do" is missing', 1),
        (b'{"do":5,"ref":2}', '"do" is missing', 2),
        (b'{"do":"fly","ref":3}', "there is no 'fly'", 3),
        (b'{"do":"publish","data":"\\ud800"}', "lone surrogate", None),
        (b"[" * 100_000, "nested too deeply", None),
        (b'{"do":"ping","n":' + b"9" * 5000 + b"}", "too many digits", None),
    ],
)
def test_what_is_no_order_says_why(line: bytes, says: str, ref: Any) -> None:
    misread = read(line)
    assert isinstance(misread, Misread)
    assert says in misread.why
    assert misread.ref == ref


@given(st.binary(max_size=80))
def test_no_line_makes_it_raise(line: bytes) -> None:
    assert read(line) is None or isinstance(read(line), Order | Misread)
