"""Pieces become strips in the theme's colours; text is never markup."""

from __future__ import annotations

from textual.app import App, ComposeResult

from ablytui.ui.present.segments import Role, Seg
from ablytui.ui.theme import DARK, LIGHT
from ablytui.ui.widgets.line_view import Ground, LineView


class ViewApp(App[None]):
    def compose(self) -> ComposeResult:
        yield LineView()

    def on_mount(self) -> None:
        self.register_theme(DARK)
        self.register_theme(LIGHT)
        self.theme = "ably-dark"


async def test_each_role_has_its_colour_and_follows_the_theme() -> None:
    app = ViewApp()
    async with app.run_test() as pilot:
        view = app.query_one(LineView)
        await pilot.pause()
        dark = {role: view.style_of(Seg("", role)).color for role in Role}
        assert len(set(dark.values())) == len(Role)
        app.theme = "ably-light"
        await pilot.pause()
        light = {role: view.style_of(Seg("", role)).color for role in Role}
        assert all(light[role] != dark[role] for role in Role)


async def test_grounds_differ_and_the_words_keep_their_colour() -> None:
    app = ViewApp()
    async with app.run_test():
        view = app.query_one(LineView)
        styles = [view.style_of(Seg("", Role.GOOD), ground) for ground in list(Ground)[:3]]
        assert len({style.bgcolor for style in styles}) == 3
        assert len({style.color for style in styles}) == 1


async def test_markup_is_text() -> None:
    app = ViewApp()
    async with app.run_test():
        view = app.query_one(LineView)
        strip = view.strip([Seg("[/red][@click=app.bell]x", bold=True)], 30)
        assert strip.text == "[/red][@click=app.bell]x".ljust(30)
        assert strip.cell_length == 30
        assert view.blank(7).cell_length == 7
