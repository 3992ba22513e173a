"""The first row: what is left out first when it gets narrow."""

from __future__ import annotations

import dataclasses

import pytest

from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Sum
from ablytui.protocol.observe.rates import Rates
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.status import SPARKS, badge, sparkline, status_line, until_next_spark
from ablytui.ui.present.view import View
from tests.support import views
from tests.support.views import NOW, view


@pytest.mark.parametrize(
    ("width", "left", "right"),
    [
        (
            160,
            " ◇ disconnected  10.4 s  retry in 11.4 s",
            "ws json v6   rtt —   ↓ 121,806 24.9 MB   ↑ 6,591 864 kB   rec soak.ablycap ",
        ),
        (
            120,
            " ◇ disconnected  10.4 s  retry in 11.4 s",
            "ws json v6   rtt —   ↓ 121,806   ↑ 6,591   rec ",
        ),
        (
            80,
            " ◇ disconnected  10.4 s  80003 transport lost, retry 3",
            "↓ 121,806   ↑ 6,591 ",
        ),
        (60, " ◇ disconnected  10.4 s  80003", "↓ 121,806   ↑ 6,591   rec "),
        (48, " ◇ disconnected  10.4 s  80003", ""),
        (10, " ◇ disconn", ""),
    ],
)
def test_disconnected(width: int, left: str, right: str) -> None:
    view = dataclasses.replace(views.disconnected(), recording="soak.ablycap")
    row = status_line(view, width).plain
    assert len(row) <= width
    # The last cell stays free.
    gap = " " * (width - len(left) - len(right))
    assert row == (left + gap + right).rstrip()


def test_transport_goes_before_the_round_trip() -> None:
    view = dataclasses.replace(views.connected(), frames_in=10**14, frames_out=10**14)
    row = status_line(view, 110).plain
    assert "ws json" not in row
    assert "rtt 23 ms" in row


def test_nothing_is_counted_and_timed_before_the_first_attempt() -> None:
    row = status_line(views.initialized(), 120).plain
    assert row.startswith(" ○ initialized    no connection yet")
    assert row.endswith("   ws json v6")


def test_transport_says_what_differs() -> None:
    view = views.connected()
    params = dataclasses.replace(view.connection.params, tls=True, dialect=DialectName.CLASSIC)
    view = dataclasses.replace(view, connection=view.connection.evolve(params=params))
    assert "   wss json classic   " in status_line(view, 120).plain


def test_shown_secrets_are_said() -> None:
    view = dataclasses.replace(views.connected(), revealed=True)
    assert status_line(view, 120).plain.endswith("secrets shown")


def test_name_of_the_capture_is_data() -> None:
    view = dataclasses.replace(views.connected(), recording="a\x1b]0;[red]b.ablycap")
    assert "rec a\\x1b]0;[red]b.ablycap" in status_line(view, 160).plain


def test_badge_is_a_fill() -> None:
    drawn = badge(views.connecting(), spin=True)
    # 1.2 s are a whole turn of four steps.
    assert drawn.plain == " ◐ connecting "
    assert [span.style for span in drawn.spans] == ["bold auto on $primary"]


def rated(*seconds: int) -> View:
    """Connected, with so many frames that came in each of the last seconds."""
    rates = Rates()
    end = round(NOW / 1000)
    sums = [Sum("a", count, 9, 1, (end - ago) * 1_000_000) for ago, count in enumerate(seconds, 1)]
    rates.messages(sums)
    return view(S.CONNECTED, rates=rates, frames_in=sum(seconds), frames_out=1)


@pytest.mark.parametrize(
    ("seconds", "drawn"),
    [
        ((8, 4, 0, 1), "▁▁▁▁▁▄█"),
        ((), "▁▁▁▁▁▁▁"),
        ((1_000_000, 1), "▁▁▁▁▁▁█"),
    ],
)
def test_a_sparkline_is_the_last_seconds(seconds: tuple[int, ...], drawn: str) -> None:
    assert sparkline(rated(*seconds), Direction.IN).plain == drawn
    assert sparkline(rated(*seconds), Direction.OUT).plain == "▁" * SPARKS


def test_a_sparkline_moves_on_only_while_something_passed() -> None:
    assert until_next_spark(rated(3)) == pytest.approx(1_001)
    assert until_next_spark(rated()) is None
    assert until_next_spark(view(S.CONNECTED)) is None


def test_sparklines_go_before_the_counts() -> None:
    assert "█" in status_line(rated(8), 160).plain
    assert "█" not in status_line(rated(8), 80).plain
    assert "↓ 8" in status_line(rated(8), 80).plain
