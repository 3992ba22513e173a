from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.app import App
from textual.events import Paste
from textual.pilot import Pilot
from textual.widgets import Static

from ablytui import savedkeys
from ablytui.protocol.keyparts import PartKind
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.recovery import RecoveryKey, build
from ablytui.protocol.states import ConnectionState as S
from ablytui.savedkeys import SavedKey
from ablytui.ui.present.view import View
from ablytui.ui.screens.breaking import BreakDialog
from ablytui.ui.screens.keyfile import KeyFileDialog
from ablytui.ui.screens.recover import Bench, RecoverDialog, Recovery
from ablytui.ui.widgets.key_area import KeyArea
from ablytui.ui.widgets.key_button import KeyButton
from ablytui.ui.widgets.key_parts import KeyParts
from ablytui.ui.widgets.labelled import Labelled
from tests.support import views
from tests.support.app import KEY, PARAMS, RECOVERY_KEY, connection_in, make_app
from tests.support.clock import FakeClock
from tests.support.pilot import opened, said, settle

CLASSIC = replace(PARAMS, dialect=DialectName.CLASSIC)
CLASSIC_KEY = f"{KEY}:12:3"


async def dialog_of(pilot: Pilot[Any]) -> RecoverDialog:
    await opened(pilot)
    await pilot.press("r")
    await settle(pilot, lambda: isinstance(pilot.app.screen, RecoverDialog))
    dialog = pilot.app.screen
    assert isinstance(dialog, RecoverDialog)
    return dialog


class Host(App[None]):
    """The dialog alone, over nothing."""

    def __init__(
        self, state: S, *, params: ConnectParams = PARAMS, keys: Path | None = None
    ) -> None:
        super().__init__()
        self.clock = FakeClock(mono=views.NOW)
        self.own: str | None = RECOVERY_KEY
        self.view = View(connection_in(state, params=params), now=views.NOW)
        self.keys = keys
        self.used: list[str] = []

    def open(self) -> RecoverDialog:
        bench = Bench(lambda: self.own, self.clock.wall, self.keys)
        dialog = RecoverDialog(self.view, bench, blink=False)
        self.push_screen(dialog, self.ended)
        return dialog

    def ended(self, recovery: Recovery | None) -> None:
        if recovery is not None:
            self.used.append(recovery.key)


async def bench_of(pilot: Pilot[Any]) -> RecoverDialog:
    app = pilot.app
    assert isinstance(app, Host)
    dialog = app.open()
    await settle(pilot, lambda: any(area.has_focus for area in dialog.query(KeyArea)))
    return dialog


def text(dialog: RecoverDialog, where: str) -> str:
    widget = dialog.query_one(where)
    if isinstance(widget, Labelled):
        return widget.text
    if isinstance(widget, KeyParts):
        widget = widget.query_one("#part-lines")
    assert isinstance(widget, Static)
    return str(widget.content)


async def test_it_begins_with_the_key_of_this_connection_and_recovers_with_it() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        assert dialog.area.text == RECOVERY_KEY
        assert "✓ valid" in text(dialog, "#read")
        assert "recover=gk3T•••" in text(dialog, "#opens")
        assert "recovered: the same connectionId" in text(dialog, "#late")
        assert text(dialog, "#dialog-why") == "replaces the open connection"
        await pilot.press("enter")
        await pilot.pause()
    assert rig.session.wishes == [("recover", {"key": RECOVERY_KEY})]


async def test_a_key_typed_by_hand_is_read_at_each_letter() -> None:
    app = Host(S.CLOSED)
    app.own = None
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        assert text(dialog, "#dialog-why") == "Recover: key not complete"
        assert dialog.query_one("#recover", KeyButton).off
        assert text(dialog, "#late") == ""
        await pilot.press("enter")
        assert app.used == []
        dialog.area.insert(RECOVERY_KEY[:-1])
        await pilot.pause()
        assert "✕ not yet" in text(dialog, "#read")
        assert "not sent" in text(dialog, "#late")
        await pilot.press("}")
        await pilot.pause()
        assert "✓ valid" in text(dialog, "#read")
        assert "unsure" in text(dialog, "#late")
        assert not dialog.query_one("#recover", KeyButton).off
        await pilot.press("enter")
        await pilot.pause()
    assert app.used == [RECOVERY_KEY]


