"""Pages of long answers."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ablytui.protocol.codec import Format
from ablytui.service.paging import Placed, between, forwards, number, page
from ablytui.service.restio import Refused, Response
from ablytui.service.wireform import read_query


def placed(*numbers: int) -> list[Placed]:
    return [(f"p{n:03}", {"n": n}) for n in numbers]


def turn(found: list[Placed], query: dict[str, str], *, rising: bool) -> tuple[list[int], Any]:
    """The numbers on a page, and the query of the next one."""
    response = page("/x/items", query, Format.JSON, found, rising=rising)
    return [item["n"] for item in json.loads(response.body)], linked(response, "next")


def linked(response: Response, rel: str) -> dict[str, str] | None:
    for name, text in response.headers:
        target, _, rest = text.partition(">")
        if name == "Link" and rest == f'; rel="{rel}"':
            assert target.startswith("<./items?")
            return read_query(target[1:])
    return None


@pytest.mark.parametrize("rising", [True, False])
def test_every_item_once_though_some_come_and_go(rising: bool) -> None:
    numbers = list(range(7)) if rising else list(range(7, 0, -1))
    found, seen = placed(*numbers), []
    query: Any = {"limit": "3"}
    while query:
        got, query = turn(found, query, rising=rising)
        seen += got
        found = placed(9, *numbers) if not rising else placed(*numbers[3:])
    assert seen == numbers


def test_the_last_page_has_no_next_and_names_itself() -> None:
    got, following = turn(placed(1, 2), {"limit": "2"}, rising=True)
    assert (got, following) == ([1, 2], None)
    response = page("/x/items", {"limit": "1"}, Format.JSON, placed(1, 2, 3), rising=True)
    assert linked(response, "first") == linked(response, "current") == {"limit": "1"}
    following = linked(response, "next")
    assert following is not None
    response = page("/x/items", following, Format.JSON, placed(1, 2, 3), rising=True)
    assert linked(response, "current") == following
    assert linked(response, "first") == {"limit": "1"}


def test_links_hold_no_secret_and_survive_odd_values() -> None:
    query = {"key": "k:s", "access_token": "t", "accessToken": "t", "clientId": 'a,b> "é&='}
    response = page("/x/items", query, Format.JSON, [], rising=True)
    assert linked(response, "first") == {"clientId": 'a,b> "é&='}
    text = dict(response.headers)["Link"]
    assert not {",", '"', " "} & set(text.partition(">")[0])


def test_a_page_has_bounds() -> None:
    found = placed(*range(1_200))
    assert len(turn(found, {}, rising=True)[0]) == 100
    assert len(turn(found, {"limit": "99999"}, rising=True)[0]) == 1_000


def test_one_field_of_each() -> None:
    response = page("/items", {}, Format.JSON, placed(1, 2), rising=True, only="n")
    assert json.loads(response.body) == [1, 2]


@pytest.mark.parametrize(
    "query",
    [
        {"limit": "0"},
        {"limit": "-1"},
        {"limit": "x"},
        {"limit": ""},
        {"limit": "٣"},
        {"limit": "9" * 40},
        {"start": "1.5"},
        {"start": "2", "end": "1"},
        {"direction": "sideways"},
    ],
)
def test_what_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(Refused) as refused:  # noqa: PT012 - whichever reads it
        forwards(query)
        between(query)
        number(query, "limit", 1, 1)
    assert refused.value.error.code == 40003


def test_defaults() -> None:
    assert between({"start": "5"}) == (5, 1 << 62)
    assert forwards({}, default=True)
    assert not forwards({"direction": "backwards"}, default=True)
