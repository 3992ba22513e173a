"""Why buttons are grey, in the room there is."""

from __future__ import annotations

import dataclasses

import pytest

from ablytui.protocol.actions import ACTION
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.keys import BUTTONS
from ablytui.ui.present.blocked import few_words, suggested, why_grey
from ablytui.ui.present.view import View
from tests.support import views

ROW = [ACTION[each] for each in BUTTONS]


@pytest.mark.parametrize(
    ("name", "width", "words"),
    [
        ("connected", 40, "Connect: already connected"),
        ("connected", 20, ""),
        ("disconnected", 40, "Drop: no socket is open"),
        ("failed", 40, "greyed: the socket is closed"),
        ("closed", 40, "greyed: the socket is closed"),
        ("suspended", 40, "greyed: no socket is open"),
        ("initialized", 40, "greyed: no socket is open"),
        ("connecting", 40, "Connect: already connecting"),
    ],
)
def test_why_grey(name: str, width: int, words: str) -> None:
    assert why_grey(ROW, views.STATES[name]().connection, width) == words


def test_all_reasons_together_where_there_is_room() -> None:
    words = why_grey(ROW, views.suspended().connection, 200)
    for title in ("Drop", "Ping", "Message"):
        assert title in words
    assert "no socket is open; " in words


def test_without_a_key_that_is_the_news() -> None:
    view = views.initialized()
    params = dataclasses.replace(view.connection.params, key=None)
    connection = view.connection.evolve(params=params)
    assert "needs a key or token" in why_grey(ROW, connection, 45)
    assert why_grey(ROW, connection, 30) == "Connect: needs a key or token"


def test_few_words() -> None:
    assert few_words(4, "whatever", views.suspended().connection) == "4 off: no socket"
    assert few_words(1, "already connected", views.connected().connection) == (
        "1 off: already connected"
    )


@pytest.mark.parametrize(
    ("view", "action"),
    [
        (views.initialized(), None),
        (views.connecting(), None),
        (views.connected(), None),
        (views.disconnected(), "connect"),
        (views.suspended(), "connect"),
        (views.closing(), None),
        (views.closed(), "connect"),
        (views.failed(), None),
        (views.view(S.FAILED, came_from=S.CONNECTED), "connect"),
    ],
)
def test_connect_is_suggested_where_a_retry_can_help(view: View, action: str | None) -> None:
    assert suggested(view) == action
