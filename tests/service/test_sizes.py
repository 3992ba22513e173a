"""How large messages are."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.service.sizes import held, size_of, too_large


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({}, 0),
        ({"data": ""}, 0),
        ({"data": "é"}, 2),
        ({"data": b"\xff\x00"}, 2),
        ({"name": "ñ", "clientId": "ab", "data": "x"}, 5),
        ({"extras": {"a": 1}}, len('{"a":1}')),
        ({"id": "not", "serial": "counted", "version": {"a": 1}}, 0),
    ],
)
def test_size(item: dict[str, Any], size: int) -> None:
    assert size_of(item) == size


def test_memory_counts_the_rest_too() -> None:
    assert held({"id": "1", "serial": "22", "data": "x"}) == 4
    assert held({"annotations": {"summary": {}}}) == len('{"summary":{}}')


def test_too_large_is_over_all() -> None:
    assert too_large([{"data": "xx"}, {"data": "x"}], 3) is None
    error = too_large([{"data": "xx"}, {"data": "xx"}], 3)
    assert error is not None
    assert (error.code, error.status_code) == (40009, 413)
