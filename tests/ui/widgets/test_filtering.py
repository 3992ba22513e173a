"""The filter of the log, as a person uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import Row
from ablytui.ui.screens.main import MainScreen
from ablytui.ui.widgets.channels_pane import ChannelTable
from ablytui.ui.widgets.filter_row import FilterRow
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.frames_pane import FramesPane
from ablytui.ui.widgets.pane_tabs import PaneTabs
from tests.support.app import Rig, make_app
from tests.support.capture import make_store
from tests.support.pilot import opened, settle
from tests.support.rows import IN, OUT, frame, raw, state


def message(n: int) -> Row:
    data = [{"name": "fill", "data": f"row {n}"}]
    return frame(n, IN, {"action": 15, "channel": f"c{n % 3}", "messages": data})


ROWS = [
    state(0, "initialized", "connecting"),
    state(1, "connecting", "connected"),
    frame(2, OUT, {"action": 10, "channel": "c0"}),
    *(message(n) for n in range(3, 60)),
]


@asynccontextmanager
async def app_on(
    path: Path, size: tuple[int, int] = (120, 36)
) -> AsyncIterator[tuple[Pilot[Any], MainScreen, Rig, Callable[..., None]]]:
    app, rig = make_app()
    store = make_store(path / "log.ablycap")

    def more(*rows: Row) -> None:
        for row in rows:
            store.append(row)
        assert store.flush()
        for listener in rig.listeners:
            listener(rig.source.last())

    for row in ROWS:
        store.append(row)
    assert store.flush()
    rig.source = store.reader()  # type: ignore[assignment]
    try:
        async with app.run_test(size=size) as pilot:
            yield pilot, await opened(pilot), rig, more
    finally:
        store.close()


async def typed(pilot: Pilot[Any], rig: Rig, text: str) -> None:
    row = pilot.app.screen.query_one(FilterRow)
    if not row.display:
        await pilot.press("slash")
    row.query_one(Input).value = text
    await pilot.pause()
    rig.clock.advance(1)
    await pilot.pause()


def shown(screen: MainScreen) -> list[int]:
    rows = screen.query_one(FrameLog)._rows
    return [rows.number(line) for line in range(len(rows))]


def title(screen: MainScreen) -> str:
    return screen.query_one("#frames SlotTitle").render_line(0).text


def outcome(screen: MainScreen) -> str:
    return screen.query_one(FilterRow).query_one(".outcome").render_line(0).text


C0 = [n for n, row in enumerate(ROWS, 1) if row.channel == "c0"]
ALL = list(range(1, len(ROWS) + 1))


async def test_typing_hides_all_but_matches_and_states(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, _):
        await typed(pilot, rig, "channel:c0")
        assert shown(screen) == [1, 2, *C0]
        assert f"{len(C0)} matches" in outcome(screen)
        await pilot.press("enter")
        assert not screen.query_one(FilterRow).display
        assert screen.query_one(FrameLog).has_focus
        assert f"/ channel:c0   {len(C0)} shown" in title(screen)
        await pilot.press("escape")
        assert shown(screen) == ALL
        assert "channel:c0" not in title(screen)


async def test_marking_keeps_all_rows_and_n_goes_from_match_to_match(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, _):
        await typed(pilot, rig, "channel:c0")
        await pilot.press("tab")
        assert shown(screen) == ALL
        await pilot.press("enter", "g", "n")
        log = screen.query_one(FrameLog)
        assert log.selected == C0[0]
        await pilot.press("n", "n", "N")
        assert log.selected == C0[1]
        assert f"{len(C0)} matches" in title(screen)


async def test_what_is_no_filter_yet_says_why_and_keeps_what_was_found(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, _):
        await typed(pilot, rig, "channel:c0")
        await typed(pilot, rig, "channel:c0 (")
        assert "a term is missing" in outcome(screen)
        assert shown(screen) == [1, 2, *C0]


async def test_rows_that_come_later_are_filtered_too(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, more):
        await typed(pilot, rig, "channel:c0")
        await pilot.press("enter")
        more(message(60), message(61), state(62, "connected", "disconnected"))
        await settle(pilot, lambda: len(shown(screen)) == len(C0) + 4)
        assert shown(screen) == [1, 2, *C0, 61, 63]


async def test_up_brings_an_earlier_filter_back(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, _):
        for text in ("channel:c0", "channel:c1"):
            await typed(pilot, rig, text)
            await pilot.press("enter")
        await pilot.press("slash", "up", "up")
        editor = screen.query_one(FilterRow).query_one(Input)
        assert editor.value == "channel:c0"
        await pilot.press("down")
        assert editor.value == "channel:c1"


async def test_nothing_matches_says_so(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, _):
        await typed(pilot, rig, "channel:nobody -state")
        assert shown(screen) == []
        drawn = screen.query_one(FrameLog).render_lines(
            screen.query_one(FrameLog).region.reset_offset
        )
        assert "Nothing matches. 60 frames are hidden" in drawn[0].text


async def test_what_is_looked_for_is_marked_where_it_stands(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, _):
        await typed(pilot, rig, '"row 59"')
        log = screen.query_one(FrameLog)
        strip = log.render_lines(log.region.reset_offset)[len(shown(screen)) - 1]
        found = [seg for seg in strip if seg.text == "row 59"]
        assert [(seg.style.bold, seg.style.underline) for seg in found if seg.style] == [
            (True, True)
        ]


@pytest.mark.parametrize("size", [(160, 45), (80, 24), (60, 20)])
async def test_it_fits_every_size(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_on(tmp_path, size) as (pilot, screen, rig, _):
        await typed(pilot, rig, "fill")
        row = screen.query_one(FilterRow)
        assert row.region.height == 1
        assert row.query_one(Input).region.width >= 15
        assert "57 matches" in outcome(screen)


async def test_enter_on_a_channel_shows_its_frames(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, _):
        await pilot.press("4")
        table = screen.query_one(ChannelTable)
        table._choose([line.name for line in table.lines].index("c1"))
        await pilot.press("enter")
        rig.clock.advance(1)
        await pilot.pause()
        c1 = [n for n, row in enumerate(ROWS, 1) if row.channel == "c1"]
        assert shown(screen) == [1, 2, *c1]
        assert screen.query_one(FramesPane).display


BEATS = (
    raw(60, IN, Opcode.PING),
    raw(61, OUT, Opcode.PONG),
    frame(62, OUT, {"action": 0, "id": "a"}),
)


async def pressed(pilot: Pilot[Any], rig: Rig, *keys: str) -> None:
    await pilot.press(*keys)
    rig.clock.advance(1)
    await pilot.pause()


async def test_heartbeats_fold_into_one_row_that_counts_them(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, more):
        more(*BEATS)
        await pressed(pilot, rig, "h")
        first = len(ROWS) + 1
        assert shown(screen) == [*ALL, first]
        assert "2 heartbeats folded" in title(screen)
        log = screen.query_one(FrameLog)
        line = log.render_lines(log.region.reset_offset)[-1].text
        assert "heartbeats" in line
        assert "×3  in 2 ms, to 63" in line
        more(*BEATS)
        await pilot.pause()
        assert shown(screen) == [*ALL, first]
        assert "5 heartbeats folded" in title(screen)
        more(message(70))
        await pilot.pause()
        assert shown(screen) == [*ALL, first, first + 6]
        await pressed(pilot, rig, "h")
        assert shown(screen) == list(range(1, first + 7))
        assert "all shown" in title(screen)


async def test_fold_and_filter_go_together(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, more):
        more(BEATS[0], message(70), BEATS[1])
        await pressed(pilot, rig, "h")
        assert shown(screen) == [*ALL, 61, 62, 63]
        await typed(pilot, rig, "-channel:* -state")
        assert shown(screen) == [61]
        await pilot.press("escape")
        assert shown(screen) == [*ALL, 61, 62, 63]


async def test_the_detail_steps_over_what_is_folded(tmp_path: Path) -> None:
    async with app_on(tmp_path) as (pilot, screen, rig, more):
        more(message(70), *BEATS, message(71))
        await pressed(pilot, rig, "h", "G", "enter")
        detail = screen.query_one(FrameDetail)
        seen = []
        for key in ("K", "K", "K", "J", "J"):
            await pilot.press(key)
            seen.append(detail.entry.n if detail.entry else 0)
        assert seen == [62, 61, 60, 61, 62]


@pytest.mark.parametrize("size", [(80, 24), (60, 20)])
async def test_the_tabs_say_what_is_hidden(tmp_path: Path, size: tuple[int, int]) -> None:
    async with app_on(tmp_path, size) as (pilot, screen, rig, more):
        tabs = screen.query_one(PaneTabs)
        assert "follow" in tabs.render().plain
        more(*BEATS)
        await pressed(pilot, rig, "h")
        assert "2 folded" in tabs.render().plain
        await typed(pilot, rig, "channel:c0")
        await pilot.press("enter")
        assert "/ channel:c0" in tabs.render().plain


async def test_a_log_that_was_closed_ends_nothing(tmp_path: Path) -> None:
    async with app_on(tmp_path, (120, 36)) as (pilot, screen, rig, more):
        more(*BEATS)
        await pressed(pilot, rig, "g")
        rig.source.close()  # type: ignore[attr-defined]
        keys = ("G", "g", "pagedown", "enter", "J", "escape", "h", "slash", "c", "enter", "n", "y")
        await pressed(pilot, rig, *keys)
        screen.query_one(FramesPane).grew(100)
        await pressed(pilot, rig, "G", "2", "enter", "3", "4")
        assert pilot.app.is_running
        assert pilot.app.return_code is None
