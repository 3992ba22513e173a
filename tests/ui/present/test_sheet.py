"""The sheet of facts: what fits, what changed, and where the cursor goes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.connection import Connection
from ablytui.protocol.message import ConnectionDetails
from ablytui.protocol.observe.attempts import Granted
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.sheet import meaning_of, moved, sheet, sheet_facts
from ablytui.ui.present.view import View
from tests.support.app import KEY, PARAMS, SECRET, connection_in

URL = f"ws://127.0.0.1:8080/?key=app.k1:********~0a1f&resume=gk3T{'*' * 15}~00ff&v=6"
CLEAN = "ws://127.0.0.1:8080/?key=app.k1:********~0a1f&v=6"
VIEW = View(connection_in(S.CONNECTED), url=URL, connected_n=7)


@pytest.mark.parametrize("width", [20, 46, 60, 72, 100, 150])
def test_the_sheet_fits_its_width_and_holds_no_secret(width: int) -> None:
    text = sheet(VIEW, width).text.plain
    assert SECRET not in text
    assert KEY not in text
    above = text.split("ws://")[0]
    assert all(len(line) <= width for line in above.splitlines())
    assert "granted by CONNECTED 7"[: width - 1] in text


def test_the_token_that_ends_sooner_is_another_sheet() -> None:
    params = ConnectParams(auth_url="http://x")
    token = TokenDetails("a.b", expires=4_030_000)
    view = View(Connection(params, token=token), wall=1_000_000.0)
    later = replace(view, wall=1_000_001.0)
    much = replace(view, wall=3_900_000.0)
    assert "auth URL, renewed" in sheet(view, 90).text.plain
    assert sheet_facts(view) == sheet_facts(later)
    assert sheet_facts(view) != sheet_facts(much)
    assert sheet(view, 90).text.plain != sheet(much, 90).text.plain


def lines(view: View, width: int = 120) -> dict[str, str]:
    """The row of each fact, by its name; of a name in both columns that of what was asked."""
    drawn = sheet(view, width)
    rows = drawn.text.plain.split("\n")
    return {p.name: rows[p.row][p.start : p.end].rstrip() for p in reversed(drawn.places)}


GIVEN = ConnectionDetails(connection_key="a", connection_state_ttl=120_000, server_id="s1")


def test_what_did_not_change_is_not_marked() -> None:
    same = Granted(1, "x", GIVEN)
    view = replace(
        VIEW,
        url_before=URL,
        dialled=PARAMS,
        dialled_before=PARAMS,
        granted=same,
        granted_before=same._replace(n=2),
    )
    assert "≠" not in sheet(view, 120).text.plain
    assert "≠" not in sheet(VIEW, 120).text.plain


def test_facts_of_connected_that_differ_from_the_last_ones_are_marked_with_what_they_were() -> None:
    details = replace(GIVEN, connection_key="b", connection_state_ttl=60_000)
    view = replace(
        VIEW,
        connection=VIEW.connection.evolve(details=details),
        granted=Granted(9, "gk3Tq9Lx0b", details),
        granted_before=Granted(4, "before", GIVEN),
    )
    shown = lines(view)
    assert "≠gk3Tq9Lx0b  was before" in shown["connectionId"]
    assert "≠gk3T•••  changed" in shown["key"]
    assert "≠1 min  was 2 min" in shown["state ttl"]
    assert "≠" not in shown["clientId"]
    assert "≠" not in shown["server"]


def test_parts_of_the_uri_that_differ_from_the_last_dials_are_told_and_underlined() -> None:
    view = replace(VIEW, url_before=CLEAN, connection=VIEW.connection.evolve(mode="resume"))
    shown = lines(view)
    assert "≠resume  was clean" in shown["mode"]
    assert shown["changed"].endswith("≠resume added")
    drawn = sheet(view, 120).text
    marked = [drawn.plain[s.start : s.end] for s in drawn.spans if str(s.style) == "underline"]
    assert marked == ["resume=gk3T•••"]


def test_parameters_that_differ_from_the_last_dials_are_marked() -> None:
    asked = replace(PARAMS, client_id="other", realtime_request_timeout=5_000, echo=False)
    view = replace(
        VIEW,
        connection=VIEW.connection.evolve(params=asked),
        dialled=asked,
        dialled_before=PARAMS,
    )
    shown = lines(view)
    assert "≠other  was probe-7" in shown["clientId"]
    assert "≠request timeout 5 s  was 10 s" in shown["timeouts"]
    assert "≠no echo, no heartbeats  was echo" in shown["options"]
    assert "≠" not in shown["format"] + shown["auth"]


def test_what_is_edited_and_not_dialled_yet_differs_from_the_dial() -> None:
    view = replace(VIEW, dialled=replace(PARAMS, key="app.k2:othersecret"), dialled_before=PARAMS)
    shown = lines(view)
    assert "changed" in shown["auth"]
    assert "othersecret" not in sheet(view, 120).text.plain


def test_a_parameter_that_went_back_to_its_default_is_still_told() -> None:
    before = replace(PARAMS, params=(("a", "b"),))
    view = replace(VIEW, dialled=PARAMS, dialled_before=before)
    assert "≠default  was a=b" in lines(view)["extra"]


def test_what_was_is_dropped_whole_where_there_is_no_room_and_told_by_the_cursor() -> None:
    view = replace(
        VIEW,
        granted=Granted(9, "gk3Tq9Lx0b", GIVEN),
        granted_before=Granted(4, "beforebeforebefore", GIVEN),
    )
    drawn = sheet(view, 60)
    assert "was" not in drawn.text.plain
    assert "≠gk3Tq9Lx0b" in drawn.text.plain
    assert drawn.was["granted", "connectionId"] == "was beforebeforebefore"


@pytest.mark.parametrize("width", [30, 58, 60, 72, 120])
def test_each_fact_has_its_place_and_a_meaning(width: int) -> None:
    drawn = sheet(VIEW, width)
    rows = drawn.text.plain.split("\n")
    assert len(drawn.places) > 12
    for place in drawn.places:
        assert rows[place.row][place.start :].startswith(place.name[: width - place.start])
        assert meaning_of(VIEW, place).help


def test_the_cursor_is_seen_on_its_fact_alone() -> None:
    drawn = sheet(VIEW, 72, ("granted", "state ttl")).text
    (span,) = [s for s in drawn.spans if str(s.style) == "on $primary 30%"]
    assert "state ttl" in drawn.plain[span.start : span.end]
    assert "\n" not in drawn.plain[span.start : span.end]


@pytest.mark.parametrize(
    ("width", "at", "key", "to"),
    [
        (72, None, "down", "target"),
        (72, ("asked", "target"), "up", "target"),
        (72, ("asked", "target"), "down", "dialect"),
        (72, ("asked", "target"), "right", "connectionId"),
        (72, ("asked", "auth"), "right", "clientId"),
        (72, ("granted", "next serial"), "left", "options"),
        (72, ("granted", "next serial"), "down", "next serial"),
        (72, ("asked", "options"), "down", "options"),
        (50, ("asked", "options"), "down", "connectionId"),
        (50, ("granted", "connectionId"), "up", "options"),
        (72, ("asked", "no such"), "down", "target"),
    ],
)
def test_keys_lead_from_fact_to_fact(
    width: int, at: tuple[str, str] | None, key: str, to: str
) -> None:
    place = moved(sheet(VIEW, width).places, at, key)
    assert place is not None
    assert place.name == to


def test_without_facts_there_is_nowhere_to_go() -> None:
    assert moved((), None, "down") is None
