from __future__ import annotations

import pytest

from ablytui.protocol.keybreaks import KEY_BREAKS
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.savedkeys import SavedKey
from ablytui.ui.present.keychoice import break_line, restore_line, saved_line
from tests.support.app import KEY, RECOVERY_KEY, connection_in

CURRENT = DialectName.CURRENT
WALL = 1_764_062_312_345.0


def line(key: SavedKey, state: S = S.CLOSED, width: int = 84) -> str:
    connection = connection_in(state)
    return saved_line(key, connection, connection.last_mono, WALL, width).plain


@pytest.mark.parametrize("width", [40, 60, 84])
def test_a_break_says_what_comes_of_it_or_that_there_is_nothing_to_break(width: int) -> None:
    for each in KEY_BREAKS:
        shown = break_line(3, each, width, can=True)
        assert shown.plain.startswith(f"3 {each.title}"[:width])
        assert shown.cell_length <= width
    assert "nothing to break" in break_line(3, KEY_BREAKS[0], width, can=False).plain
    assert restore_line(width).plain.startswith("0 as it was")


def test_a_saved_key_has_its_age_dialect_host_and_no_secret() -> None:
    shown = line(SavedKey(RECOVERY_KEY, CURRENT, WALL - 220_000, "h:1", 300_000))
    assert shown.split() == ["3", "min", "40", "s", "ago", "current", "gk3T•••", "h:1"]
    assert KEY not in shown


def test_one_that_is_too_old_says_so_and_one_that_is_open_too() -> None:
    key = SavedKey(RECOVERY_KEY, CURRENT, WALL - 220_000)
    assert "! late" in line(key)
    assert "open" in line(key, S.CONNECTED)
    assert "late" not in line(key, S.CONNECTED)


def test_an_age_that_is_not_known_is_not_guessed() -> None:
    assert line(SavedKey(RECOVERY_KEY, CURRENT)).startswith("age not known")


def test_a_narrow_list_keeps_what_matters_most() -> None:
    shown = line(SavedKey(RECOVERY_KEY, CURRENT, WALL, "a-very-long-host.example:443"), width=45)
    assert len(shown) <= 45
    assert "current" in shown


def test_a_hostile_host_stays_text() -> None:
    assert "\x1b" not in line(SavedKey(RECOVERY_KEY, CURRENT, WALL, "\x1b[2Jh"))
