from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ablytui.ui.clipboard import keep, sendable, short


def test_the_last_copy_is_kept_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state" / "copied.txt"
    assert keep("first, longer", path)
    assert keep("sécond", path)
    assert path.read_text("utf-8") == "sécond"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert list(path.parent.iterdir()) == [path]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    path = tmp_path / "copied.txt"
    path.symlink_to(other)
    assert keep("copy", path)
    assert other.read_text() == "mine"


def test_where_nothing_can_be_written_nothing_is_claimed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not keep("x", tmp_path / "file" / "copied.txt")
    (tmp_path / "folder" / "copied.txt").mkdir(parents=True)
    assert not keep("x", tmp_path / "folder" / "copied.txt")
    assert len(list((tmp_path / "folder").iterdir())) == 1


def test_half_a_character_is_written_out(tmp_path: Path) -> None:
    assert sendable("a\ud800b") == "a\\ud800b"
    assert keep("a\ud800b", tmp_path / "c")
    assert (tmp_path / "c").read_text() == "a\\ud800b"


def test_a_path_as_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert short(tmp_path / "a" / "b") == "~/a/b"
    assert short(Path("/elsewhere/b")) == "/elsewhere/b"
