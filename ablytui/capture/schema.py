"""The capture format: its tables, its number, and the steps from one number to the next.

Anyone may open a capture with any SQLite and query it; so the names here are public. Times of
rows are in µs since their session began.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ablytui.errors import CaptureError

APPLICATION_ID: Final = 0x41424C59
"""`ABLY`, in the header of every capture."""

FORMAT: Final = 1
"""The format written now; `user_version` of the file."""

_TABLES: Final = """
create table session(
    id integer primary key,
    wall0 real not null,      -- ms since the epoch at the beginning
    mono0 real not null,      -- ms of the monotonic clock at the same moment
    version text not null,    -- of the program that recorded
    params text not null,     -- JSON, masked
    first integer not null,   -- n of its first row
    base integer not null     -- entry.attempt and attempt.id minus this count this session's dials
);
create table attempt(
    id integer primary key,
    session integer not null references session(id),
    conn integer not null,
    host text,
    url text,                 -- masked
    mode text,                -- clean, resume or recover
    status integer,           -- of the answer to the upgrade
    headers text,             -- JSON, masked
    phases text               -- JSON: ms of dns, tcp, tls, http
);
create table channel(id integer primary key, name text not null unique);
create table entry(
    n integer primary key,
    at integer not null,      -- us since the session began
    conn integer not null,
    attempt integer not null, -- 0: none
    kind integer not null,    -- 0 frame 1 upgrade 2 handshake 3 socket 4 state 5 channel
                              -- 6 verdict 7 notice 8 anomaly
    dir integer,              -- 0 in, 1 out, seen from the client
    opcode integer,
    fin integer not null,
    origin integer not null,  -- 0 peer 1 engine 2 user 3 injected
    action integer,
    channel integer references channel(id),
    msg_serial integer,
    count integer,
    error integer,
    flags integer,
    size integer not null,
    wire integer not null,
    payload blob not null     -- masked, at its true length
);
create index special on entry(n, kind) where kind <> 0;
create table mark(n integer primary key, note text not null);
"""


def _create(db: sqlite3.Connection) -> None:
    for statement in _TABLES.split(";\n"):
        if statement.strip():
            db.execute(statement)


MIGRATIONS: Final[dict[int, Callable[[sqlite3.Connection], None]]] = {0: _create}
"""From each format number the step to the next one; 0 is an empty file."""


def migrate(db: sqlite3.Connection) -> None:
    """Bring a capture to `FORMAT`, all in one transaction. `db` is in autocommit mode."""
    version = format_of(db)
    if version == FORMAT:
        return
    db.execute("begin immediate")
    try:
        for step in range(version, FORMAT):
            MIGRATIONS[step](db)
        db.execute(f"pragma application_id = {APPLICATION_ID}")
        db.execute(f"pragma user_version = {FORMAT}")
    except BaseException:
        db.execute("rollback")
        raise
    db.execute("commit")


def format_of(db: sqlite3.Connection) -> int:
    """The format number of an open file."""
    return int(db.execute("pragma user_version").fetchone()[0])


def check(db: sqlite3.Connection, path: Path) -> None:
    """Raises CaptureError, in one line, for a file that is no capture or a newer one."""
    try:
        ours = db.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
        version = format_of(db)
    except sqlite3.OperationalError as bad:
        raise CaptureError(f"{path} cannot be opened: {bad}") from None
    except sqlite3.DatabaseError:
        raise CaptureError(f"{path} is not a capture of ablytui") from None
    if not ours or version < 1:
        raise CaptureError(f"{path} is not a capture of ablytui")
    if version > FORMAT:
        raise CaptureError(
            f"{path} has capture format {version}; this ablytui reads up to {FORMAT}: update it"
        )
