from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ablytui.capture import files
from ablytui.errors import CaptureError


def test_a_file_is_made_private_and_never_over_another(tmp_path: Path) -> None:
    path = tmp_path / "a.ablycap"
    files.create_private(path)
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(FileExistsError):
        files.create_private(path)


def test_one_owner_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "a.ablycap"
    first = files.Lock(path)
    with pytest.raises(BlockingIOError):
        files.Lock(path)
    first.release()
    assert list(tmp_path.iterdir()) == []
    files.Lock(path).release()


HOLD = """
import sys
from pathlib import Path
from ablytui.capture import files
path = Path(sys.argv[1])
lock = files.Lock(path)
files.create_private(path)
print("held", flush=True)
sys.stdin.read()
"""


def test_sweep_takes_orphans_and_leaves_the_living(tmp_path: Path) -> None:
    orphan = files.temporary_path(tmp_path)
    alive = files.temporary_path(tmp_path)
    other = tmp_path / "mine.ablycap"
    for path in (
        orphan,
        Path(f"{orphan}-wal"),
        Path(f"{orphan}-shm"),
        Path(f"{orphan}-lock"),
        other,
    ):
        path.touch()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(alive)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        assert files.sweep(tmp_path) == 1
        assert sorted(tmp_path.iterdir()) == sorted([alive, Path(f"{alive}-lock"), other])
        child.kill()
    assert files.sweep(tmp_path) == 1
    assert list(tmp_path.iterdir()) == [other]


def test_temporary_names_differ(tmp_path: Path) -> None:
    assert files.temporary_path(tmp_path) != files.temporary_path(tmp_path)


def test_the_temporary_folder_is_the_users_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = files.temporary_folder()
    assert folder.is_dir()
    if sys.platform == "linux":
        assert folder == tmp_path / "ablytui" / "live"
        assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="XDG_CACHE_HOME is of Linux")
def test_without_a_cache_folder_the_systems_temporary_one_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = files.temporary_folder()
    assert folder.parent == tmp_path
    assert folder.is_dir()


def test_named_paths(tmp_path: Path) -> None:
    path = tmp_path / "a.ablycap"
    assert files.named_path(path) == (path, False)
    path.touch()
    assert files.named_path(path) == (path, True)
    for bad, why in (
        (Path(), r"a capture's name ends in .ablycap, as NAME.ablycap"),
        (tmp_path / "run.db", r"run.db: a capture's name ends in .ablycap, as run.ablycap"),
        (tmp_path / "no" / "a.ablycap", "there is no folder"),
    ):
        with pytest.raises(CaptureError, match=why):
            files.named_path(bad)
    (tmp_path / "folder.ablycap").mkdir()
    with pytest.raises(CaptureError, match="is not a file"):
        files.named_path(tmp_path / "folder.ablycap")


def test_remove_takes_what_sqlite_left(tmp_path: Path) -> None:
    path = tmp_path / "a.ablycap"
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{path}{suffix}").touch()
    files.remove(path)
    files.remove(path)
    assert list(tmp_path.iterdir()) == []
