from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.connection import Connection
from ablytui.protocol.params import ConnectParams
from ablytui.ui.present.tokens import time_left, token_lines, token_words
from ablytui.ui.present.view import View

NOW = 1_700_000_000_000
"""2023-11-14 22:13:20 UTC."""


def view(
    *, expires: int | None = NOW + 3_480_000, ahead: float | None = None, **params: Any
) -> View:
    token = TokenDetails("a.fetched", issued=NOW - 120_000, expires=expires)
    given = ConnectParams(**(params or {"auth_url": "http://x"}))
    return View(Connection(given, token=token, ahead=ahead), wall=NOW, zone=UTC)


def lines(view: View) -> dict[str, str]:
    return {name: value.plain for name, value in token_lines(view)}


def test_whence_when_and_how_long() -> None:
    assert lines(view(ahead=0.0)) == {
        "token": "auth URL, renewed",
        "ends": "in 58 min  23:11:20",
        "issued": "22:11:20",
    }


def test_another_day_has_its_date_and_an_unasked_clock_is_a_guess() -> None:
    assert lines(view(expires=NOW + 200_000_000))["ends"].startswith(
        "in about 2 d  2023-11-17 05:46"
    )


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (7_300_000, "in 2 h"),
        (7_100_000, "in 118 min"),
        (119_000, "in 119 s"),
        (400, "in 0 s"),
        (0, "has ended"),
        (-5, "has ended"),
    ],
)
def test_how_long(left: int, words: str) -> None:
    assert time_left(view(expires=NOW + left, ahead=0.0)) == words


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"token": "a.fetched"}, "given, not renewed"),
        ({"token": "a.fetched", "key": "a.b:c"}, "given, renewed by key"),
        ({"token": "other", "auth_command": "x"}, "auth command, renewed"),
        ({"token": "other"}, "of authorize, not renewed"),
    ],
)
def test_whence(params: dict[str, Any], words: str) -> None:
    assert lines(view(**params))["token"] == words


def test_a_token_that_does_not_say() -> None:
    assert lines(view(expires=None))["ends"] == "it does not say when"
    assert time_left(replace(view(), wall=None)) == ""
    assert "no calendar" in lines(view(expires=10**18))["ends"]


def test_an_end_that_is_near_is_marked() -> None:
    near = token_lines(view(expires=NOW + 30_000, ahead=0.0))[1][1]
    alone = token_lines(view(expires=NOW + 30_000, token="a.fetched"))[1][1]
    far = token_lines(view())[1][1]
    styles = [{str(span.style) for span in each.spans} for each in (near, alone, far)]
    assert "$text-warning" in styles[0]
    assert "$text-error" in styles[1]
    assert styles[2].isdisjoint({"$text-warning", "$text-error"})


def test_a_key_has_no_line() -> None:
    plain = View(Connection(ConnectParams(key="a.b:c")), wall=NOW)
    assert token_lines(plain) == []
    assert token_words(plain) == ("", "", "", "")
