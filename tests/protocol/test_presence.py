"""RTP2, RTP17, RTP18, RTP19: the member map."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.presence import (
    Item,
    Presence,
    attached,
    items_of,
    newer,
    received,
    reentries,
    synced,
    synthesised,
)

ABSENT, PRESENT, ENTER, LEAVE, UPDATE = range(5)
NOW = 9_000.5


def item(
    client: str, action: int, name: str | None, at: int | None = 1000, **more: Any
) -> dict[str, Any]:
    connection = more.pop("connection", "conn")
    found = {"action": action, "clientId": client, "connectionId": connection, **more}
    return found | {k: v for k, v in (("id", name), ("timestamp", at)) if v is not None}


def put(presence: Presence, *items: Item) -> tuple[Presence, list[int]]:
    presence, told = received(presence, items, "own")
    return presence, [each["action"] for each in told]


def clients(presence: Presence) -> list[str]:
    return [each["clientId"] for each in presence.present()]


@pytest.mark.parametrize("action", [ENTER, UPDATE, PRESENT])
def test_rtp2d_stored_as_present_and_told_as_it_came(action: int) -> None:
    presence, told = put(Presence(), item("amy", action, "conn:0:0", data="x"))
    assert told == [action], "RTP2d1"
    (stored,) = presence.present()
    assert (stored["action"], stored["data"]) == (PRESENT, "x"), "RTP2d2"


@pytest.mark.parametrize(
    ("new", "old", "expected"),
    [
        (("conn:7:0", 500), ("conn:5:0", 1000), True),
        (("conn:3:0", 2000), ("conn:5:0", 1000), False),
        (("conn:10:0", 0), ("conn:9:0", 0), True),
        (("conn:5:1", 2000), ("conn:5:2", 1000), False),
        (("conn:5:10", 0), ("conn:5:9", 1000), True),
        (("conn:5:2", 2000), ("conn:5:2", 1000), False),
        (("gone", 2000), ("conn:5:0", 1000), True),
        (("gone", 1000), ("conn:5:0", 1000), True),
        (("gone", 999), ("conn:5:0", 1000), False),
        (("conn:0:0", 1000), ("gone", 999), True),
        (("conn:0:0", 998), ("gone", 999), False),
        ((None, 1000), ("conn:5:0", 1000), True),
        (("conn:5", 999), ("conn:9:0", 1000), False),
        (("conn:5:0:0", 999), ("conn:9:0", 1000), False),
        (("conn:x:0", 1001), ("conn:9:0", 1000), True),
        (("connection:1:0", 999), ("conn:9:0", 1000), False),
        (("gone", None), ("conn:5:0", 1000), True),
    ],
)
def test_rtp2b_newness(new: Any, old: Any, expected: bool) -> None:
    assert newer(item("a", UPDATE, *new), item("a", ENTER, *old)) is expected


def test_rtp2b1_synthesised() -> None:
    assert synthesised(item("a", LEAVE, "other:1:0"))
    assert synthesised(item("a", PRESENT, None)), "an item without an id"
    assert synthesised(item("a", PRESENT, "conn:1")), "not three parts"
    assert not synthesised(item("a", LEAVE, "conn:1:0"))
    assert not synthesised(item("a", LEAVE, "a:b:1:0", connection="a:b")), "a colon in the id"


def test_rtp2a_what_is_not_newer_changes_nothing() -> None:
    presence, _ = put(Presence(), item("amy", ENTER, "conn:5:0", data="first"))
    presence, told = put(presence, item("amy", UPDATE, "conn:3:0", 2000, data="stale"))
    assert told == []
    assert presence.present()[0]["data"] == "first"


def test_rtp2h1_a_leave_removes_who_is_there() -> None:
    presence, _ = put(Presence(), item("amy", ENTER, "conn:0:0"))
    presence, told = put(presence, item("amy", LEAVE, "gone", 2000), item("bob", LEAVE, "x"))
    assert told == [LEAVE]
    assert presence.members == {}


def test_rtp2h2_a_leave_during_a_sync_outlives_older_pages() -> None:
    presence, _ = put(Presence(), item("amy", ENTER, "conn:0:0"))
    presence, _ = synced(presence, [], "q:1", None, NOW)
    presence, told = put(presence, item("amy", LEAVE, "conn:3:0"), item("bob", LEAVE, "conn:4:0"))
    assert told == [LEAVE], "of bob nothing was known"
    assert clients(presence) == []
    late = [item("amy", PRESENT, "conn:0:0"), item("bob", PRESENT, "conn:2:0")]
    presence, events = synced(presence, late, "q:", None, NOW)
    assert events == ()
    assert presence.members == {}, "RTP2h2b"


def test_rtp18_pages_and_rtp19_who_was_not_mentioned_leaves() -> None:
    presence, _ = put(
        Presence(),
        item("amy", ENTER, "conn:0:0"),
        item("bob", ENTER, "conn:1:0", data="b"),
        item("cat", ENTER, "conn:2:0"),
    )
    presence, told = synced(presence, [item("amy", PRESENT, "conn:0:0")], "q:1", None, NOW)
    assert (presence.syncing, told) == (True, ()), "seen, though not newer"
    presence, _ = put(presence, item("cat", UPDATE, "conn:5:0"))
    presence, told = synced(presence, [item("dan", PRESENT, "conn:6:0")], "q:", None, NOW)
    assert [each["clientId"] for each in told] == ["dan", "bob"]
    assert told[1] == item("bob", LEAVE, None, 9000, data="b")
    assert not presence.syncing
    assert sorted(clients(presence)) == ["amy", "cat", "dan"]


def test_rtp18a_a_new_sequence_discards_the_running_one() -> None:
    presence, _ = put(Presence(), item("amy", ENTER, "conn:0:0"), item("bob", ENTER, "conn:1:0"))
    presence, _ = synced(presence, [item("amy", PRESENT, "conn:0:0")], "one:1", None, NOW)
    presence, told = synced(presence, [item("bob", PRESENT, "conn:1:0")], "two:1", None, NOW)
    assert told == ()
    presence, told = synced(presence, [], "two:", None, NOW)
    assert [each["clientId"] for each in told] == ["amy"], "what the first one saw does not count"


@pytest.mark.parametrize("serial", [None, "", "q:", "no-colon", "a@b.c:", ":"])
def test_rtp18c_a_sync_of_one_page(serial: str | None) -> None:
    presence, _ = put(Presence(), item("amy", ENTER, "conn:0:0"))
    presence, _ = attached(presence, has_presence=True, wall=NOW)
    assert presence.syncing
    presence, told = synced(presence, [item("bob", PRESENT, "conn:1:0")], serial, None, NOW)
    assert [(each["clientId"], each["action"]) for each in told] == [("bob", 1), ("amy", 3)]
    assert not presence.syncing


def test_rtp18_a_sync_without_an_attached_begins_itself() -> None:
    presence, _ = put(Presence(), item("amy", ENTER, "conn:0:0"))
    presence, told = synced(presence, [], None, None, NOW)
    assert [each["action"] for each in told] == [LEAVE]


@pytest.mark.parametrize("has_presence", [True, False])
def test_rtp1_and_rtp19a(has_presence: bool) -> None:
    presence, _ = put(Presence(), item("amy", ENTER, "conn:0:0"))
    presence, told = attached(presence, has_presence=has_presence, wall=NOW)
    assert (presence.syncing, len(told)) == ((True, 0) if has_presence else (False, 1))


def test_rtp17_our_own_members() -> None:
    presence, _ = put(
        Presence(),
        item("me", ENTER, "own:0:0", connection="own", data="x", encoding="json"),
        item("us", UPDATE, "own:1:0", connection="own"),
        item("amy", ENTER, "conn:0:0"),
        item("us", LEAVE, "gone", 5000, connection="own"),
        item("me", UPDATE, "own:0:0", connection="own", data="stale"),
    )
    assert reentries(presence, "own") == [
        {"action": 2, "clientId": "me", "id": "own:0:0", "data": "x", "encoding": "json"},
        {"action": 2, "clientId": "us", "id": "own:1:0"},
    ]
    assert "id" not in reentries(presence, "new")[0], "RTP17g1"
    presence, _ = received(
        presence, [item("me", ENTER, "new:0:0", connection="new", data="y")], "new"
    )
    assert [each.get("data") for each in reentries(presence, "new")] == ["y", None], "RTP17h"
    presence, _ = received(presence, [item("me", LEAVE, "new:1:0", connection="new")], "new")
    assert [each["clientId"] for each in reentries(presence, "new")] == ["us"]


def test_tp3_items_are_completed_from_their_frame() -> None:
    frame = {
        "id": "conn:4",
        "connectionId": "conn",
        "timestamp": 77,
        "presence": [
            {"action": 2.0, "clientId": "amy", "data": None},
            {"clientId": "bob", "id": "own", "connectionId": "c2", "timestamp": 5},
            {"action": 2},
            {"action": 2, "clientId": ""},
            None,
            "x",
        ],
    }
    assert items_of(frame) == [
        {
            "id": "conn:4:0",
            "connectionId": "conn",
            "timestamp": 77,
            "action": 2,
            "clientId": "amy",
        },
        {"id": "own", "connectionId": "c2", "timestamp": 5, "clientId": "bob", "action": 0},
    ]
    assert items_of({"presence": {"action": 2}}) == []


def test_rsf1_an_unknown_action_is_told_and_changes_nothing() -> None:
    presence, told = put(Presence(), item("amy", 99, "conn:0:0"), item("bob", ABSENT, "conn:1:0"))
    assert told == [99]
    assert presence.members == {}


# --- whatever comes -----------------------------------------------------------------------------

_EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["amy", "bob"]),
        st.sampled_from([PRESENT, ENTER, LEAVE, UPDATE]),
        st.integers(0, 30),
    ),
    unique_by=lambda event: (event[0], event[2]),
    max_size=12,
)


@given(_EVENTS, st.randoms(use_true_random=False))
def test_rtp2_during_a_sync_the_order_of_arrival_does_not_matter(events: Any, shuffle: Any) -> None:
    items = [item(client, action, f"conn:{n}:0") for client, action, n in events]
    expected = {}
    for each in sorted(items, key=lambda each: int(each["id"].split(":")[1])):
        expected[each["clientId"]] = each
    shuffle.shuffle(items)
    presence, _ = attached(Presence(), has_presence=True, wall=NOW)
    for each in items:
        presence, _ = received(presence, [each], None)
    presence, left = synced(presence, [], "q:", None, NOW)
    assert left == ()
    assert {each["clientId"]: each["id"] for each in presence.present()} == {
        client: each["id"] for client, each in expected.items() if each["action"] != LEAVE
    }


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
_NAMES = ["id", "action", "clientId", "connectionId", "timestamp", "data"]
_RAW = st.dictionaries(st.sampled_from(_NAMES), _ANY | st.sampled_from(["a", "a:1:0", 3])) | _ANY


@given(st.lists(st.lists(_RAW, max_size=4), max_size=4), st.sampled_from([None, "a:", "a:1", 5]))
def test_nothing_makes_it_raise(frames: list[Any], name: Any) -> None:
    presence, _ = attached(Presence(), has_presence=True, wall=NOW)
    for raw in frames:
        items = items_of({"id": name, "connectionId": "a", "presence": raw})
        presence, _ = received(presence, items, "a")
        presence, told = synced(presence, items, name if isinstance(name, str) else None, "a", NOW)
        assert all(each["clientId"] for each in told)
        reentries(presence, "a")
