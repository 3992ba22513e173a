from __future__ import annotations

import pytest

from ablytui.ui.present.layout import Pane
from ablytui.ui.screens.compose import ComposeDialog
from ablytui.ui.widgets.channels_pane import ChannelsPane, ChannelTable
from ablytui.ui.widgets.field import Field
from tests.support.app import make_app
from tests.support.pilot import focused, opened, seen, settle


@pytest.mark.parametrize("size", [(160, 45), (120, 36), (80, 24), (60, 20)])
async def test_4_shows_the_channels_and_1_the_frames_again(size: tuple[int, int]) -> None:
    app, _ = make_app()
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        await pilot.press("4")
        await settle(pilot, lambda: focused(screen) is Pane.CHANNELS)
        assert Pane.FRAMES not in seen(screen)
        table = screen.query_one(ChannelTable)
        drawn = "\n".join(str(table.render_line(y).text) for y in range(table.size.height))
        for name in screen.connection.channels:
            assert name in drawn
        await pilot.press("1")
        await settle(pilot, lambda: focused(screen) is Pane.FRAMES)
        assert Pane.CHANNELS not in seen(screen)


async def test_it_is_drawn_whole_as_soon_as_it_is_seen() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("4")
        await pilot.pause()
        title = screen.query_one("#channels SlotTitle").render_line(0).text
        count = len(screen.connection.channels)
        assert f"4 Channels {count}" in title
        assert "1 Frames 25" in title
        assert title.rstrip().endswith(f"{count} of {count} attached")
        table = screen.query_one(ChannelTable)
        grounds = [
            {segment.style.bgcolor for segment in table.render_line(y) if segment.style}
            for y in range(1, 1 + count)
        ]
        # The cursor is a ground of its own on one row.
        assert grounds[0] != grounds[1]
        await pilot.press("j")
        await pilot.pause()
        moved = [
            {segment.style.bgcolor for segment in table.render_line(y) if segment.style}
            for y in range(1, 1 + count)
        ]
        assert moved == grounds[::-1]


async def test_the_cursor_keeps_its_channel_when_the_order_changes() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("4", "j")
        table, names = screen.query_one(ChannelTable), list(screen.connection.channels)
        first = [each.name for each in table.lines]
        assert screen.query_one(ChannelsPane).chosen == first[1]
        await pilot.press("S")
        assert table.sort == "name"
        assert [each.name for each in table.lines] == sorted(names)
        assert screen.query_one(ChannelsPane).chosen == first[1]
        await pilot.press("k", "k", "k")
        assert screen.query_one(ChannelsPane).chosen == min(names)


async def test_what_is_done_is_done_to_the_chosen_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    app, _ = make_app()
    copied: list[str] = []
    monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("4", "j", "y")
        chosen = screen.query_one(ChannelsPane).chosen
        assert chosen is not None
        assert copied == [screen.connection.channels[chosen].channel_serial]
        await pilot.press("m")
        await settle(pilot, lambda: isinstance(app.screen, ComposeDialog))
        fields = {field.key: field.text for field in app.screen.query(Field)}
        assert fields["channel"] == chosen
