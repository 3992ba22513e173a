"""The detail pane: tabs, folds, links, copying."""

from __future__ import annotations

from typing import Any

from textual.app import App, ComposeResult

from ablytui.ui.present.around import Around
from ablytui.ui.present.detail import Tab
from ablytui.ui.theme import DARK
from ablytui.ui.widgets.detail_body import DetailBody
from ablytui.ui.widgets.frame_detail import DetailTabs, FrameDetail
from tests.support.entries import WALL0, frame, raw, story


class DetailApp(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.theme = "ably-dark"

    def compose(self) -> ComposeResult:
        yield FrameDetail()

    @property
    def pane(self) -> FrameDetail:
        return self.query_one(FrameDetail)

    def open_row(self, n: int) -> None:
        rows, links = story()
        around = Around(WALL0, links=links, peek=lambda n: rows[n - 1])
        self.pane.show(rows[n - 1], around=around, total=26)
        self.pane.focus()

    def lines(self) -> list[str]:
        body = self.query_one(DetailBody)
        return [body.render_line(y).text.rstrip() for y in range(body.size.height)]

    def title_row(self) -> str:
        return str(self.query_one(DetailTabs).render())

    def on_frame_detail_closed(self) -> None:
        self.heard.append("closed")

    def on_frame_detail_stepped(self, message: FrameDetail.Stepped) -> None:
        self.heard.append(("stepped", message.by))

    def on_frame_detail_linked(self, message: FrameDetail.Linked) -> None:
        self.heard.append(("linked", message.n))

    def on_frame_detail_copied(self, message: FrameDetail.Copied) -> None:
        self.heard.append(("copied", message.text))


async def test_without_a_row_it_says_what_to_do() -> None:
    app = DetailApp()
    async with app.run_test(size=(60, 12)) as pilot:
        assert app.lines()[0] == " Select a frame to see its fields."
        app.pane.focus()
        await pilot.press("j", "k", "left", "right", "l", "enter", "y", "Y", "G", "g", "pagedown")
        assert app.heard == []
        app.open_row(12)
        await pilot.pause()
        assert "11 ATTACHED" in app.lines()[1]
        app.pane.show(None)
        assert app.lines()[0] == " Select a frame to see its fields."


async def test_tabs_by_key_and_by_mouse() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_row(12)
        await pilot.pause()
        assert app.title_row().startswith("▌Decoded  Raw JSON  Hex  Wire")
        assert app.title_row().endswith("12 of 26   esc close ")
        await pilot.press(">")
        assert app.pane.tab is Tab.RAW
        assert app.lines()[1] == " {"
        await pilot.press("<", "<")
        assert app.pane.tab is Tab.WIRE
        await pilot.click(DetailTabs, offset=(22, 0))
        assert app.pane.tab is Tab.HEX
        await pilot.click(DetailTabs, offset=(75, 0))
        assert app.heard == ["closed"]


async def test_folds() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_row(11)
        await pilot.pause()
        whole = app.query_one(DetailBody).count
        await pilot.press("j", "j", "j", "j", "left")
        body = app.query_one(DetailBody)
        assert app.lines()[4].startswith(" ▸ messages")
        assert body.count == whole - 6
        await pilot.press("right")
        assert body.count == whole
        await pilot.press("j", "j", "left")
        assert app.lines()[body.cursor].startswith("   ▾ 0")
        await pilot.press("left", "left", "enter")
        assert app.lines()[4].startswith(" ▸ messages")
        await pilot.click(DetailBody, offset=(1, 4))
        assert body.count == whole - 5
        assert app.lines()[5].startswith("   ▸ 0")


async def test_links_steps_and_the_way_back() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.open_row(12)
        await pilot.press("l")
        assert app.heard == [("linked", 9)]
        at = next(y for y, line in enumerate(app.lines()) if "↑ 9 ATTACH" in line)
        await pilot.click(DetailBody, offset=(8, at))
        await pilot.press("enter", "J", "K", "escape")
        assert app.heard[1:] == [("linked", 9), ("linked", 9), ("stepped", 1), ("stepped", -1),
                                 "closed"]  # fmt: skip


async def test_values_and_frames_are_copied() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 24)) as pilot:
        app.pane.show(frame({"action": 15, "channel": "a\x1bb"}))
        app.pane.focus()
        await pilot.press("j", "j", "y", "Y")
        assert app.heard == [
            ("copied", "a\x1bb"),
            ("copied", '{"action":15,"channel":"a\\u001bb"}'),
        ]


async def test_the_same_row_again_keeps_its_place() -> None:
    app = DetailApp()
    async with app.run_test(size=(80, 10)) as pilot:
        app.open_row(12)
        await pilot.pause()
        await pilot.press("G")
        await pilot.pause()
        body = app.query_one(DetailBody)
        at = body.scroll_offset.y
        assert at > 0
        app.open_row(12)
        await pilot.pause()
        assert body.scroll_offset.y == at
        app.open_row(11)
        await pilot.pause()
        assert (body.scroll_offset.y, body.cursor) == (0, 0)


async def test_a_megabyte_and_hostile_text_are_shown() -> None:
    app = DetailApp()
    hostile = "[/red]\x1b[2J\x9b\u202e漢字" * 1000
    async with app.run_test(size=(80, 24)) as pilot:
        for entry in (
            raw(b"\x00" * (1 << 20)),
            frame({"action": 15, "messages": [{"data": hostile, "name": hostile}] * 200}),
        ):
            app.pane.show(entry)
            app.pane.focus()
            for _ in Tab:
                await pilot.press(">", "G", "g")
                assert "\x1b" not in "".join(app.lines())
