"""The files of a capture: made private, owned by one process, and cleared away.

A recording process holds a lock on `NAME-lock` beside its file, so that nobody else records into
it and the next start can tell an orphan from a file in use.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from ablytui import folders
from ablytui.errors import CaptureError

try:
    import fcntl
except ImportError:  # Windows: there an open file cannot be removed or replaced anyway
    fcntl = None  # type: ignore[assignment]

SUFFIX: Final = ".ablycap"
_COMPANIONS: Final = ("-wal", "-shm", "-journal", "-lock")
_TEMPORARY: Final = "live-"


class Lock:
    """The mark of the one process that records into a file."""

    def __init__(self, path: Path) -> None:
        """Raises BlockingIOError if another process holds it."""
        self._path = path.with_name(path.name + "-lock")
        while True:
            self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            try:
                _lock(self._fd)
                # Its former owner may have removed it between our two steps.
                if _same(self._fd, self._path):
                    return
            except BaseException:
                os.close(self._fd)
                raise
            os.close(self._fd)

    def release(self) -> None:
        """Let go and remove the lock file."""
        if fcntl is None:
            os.close(self._fd)
        with contextlib.suppress(OSError):
            self._path.unlink()
        if fcntl is not None:
            os.close(self._fd)


def _lock(fd: int) -> None:
    if fcntl is None:
        return
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except OSError:
        # Some network file systems know no locks; recording matters more.
        return


def _same(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except OSError:
        return False


def create_private(path: Path) -> None:
    """Make an empty file that only its owner may read. Raises FileExistsError, OSError."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def temporary_folder() -> Path:
    """Where captures live that nobody asked to keep. Made private if it is not there."""
    # On disk by choice: the system's own folder for temporary files is often in memory.
    folder = folders.live()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
    except OSError:
        pass
    return Path(tempfile.mkdtemp(prefix="ablytui-"))


def temporary_path(folder: Path) -> Path:
    """A new name for a temporary capture."""
    return folder / f"{_TEMPORARY}{os.getpid()}-{secrets.token_hex(4)}{SUFFIX}"


def remove(path: Path) -> None:
    """Remove a capture with everything that SQLite keeps beside it."""
    for companion in ("", *_COMPANIONS):
        with contextlib.suppress(OSError):
            path.with_name(path.name + companion).unlink()


def sweep(folder: Path) -> int:
    """Remove the temporary captures of processes that are no more; how many."""
    removed = 0
    for path in folder.glob(f"{_TEMPORARY}*{SUFFIX}"):
        try:
            lock = Lock(path)
        except OSError:
            continue
        remove(path)
        lock.release()
        removed += 1
    return removed


def named_path(path: Path) -> tuple[Path, bool]:
    """The absolute path of a capture asked for by name, and whether it is there already.

    Raises CaptureError for a wrong ending or a folder that is missing.
    """
    given, path = path, path.expanduser().absolute()
    if path.suffix != SUFFIX:
        as_in = f"{path.stem}{SUFFIX}" if given.name else f"NAME{SUFFIX}"
        raise CaptureError(f"{given}: a capture's name ends in {SUFFIX}, as {as_in}")
    if not path.parent.is_dir():
        raise CaptureError(f"{path} cannot be made: there is no folder {path.parent}")
    if path.exists() and not path.is_file():
        raise CaptureError(f"{path} is not a file")
    return path, path.exists()
