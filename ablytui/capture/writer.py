"""The one thread that writes a capture: rows in batches, each batch one transaction.

It commits at once after a quiet spell and then at most every 100 ms, so that a flood costs few
commits and a single frame is on the screen at once. Knows rows and SQLite; knows neither masking
(rows come masked) nor who listens.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from ablytui.capture import run as runs
from ablytui.capture.run import Run
from ablytui.protocol.frame import Direction, Origin
from ablytui.protocol.log import Row

INTERVAL: Final = 0.1
"""Seconds from one commit to the next."""

_MOST_ROWS: Final = 2048
_MOST_BYTES: Final = 8 << 20
_Values = tuple[Any, ...]
_INT64: Final = range(-(2**63), 2**63)

DIRECTIONS: Final = {Direction.IN: 0, Direction.OUT: 1, None: None}
ORIGINS: Final = {Origin.PEER: 0, Origin.ENGINE: 1, Origin.USER: 2, Origin.INJECTED: 3}

_ROW: Final = f"({','.join('?' * 18)})"
_INSERT: Final = f"insert into entry values {_ROW}"  # noqa: S608 - marks alone
_AT_ONCE: Final = 64
"""Rows of one statement. sqlite3 gives up the interpreter's lock around each statement, and to get
it back under load takes longer than the statement: a row at a time halves what the socket gets."""
_INSERT_MANY: Final = f"insert into entry values {','.join([_ROW] * _AT_ONCE)}"  # noqa: S608 - marks alone
_UPSERT: Final = "insert into attempt(id, session, conn) values(?, ?, ?) on conflict(id) do nothing"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of one dial; None leaves what is written already. All of it is masked."""

    id: int
    conn: int = 1
    host: str | None = None
    url: str | None = None
    mode: str | None = None
    status: int | None = None
    headers: Any = None
    phases: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """Row `n` is marked with a note; a note of None takes the mark away."""

    n: int
    note: str | None


Item = Row | Run | Attempt | Mark


