from __future__ import annotations

import stat
from contextlib import closing
from pathlib import Path

import pytest

from ablytui.capture.opening import take
from ablytui.capture.schema import migrate
from ablytui.errors import CaptureError


def test_a_new_file_is_private_and_locked(tmp_path: Path) -> None:
    path, lock, db, fresh = take(None, tmp_path)
    with closing(db):
        assert fresh
        assert path.parent == tmp_path
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lock.release()


def test_a_capture_is_continued_by_one_at_a_time(tmp_path: Path) -> None:
    where = tmp_path / "a.ablycap"
    path, lock, db, fresh = take(where, None)
    with closing(db):
        assert (path, fresh) == (where, True)
        migrate(db)
        with pytest.raises(CaptureError, match="is being recorded by another ablytui"):
            take(where, None)
    lock.release()
    path, lock, db, fresh = take(where, None)
    db.close()
    lock.release()
    assert not fresh


def test_what_is_no_capture_is_refused_and_left_free(tmp_path: Path) -> None:
    where = tmp_path / "a.ablycap"
    where.write_bytes(b"SQLite format 3\0" + b"x" * 2000)
    for _ in range(2):
        with pytest.raises(CaptureError, match="is not a capture"):
            take(where, None)
    with pytest.raises(CaptureError, match="cannot be made"):
        take(tmp_path / "no" / "where.ablycap", None)