async def test_a_key_that_breaks_is_marked_and_nothing_is_lost() -> None:
    app = Host(S.CLOSED)
    app.own = RECOVERY_KEY[: RECOVERY_KEY.index('"audit":') + 8]
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        assert "audit is missing its serial" in text(dialog, "#parts")
        assert "current keys" in text(dialog, "#also")
        area = dialog.area
        marks = [y for y in range(area.size.height) if "▴" in area.render_line(y).text]
        assert marks == [2]
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is not dialog
    assert app.used == []


async def test_what_is_typed_takes_the_place_of_ones_own_key() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        await pilot.press("x")
        await pilot.pause()
        assert dialog.area.text == "x"
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert dialog.area.text == RECOVERY_KEY
        await pilot.press("ctrl+z")
        await pilot.pause()
        assert dialog.area.text == "x"


async def test_what_is_pasted_is_a_key_of_its_own_and_not_the_other_one_broken() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        other = build(RecoveryKey(DialectName.CURRENT, "another!key", 1))
        app.screen.post_message(Paste(other))
        await settle(pilot, lambda: dialog.area.text == other)
        assert "unsure" in text(dialog, "#late")


async def test_ctrl_r_shows_the_secret_and_hides_it_again() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        assert KEY not in text(dialog, "#parts")
        await pilot.press("tab")
        assert dialog.query_one(KeyParts).line.password
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert not dialog.query_one(KeyParts).line.password
        assert KEY in text(dialog, "#parts")
        assert KEY in text(dialog, "#opens")
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert KEY not in text(dialog, "#parts") + text(dialog, "#opens")


# --- parts --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("downs", "typed", "changed"),
    [
        (0, "Z", (f"{KEY}Z", 414, "44", "09")),
        (1, "5", (KEY, 4145, "44", "09")),
        (2, "1", (KEY, 414, "441", "09")),
        (3, "1", (KEY, 414, "44", "091")),
    ],
)
async def test_each_part_is_changed_on_its_own_and_the_text_follows(
    downs: int, typed: str, changed: tuple[str, int, str, str]
) -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        await pilot.press("down", *["down"] * downs, typed)
        await pilot.pause()
        key, serial, orders, audit = changed
        channels = (("orders:eu", f"0172658597@a:{orders}"), ("audit", f"0172658597@c:{audit}"))
        wanted = RecoveryKey(DialectName.CURRENT, key, serial, channels)
        assert dialog.area.text == build(wanted)
        await pilot.press("backspace")
        await pilot.pause()
        assert dialog.area.text == RECOVERY_KEY


async def test_a_part_that_is_wrong_is_told_and_can_be_put_right() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        await pilot.press("down", "down", "backspace", "backspace", "backspace")
        await pilot.pause()
        assert "missing" in text(dialog, "#parts")
        await pilot.press("enter", "x", "comma")
        await pilot.pause()
        assert app.used == []
        assert '"msgSerial":x,' in dialog.area.text
        assert "no whole number" in text(dialog, "#parts")
        await pilot.press("backspace", "7", "enter")
        await pilot.pause()
    assert app.used == [RECOVERY_KEY.replace("414", "7")]


async def test_typing_in_the_text_changes_the_parts() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        dialog.area.text = RECOVERY_KEY.replace("414", "99")
        await pilot.pause()
        assert "#99" in text(dialog, "#parts")
        dialog.area.move_cursor(dialog.area.document.end)
        await pilot.press("down", "down")
        assert dialog.query_one(KeyParts).line.value == "99"
        await pilot.press("up", "up")
        assert dialog.area.has_focus


async def test_a_classic_key_has_its_parts_too() -> None:
    app = Host(S.CONNECTED, params=CLASSIC)
    app.own = CLASSIC_KEY
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        await pilot.press("down", "down", "3", "colon")
        await pilot.pause()
        assert dialog.area.text == f"{KEY}:123:3"
        assert "80012" in text(dialog, "#late")
        await pilot.press("enter")
        await pilot.pause()
    assert app.used == [f"{KEY}:123:3"]