class Writer:
    """Commits what `put` brings, in order, on a thread of its own.

    `committed(n, bytes)` is called on that thread after each commit, with the highest n on disk and
    the payload bytes written so far; `failed(text)` once if nothing more can be written.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        *,
        session: int,
        base: int,
        last: int,
        committed: Callable[[int, int], None],
        failed: Callable[[str], None],
        ticked: Callable[[], None],
        interval: float = INTERVAL,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._db = db
        self._session = session
        self._base = base
        self._n = last
        self._bytes = 0
        self._committed = committed
        self._failed = failed
        self._ticked = ticked
        self._interval = interval
        self._monotonic = monotonic
        self._queue: deque[Item] = deque()
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._idle = False
        self._ending = False
        self.tick_every: float | None = None
        """Seconds between calls of `ticked` while nothing is queued; None for none."""
        self.more = False
        """Within `committed`: this batch goes on, so another commit follows at once."""
        self._channels = _channels(db)
        self._thread = threading.Thread(target=self._run, name="ablytui-capture", daemon=True)

    def start(self) -> None:
        """Begin; `db` belongs to the thread from here to the end of `join`."""
        self._thread.start()

    def put(self, item: Item) -> None:
        """Queue one item. A few hundred ns; any number of callers, one order."""
        self._queue.append(item)
        if self._idle:
            self._wake.set()

    def hurry(self) -> None:
        """Commit what is queued now."""
        self._hurry.set()
        self._wake.set()

    def rouse(self) -> None:
        """Look at `tick_every` again."""
        self._wake.set()

    def join(self, timeout: float) -> bool:
        """Commit everything, end the thread; False if that took longer than `timeout` seconds."""
        self._ending = True
        self.hurry()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        due = 0.0
        try:
            while self._wait(due):
                self._batches()
                due = self._monotonic() + self._interval
        except (sqlite3.Error, OSError) as bad:
            if self._db.in_transaction:
                self._db.rollback()
            # Whatever comes now falls through, so that memory does not grow.
            self._queue = deque(maxlen=0)
            self._failed(_reason(bad))

    def _wait(self, due: float) -> bool:
        """Until something is to be written and the last commit is long enough ago."""
        while not self._queue:
            if self._ending:
                return False
            self._hurry.clear()
            self._idle = True
            # A row put before `_idle` was seen rings no bell, so look once more.
            every = self.tick_every
            rang = bool(self._queue) or self._ending or self._wake.wait(every)
            self._idle = False
            self._wake.clear()
            if not rang and every is not None:
                self._ticked()
        if not self._ending:
            self._hurry.wait(max(0.0, due - self._monotonic()))
        return True

    def _batches(self) -> None:
        self._hurry.clear()
        most = len(self._queue)
        while most > 0:
            size, rows, others = self._take(most)
            most -= len(rows) + len(others)
            self._db.execute("begin immediate")
            try:
                last = self._write(rows, _as_it_is)
            except (OverflowError, sqlite3.ProgrammingError, UnicodeEncodeError):
                self._db.rollback()
                self._channels = _channels(self._db)
                self._db.execute("begin immediate")
                last = self._write(rows, _bounded)
            for other in others:
                if isinstance(other, Attempt):
                    self._attempt(other)
                else:
                    self._mark(other)
            self._db.execute("commit")
            self._n = last
            self._bytes += size
            self.more = most > 0
            self._committed(self._n, self._bytes)

    def _write(self, items: list[Row | Run], fit: Callable[[_Values], _Values]) -> int:
        """Write rows and runs in their order; the n of the last."""
        n = self._n
        rows: list[_Values] = []
        for item in items:
            if isinstance(item, Row):
                n += 1
                rows.append(fit(self._values(n, item)))
            else:
                self._insert(rows)
                rows = []
                runs.insert(self._db, n, self._base, item, self._channel)
                n += len(item.payloads)
        self._insert(rows)
        return n

    def _insert(self, rows: list[_Values]) -> None:
        whole = len(rows) - len(rows) % _AT_ONCE
        for first in range(0, whole, _AT_ONCE):
            values = chain.from_iterable(rows[first : first + _AT_ONCE])
            self._db.execute(_INSERT_MANY, tuple(values))
        if whole < len(rows):
            self._db.executemany(_INSERT, rows[whole:])

    def _take(self, most: int) -> tuple[int, list[Row | Run], list[Attempt | Mark]]:
        rows: list[Row | Run] = []
        others: list[Attempt | Mark] = []
        size = count = 0
        for _ in range(most):
            item = self._queue.popleft()
            if isinstance(item, Row):
                rows.append(item)
                size += len(item.payload)
                count += 1
            elif isinstance(item, Run):
                rows.append(item)
                size += item.size
                count += len(item.payloads)
            else:
                others.append(item)
                count += 1
            if size > _MOST_BYTES or count >= _MOST_ROWS:
                break
        return size, rows, others

    def _values(self, n: int, row: Row) -> _Values:
        # Plain ints: sqlite3 looks for an adapter for each enum member and each bool.
        return (
            n,
            row.at,
            row.conn,
            row.attempt + self._base if row.attempt else 0,
            row.kind + 0,
            DIRECTIONS[row.direction],
            None if row.opcode is None else row.opcode + 0,
            1 if row.fin else 0,
            ORIGINS[row.origin],
            row.action,
            None if row.channel is None else self._channel(row.channel),
            row.msg_serial,
            row.count,
            row.error,
            row.flags,
            row.size or len(row.payload),
            row.wire,
            row.payload,
        )

    def _channel(self, name: str) -> int:
        known = self._channels.get(name)
        if known is None:
            text = _text(name)
            self._db.execute("insert into channel(name) values(?) on conflict do nothing", (text,))
            found = self._db.execute("select id from channel where name = ?", (text,)).fetchone()
            known = self._channels[name] = int(found[0])
        return known

    def _mark(self, mark: Mark) -> None:
        if mark.note is None:
            self._db.execute("delete from mark where n = ?", (mark.n,))
        else:
            self._db.execute("insert or replace into mark values(?, ?)", (mark.n, _text(mark.note)))

    def _attempt(self, attempt: Attempt) -> None:
        id_ = attempt.id + self._base
        self._db.execute(_UPSERT, (id_, self._session, attempt.conn))
        known: dict[str, Any] = {
            "host": attempt.host,
            "url": attempt.url,
            "mode": attempt.mode,
            "status": attempt.status,
            "headers": None if attempt.headers is None else json.dumps(attempt.headers),
            "phases": None if attempt.phases is None else json.dumps(attempt.phases),
        }
        values = {
            name: _text(value) if isinstance(value, str) else value
            for name, value in known.items()
            if value is not None
        }
        if values:
            columns = ", ".join(f"{name} = :{name}" for name in values)
            self._db.execute(f"update attempt set {columns} where id = :id", {**values, "id": id_})  # noqa: S608


def _channels(db: sqlite3.Connection) -> dict[str, int]:
    return {name: id_ for id_, name in db.execute("select id, name from channel")}


def _text(value: str) -> str:
    """A text that UTF-8 can hold: lone surrogates come from peers and are written out."""
    return value.encode("utf-8", "backslashreplace").decode()


def _as_it_is(values: _Values) -> _Values:
    return values


def _bounded(values: _Values) -> _Values:
    """The row without the integers that no column holds; the payload has them still."""
    return tuple(
        None if isinstance(value, int) and value not in _INT64 else value for value in values
    )


def _reason(bad: Exception) -> str:
    if getattr(bad, "sqlite_errorname", "") == "SQLITE_FULL":
        return "the disk is full"
    return f"it cannot be written: {bad}"
