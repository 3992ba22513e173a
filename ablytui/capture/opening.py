"""Takes the file of a recording: a new one, or one that is there and may be continued."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ablytui.capture import files
from ablytui.capture.schema import check
from ablytui.errors import CaptureError


def take(
    path: Path | None, folder: Path | None
) -> tuple[Path, files.Lock, sqlite3.Connection, bool]:
    """The file, its lock, a connection, and whether the file is new.

    `path` None: a temporary file in `folder`, by default the user's cache. Raises CaptureError.
    """
    if path is None:
        folder = files.temporary_folder() if folder is None else folder
        files.sweep(folder)
        where, exists = files.temporary_path(folder), False
    else:
        where, exists = files.named_path(path)
    try:
        lock = files.Lock(where)
    except BlockingIOError:
        raise CaptureError(f"{where} is being recorded by another ablytui") from None
    except OSError as bad:
        raise CaptureError(f"{where} cannot be made: {bad.strerror}") from None
    try:
        if not exists:
            files.create_private(where)
        return where, lock, _connect(where, exists), not exists
    except OSError as bad:
        lock.release()
        raise CaptureError(f"{where} cannot be made: {bad.strerror}") from None
    except CaptureError:
        lock.release()
        raise


def _connect(path: Path, exists: bool) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=5.0)
    try:
        if exists:
            check(db, path)
    except CaptureError:
        db.close()
        raise
    return db
