"""Why and what is next, at three lengths."""

from __future__ import annotations

import dataclasses
from datetime import timedelta, timezone

import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.machine import reasons as own
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from ablytui.ui.present.reasons import (
    change_of,
    clock,
    coded,
    meaning,
    next_words,
    reason_of,
    sentences,
    short,
    title,
)
from ablytui.ui.present.view import Past, View
from tests.support import views

HOSTILE = ErrorInfo(91234, 400, "[red]a\x1b[31m\u202eb[/red]")


def error(code: int, text: str = "said by the service") -> ErrorInfo:
    return ErrorInfo(code, 400, text)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (own.lost(1006, ""), "transport lost"),
        (own.ON_REQUEST, "on request"),
        (own.NO_TRAFFIC, "nothing came in"),
        (own.unreachable("connection refused", 0), "connection refused"),
        (own.SUSPENDED, "away too long"),
        (error(40101), "key not accepted"),
        (error(91234, "what it says."), "what it says"),
        (HOSTILE, "[red]a\\x1b[31m\\u202eb[/red]"),
    ],
)
def test_short(reason: ErrorInfo, words: str) -> None:
    assert short(reason) == words


@pytest.mark.parametrize(
    ("reason", "width", "words"),
    [
        (views.LOST, 20, "80003 transport lost"),
        (views.LOST, 19, "80003"),
        (views.LOST, 3, "800"),
        (error(0, "no code at all"), 10, "no code a…"),
    ],
)
def test_a_code_stands_alone_where_its_words_do_not_fit(
    reason: ErrorInfo, width: int, words: str
) -> None:
    assert coded(reason, width) == words


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (views.initialized(), ""),
        (views.connecting(), ""),
        (views.connected(), "resumed, continuity kept"),
        (views.view(S.CONNECTED, came_from=S.CONNECTING, point="RTN6"), ""),
        (
            views.view(S.CONNECTED, came_from=S.CONNECTING, point="RTN15c7", reason=error(80018)),
            "80018 connection is a new one",
        ),
        (views.disconnected(), "80003 transport lost"),
        (views.suspended(), "80002 away too long"),
        (views.closed(), ""),
        (views.failed(), "40101 key not accepted"),
    ],
)
def test_title(view: View, words: str) -> None:
    assert title(view, 40).plain == words


def test_title_is_cut_to_its_room_in_whole_words() -> None:
    assert title(views.connected(), 20).plain == "resumed"
    assert title(views.disconnected(), 10).plain == "80003"


@pytest.mark.parametrize(
    ("name", "wide", "small", "tiny"),
    [
        ("initialized", "no connection yet", "no connection yet", "no connection yet"),
        ("connecting", "resume, attempt 3", "resume, attempt 3", "attempt 3"),
        ("connected", "resumed in 188 ms", "resumed in 188 ms", "resumed in 188 ms"),
        ("disconnected", "retry in 11.4 s", "80003 transport lost, retry 3", "80003"),
        ("suspended", "retry in 12.0 s", "80002 away too long, every 30 s", "80002"),
        ("closing", "waiting for CLOSED", "waiting for CLOSED", ""),
        ("closed", "nothing is open", "nothing is open", ""),
        ("failed", "40101 no retry will be made", "40101 no retry will be made", "40101"),
    ],
)
def test_what_is_next(name: str, wide: str, small: str, tiny: str) -> None:
    view = views.STATES[name]()
    assert [next_words(view, width).plain for width in (120, 80, 60)] == [wide, small, tiny]


@pytest.mark.parametrize("width", [80, 120])
def test_held_on_request_says_that_nothing_comes_by_itself(width: int) -> None:
    view = views.view(
        S.DISCONNECTED, came_from=S.CONNECTED, reason=own.ON_REQUEST, more={"hold": True}
    )
    assert next_words(view, width).plain.endswith("no retry until Connect")


def test_a_lost_connection_is_called_new() -> None:
    lost = error(80018)
    view = views.view(S.CONNECTED, came_from=S.CONNECTING, point="RTN15c7", reason=lost)
    assert next_words(view, 80).plain == "80018 new connectionId"


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (views.LOST, "The transport was lost. The server keeps the state until 14:09:08."),
        (
            own.unreachable("connection refused", 0),
            "No connection: connection refused. The server keeps the state until 14:09:08.",
        ),
        (
            own.SUSPENDED,
            (
                "Away longer than 2 min. The next connect still tries to resume; "
                "channels attach again."
            ),
        ),
        (
            error(80018),
            (
                "Came back too late to recover. This is a new connectionId; "
                "messages in between are lost."
            ),
        ),
        (own.NO_CONNECTED, "No CONNECTED within 10 s. It is tried again."),
        (error(40101), "The server does not know this key. Check appId, keyId and secret."),
        (
            error(40142),
            (
                "The token has expired. It is renewed if there is a way; "
                "else give a key or an auth URL."
            ),
        ),
        (
            error(91234, "so it is"),
            'Not in this program\'s list. The server says: "so it is"',
        ),
        (
            HOSTILE,
            'Not in this program\'s list. The server says: "[red]a\\x1b[31m\\u202eb[/red]"',
        ),
        (error(0, "a plain text"), "a plain text"),
    ],
)
def test_sentences(reason: ErrorInfo, text: str) -> None:
    view = views.view(S.DISCONNECTED, timers={"ttl": 77_000})
    view = dataclasses.replace(view, wall=1_699_970_871_000.0, zone=timezone(timedelta(minutes=0)))
    assert sentences(reason, view) == text


def test_classic_starts_clean_after_the_ttl() -> None:
    view = views.view(S.SUSPENDED)
    params = dataclasses.replace(view.connection.params, dialect=DialectName.CLASSIC)
    view = dataclasses.replace(view, connection=view.connection.evolve(params=params))
    assert "starts clean" in sentences(own.SUSPENDED, view)
    assert sentences(error(80008), view).startswith("Came back too late to recover.")


def test_meaning_has_the_code_in_front() -> None:
    assert meaning(views.disconnected()).plain == "80003 The transport was lost."
    assert meaning(views.connected()).plain == ""


def test_an_update_is_not_the_change_that_led_here() -> None:
    first = Past(1, 0, StateChange(S.CONNECTING, S.CONNECTED, S.CONNECTED, point="RTN6"))
    update = Past(2, 0, StateChange(S.CONNECTED, S.CONNECTED, "update", point="RTN24"))
    view = views.view(S.CONNECTED, history=(first, update))
    assert change_of(view) is first.change


def test_a_change_that_the_log_has_not_told_yet_is_not_taken_for_this_one() -> None:
    view = views.view(S.FAILED, history=(views.past(S.CONNECTING, S.CONNECTED, point="RTN15c6"),))
    assert change_of(view) is None
    assert reason_of(view) is None


def test_clock_is_blank_where_no_wall_time_is_known_or_can_be() -> None:
    view = views.disconnected()
    assert clock(view, view.now) is None
    assert clock(dataclasses.replace(view, wall=1e300), view.now) is None