@pytest.mark.parametrize(
    ("params", "key", "words"),
    [
        (PARAMS, CLASSIC_KEY, "a key of the classic dialect; current wants"),
        (CLASSIC, RECOVERY_KEY, "a key of the current dialect (JSON); classic wants"),
    ],
)
async def test_a_key_of_the_other_dialect_is_called_that(
    params: ConnectParams, key: str, words: str
) -> None:
    app = Host(S.CONNECTED, params=params)
    app.own = key
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        assert "✕ wrong" in text(dialog, "#read")
        assert words in text(dialog, "#read")
        other = "classic" if params is PARAMS else "current"
        assert f"{other} keys once the dialect is {other}" in text(dialog, "#also")


# --- breaks -------------------------------------------------------------------------------------


async def test_ctrl_b_breaks_it_the_expectation_says_what_comes_and_the_way_back_is_there() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        await pilot.press("ctrl+b")
        await settle(pilot, lambda: isinstance(app.screen, BreakDialog))
        await pilot.press("1")
        await settle(pilot, lambda: app.screen is dialog)
        broken = dialog.area.text
        assert KEY not in broken
        assert "lost: 80018" in text(dialog, "#late")
        await pilot.press("ctrl+b")
        await settle(pilot, lambda: isinstance(app.screen, BreakDialog))
        await pilot.press("0")
        await settle(pilot, lambda: dialog.area.text == RECOVERY_KEY)
        await pilot.press("ctrl+z", "enter")
        await pilot.pause()
    assert app.used == [broken]


async def test_the_channel_under_the_cursor_is_the_one_that_is_broken() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        await pilot.press("down", "down", "down", "down")
        line = dialog.query_one(KeyParts)
        assert line.channel == "audit"
        await pilot.press("ctrl+b")
        await settle(pilot, lambda: isinstance(app.screen, BreakDialog))
        await pilot.press("6")
        await settle(pilot, lambda: app.screen is dialog)
        assert line.part is not None
        assert line.part.source.kind is PartKind.CHANNEL
        assert line.line.value == "90:c@7958562710?"
        assert "audit: not RESUMED" in text(dialog, "#late")


async def test_it_is_cut_at_the_cursor_and_the_place_is_marked() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        dialog.area.move_cursor((0, 30))
        await pilot.press("ctrl+b")
        await settle(pilot, lambda: isinstance(app.screen, BreakDialog))
        await pilot.press("8")
        await settle(pilot, lambda: app.screen is dialog)
        assert dialog.area.text == RECOVERY_KEY[:30]
        assert "ends at character 31" in text(dialog, "#read")


# --- age ----------------------------------------------------------------------------------------


async def test_a_late_key_is_warned_of() -> None:
    app = Host(S.SUSPENDED)
    gone = app.view.connection.evolve(last_mono=views.NOW - 220_000)
    app.view = replace(app.view, connection=gone)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        late = text(dialog, "#late")
        assert "! late Saved 3 min 40 s ago; the server keeps a connection for 2 min." in late
        dialog.area.clear()
        await pilot.pause()
        assert text(dialog, "#late") == ""


async def test_a_key_grows_late_while_one_looks_at_it(tmp_path: Path) -> None:
    app = Host(S.CLOSED, keys=tmp_path / "keys.toml")
    app.own = None
    kept = SavedKey(RECOVERY_KEY, DialectName.CURRENT, app.clock.wall() - 110_000, ttl=120_000)
    savedkeys.save(tmp_path / "keys.toml", kept)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        dialog.area.insert(RECOVERY_KEY)
        await pilot.pause()
        assert "recovered" in text(dialog, "#late")
        app.clock.advance(20_000)
        dialog.show(replace(dialog._view, now=app.clock.mono()))
        assert "! late Saved 2 min 10 s ago" in text(dialog, "#late")


# --- keeping ------------------------------------------------------------------------------------


