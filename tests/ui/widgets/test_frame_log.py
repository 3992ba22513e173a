"""The log pane: following, staying, going to places, in any terminal and with any bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from textual.app import App, ComposeResult

from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import Entry
from ablytui.ui.present.segments import Role
from ablytui.ui.theme import DARK
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.log_rows import LogStatus
from tests.support.entries import WALL0, ListSource, PairLinks, flood, frame, raw, state, story


class LogApp(App[None]):
    """One log and what it says."""

    def __init__(self, entries: Sequence[Entry] = (), **more: Any) -> None:
        super().__init__()
        self.source = ListSource(entries)
        self.more = more
        self.heard: list[Any] = []

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = "ably-dark"

    def compose(self) -> ComposeResult:
        yield FrameLog(self.source, wall0=WALL0, **self.more)

    @property
    def pane(self) -> FrameLog:
        return self.query_one(FrameLog)

    def on_frame_log_selected(self, message: FrameLog.Selected) -> None:
        self.heard.append(("selected", message.n))

    def on_frame_log_opened(self, message: FrameLog.Opened) -> None:
        self.heard.append(("opened", message.n))

    def on_frame_log_copied(self, message: FrameLog.Copied) -> None:
        self.heard.append(("copied", message.text))

    def on_frame_log_marked(self, message: FrameLog.Marked) -> None:
        self.heard.append(message)

    def on_frame_log_changed(self, message: FrameLog.Changed) -> None:
        self.heard.append(message.status)

    def more_rows(self, count: int) -> None:
        self.source.entries += flood(count, self.source.last() + 1)
        self.pane.grew(self.source.last())

    def line(self, y: int) -> str:
        return self.pane.render_lines(self.pane.size.region)[y].text

    def lines(self) -> list[str]:
        return [strip.text for strip in self.pane.render_lines(self.pane.size.region)]


async def test_it_follows_the_end_until_the_person_moves_away() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(100, 20)) as pilot:
        app.pane.focus()
        assert app.lines()[-1].split()[0] == "100"
        app.more_rows(50)
        await pilot.pause()
        assert app.lines()[-1].split()[0] == "150"
        await pilot.press("k")
        assert not app.pane.following
        top = app.line(0)
        app.more_rows(128)
        await pilot.pause()
        assert app.line(0) == top
        assert app.lines()[-1].rstrip(" ▐╺").endswith(" ▼ 128 new")
        assert app.pane.status == LogStatus(False, 128, 278, 278)
        await pilot.press("f")
        assert app.pane.following
        assert app.lines()[-1].split()[0] == "278"
        assert app.heard[-1] == LogStatus(True, 0, 278, 278)


async def test_what_comes_into_sight_is_no_longer_new() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(100, 20)) as pilot:
        app.pane.focus()
        await pilot.press("k")
        app.more_rows(30)
        assert app.pane.status.new == 30
        await pilot.press("pagedown")
        assert app.pane.status.new == 11
        await pilot.press("pagedown")
        assert app.pane.status.new == 0
        assert not app.pane.following
        assert app.pane.status.words.text == "▲ paused"
        await pilot.press("end")
        assert app.pane.following
        assert app.pane.status.words == ("▼ follow", Role.GOOD, False, False, False)


async def test_the_button_follows_again() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(80, 20)) as pilot:
        app.pane.focus()
        await pilot.press("k")
        app.more_rows(5)
        await pilot.pause()
        await pilot.click(FrameLog, offset=(75, 19))
        assert app.pane.following


async def test_keys_move_the_selection() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(80, 20)) as pilot:
        app.pane.focus()
        await pilot.press("k")
        assert app.pane.selected == 100
        await pilot.press("k", "up", "j")
        assert app.pane.selected == 99
        await pilot.press("pageup")
        assert app.pane.selected == 80
        await pilot.press("g")
        assert (app.pane.selected, app.pane.scroll_offset.y) == (1, 0)
        await pilot.press("down", "enter")
        assert app.heard[-1] == ("opened", 2)
        await pilot.press("G")
        assert app.pane.selected == 100
        assert app.pane.following


async def test_a_selection_out_of_sight_is_left_where_it_is() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(80, 20)) as pilot:
        app.pane.focus()
        app.pane.select(5)
        await pilot.press("f", "k")
        assert app.pane.selected == 100


async def test_the_mouse_selects_opens_and_scrolls() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.click(FrameLog, offset=(10, 3))
        assert app.pane.selected == 84
        await pilot.click(FrameLog, offset=(10, 4), times=2)
        assert ("opened", 85) in app.heard
        await pilot.press("f")
        before = app.pane.scroll_offset.y
        from textual.events import MouseScrollUp

        app.pane.post_message(MouseScrollUp(app.pane, 5, 5, 0, -1, 0, False, False, False))
        await pilot.pause()
        assert app.pane.scroll_offset.y == before - 3
        assert not app.pane.following


async def test_a_click_on_the_map_goes_there() -> None:
    app = LogApp(flood(1000))
    async with app.run_test(size=(80, 20)) as pilot:
        await pilot.click(FrameLog, offset=(79, 10))
        assert 480 <= app.pane.scroll_offset.y <= 500
        assert "▐" in {line[-1] for line in app.lines()[9:11]}


async def test_the_map_ticks_where_states_changed() -> None:
    rows = flood(399)
    rows.append(state("connected", "failed", n=400))
    rows += flood(400, 401)
    app = LogApp(rows)
    async with app.run_test(size=(80, 20)):
        column = [line[-1] for line in app.lines()]
        assert column[9] == "╺"
        assert column[-1] == "▐"
        assert column.count("╺") == 1


async def test_brackets_go_to_the_next_change_of_state() -> None:
    rows, links = story()
    app = LogApp(rows, links=links)
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.focus()
        app.pane.select(12)
        await pilot.press("left_square_bracket")
        assert app.pane.selected == 8
        await pilot.press("left_square_bracket", "left_square_bracket", "right_square_bracket")
        assert app.pane.selected == 4


async def test_l_goes_to_the_linked_frame_and_a_bracket_shows_it() -> None:
    rows, links = story()
    app = LogApp(rows, links=links)
    async with app.run_test(size=(120, 30)) as pilot:
        app.pane.focus()
        app.pane.select(11)
        assert [line[0] for line in app.lines()[9:16]] == [" ", "╭", "│", "│", "│", "╰", " "]
        await pilot.press("l")
        assert app.pane.selected == 15
        await pilot.press("l")
        assert app.pane.selected == 11


async def test_a_row_and_a_frame_can_be_copied() -> None:
    app = LogApp([frame({"action": 0}), raw(b"\x01\xff", n=2, opcode=Opcode.BINARY)])
    async with app.run_test(size=(120, 10)) as pilot:
        app.pane.focus()
        app.pane.select(1)
        await pilot.press("y")
        assert app.heard[-1] == ("copied", "1 14:03:51.000 ↓ 12 HEARTBEAT")
        await pilot.press("Y")
        assert app.heard[-1] == ("copied", '{"action":0}')
        app.pane.select(2)
        await pilot.press("Y")
        assert app.heard[-1] == ("copied", "01ff")


async def test_t_turns_the_time_column() -> None:
    rows, links = story()
    app = LogApp(rows, links=links)
    async with app.run_test(size=(120, 30)) as pilot:
        app.pane.focus()
        assert "14:03:51.404" in app.line(12)
        await pilot.press("t")
        assert "+0.000" in app.line(12)
        await pilot.press("t")
        assert "0:00.061" in app.line(5)
        await pilot.press("t")
        assert "14:03:51.404" in app.line(12)


async def test_a_view_shows_only_its_rows_and_keeps_the_selection() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.focus()
        app.pane.select(50)
        app.pane.set_view(range(10, 101, 10))
        await pilot.pause()
        assert [line.split()[0] for line in app.lines()][:2] == ["10", "20"]
        assert app.pane.selected == 50
        await pilot.press("j")
        assert app.pane.selected == 60
        app.source.entries += flood(20, 101)
        app.pane.grew(120, added=[110, 120])
        assert app.pane.status == LogStatus(False, 2, 12, 120)
        app.pane.set_view([])
        assert app.line(0).strip() == (
            "Nothing matches. 120 frames are hidden; esc clears the filter."
        )
        app.pane.set_view(None)
        await pilot.pause()
        assert app.pane.count == 120


async def test_an_empty_log_says_what_will_be_there() -> None:
    app = LogApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.pane.focus()
        assert app.line(0).strip() == "No frames yet."
        await pilot.press("j", "k", "g", "G", "enter", "y", "Y", "l", "pageup",
                          "left_square_bracket", "right_square_bracket", "f", "f")  # fmt: skip
        assert app.pane.selected is None
        app.more_rows(1)
        assert app.line(0).split()[0] == "1"


async def test_another_log_begins_anew() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(80, 10)):
        app.pane.select(3)
        app.pane.set_source(ListSource(flood(5)), wall0=WALL0, zone=app.pane.around.zone)
        assert app.pane.status == LogStatus(True, 0, 5, 5)
        assert app.pane.selected is None


async def test_growing_builds_nothing_and_asks_for_no_row() -> None:
    class Counting(ListSource):
        def special(self, start: int, stop: int) -> list[Entry]:
            return []

        def last(self) -> int:
            return 1_000_000

        def rows(self, start: int, stop: int) -> list[Entry]:
            self.asked += 1
            return [frame({"action": 0}, n=n) for n in range(start, stop)]

        def row(self, n: int) -> Entry | None:
            raise AssertionError("a page is asked for at once")

    app = LogApp()
    app.source = Counting()
    async with app.run_test(size=(80, 20)):
        assert app.lines()[-1].split()[0] == "1000000"
        before = app.source.asked
        for upto in range(1_000_001, 1_000_101):
            app.pane.grew(upto)
        assert app.source.asked == before


async def test_a_row_that_waits_says_how_long() -> None:
    now = [3_296_000]
    rows, links = story()
    app = LogApp(rows, links=links, now=lambda: now[0])
    async with app.run_test(size=(120, 30)):
        assert "waiting 3.1 s" in app.line(0)
        now[0] += 1_000_000
        app.pane.tick()
        assert "waiting 4.1 s" in app.line(0)


async def test_an_answer_that_came_changes_a_row_already_drawn() -> None:
    rows, _ = story()
    app = LogApp(rows, links=PairLinks(waiting=[11]))
    async with app.run_test(size=(120, 30)):
        assert "waiting" in app.line(10)
        app.pane.set_links(PairLinks({11: (15, 14.0)}))
        assert "✓ 14 ms" in app.line(10)


@pytest.mark.parametrize("size", [(160, 45), (48, 14), (10, 3), (80, 24)])
async def test_any_size_draws(size: tuple[int, int]) -> None:
    rows, links = story()
    app = LogApp(rows, links=links)
    async with app.run_test(size=size) as pilot:
        app.pane.select(11)
        await pilot.resize_terminal(120, 36)
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert all(len(line) <= size[0] for line in app.lines())


async def test_a_key_marks_a_row_and_another_goes_from_mark_to_mark() -> None:
    app = LogApp(flood(100))
    async with app.run_test(size=(100, 20)) as pilot:
        app.pane.focus()
        for n in (90, 85, 95):
            app.pane.select(n)
            await pilot.press("b")
        marked = [line for line in app.lines() if line[1] == "*"]
        assert [line.split()[1] for line in marked] == ["85", "90", "95"]
        app.pane.select(86)
        seen = []
        for _ in range(4):
            await pilot.press("B")
            seen.append(app.pane.selected)
        assert seen == [90, 95, 85, 90]
        await pilot.press("b")
        assert [line[1] for line in app.lines()].count("*") == 2
        told = [each for each in app.heard if isinstance(each, FrameLog.Marked)]
        assert [(each.n, each.marked) for each in told][-2:] == [(95, True), (90, False)]
