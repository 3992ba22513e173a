from __future__ import annotations

from pathlib import Path

import pytest
from textual.app import App
from textual.widgets import Static

from ablytui import savedkeys
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.savedkeys import SavedKey
from ablytui.ui.screens.keyfile import KeyFileDialog, PathInput
from ablytui.ui.widgets.choice_list import ChoiceList
from ablytui.ui.widgets.key_button import KeyButton
from tests.support.app import KEY, RECOVERY_KEY, connection_in

WALL = 1_764_062_312_345.0
NEW = SavedKey(RECOVERY_KEY, DialectName.CURRENT, WALL - 10_000, "127.0.0.1:8080", 120_000.0)
OLD = SavedKey("k:12:3", DialectName.CLASSIC, WALL - 9_000_000)


class Host(App[None]):
    def __init__(self, path: Path) -> None:
        super().__init__()
        self.dialog = KeyFileDialog(connection_in(S.CLOSED), path, lambda: WALL, blink=False)
        self.results: list[SavedKey | None] = []

    def on_mount(self) -> None:
        self.push_screen(self.dialog, self.results.append)

    @property
    def rows(self) -> list[str]:
        return [str(option.prompt) for option in self.dialog.query_one(ChoiceList).options]

    @property
    def intro(self) -> str:
        return str(self.dialog.query_one("#intro", Static).content)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "keys.toml"
    savedkeys.save(file, OLD)
    savedkeys.save(file, NEW)
    return file


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (60, 20), (48, 14)])
async def test_the_newest_is_first_and_enter_takes_it(path: Path, size: tuple[int, int]) -> None:
    app = Host(path)
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        assert app.rows[0].startswith("10 s ago")
        assert "! late" in app.rows[1]
        assert KEY not in "".join(app.rows)
        assert app.screen.query_one("#dialog-row").region.bottom <= size[1]
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == [NEW]


async def test_del_takes_a_key_out_of_the_file(path: Path) -> None:
    app = Host(path)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("delete")
        await pilot.pause()
        assert savedkeys.load(path) == (OLD,)
        assert len(app.rows) == 1
        await pilot.press("delete", "delete")
        await pilot.pause()
        assert savedkeys.load(path) == ()
        assert app.intro == "No key is saved."
        assert app.dialog.query_one("#delete", KeyButton).off


async def test_another_file_with_one_key_is_taken_at_once(path: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.txt"
    bare.write_text(RECOVERY_KEY + "\n")
    app = Host(path)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.press("tab")
        app.dialog.query_one(PathInput).insert_text_at_cursor(str(bare))
        await pilot.press("enter")
        await pilot.pause()
        assert app.results == [SavedKey(RECOVERY_KEY, DialectName.CURRENT)]


async def test_another_file_with_several_is_shown_and_keeps_its_keys(
    path: Path, tmp_path: Path
) -> None:
    app = Host(tmp_path / "none.toml")
    async with app.run_test(size=(120, 36)) as pilot:
        assert app.dialog.query_one(PathInput).has_focus
        app.dialog.query_one(PathInput).insert_text_at_cursor(str(path))
        await pilot.press("enter")
        await pilot.pause()
        assert len(app.rows) == 2
        assert app.intro.startswith("In ")
        await pilot.press("delete", "down", "enter")
        await pilot.pause()
        assert app.results == [OLD]
    assert len(savedkeys.load(path)) == 2


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("missing", None, "no such file"),
        ("bad", "hello there", "no recovery key, and no list of saved ones"),
        ("half", RECOVERY_KEY[:-1], "no whole recovery key: The JSON ends at character"),
        ("~nobody/at/all", None, "no such file"),
    ],
)
async def test_a_bad_file_is_one_clear_line_and_the_list_stays(
    path: Path, tmp_path: Path, name: str, content: str | None, words: str
) -> None:
    app = Host(path)
    if content is not None:
        (tmp_path / name).write_text(content)
    async with app.run_test(size=(120, 36)) as pilot:
        typed = name if name.startswith("~") else str(tmp_path / name)
        app.dialog.query_one(PathInput).focus()
        app.dialog.query_one(PathInput).insert_text_at_cursor(typed)
        await pilot.press("enter")
        await pilot.pause()
        assert words in app.intro
        assert app.intro.startswith("✕ ")
        assert len(app.rows) == 2
        assert app.results == []
        await pilot.press("escape")
        await pilot.pause()
        assert app.results == [None]


async def test_ones_own_file_that_is_bad_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "keys.toml"
    file.write_text("[[key]]\ndialect = 5\n")
    app = Host(file)
    async with app.run_test(size=(120, 36)) as pilot:
        await pilot.pause()
        assert "key 1: dialect is 5" in app.intro
        await pilot.press("enter", "delete")
        assert app.results == []
    assert file.read_text() == "[[key]]\ndialect = 5\n"