async def test_ctrl_s_saves_the_key_and_ctrl_o_takes_it_up_again(tmp_path: Path) -> None:
    app = Host(S.CONNECTED, keys=tmp_path / "keys.toml")
    path = tmp_path / "keys.toml"
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert any("Saved in" in line for line in said(pilot))
        (kept,) = savedkeys.load(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert kept == SavedKey(
            RECOVERY_KEY, DialectName.CURRENT, app.clock.wall(), "127.0.0.1:8080", 120_000.0
        )
        dialog.area.text = "x"
        await pilot.press("ctrl+o")
        await settle(pilot, lambda: isinstance(app.screen, KeyFileDialog))
        await pilot.press("enter")
        await settle(pilot, lambda: app.screen is dialog)
        assert dialog.area.text == RECOVERY_KEY


async def test_a_file_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    app = Host(S.CONNECTED, keys=tmp_path / "keys.toml")
    (tmp_path / "keys.toml").write_text("mine = true\n")
    async with app.run_test(size=(120, 36)) as pilot:
        await bench_of(pilot)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert any("no list of saved recovery keys" in line for line in said(pilot))
    assert (tmp_path / "keys.toml").read_text() == "mine = true\n"


async def test_an_old_key_saved_again_does_not_become_younger(tmp_path: Path) -> None:
    app = Host(S.CLOSED, keys=tmp_path / "keys.toml")
    app.own = None
    old = SavedKey(RECOVERY_KEY, DialectName.CURRENT, app.clock.wall() - 1e6, "h:1", 120_000)
    savedkeys.save(tmp_path / "keys.toml", old)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        dialog.area.insert(RECOVERY_KEY.replace("414", "5"))
        await pilot.press("ctrl+s")
        await pilot.pause()
    ages = {key.saved for key in savedkeys.load(tmp_path / "keys.toml")}
    assert ages == {old.saved}


async def test_a_broken_key_that_is_saved_is_not_taken_for_a_good_one(tmp_path: Path) -> None:
    app = Host(S.CONNECTED, keys=tmp_path / "keys.toml")
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        await pilot.press("ctrl+b")
        await settle(pilot, lambda: isinstance(app.screen, BreakDialog))
        await pilot.press("1")
        await settle(pilot, lambda: app.screen is dialog)
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "lost: 80018" in text(dialog, "#late")
        (kept,) = savedkeys.load(tmp_path / "keys.toml")
        assert (kept.text, kept.saved, kept.ttl) == (dialog.area.text, None, None)


async def test_without_a_file_or_a_key_the_buttons_are_grey() -> None:
    app = Host(S.CLOSED)
    app.own = None
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        grey = {each.id for each in dialog.query(KeyButton) if each.off}
        assert grey == {"recover", "keep", "own", "break", "file"}
        await pilot.press("ctrl+t", "ctrl+s", "ctrl+o")
        await pilot.pause()
        assert app.screen is dialog
        assert any("RTN16g2" in line for line in said(pilot))


async def test_it_follows_the_connection_below() -> None:
    app, rig = make_app(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot)
        rig.move(connection_in(S.SUSPENDED))
        await settle(pilot, lambda: text(dialog, "#dialog-why") == "")


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (48, 14)])
async def test_it_can_be_used_in_a_small_terminal(size: tuple[int, int]) -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=size) as pilot:
        dialog = await bench_of(pilot)
        assert dialog.query_one("#dialog-row").region.bottom <= size[1]
        await pilot.press("down", "down", "1")
        await pilot.pause()
        line = dialog.query_one(KeyParts).line
        assert dialog.query_one("#dialog-body").region.contains_region(line.region)
        await pilot.press("enter")
        await pilot.pause()
    assert app.used == [RECOVERY_KEY.replace("414", "4141")]


async def test_without_a_credential_it_is_grey_and_says_so() -> None:
    app, _ = make_app(S.INITIALIZED, params=ConnectParams(), local=False)
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.action_do("recover")
        await pilot.pause()
        assert not isinstance(app.screen, RecoverDialog)


async def test_a_click_on_a_tool_does_what_its_key_does() -> None:
    app = Host(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await bench_of(pilot)
        assert await pilot.click("#break")
        await settle(pilot, lambda: isinstance(app.screen, BreakDialog))
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is dialog)
        assert dialog.query_one(KeyArea).text == RECOVERY_KEY
