"""The first row: what is left out first when it gets narrow."""

from __future__ import annotations

import dataclasses

import pytest

from ablytui.protocol.params import DialectName
from ablytui.ui.present.status import badge, status_line
from tests.support import views


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
