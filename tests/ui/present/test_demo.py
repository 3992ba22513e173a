"""Rows of scenarios, and the bar of the one that is played."""

from __future__ import annotations

import pytest

from ablytui.ui.playbill import Bill, Playing
from ablytui.ui.present.demo import caption, head, lasts, row, story, told

SIGNS = ("space", ".", ",", "s")
DROP = Bill(
    "drop",
    "Drop and resume",
    "TCP is cut",
    ("connecting", "connected", "update", "disconnected", "connecting", "disconnected"),
    "resumed",
    35,
)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(None, "endless"), (0, "1 s"), (12, "12 s"), (60, "1 min"), (140, "2 min 20 s")],
)
def test_how_long_one_takes(seconds: int | None, words: str) -> None:
    assert lasts(Bill("n", "t", "d", seconds=seconds)) == words


@pytest.mark.parametrize("width", [90, 86, 60, 40])
def test_a_row_is_as_wide_as_it_is_told(width: int) -> None:
    text = row(DROP, width)
    assert text.cell_length == width
    assert text.plain.startswith("Drop and resume  ")
    assert text.plain.endswith("  35 s")
    assert ("TCP is cut" in text.plain) == (width >= 86)


def test_a_row_shows_no_control_characters() -> None:
    bill = Bill("n", "a\x1b[31m", "b\x1b", seconds=3)
    assert "\x1b" not in row(bill, 90).plain
    assert "\x1b" not in story(Bill("n", "t", "d", outcome="c\x1b"), 80).plain


def test_a_story_names_no_state_twice_and_in_a_long_one_no_connecting() -> None:
    assert told(DROP) == ["connected", "disconnected"]
    assert told(Bill("n", "t", "d", ("connecting", "failed"))) == ["connecting", "failed"]
    assert story(DROP, 80).plain == "● connected ━▶ ◇ disconnected   resumed"


def test_a_story_breaks_between_states() -> None:
    assert story(DROP, 30).plain.split("\n") == ["● connected ━▶ ◇ disconnected", "  resumed"]
    assert story(DROP, 12).plain.split("\n")[0] == "● connected"


PLAYING = Playing("Drain", 2, 5, "Now this.")


@pytest.mark.parametrize(
    ("width", "lead"),
    [
        (118, "▶ Drain  step 2 of 5  ▰▰▱▱▱"),
        (70, "▶ Drain  step 2 of 5"),
        (56, "▶ Drain  2/5"),
        (48, "▶ 2/5"),
    ],
)
def test_the_head_drops_what_does_not_fit(width: int, lead: str) -> None:
    line = head(PLAYING, width, SIGNS).plain
    assert line.startswith(lead + "  ")
    assert line.endswith("space pause  . next  , again  s others")
    assert len(line) == width


@pytest.mark.parametrize(
    ("playing", "words"),
    [
        (Playing("D", 1, 3, paused=True), ("‖ D", "paused", "space go on")),
        (Playing("D", 1, 3, holds=True), ("‖ D", "waits", "space go on")),
        (Playing("D", 3, 3), ("■ D", "the end", "space pause")),
    ],
)
def test_the_head_says_how_it_stands(playing: Playing, words: tuple[str, ...]) -> None:
    line = head(playing, 118, SIGNS).plain
    for word in words:
        assert word in line


def test_the_keys_of_the_head_can_be_clicked() -> None:
    metas = [
        span.style.meta for span in head(PLAYING, 118, SIGNS).spans if hasattr(span.style, "meta")
    ]
    found = {str(meta.get("@click")) for meta in metas if meta}
    assert "screen.demo_pause" in found
    assert "screen.demo_choose" in found


def test_a_fault_is_in_its_colour_and_no_markup_is_read() -> None:
    assert caption(Playing("D", caption="a [b]c[/] \x1b")).plain == "a [b]c[/] \\x1b"
    assert caption(Playing("D", caption="x", fault=True)).spans
