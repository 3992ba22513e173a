from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ablytui.capture import schema
from ablytui.capture.reader import open_capture
from ablytui.capture.schema import APPLICATION_ID, FORMAT, MIGRATIONS, check, format_of, migrate
from ablytui.errors import CaptureError
from ablytui.protocol.frame import Direction, Opcode, Origin
from ablytui.protocol.log import EntryKind

GOLDEN = Path(__file__).parent.parent / "data"


def new(path: Path | str = ":memory:") -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


def test_every_format_has_its_step() -> None:
    assert sorted(MIGRATIONS) == list(range(FORMAT))


def test_a_new_file_has_the_tables_the_number_and_the_mark() -> None:
    with closing(new()) as db:
        migrate(db)
        tables = {name for (name,) in db.execute("select name from sqlite_master where sql <> ''")}
        assert tables == {"session", "attempt", "channel", "entry", "mark", "special"}
        columns = [row[1] for row in db.execute("pragma table_info(entry)")]
        assert columns == [
            "n",
            "at",
            "conn",
            "attempt",
            "kind",
            "dir",
            "opcode",
            "fin",
            "origin",
            "action",
            "channel",
            "msg_serial",
            "count",
            "error",
            "flags",
            "size",
            "wire",
            "payload",
        ]
        assert format_of(db) == FORMAT
        assert db.execute("pragma application_id").fetchone()[0] == APPLICATION_ID
        migrate(db)


def test_a_step_that_fails_leaves_the_file_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(db: sqlite3.Connection) -> None:
        db.execute("create table half(x)")
        raise sqlite3.OperationalError

    monkeypatch.setitem(schema.MIGRATIONS, 0, broken)
    with closing(new()) as db:
        with pytest.raises(sqlite3.OperationalError):
            migrate(db)
        assert format_of(db) == 0
        assert db.execute("select count(*) from sqlite_master").fetchone() == (0,)


@pytest.mark.parametrize("number", [FORMAT + 1, FORMAT + 7])
def test_a_newer_format_says_so(number: int) -> None:
    with closing(new()) as db:
        migrate(db)
        db.execute(f"pragma user_version = {number}")
        with pytest.raises(CaptureError, match=f"format {number}; this ablytui reads up to"):
            check(db, Path("x.ablycap"))


def test_a_database_of_somebody_else_is_none_of_ours() -> None:
    with closing(new()) as db:
        db.execute("create table entry(n)")
        db.execute("pragma user_version = 1")
        with pytest.raises(CaptureError, match=re.escape("x.ablycap is not a capture")):
            check(db, Path("x.ablycap"))


@pytest.mark.parametrize("number", range(1, FORMAT + 1))
def test_the_golden_file_of_each_format_opens(number: int) -> None:
    reader = open_capture(GOLDEN / f"format-{number}.ablycap")
    try:
        assert [session.version for session in reader.sessions()] == ["0.0", "0.0"]
        rows = reader.rows(1, 100)
        assert [row.n for row in rows] == [1, 2, 3, 4, 5]
        assert [row.kind for row in rows[:3]] == [
            EntryKind.UPGRADE,
            EntryKind.FRAME,
            EntryKind.STATE,
        ]
        message = rows[3]
        assert (message.direction, message.opcode) == (Direction.OUT, Opcode.BINARY)
        assert (message.origin, message.action, message.channel) == (Origin.USER, 15, "news")
        assert (message.msg_serial, message.count, message.error, message.flags) == (7, 1, 40000, 3)
        assert (message.at, message.attempt, message.size, message.wire) == (30, 1, 3, 2)
        assert rows[4].attempt == 1
        assert reader.attempts(1)[0].host == "example.com"
        assert reader.attempts(2)[0].id == 1
    finally:
        reader.close()
