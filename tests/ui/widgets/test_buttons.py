"""The row of buttons: places, reasons, and the ways to press one."""

from __future__ import annotations

import dataclasses

import pytest
from textual.app import App, ComposeResult

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.view import View
from ablytui.ui.theme import THEMES
from ablytui.ui.widgets.buttons import ActionButton, Buttons
from tests.support import views
from tests.support.paints import count_paints


class Row(App[None]):
    def __init__(self, view: View | None = None) -> None:
        super().__init__()
        for each in THEMES:
            self.register_theme(each)
        self.theme = "ably-dark"
        self.view = view
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        yield Buttons(self.view)

    def on_buttons_pressed(self, message: Buttons.Pressed) -> None:
        self.pressed.append(message.action_id)

    @property
    def row(self) -> Buttons:
        return self.query_one(Buttons)

    def text(self) -> str:
        strips = self.screen._compositor.render_strips()
        return strips[0].text.rstrip()

    def button(self, action_id: str) -> ActionButton:
        return self.query_one(f"#do-{action_id}", ActionButton)


ROOMY = "  c Connect   d Disconnect   x Drop   r Recover…   w Close   p Ping   m Message…"
SMALL = " c Connect   d Disconnect   x Drop   r Recover…   w Close   p Ping   m Msg…"


@pytest.mark.parametrize(
    ("state", "width", "left", "right"),
    [
        (S.CONNECTED, 120, ROOMY, "Connect: already connected"),
        (S.FAILED, 120, ROOMY, "greyed: the socket is closed"),
        (S.DISCONNECTED, 160, ROOMY, "Drop: no socket is open"),
        (S.CONNECTED, 80, SMALL, ""),
        (S.CONNECTED, 74, SMALL[:74], ""),
        (S.CONNECTED, 60, " d Disconnect   x Drop   r Recover…   w Close   p Ping", ""),
        (S.CONNECTED, 48, " d Disconnect   x Drop   r Recover…   w Close", ""),
        (S.CLOSED, 60, " c Connect   r Recover…", "5 off: no socket"),
        (
            S.CONNECTED,
            73,
            " d Disconnect   x Drop   r Recover…   w Close   p Ping   m Message…",
            "",
        ),
    ],
)
async def test_row(state: S, width: int, left: str, right: str) -> None:
    app = Row(views.STATES[state]())
    async with app.run_test(size=(width, 3)) as pilot:
        await pilot.pause()
        text = app.text()
        assert text.startswith(left)
        assert text[len(left) :].strip() == right
        if right:
            assert len(text) == width - 1


async def test_places_stay_when_states_change() -> None:
    app = Row()
    async with app.run_test(size=(120, 3)) as pilot:
        places = set()
        for make in views.STATES.values():
            app.row.show(make())
            await pilot.pause()
            places.add(tuple(button.region for button in app.query(ActionButton)))
        assert len(places) == 1


@pytest.mark.parametrize(
    ("state", "off", "best"),
    [
        (S.CONNECTED, {"connect"}, None),
        (S.DISCONNECTED, {"drop"}, "connect"),
        (S.FAILED, {"disconnect", "drop", "close", "ping", "publish"}, None),
    ],
)
async def test_grey_and_suggested(state: S, off: set[str], best: str | None) -> None:
    app = Row(views.STATES[state]())
    async with app.run_test(size=(120, 3)) as pilot:
        await pilot.pause()
        buttons = list(app.query(ActionButton))
        assert {button.act.id for button in buttons if button.off} == off
        suggested = [button.act.id for button in buttons if button.has_class("-suggested")]
        assert suggested == ([best] if best else [])
        grounds = {button.off: button.background_colors[1].hex6 for button in buttons}
        assert grounds.get(True, "") != grounds[False]


async def test_click_enter_and_space_press() -> None:
    app = Row(views.connected())
    async with app.run_test(size=(120, 3)) as pilot:
        await pilot.pause()
        await pilot.click("#do-drop")
        app.button("ping").focus()
        await pilot.press("enter")
        await pilot.press("space")
        assert app.pressed == ["drop", "ping", "ping"]


async def test_a_grey_button_can_be_focused_and_tells_why() -> None:
    app = Row(views.connected())
    async with app.run_test(size=(120, 3)) as pilot:
        assert app.focused is app.button("connect")
        assert str(app.button("connect").tooltip).endswith("Not now: already connected")
        ground = app.button("connect").background_colors[1]
        await pilot.press("right")
        assert app.focused is app.button("disconnect")
        assert app.button("connect").background_colors[1] != ground
        await pilot.press("left", "enter")
        assert app.pressed == ["connect"]


async def test_nothing_is_painted_when_nothing_differs() -> None:
    view = views.connected()
    app = Row(view)
    async with app.run_test(size=(120, 3)) as pilot:
        await pilot.pause()
        with count_paints(app.button("ping")) as paints:
            app.row.show(dataclasses.replace(view, now=view.now + 5_000, frames_in=1))
            await pilot.pause()
        assert paints == []
