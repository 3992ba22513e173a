"""How the screens look: one picture for each distinct look, at three sizes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App

from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.screens import saying
from ablytui.ui.settings import Settings
from tests.support.app import make_app
from tests.support.shoot import BROKEN_KEY

Compare = Callable[..., bool]

STD, SMALL, TINY = (120, 36), (80, 24), (60, 20)


@pytest.fixture(autouse=True)
def plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of this terminal may colour a picture."""
    for name in ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME", "TEXTUAL_FILTERS"):
        monkeypatch.delenv(name, raising=False)
    # However slow the machine, a line for the person is there when its picture is taken.
    monkeypatch.setattr(saying, "_SECONDS", dict.fromkeys(saying._SECONDS, 3600.0))


async def ready(pilot: Any) -> None:
    """The session is shown before the picture is taken."""
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def compare(snap_compare: Compare, app: App[Any], size: tuple[int, int], *keys: str) -> bool:
    """Take the picture after these keys."""

    async def prepare(pilot: Any) -> None:
        await ready(pilot)
        if keys:
            await pilot.press(*keys)
            await pilot.pause()

    return snap_compare(app, terminal_size=size, run_before=prepare)


@pytest.mark.parametrize("size", [STD, SMALL, TINY], ids=["120x36", "80x24", "60x20"])
@pytest.mark.parametrize("state", list(S))
def test_main(snap_compare: Compare, state: S, size: tuple[int, int]) -> None:
    assert compare(snap_compare, make_app(state)[0], size)


def test_wide(snap_compare: Compare) -> None:
    assert compare(snap_compare, make_app(S.DISCONNECTED)[0], (160, 45), "k")


def test_light(snap_compare: Compare) -> None:
    app, _ = make_app(S.CONNECTED, settings=Settings.for_tests("ably-light"))
    assert compare(snap_compare, app, STD)


def test_without_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert compare(snap_compare, make_app(S.CONNECTED)[0], STD, "k")


def test_first_run(snap_compare: Compare) -> None:
    app, _ = make_app(S.INITIALIZED, params=ConnectParams(), local=False)
    assert compare(snap_compare, app, STD)


def test_too_small(snap_compare: Compare) -> None:
    assert compare(snap_compare, make_app(S.CONNECTED)[0], (40, 10))


@pytest.mark.parametrize("size", [STD, SMALL], ids=["120x36", "80x24"])
def test_inspect(snap_compare: Compare, size: tuple[int, int]) -> None:
    keys = ("k",) * 14
    assert compare(snap_compare, make_app(S.CONNECTED)[0], size, *keys, "enter")


def test_a_form_with_something_wrong(snap_compare: Compare) -> None:
    app, _ = make_app(S.CLOSED)
    keys = ("e", "shift+tab", "shift+tab", "end", "x")
    assert compare(snap_compare, app, STD, *keys)


@pytest.mark.parametrize("size", [STD, TINY], ids=["120x36", "60x20"])
def test_recover(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert compare(snap_compare, make_app(S.CONNECTED)[0], size, "r")


def test_recover_bad(snap_compare: Compare) -> None:
    app, rig = make_app(S.CONNECTED)
    rig.session.key = BROKEN_KEY
    assert compare(snap_compare, app, STD, "r")


@pytest.mark.parametrize("kind", ["m", "a"], ids=["publish", "attach"])
def test_compose(snap_compare: Compare, kind: str) -> None:
    assert compare(snap_compare, make_app(S.CONNECTED)[0], STD, kind)


def test_quit(snap_compare: Compare) -> None:
    assert compare(snap_compare, make_app(S.CONNECTED)[0], STD, "q")


def test_a_line_for_the_person(snap_compare: Compare) -> None:
    assert compare(snap_compare, make_app(S.CONNECTED)[0], STD, "c")
