from __future__ import annotations

import dataclasses

import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.explaining import facts, page, told
from ablytui.ui.present.view import View
from tests.support import views


def said(view: View, back: int = 0) -> dict[str, str]:
    return {name: value.plain for name, value in facts(view, back)}


def with_past() -> View:
    history = (
        views.past(S.CONNECTING, S.CONNECTED, 99_800, n=5, point="RTN6"),
        views.past(S.CONNECTED, S.DISCONNECTED, 12_000, n=20, reason=views.LOST, point="RTN15a"),
        views.past(S.DISCONNECTED, S.CONNECTING, 12_000, n=21, point="RTN15a"),
        views.past(
            S.CONNECTING,
            S.DISCONNECTED,
            10_400,
            n=25,
            reason=ErrorInfo(40142, 401, "old"),
            point="RTN14b",
            retry_in=21_800,
        ),
    )
    return dataclasses.replace(views.disconnected(), history=history)


NEXT = {
    S.INITIALIZED: "nothing until Connect",
    S.CONNECTING: "CONNECTED, awaited for 8.8 s more; suspended in 1:05",
    S.CONNECTED: "nothing is due; no sign of life was promised",
    S.DISCONNECTED: "connecting in 11.4 s; suspended in 1:17",
    S.SUSPENDED: "connecting in 12.0 s, then every 30 s, for ever",
    S.CLOSING: "CLOSED, awaited for 9.9 s more",
    S.CLOSED: "nothing until Connect, which begins anew",
    S.FAILED: "nothing until Connect, which begins anew",
}


@pytest.mark.parametrize("state", list(S))
def test_every_state_says_what_is_next(state: S) -> None:
    assert said(views.STATES[state]())["next"] == NEXT[state]


def test_a_hold_and_a_token_on_its_way() -> None:
    held = views.view(S.DISCONNECTED, timers={"ttl": 60_000}, more={"hold": True})
    held = dataclasses.replace(held, history=(views.past(S.CONNECTED, S.DISCONNECTED),))
    assert said(held)["next"] == "nothing until Connect; suspended in 1:00"
    fetching = views.view(S.CONNECTING, came_from=S.INITIALIZED, timers={"ttl": 60_000})
    assert said(fetching)["next"] == "a token, then the dial; suspended in 1:00"


def test_silence_has_a_limit_where_one_was_promised() -> None:
    from ablytui.protocol.message import ConnectionDetails

    details = ConnectionDetails(max_idle_interval=15_000)
    view = views.view(S.CONNECTED, came_from=S.CONNECTING, more={"details": details})
    assert said(view)["next"] == "nothing is due; silence of 25 s would mean that it is lost"


def test_reason_rule_meaning_and_what_to_do() -> None:
    view = with_past()
    assert said(view, 2) == {
        "reason": "80003 The transport was lost (close code 1006)",
        "rule": "RTN15a: a lost transport is resumed at once",
        "next": "connecting after 0 ms, at once",
        "meaning": "The transport was lost.",
        "do": "Usually brief; retries are shown.",
    }
    now = said(view)
    assert now["rule"] == "RTN14b: a token rejected a second time is not renewed again at once"
    assert now["meaning"] == "The token has expired."
    assert now["do"].startswith("It is renewed if")


def test_advice_that_is_in_the_sentence_is_not_said_twice() -> None:
    assert "do" not in said(views.STATES[S.FAILED]())


def test_a_code_of_no_list_keeps_what_the_server_said() -> None:
    reason = ErrorInfo(49_876, 400, "a new thing")
    view = views.view(S.FAILED, came_from=S.CONNECTING, reason=reason)
    assert "a new thing" in said(view)["meaning"]
    odd = dataclasses.replace(with_past())
    history = list(odd.history)
    change = dataclasses.replace(history[1].change, reason=reason)
    history[1] = dataclasses.replace(history[1], change=change)
    assert said(dataclasses.replace(odd, history=tuple(history)), 2)["meaning"] == (
        "The request was refused."
    )


def test_what_was_due_then_and_what_came() -> None:
    view = with_past()
    later = views.past(S.DISCONNECTED, S.CONNECTING, 0, n=30, point="RTN11c")
    view = dataclasses.replace(view, history=(*view.history, later))
    assert said(view, 1)["next"] == "a retry in 21.8 s; connecting after 10.4 s"
    assert said(view, 99)["rule"].startswith("RTN6")


def test_lines_fit_and_what_a_peer_said_is_visible() -> None:
    reason = ErrorInfo(80003, 400, "evil \x1b[31m text " * 9)
    view = views.view(S.FAILED, came_from=S.CONNECTING, reason=reason, point="RTN\x1b")
    for width in (5, 19, 30, 80):
        lines = page(view, width)
        assert all(line.cell_length <= width for line in lines)
        assert "\x1b" not in "".join(line.plain for line in lines)
    assert "\x1b" not in told(view)


def test_only_some_of_them() -> None:
    lines = page(with_past(), 60, only={"next"})
    assert [line.plain for line in lines] == ["next     connecting in 11.4 s; suspended in 1:17"]


def test_to_be_copied() -> None:
    assert told(with_past(), 3).splitlines() == [
        "connecting → connected",
        "rule: RTN6: CONNECTED opens the connection, and is the first message",
        "next: disconnected after 1:27",
    ]
