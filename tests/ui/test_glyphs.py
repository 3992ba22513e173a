"""Nothing but ASCII, and what peers sent, reaches a terminal that cannot draw."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len

import ablytui.ui
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.visible import ELLIPSIS
from ablytui.ui import theme
from ablytui.ui.glyphs import ASCII, STATES, in_ascii
from ablytui.ui.present.canvas import GLYPHS
from ablytui.ui.settings import Settings
from tests.support.app import make_app
from tests.support.pilot import opened
from tests.support.seen import screen_text

UI = Path(ablytui.ui.__file__).parent
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def texts(file: Path) -> set[str]:
    """The characters of every text in a module but those of its docstrings."""
    found: set[str] = set()
    tree = ast.parse(file.read_text("utf-8"))
    bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
            found |= set(node.value)
    return found


@pytest.mark.parametrize("file", sorted(UI.rglob("*.py")), ids=lambda file: file.stem)
def test_every_glyph_of_every_widget_is_in_the_table(file: Path) -> None:
    assert not {char for char in texts(file) if not char.isascii()} - ASCII.keys()


def test_a_stand_in_is_ascii_and_as_wide() -> None:
    for glyph, sign in ASCII.items():
        assert sign.isascii()
        assert sign.isprintable()
        assert len(sign) == cell_len(glyph)
    assert set(GLYPHS + ELLIPSIS) - {" "} <= ASCII.keys()


def test_states_stay_apart() -> None:
    looks = {*theme.CONNECTION.values(), *theme.CHANNEL.values()}
    glyphs = {look.glyph for look in looks} | set(theme.SPINNER)
    assert glyphs <= STATES.keys()
    assert len({in_ascii(look.glyph) for look in theme.CONNECTION.values()}) == len(S)
    settled = {look.glyph for look in looks} - set(theme.SPINNER)
    assert not {in_ascii(glyph) for glyph in settled} & {in_ascii(turn) for turn in theme.SPINNER}


def test_heavy_lines_stay_apart_from_light_ones() -> None:
    assert in_ascii("─│╭┼") == "-|++"
    assert in_ascii("━┃┏╋") == "=###"
    assert in_ascii("▲►▼◄") == "^>v<"


SCREENS = {
    "log": (S.DISCONNECTED, ()),
    "detail": (S.CONNECTED, ("k", "k", "k", "enter")),
    "state": (S.SUSPENDED, ("2", "z")),
    "connection": (S.FAILED, ("3", "e")),
    "recover": (S.CONNECTED, ("r",)),
    "message": (S.CONNECTED, ("m",)),
    "channels": (S.CONNECTED, ("4",)),
    "palette": (S.CONNECTED, ("ctrl+p",)),
    "quit": (S.CONNECTED, ("q",)),
    "help": (S.CONNECTED, ("f1",)),
    "connecting": (S.CONNECTING, ()),
}


@pytest.mark.parametrize("size", [(120, 36), (60, 20)], ids=lambda size: str(size[0]))
@pytest.mark.parametrize("name", SCREENS)
async def test_every_screen_is_ascii(name: str, size: tuple[int, int]) -> None:
    state, keys = SCREENS[name]
    app, _ = make_app(state, settings=replace(Settings.for_tests(), ascii=True))
    async with app.run_test(size=size) as pilot:
        await opened(pilot)
        await pilot.press(*keys)
        await pilot.pause()
        shown = screen_text(app)
        assert "app.k1" in shown or "14:03" in shown or len(shown.split()) > 20
        assert not {char for char in shown if not char.isascii()}


async def test_what_a_peer_sent_is_left() -> None:
    assert in_ascii("…é漢─") == "~é漢-"
