"""How the log and the detail look, once for each look and size."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App, ComposeResult

from ablytui.ui.present.around import Around
from ablytui.ui.theme import THEMES
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.log_heads import LogHeads
from tests.support.entries import WALL0, ListSource, flood, story

SIZES = [(120, 36), (80, 24), (60, 20)]
ROWS, LINKS = story()


class LogPicture(App[None]):
    """The log under the names of its columns."""

    CSS = "FrameLog { height: 1fr; }"

    def __init__(self, theme: str = "ably-dark", *, count: int = 0) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        rows = [*ROWS, *flood(count, len(ROWS) + 1)]
        self.source = ListSource(rows)

    def compose(self) -> ComposeResult:
        yield LogHeads()
        yield FrameLog(self.source, wall0=WALL0, links=LINKS)


class DetailPicture(App[None]):
    """The detail alone."""

    def __init__(self, n: int, theme: str = "ably-dark") -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = theme
        self.n = n

    def compose(self) -> ComposeResult:
        yield FrameDetail()

    def on_mount(self) -> None:
        around = Around(WALL0, links=LINKS, peek=lambda n: ROWS[n - 1], now=4_000_000)
        pane = self.query_one(FrameDetail)
        pane.show(ROWS[self.n - 1], around=around, total=26)
        pane.focus()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_log_follows(snap_compare: Any, size: tuple[int, int]) -> None:
    async def select(pilot: Any) -> None:
        log = pilot.app.query_one(FrameLog)
        log.focus()
        log.select(11)
        log.action_follow()
        await pilot.pause()

    assert snap_compare(LogPicture(), terminal_size=size, run_before=select)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_log_stays_and_counts(snap_compare: Any, size: tuple[int, int]) -> None:
    async def away(pilot: Any) -> None:
        log = pilot.app.query_one(FrameLog)
        log.focus()
        log.select(15)
        pilot.app.source.entries += flood(128, 227)
        log.grew(354)
        await pilot.pause()

    assert snap_compare(LogPicture(count=200), terminal_size=size, run_before=away)


def test_the_log_in_the_light(snap_compare: Any) -> None:
    async def select(pilot: Any) -> None:
        log = pilot.app.query_one(FrameLog)
        log.focus()
        log.select(17)
        await pilot.pause()

    assert snap_compare(LogPicture("ably-light"), terminal_size=(120, 36), run_before=select)


def test_the_empty_log(snap_compare: Any) -> None:
    app = LogPicture()
    app.source.entries.clear()
    assert snap_compare(app, terminal_size=(80, 24))


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_fields_of_a_message(snap_compare: Any, size: tuple[int, int]) -> None:
    assert snap_compare(DetailPicture(12), terminal_size=size, press=["j", "j"])


def test_bytes(snap_compare: Any) -> None:
    assert snap_compare(DetailPicture(17), terminal_size=(80, 24), press=[">", ">"])


def test_what_cannot_be_decoded(snap_compare: Any) -> None:
    assert snap_compare(DetailPicture(17), terminal_size=(60, 20))


def test_the_frame_itself_in_the_light(snap_compare: Any) -> None:
    app = DetailPicture(11, "ably-light")
    assert snap_compare(app, terminal_size=(80, 24), press=["<"])
