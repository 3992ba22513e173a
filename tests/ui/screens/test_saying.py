from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.app import AblytuiApp
from ablytui.ui.clipboard import short
from ablytui.ui.messages import Said
from ablytui.ui.playbill import Playing
from ablytui.ui.settings import Settings
from ablytui.ui.widgets.caption_bar import CaptionBar
from tests.support.app import RECOVERY_KEY, make_app
from tests.support.pilot import opened, settle
from tests.support.seen import screen_text


def shows(app: AblytuiApp, text: str) -> bool:
    return text in screen_text(app)


def said(pilot: Pilot[Any]) -> list[str]:
    return [notification.message for notification in pilot.app._notifications]


async def test_a_thing_is_said_once_however_often_the_key_comes() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press("c", "c", "c")
        await settle(pilot, lambda: bool(said(pilot)))
        assert said(pilot) == ["Connect: already connected"]


async def test_a_caption_stands_in_its_bar() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        bar = screen.query_one(CaptionBar)
        assert not bar.display
        rig.player.show(Playing("Hello", 1, 3, "a peer \x1b publishes", fault=True))
        await pilot.pause()
        assert bar.display
        assert r"a peer \x1b publishes" in str(bar.render())
        assert said(pilot) == []


async def test_what_is_said_stands_on_the_row_of_keys_and_only_the_newest() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        screen = await opened(pilot)
        for text in ("first", "second"):
            screen.post_message(Said(text))
            await settle(pilot, partial(shows, app, text))
        rows = screen_text(app).splitlines()
        assert rows[-1].endswith("second  ")
        assert "first" not in screen_text(app)
        assert [toast.region.height for toast in app.screen.query("Toast")] == [1]
        screen.post_message(Said("wrong", wrong=True))
        screen.post_message(Said("after it"))
        await settle(pilot, lambda: "after it" in said(pilot))
        assert said(pilot) == ["wrong", "after it"], "an error is not pushed away"
    assert rig.closed == 1


@pytest.mark.parametrize("keys", [("k", "y"), ("k", "Y"), ("k", "enter", "y"), ("4", "y")])
async def test_a_copy_goes_to_the_clipboard_and_into_a_file(
    keys: tuple[str, ...], tmp_path: Path
) -> None:
    copied = tmp_path / "state" / "copied.txt"
    settings = replace(Settings.for_tests(), copied=copied)
    app, _ = make_app(S.CONNECTED, settings=settings)
    async with app.run_test(size=(120, 36)) as pilot:
        await opened(pilot)
        await pilot.press(*keys)
        await settle(pilot, copied.exists)
        assert copied.read_text("utf-8") == app.clipboard != ""
        assert said(pilot) == [f"Copied, with secrets masked. Also in {short(copied)}"]


async def test_where_no_file_can_be_written_the_clipboard_is_all_that_is_claimed(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    settings = replace(Settings.for_tests(), copied=tmp_path / "file" / "copied.txt")
    app, _ = make_app(S.CONNECTED, settings=settings)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_copy_recovery_key()
        await pilot.pause()
        assert app.clipboard == RECOVERY_KEY
        assert said(pilot)[0].startswith("Recovery key copied. It is a secret")
        assert "Also in" not in said(pilot)[0]
