from __future__ import annotations

from textual.command import DiscoveryHit, Hit
from textual.content import Content
from textual.widgets import Input

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.commands import Commands, Palette, items
from ablytui.ui.keys import APP, SCREEN
from ablytui.ui.screens.main import MainScreen
from tests.support.app import connection_in, make_app
from tests.support.pilot import opened, settle


def test_every_action_and_command_has_one_entry() -> None:
    names = [item.name for item in items(connection_in(S.CONNECTED))]
    assert "connection: close" in names
    assert "connection: recover…" in names
    assert "connection: send frame…" in names
    assert {c.palette for c in (*SCREEN, *APP) if c.palette} <= set(names)
    assert len(names) == len(set(names))


def test_an_entry_has_the_reason_that_greys_the_button() -> None:
    found = {item.name: item.reason for item in items(connection_in(S.CLOSED))}
    assert found["connection: drop"] == "no socket is open"
    assert found["connection: connect"] == ""


async def test_what_cannot_be_done_is_found_but_not_offered() -> None:
    app, _ = make_app(S.CLOSED)
    async with app.run_test(size=(120, 36)) as pilot:
        provider = Commands(await opened(pilot))
        offered = [hit.text async for hit in provider.discover() if isinstance(hit, DiscoveryHit)]
        assert "connection: drop" not in offered
        assert "connection: connect" in offered
        hits = [hit async for hit in provider.search("drop") if isinstance(hit, Hit)]
        best = max(hits, key=lambda hit: hit.score)
        assert best.text == "connection: drop"
        assert isinstance(best.match_display, Content)
        assert "not now: no socket is open" in best.match_display.plain


async def test_an_entry_does_what_its_key_does() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+p", *"drop", "enter", "enter")
        await pilot.pause()
    assert ("drop", {}) in rig.session.wishes


async def test_the_palette_ends_once_however_fast_keys_come() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("ctrl+p")
        palette = app.screen
        assert isinstance(palette, Palette)
        await pilot.press(*"ping")
        await settle(pilot, lambda: palette._hit_count > 0)
        editor = palette.query_one(Input)
        # As keys that are typed ahead of a slow screen: none waits for what the one before did.
        for _ in range(6):
            await editor.action_submit()
        await settle(pilot, lambda: isinstance(app.screen, MainScreen))
        await settle(pilot, lambda: bool(rig.session.wishes))
        assert rig.session.wishes == [("ping", {})]
