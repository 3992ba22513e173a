from __future__ import annotations

from dataclasses import replace

import pytest

from ablytui.protocol.catalogue import CATALOGUE
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import PARAMS, ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.around import Around
from ablytui.ui.present.failed import choices, error_of, may_pass, retry_words, sheet, told
from ablytui.ui.present.view import View
from tests.support import views
from tests.support.entries import WALL0, frame

PLAIN = ConnectParams(key="app.k1:secret", tls=False)
ERROR = frame({"action": 9, "error": {"code": 40103, "message": "no"}}, n=4, at=2_317)


def failed(code: int, message: str = "no", point: str = "RTN14g") -> View:
    reason = ErrorInfo(code, 401, message)
    return views.view(S.FAILED, came_from=S.CONNECTING, reason=reason, point=point)


def drawn(view: View, width: int = 72, height: int = 12, cause: object = ERROR) -> list[str]:
    found = sheet(view, width, height, chosen=0, cause=cause, around=Around(WALL0))  # type: ignore[arg-type]
    return [line.plain.rstrip() for line in found.lines]


def test_meaning_retry_do_next_source_in_that_order() -> None:
    view = failed(40103, "invalid use of Basic auth over non-TLS transport")
    assert drawn(replace(view, connection=view.connection.evolve(params=PLAIN))) == [
        "40103  invalid use of Basic auth over non-TLS transport",
        "",
        "meaning     A key may only travel over an encrypted connection, and TLS",
        "            is off for this target.",
        "retry       None. Every attempt would end the same way.",
        "",
        "do next      enter Turn TLS on and connect",
        "                   Use a token instead of the key",
        "             e     Edit the connection",
        "             y     Copy the error",
        "",
        "source      ↓ 4 ERROR  14:03:53.317  RTN14g: an ERROR while connecting …",
    ]


def test_empty_rows_go_first_and_places_are_known() -> None:
    around = Around(WALL0)
    found = sheet(failed(40103), 72, 9, chosen=1, cause=ERROR, around=around)
    assert "" not in [line.plain for line in found.lines]
    first = min(found.choices)
    assert found.lines[first].plain.startswith("do next")
    assert [found.choices[first + row] for row in range(len(found.choices))] == list(
        range(len(found.choices))
    )
    assert found.source == len(found.lines) - 1


def test_without_a_row_the_rule_is_the_source() -> None:
    lines = drawn(failed(40171, point="RSA4a2"), cause=None)
    assert lines[-1] == "source      this program, by RSA4a2: a token error without a way to ren…"


@pytest.mark.parametrize(
    ("code", "first", "key"),
    [
        (40103, "Turn TLS on and connect", ""),
        (40101, "Edit the key", ""),
        (40005, "Edit the key", ""),
        (40171, "Give an auth URL to get tokens from", ""),
        (40106, "Give a key", ""),
        (40012, "Edit the clientId", ""),
        (40017, "Change the dialect", ""),
        (40331, "Set the endpoint", ""),
        (50000, "Connect again", "c"),
        (80000, "Connect again", "c"),
        (42920, "Connect again", "c"),
        (40111, "Connect again", "c"),
        (0, "Connect again", "c"),
        (40300, "Edit the connection", "e"),
    ],
)
def test_the_best_choice_stands_first(code: int, first: str, key: str) -> None:
    best, *rest = choices(PLAIN, code)
    assert (best.text, best.key) == (first, key)
    assert rest[-1].what == "copy"
    assert may_pass(code) is (first == "Connect again")


def test_what_is_edited_follows_how_it_authenticates() -> None:
    token = ConnectParams(token="abc")
    assert choices(token, 40101)[0].field == "token"
    assert choices(replace(PLAIN, tls=True), 40103)[0].field == "key"


@pytest.mark.parametrize("code", list(CATALOGUE))
def test_every_code_has_something_to_do_in_the_form(code: int) -> None:
    fields = {spec.name for spec in PARAMS if spec.in_form}
    for params in (PLAIN, ConnectParams(token="abc"), ConnectParams(auth_url="http://x")):
        offered = choices(params, code)
        assert 2 <= len(offered) <= 5
        assert all(each.field in fields for each in offered if each.what == "field")
        assert sum(bool(each.key) for each in offered) >= 2
    assert retry_words(code).startswith("None")


def test_hostile_words_are_visible_and_fit() -> None:
    view = failed(91_234, "evil \x1b[31m " * 30, point="x\x1b")
    for width in (24, 60, 100):
        lines = sheet(view, width, 12, chosen=0, cause=None, around=Around()).lines
        assert all(line.cell_length <= max(width, 52) for line in lines)
        assert "\x1b" not in "".join(line.plain for line in lines)
    assert "\x1b" not in told(view)


def test_to_be_copied() -> None:
    view = failed(40101, "no such key")
    assert told(view).splitlines() == [
        "40101 no such key (status 401)",
        "The server does not know this key. Check appId, keyId and secret.",
        "RTN14g: an ERROR while connecting is final",
    ]


def test_without_a_reason_it_says_so() -> None:
    view = views.view(S.FAILED, came_from=S.CONNECTING)
    assert error_of(view).message == "No reason was given."
    assert drawn(view)[0] == "No reason was given."
