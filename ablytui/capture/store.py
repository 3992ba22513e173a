"""The log of a session: what is appended is masked, numbered, and on disk within 100 ms.

One SQLite file is both the live store and the capture. Everything but `Reader`s belongs to the
thread of the loop; a writer thread commits, readers read what is committed. May not know
asyncio: the loop is a `call_soon`.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from ablytui.capture import files
from ablytui.capture.fragments import Fragments
from ablytui.capture.opening import take
from ablytui.capture.reader import Reader, Where, connect_reader, open_capture
from ablytui.capture.redact import Redactor
from ablytui.capture.run import Run
from ablytui.capture.schema import migrate
from ablytui.capture.writer import INTERVAL, Attempt, Mark, Writer
from ablytui.errors import CaptureError
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind, Row

__all__ = ["Attempt", "Reader", "SessionInfo", "Store", "Where", "open_capture"]

MOST_BACKLOG: Final = 4 << 20
"""Payload bytes not on disk above which the session stops reading its sockets."""

_TICK: Final = 0.25
_CONT: Final = Opcode.CONT
_FRAME: Final = EntryKind.FRAME


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """What a capture tells of one recording.

    `wall0` in ms since the epoch and `mono0` in ms are the same moment on the two clocks.
    `params` is plain data, masked here before it is written.
    """

    wall0: float
    mono0: float
    version: str
    params: Mapping[str, Any] = field(default_factory=dict)


def _nothing(*_: Any) -> None:
    """Nobody wants to know."""


class Store:
    """The live log.

    Args:
        path: None for a temporary file, removed at `close`; else NAME.ablycap, made with mode 0600.
            A capture that is there already is continued as a new session.
        session: written to table `session` at once.
        redactor: masks every row.
        on_grew: called on the loop with the highest n on disk, at most every `interval` s.
        call_soon: runs a function on the loop's thread, from any thread.
        on_masked: called within `append` (or `tick`) with each row, in order, once it is masked
            for good; only a fragment and what follows it come later than their `append`.
        on_error: called on the loop once, with one line, if recording had to end.
        on_drained: called on the loop when `overfull` has become False.
        now: µs since the session began; only used while a fragment waits for its rest.
        folder: where a temporary file goes; by default in the user's cache folder.

    Raises CaptureError in one plain line if the file cannot be made or continued.
    """

    def __init__(
        self,
        path: Path | None,
        *,
        session: SessionInfo,
        redactor: Redactor,
        on_grew: Callable[[int], None],
        call_soon: Callable[[Callable[[], None]], Any],
        on_masked: Callable[[int, Row], None] | None = None,
        on_error: Callable[[str], None] = _nothing,
        on_drained: Callable[[], None] = _nothing,
        now: Callable[[], int] | None = None,
        folder: Path | None = None,
        interval: float = INTERVAL,
        backlog_limit: int = MOST_BACKLOG,
    ) -> None:
        self.session = session
        self.redactor = redactor
        self.temporary = path is None
        self.error: str | None = None
        self.overfull = False
        self.committed = 0
        """The highest n on disk."""
        self.appended = 0
        """The highest n given."""
        self.settled = 0
        """The highest n whose row is masked for good; less than `appended` while one waits."""
        self._on_grew = on_grew
        self._call_soon = call_soon
        self._on_masked = on_masked
        self._on_error = on_error
        self._on_drained = on_drained
        self._now = now
        self._limit = backlog_limit
        self._readers: weakref.WeakSet[Reader] = weakref.WeakSet()
        self._closed = False
        self._fragments = Fragments(redactor)
        self._put_bytes = 0
        self._progress = threading.Condition()
        self._committed_bytes = 0
        self.path, self._lock, self._db, self._fresh = take(path, folder)
        self._writer = self._start(session, interval)

    def follow(
        self,
        on_masked: Callable[[int, Row], None],
        on_drained: Callable[[], None],
        now: Callable[[], int],
        on_error: Callable[[str], None],
    ) -> None:
        """Tell one follower of every masked row, of what goes wrong, and when it may go on.

        `now`: µs since the session began. See the arguments of the same names.
        """
        self._on_masked = on_masked
        self._on_drained = on_drained
        self._now = now
        self._on_error = on_error

    # --- writing, on the loop's thread ----------------------------------------------------------

    def append(self, row: Row) -> int:
        """Take a row, mask its payload in place, and return its n (1, 2, … without gaps).

        A fragment, and whatever comes while its message is not whole, is masked later but keeps
        the n returned here; see `settled`.
        """
        self.appended = n = self.appended + 1
        if self._fragments.busy or not row.fin or row.opcode is _CONT or self._held:
            self._release(self._fragments.put(row))
            return n
        if row.kind is _FRAME:
            # Redactor.row written out: nearly every row comes this way.
            redactor = self.redactor
            masked = redactor.frame(row.payload, row.opcode, strange=row.action is None)
            if masked is not row.payload:
                redactor.settle(row, masked)
        else:
            self.redactor.row(row)
        self.settled = n
        self._put_bytes += len(row.payload)
        self._writer.put(row)
        if self._put_bytes - self._committed_bytes > self._limit:
            self._fill()
        if self._on_masked is not None:
            self._on_masked(n, row)
        return n

    def append_run(self, run: Run) -> None:
        """Take rows that need no mask, while no row is `held`. `on_masked` is not told of them."""
        self.appended += len(run.payloads)
        self.settled = self.appended
        self._put_bytes += run.size
        self._writer.put(run)
        if self._put_bytes - self._committed_bytes > self._limit:
            self._fill()

    @property
    def held(self) -> bool:
        """A fragment waits for its rest, or rows wait behind one: each row must come alone."""
        return self._fragments.busy or self._fragments.waiting

    def attempt(self, attempt: Attempt) -> None:
        """Write what is known of a dial; None members leave what was written before."""
        redactor = self.redactor
        self._writer.put(
            Attempt(
                attempt.id,
                attempt.conn,
                None if attempt.host is None else redactor.name(attempt.host),
                None if attempt.url is None else redactor.redact_url(attempt.url),
                attempt.mode,
                attempt.status,
                None if attempt.headers is None else redactor.redact_headers(attempt.headers),
                attempt.phases,
            )
        )

    def mark(self, n: int, note: str | None) -> None:
        """Mark row `n` with a note; None takes its mark away."""
        self._writer.put(Mark(n, note))

    def add_secret(self, secret: str) -> None:
        """Mask `secret` from now on wherever it stands."""
        self.redactor.add(secret)

    def tick(self, at: int) -> None:
        """`at` µs have passed since the session began: a fragment may have waited long enough.

        Called by the store itself when it was given `now`.
        """
        self._release(self._fragments.tick(at))

    @property
    def backlog(self) -> int:
        """Payload bytes that are masked but not on disk."""
        return self._put_bytes - self._committed_bytes if self.error is None else 0

    def reader(self) -> Reader:
        """A new connection that sees what is committed. `close` of the store closes it."""
        try:
            reader = Reader(connect_reader(self.path), self.path)
        except sqlite3.Error as bad:
            raise CaptureError(f"{self.path} cannot be read: {bad}") from None
        self._readers.add(reader)
        return reader

    # --- ending ---------------------------------------------------------------------------------

    def flush(self, timeout: float = 5.0) -> bool:
        """Wait until every masked row is on disk; False if `timeout` seconds did not suffice."""
        goal = self.settled
        self._writer.hurry()
        with self._progress:
            self._progress.wait_for(
                lambda: self.committed >= goal or self.error is not None, timeout
            )
        return self.committed >= goal

    def close(self, timeout: float = 5.0) -> None:
        """Commit everything, end the thread, leave one file that can be handed over.

        A temporary file is removed. Blocks for at most about `timeout` seconds.
        """
        if self._closed:
            return
        self._closed = True
        self._release(self._fragments.end())
        ended = self._writer.join(timeout)
        for reader in list(self._readers):
            reader.abandon()
        if ended:
            self._finish()
        if self.temporary:
            files.remove(self.path)
        self._lock.release()

    def _finish(self) -> None:
        if not self.temporary and self.error is None:
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("pragma busy_timeout = 500")
                self._db.execute("pragma wal_checkpoint(truncate)")
                self._db.execute("pragma journal_mode = delete")
        self._db.close()

    # --- inside ---------------------------------------------------------------------------------

    def _start(self, session: SessionInfo, interval: float) -> Writer:
        """Write the session's row and set the writer going."""
        try:
            session_id, base = self._begin(session)
            writer = Writer(
                self._db,
                session=session_id,
                base=base,
                last=self.committed,
                committed=self._was_committed,
                failed=self._has_failed,
                ticked=self._wants_tick,
                interval=interval,
            )
        except sqlite3.Error as bad:
            self._abort()
            raise CaptureError(f"{self.path} cannot be written: {bad}") from None
        writer.start()
        return writer

    def _begin(self, session: SessionInfo) -> tuple[int, int]:
        """Write the session's row; its id, and what is added to the numbers of its attempts."""
        db = self._db
        db.execute("pragma journal_mode = wal")
        db.execute(f"pragma synchronous = {'off' if self.temporary else 'normal'}")
        migrate(db)
        last = int(db.execute("select max(n) from entry").fetchone()[0] or 0)
        base = db.execute(
            "select max((select coalesce(max(id), 0) from attempt),"
            " (select coalesce(max(attempt), 0) from entry where n > ?))",
            (last - 1000,),
        ).fetchone()[0]
        params = json.dumps(self.redactor.redact_members(session.params), default=str)
        cursor = db.execute(
            "insert into session(wall0, mono0, version, params, first, base)"
            " values(?, ?, ?, ?, ?, ?)",
            (session.wall0, session.mono0, session.version, params, last + 1, base),
        )
        self.committed = self.appended = self.settled = last
        return int(cursor.lastrowid or 1), int(base)

    def _abort(self) -> None:
        self._db.close()
        if self._fresh:
            files.remove(self.path)
        self._lock.release()

    @property
    def _held(self) -> bool:
        return self._fragments.waiting

    def _release(self, rows: list[Row]) -> None:
        for row in rows:
            self.settled += 1
            self._put_bytes += len(row.payload)
            self._writer.put(row)
            if self._on_masked is not None:
                self._on_masked(self.settled, row)
        if self.backlog > self._limit:
            self._fill()
        every = _TICK if self._held and self._now is not None else None
        if every != self._writer.tick_every:
            self._writer.tick_every = every
            self._writer.rouse()

    def _fill(self) -> None:
        if not self.overfull and self.error is None:
            self.overfull = True
            self._writer.hurry()

    def _drain(self) -> None:
        if self.overfull and self.backlog <= self._limit // 2:
            self.overfull = False
            self._on_drained()

    def _tick_now(self) -> None:
        if self._now is not None and not self._closed:
            self.tick(self._now())

    # --- on the writer's thread -----------------------------------------------------------------

    def _was_committed(self, n: int, size: int) -> None:
        with self._progress:
            self.committed = n
            self._committed_bytes = size
            self._progress.notify_all()
        if not self._writer.more:
            self._tell(partial(self._grew, n))
        elif self.overfull:
            self._tell(self._drain)

    def _has_failed(self, text: str) -> None:
        with self._progress:
            self.error = f"{self.path}: {text}"
            self._progress.notify_all()
        self._tell(self._errored)

    def _wants_tick(self) -> None:
        self._tell(self._tick_now)

    def _tell(self, what: Callable[[], None]) -> None:
        # A loop that was closed before the store has nobody left to tell.
        with contextlib.suppress(RuntimeError):
            self._call_soon(what)

    def _grew(self, n: int) -> None:
        self._on_grew(n)
        self._drain()

    def _errored(self) -> None:
        self._grew(self.committed)
        if self.error is not None:
            self._on_error(self.error)
