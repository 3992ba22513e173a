"""The words in the middle of the diagram."""

from __future__ import annotations

import pytest

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.diagram import large, medium
from ablytui.ui.present.hub import Word, backoff_text, hub
from ablytui.ui.present.view import View
from tests.support import views


@pytest.mark.parametrize(
    ("retries", "text"), [(0, ""), (1, ""), (2, "4/3"), (3, "5/3"), (4, "2"), (9, "2")]
)
def test_backoff_is_said_only_when_it_has_grown(retries: int, text: str) -> None:
    view = views.view(S.DISCONNECTED, more={"retries": retries})
    assert backoff_text(view.connection) == text


def words(view: View) -> list[str]:
    told = hub(view)
    found = [told.head, told.value, *told.feet]
    return [word.text for word in found if word is not None]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        (views.initialized(), []),
        (views.connecting(), ["attempt 3", "1.2 of 10 s", "resume"]),
        (views.view(S.CONNECTING, more={"attempt": 1}), ["attempt 1"]),
        (views.connected(), ["in 188 ms"]),
        (views.view(S.CONNECTED), []),
        (views.disconnected(), ["next try in", "11.4 s", "retry 3", "backoff 5/3"]),
        (views.view(S.DISCONNECTED, more={"hold": True}), ["no retry", "on hold"]),
        (views.view(S.DISCONNECTED), []),
        (views.suspended(), ["next try in", "12.0 s", "every 30 s"]),
        (views.failed(), []),
    ],
)
def test_words_by_state(view: View, expected: list[str]) -> None:
    assert words(view) == expected


def test_a_word_that_does_not_fit_is_left_out_whole() -> None:
    assert Word("1.2 of 10 s", short="1.2/10 s").within(11) == "1.2 of 10 s"
    assert Word("1.2 of 10 s", short="1.2/10 s").within(10) == "1.2/10 s"
    assert Word("1.2 of 10 s").within(10) == ""


@pytest.mark.parametrize(("attempt", "foot"), [(3, "3, resume "), (1234, "  resume  ")])
def test_the_small_hub_drops_the_number_first(attempt: int, foot: str) -> None:
    view = views.view(
        S.CONNECTING,
        timers={"request": 8_800},
        more={"attempt": attempt, "mode": "resume"},
    )
    rows = medium(view).lines()
    assert rows[7][18:28] == " 1.2/10 s "
    assert rows[8][18:28] == foot


def test_bar_is_empty_at_first_and_full_at_the_end() -> None:
    start = views.view(S.SUSPENDED, timers={"retry": 30_000})
    end = views.view(S.SUSPENDED, lasts=30_000, timers={"retry": 0})
    assert "╌" * 11 in large(start).lines()[10]
    assert "━" * 11 in large(end).lines()[10]
