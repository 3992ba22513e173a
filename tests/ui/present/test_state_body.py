"""Which drawing at which size, and what stands beside and below it."""

from __future__ import annotations

import dataclasses
import itertools

import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.state_body import Form, form_of, state_body
from tests.support import views


@pytest.mark.parametrize(
    ("size", "form"),
    [
        ((61, 17), Form.LARGE),
        ((160, 40), Form.LARGE),
        ((60, 17), Form.MEDIUM),
        ((61, 16), Form.MEDIUM),
        ((46, 12), Form.MEDIUM),
        ((45, 12), Form.LIST),
        ((80, 11), Form.LIST),
        ((20, 8), Form.LIST),
        ((80, 7), Form.LINE),
    ],
)
def test_form(size: tuple[int, int], form: Form) -> None:
    assert form_of(*size) is form


@pytest.mark.parametrize("state", list(S))
def test_it_never_needs_more_than_it_has(state: S) -> None:
    view = views.STATES[state]()
    widths = (1, 20, 39, 46, 61, 78, 80, 160)
    heights = (1, 8, 9, 10, 12, 13, 17, 18, 40)
    for width, height in itertools.product(widths, heights):
        lines = state_body(view, width, height).split("\n")
        assert len(lines) <= height
        assert max(line.cell_length for line in lines) <= width


def test_reason_below_the_large_drawing_and_changes_beside_it() -> None:
    history = (
        views.past(S.CONNECTED, S.DISCONNECTED, 12_000, n=1, reason=views.LOST),
        views.past(S.DISCONNECTED, S.CONNECTING, 11_900, n=2),
        views.past(S.CONNECTING, S.DISCONNECTED, 10_400, n=3, reason=views.LOST),
    )
    view = dataclasses.replace(views.disconnected(), history=history)
    lines = [line.plain for line in state_body(view, 80, 18).split("\n")]
    assert lines[0].startswith(" ╭───")
    assert lines[0].endswith("   before this")
    assert lines[1][64:].rstrip() == "◐ 1.5 s"
    assert lines[2][64:].rstrip() == "◇ 80003"
    assert lines[17] == " 80003 The transport was lost."


def test_reason_below_the_list_over_the_rows_there_are() -> None:
    lines = [line.plain for line in state_body(views.suspended(), 40, 12).split("\n")]
    assert lines[8:] == [
        "",
        " 80002 Away longer than 2 min. The next",
        " connect still tries to resume;",
        " channels attach again.",
    ]
    cut = [line.plain for line in state_body(views.suspended(), 40, 10).split("\n")]
    assert cut[8:] == ["", " 80002 Away longer than 2 min."]
    two = [line.plain for line in state_body(views.suspended(), 40, 11).split("\n")]
    assert two[8:] == [
        "",
        " 80002 Away longer than 2 min. The next",
        " connect still tries to resume.",
    ]


def test_a_sentence_that_does_not_fit_at_all_is_cut() -> None:
    reason = ErrorInfo(40101, 401, "no")
    view = views.view(S.FAILED, came_from=S.CONNECTING, reason=reason)
    lines = [line.plain for line in state_body(view, 26, 10).split("\n")]
    assert lines[8:] == ["", " 40101 The server does n…"]
