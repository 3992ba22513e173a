"""The members of a channel."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.service.presence import Members, Tally

PAGE = 100


def item(action: int, client: str = "bob", id_: str = "c:0:0", **more: Any) -> dict[str, Any]:
    return {"action": action, "clientId": client, "connectionId": "c", "id": id_, **more}


def test_enter_update_leave() -> None:
    members = Members()
    assert members.apply(item(2, data="a")) == item(2, data="a")
    assert members.get(("c", "bob")) == item(1, data="a")
    assert members.apply(item(4, id_="c:1:0", data="b"))["action"] == 4  # type: ignore[index]
    leave = members.apply(item(3, id_="c:2:0"))
    assert leave is not None
    assert leave["data"] == "b"
    assert len(members) == 0


def test_a_leave_repeats_data_with_its_encoding() -> None:
    members = Members()
    members.apply(item(2, data="{}", encoding="json"))
    leave = members.apply(item(3, id_="x"))
    assert leave is not None
    assert leave["encoding"] == "json"


@pytest.mark.parametrize("action", [1, 4])
def test_whoever_was_absent_enters(action: int) -> None:
    event = Members().apply(item(action))
    assert event is not None
    assert event["action"] == 2


def test_nothing_new_makes_no_event() -> None:
    members = Members()
    assert members.apply(item(3)) is None
    members.apply(item(2))
    assert members.apply(item(2)) is None


def test_the_members_of_a_connection() -> None:
    members = Members()
    members.apply(item(2, "a"))
    members.apply({**item(2, "b"), "connectionId": "other"})
    assert [m["clientId"] for m in members.of("c")] == ["a"]
    assert {m["clientId"] for m in members} == {"a", "b"}


@pytest.mark.parametrize(
    ("count", "sizes"), [(0, [0]), (1, [1]), (PAGE, [PAGE]), (PAGE + 1, [PAGE, 1])]
)
def test_pages(count: int, sizes: list[int]) -> None:
    members = Members()
    for n in range(count):
        members.apply(item(2, f"c{n}"))
    pages = members.pages("seq", PAGE, 1 << 20)
    assert [len(chunk) for _, chunk in pages] == sizes
    assert pages[-1][0] == "seq:"
    assert all(cursor != "seq:" for cursor, _ in pages[:-1])


@pytest.mark.parametrize(
    ("sizes", "pages"),
    [([10, 10, 10], [3]), ([60, 60, 60], [1, 1, 1]), ([200, 10, 10, 200], [1, 2, 1]), ([], [0])],
)
def test_a_page_is_no_larger_than_a_frame_may_be(sizes: list[int], pages: list[int]) -> None:
    members = Members()
    for n, size in enumerate(sizes):
        members.apply(item(2, f"c{n}", data="x" * size))
    found = members.pages("seq", PAGE, 100)
    assert [len(chunk) for _, chunk in found] == pages
    assert [m["clientId"] for _, chunk in found for m in chunk] == [
        f"c{n}" for n in range(len(sizes))
    ]


def test_what_members_are_is_counted() -> None:
    tally = Tally()
    one, other = Members(tally), Members(tally)
    one.apply(item(2, data="12345"))
    other.apply(item(2, "amy", data=b"12"))
    ids = len("c:0:0")
    assert tally.bytes == 5 + 3 + 2 + 3 + 2 * ids
    one.apply(item(4, id_="c:1:0", data="1"))
    assert tally.bytes == 1 + 3 + 2 + 3 + 2 * ids
    one.apply(item(3, id_="c:2:0", data="a longer farewell"))
    assert tally.bytes == 2 + 3 + ids
    other.clear()
    assert (tally.bytes, len(other)) == (0, 0)
