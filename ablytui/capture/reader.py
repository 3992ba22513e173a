"""Looking at a capture: rows by number, the nearest row of a kind, and numbers by condition.

A connection of its own, beside a live writer or on a finished file. Full decoding is the
caller's: a reader hands out bytes.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ablytui.capture.filter import Filter
from ablytui.capture.schema import FORMAT, check, format_of, migrate
from ablytui.capture.where import Where as Where
from ablytui.capture.writer import Attempt
from ablytui.errors import CaptureError
from ablytui.protocol.frame import Direction, Opcode, Origin
from ablytui.protocol.log import Entry, EntryKind, Sum
from ablytui.protocol.message import ProtocolAction

SLICE: Final = 20_000
"""Rows that one step of a filter looks at: a few ms."""

_COLUMNS: Final = (
    "n, at, conn, attempt, kind, dir, opcode, fin, origin, action, channel, msg_serial, count,"
    " error, flags, size, wire, payload"
)
_MESSAGE_IN: Final = f"kind = 0 and dir is 0 and action is {int(ProtocolAction.MESSAGE)}"
_KINDS: Final = {int(kind): kind for kind in EntryKind}
_OPCODES: Final = {int(opcode): opcode for opcode in Opcode}
_DIRECTIONS: Final = {0: Direction.IN, 1: Direction.OUT}
_ORIGINS: Final = (Origin.PEER, Origin.ENGINE, Origin.USER, Origin.INJECTED)


@dataclass(frozen=True, slots=True)
class Session:
    """One recording in a capture. `first` is the n of its first row, `wall0` ms since the epoch."""

    id: int
    wall0: float
    mono0: float
    version: str
    params: Any
    first: int
    base: int


class Reader:
    """Reads one capture; may be used from any one thread at a time.

    Every method raises CaptureError if the file is damaged, or the reader was closed.
    """

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._db: sqlite3.Connection | None = db
        self._lock = threading.Lock()
        self._channels: dict[int, str] = {}
        self._sessions: list[Session] = []
        self._renumbered = False

    # --- rows -----------------------------------------------------------------------------------

    def last(self) -> int:
        """The highest n there is; 0 for an empty capture."""
        return int(self._ask("select max(n) from entry")[0][0] or 0)

    def rows(self, start: int, stop: int) -> list[Entry]:
        """The rows with n in [start, stop)."""
        sql = f"select {_COLUMNS} from entry where n >= ? and n < ? order by n"  # noqa: S608
        return self._entries(sql, start, stop)

    def row(self, n: int) -> Entry | None:
        """One row, or None if there is none of that number."""
        found = self.rows(n, n + 1)
        return found[0] if found else None

    def sparse(self, start: int, stop: int) -> tuple[list[Entry], list[Sum]]:
        """The rows in [start, stop) that are no inbound MESSAGE, and what these come to.

        Nearly all rows of a flood are such frames, and for most purposes only their sums matter.
        """
        base = "from entry where n >= ? and n < ? and"
        rows = self._entries(
            f"select {_COLUMNS} {base} not ({_MESSAGE_IN}) order by n",
            start,
            stop,
        )
        sums = f"select channel, count(*), sum(size), max(n), max(at) {base} {_MESSAGE_IN} group by channel"
        found = self._ask(sums, start, stop)
        return rows, [
            Sum(None if id_ is None else self._channel(id_), *summed) for id_, *summed in found
        ]

    def pick(self, numbers: Sequence[int]) -> list[Entry]:
        """The rows of these numbers, in rising order of n."""
        marks = ",".join("?" * len(numbers))
        sql = f"select {_COLUMNS} from entry where n in ({marks}) order by n"  # noqa: S608
        return self._entries(sql, *numbers)

    def special(self, start: int, stop: int, kinds: Collection[EntryKind] = ()) -> list[Entry]:
        """The rows in [start, stop) that are no frames, or of `kinds` among these."""
        where, values = _special(kinds)
        sql = (
            f"select {_COLUMNS} from entry indexed by special where {where}"  # noqa: S608
            " and n >= ? and n < ? order by n"
        )
        return self._entries(sql, *values, start, stop)

    def special_numbers(
        self, start: int, stop: int, kinds: Collection[EntryKind] = ()
    ) -> array[int]:
        """The numbers of what `special` returns."""
        where, values = _special(kinds)
        sql = (
            f"select n from entry indexed by special where {where} and n >= ? and n < ? order by n"  # noqa: S608
        )
        return array("q", (n for (n,) in self._ask(sql, *values, start, stop)))

    # --- the nearest ----------------------------------------------------------------------------

    def next_special(self, n: int, kinds: Collection[EntryKind] = ()) -> Entry | None:
        """The first row after `n` that is no frame, or of `kinds` among these."""
        return self._nearest_special(n, kinds, ">", "asc")

    def previous_special(self, n: int, kinds: Collection[EntryKind] = ()) -> Entry | None:
        """The last row before `n` that is no frame, or of `kinds` among these."""
        return self._nearest_special(n, kinds, "<", "desc")

    def first_after(self, n: int, where: Where) -> Entry | None:
        """The first row after `n` for which `where` holds. Looks at every row between."""
        return self._nearest(n, where, ">", "asc")

    def latest_before(self, n: int, where: Where) -> Entry | None:
        """The last row before `n` for which `where` holds. Looks at every row between."""
        return self._nearest(n, where, "<", "desc")

    def numbers(
        self,
        where: Where | Filter,
        start: int = 1,
        stop: int | None = None,
        *,
        newest_first: bool = False,
        step: int = SLICE,
    ) -> Iterator[array[int]]:
        """The numbers in [start, stop) for which `where` holds, `step` rows at a time.

        Each array rises; with `newest_first` the arrays come from the end to the beginning.
        Nothing is held between two steps, so it may be dropped half-way. Empty ones come too.
        """
        stop = self.last() + 1 if stop is None else stop
        condition, values = where.sql()
        sql = f"select n from entry where n >= ? and n < ? and {condition} order by n"  # noqa: S608
        begins = range(start, stop, step)
        for begin in reversed(begins) if newest_first else begins:
            found = self._ask(sql, begin, min(begin + step, stop), *values)
            yield array("q", (n for (n,) in found))

    # --- what is not a row ----------------------------------------------------------------------

    def sessions(self) -> list[Session]:
        """The recordings in this capture, oldest first."""
        found = self._ask(
            "select id, wall0, mono0, version, params, first, base from session order by id"
        )
        self._sessions = [
            Session(i, wall, mono, version, _plain(params), first, base)
            for i, wall, mono, version, params, first, base in found
        ]
        self._renumbered = any(session.base for session in self._sessions)
        return list(self._sessions)

    def session_of(self, n: int) -> Session | None:
        """The recording to which row `n` belongs."""
        sessions = self._sessions or self.sessions()
        at = bisect_right([session.first for session in sessions], n) - 1
        return sessions[at] if at >= 0 else None

    def attempts(self, session: int | None = None) -> list[Attempt]:
        """The dials, of one session or of all; numbered from 1 in each session."""
        found = self._ask(
            "select a.id - s.base, a.conn, a.host, a.url, a.mode, a.status, a.headers, a.phases"
            " from attempt a join session s on s.id = a.session"
            " where ?1 is null or a.session = ?1 order by a.id",
            session,
        )
        return [
            Attempt(i, conn, host, url, mode, status, _plain(headers), _plain(phases))
            for i, conn, host, url, mode, status, headers, phases in found
        ]

    def marks(self) -> dict[int, str]:
        """The rows that were marked, rising, with their notes."""
        return dict(self._ask("select n, note from mark order by n"))

    def channels(self) -> list[str]:
        """Every channel named in a row, in the order of first sight."""
        return [name for (name,) in self._ask("select name from channel order by id")]

    def close(self) -> None:
        """Close the connection; more than once is fine."""
        with self._lock:
            if self._db is not None:
                self._db.close()
                self._db = None

    def abandon(self) -> None:
        """Close from another thread, breaking off what is being asked."""
        db = self._db
        if db is not None:
            db.interrupt()
        self.close()

    # --- inside ---------------------------------------------------------------------------------

    def _ask(self, sql: str, *values: Any) -> list[Any]:
        with self._lock:
            if self._db is None:
                raise CaptureError(f"{self.path} is closed")
            try:
                return self._db.execute(sql, values).fetchall()
            except sqlite3.Error as bad:
                raise CaptureError(f"{self.path} cannot be read: {bad}") from None

    def _nearest(self, n: int, where: Where, side: str, order: str) -> Entry | None:
        condition, values = where.sql()
        sql = (
            f"select {_COLUMNS} from entry where n {side} ? and {condition}"  # noqa: S608
            f" order by n {order} limit 1"
        )
        return next(iter(self._entries(sql, n, *values)), None)

    def _nearest_special(
        self, n: int, kinds: Collection[EntryKind], side: str, order: str
    ) -> Entry | None:
        where, values = _special(kinds)
        sql = (
            f"select {_COLUMNS} from entry indexed by special where {where} and n {side} ?"  # noqa: S608
            f" order by n {order} limit 1"
        )
        return next(iter(self._entries(sql, *values, n)), None)

    def _entries(self, sql: str, *values: Any) -> list[Entry]:
        return [self._entry(found) for found in self._ask(sql, *values)]

    def _entry(self, found: tuple[Any, ...]) -> Entry:
        (n, at, conn, attempt, kind, direction, opcode, fin, origin, action, channel) = found[:11]
        msg_serial, count, error, flags, size, wire, payload = found[11:]
        # Nearly every capture is one session, whose attempts are numbered as they are.
        if attempt and (self._renumbered or not self._sessions):
            session = self.session_of(n)
            attempt -= session.base if session is not None else 0
        return Entry(
            n,
            at,
            _KINDS.get(kind, EntryKind.NOTICE),
            attempt,
            _DIRECTIONS.get(direction),
            _OPCODES.get(opcode),
            bool(fin),
            _ORIGINS[origin] if origin in (0, 1, 2, 3) else Origin.PEER,
            action,
            None if channel is None else self._channel(channel),
            msg_serial,
            count,
            error,
            flags,
            size,
            wire,
            payload if isinstance(payload, bytes) else str(payload).encode(),
            conn,
        )

    def _channel(self, id_: int) -> str:
        name = self._channels.get(id_)
        if name is None:
            self._channels.update(self._ask("select id, name from channel"))
            name = self._channels.setdefault(id_, f"channel {id_}")
        return name


def _special(kinds: Collection[EntryKind]) -> tuple[str, list[int]]:
    if not kinds:
        return "kind <> 0", []
    return f"kind <> 0 and kind in ({','.join('?' * len(kinds))})", [int(kind) for kind in kinds]


def _plain(text: str | None) -> Any:
    if text is None:
        return None
    try:
        return json.loads(text)
    except ValueError:
        return None


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write. Raises sqlite3.Error."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )


def open_capture(path: Path) -> Reader:
    """A finished capture, or one that another process records at this moment.

    Raises CaptureError in one plain line for anything that is not one of ours.
    """
    if not path.is_file():
        raise CaptureError(f"{path} is not there" if not path.exists() else f"{path} is no file")
    try:
        db = connect_reader(path)
    except sqlite3.Error as bad:
        raise CaptureError(f"{path} cannot be opened: {bad}") from None
    try:
        db = _readable(db, path)
        check(db, path)
        if format_of(db) < FORMAT:
            with closing(sqlite3.connect(path, isolation_level=None)) as older:
                migrate(older)
        db.execute("select n from entry limit 1")
    except sqlite3.Error as bad:
        db.close()
        raise CaptureError(f"{path} cannot be read: {bad}") from None
    except CaptureError:
        db.close()
        raise
    return Reader(db, path)


def _readable(db: sqlite3.Connection, path: Path) -> sqlite3.Connection:
    """The connection, or one that takes the file as unchanging, in a folder one cannot write to.

    A WAL of the file holds rows that such a connection would leave out, so that is refused.
    """
    try:
        db.execute("select 1 from sqlite_master")
    except sqlite3.OperationalError as bad:
        wal = path.with_name(path.name + "-wal")
        if wal.exists() and wal.stat().st_size:
            raise CaptureError(
                f"{path} was not closed and its folder cannot be written to:"
                f" copy it together with {wal.name} to another one"
            ) from bad
        db.close()
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
    except sqlite3.DatabaseError:
        return db
    return db
