from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ablytui.capture.run import Run
from ablytui.capture.schema import migrate
from ablytui.capture.writer import Attempt, Writer
from ablytui.protocol.frame import Opcode
from tests.support.capture import frame


class Ear:
    """Hears what a writer says, and waits for it."""

    def __init__(self) -> None:
        self.commits: list[tuple[int, int]] = []
        self.failures: list[str] = []
        self.ticks = 0
        self.news = threading.Condition()

    def committed(self, n: int, size: int) -> None:
        with self.news:
            self.commits.append((n, size))
            self.news.notify_all()

    def failed(self, text: str) -> None:
        with self.news:
            self.failures.append(text)
            self.news.notify_all()

    def ticked(self) -> None:
        with self.news:
            self.ticks += 1
            self.news.notify_all()

    def until(self, condition: Any) -> None:
        with self.news:
            assert self.news.wait_for(condition, 10)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(
        tmp_path / "a.ablycap", isolation_level=None, check_same_thread=False
    )
    with closing(connection):
        migrate(connection)
        connection.execute("insert into session values(1, 0, 0, '', '{}', 1, 0)")
        yield connection


def make(db: sqlite3.Connection, ear: Ear, **options: Any) -> Writer:
    settings: dict[str, Any] = {"session": 1, "base": 0, "last": 0, "interval": 0.001, **options}
    writer = Writer(db, committed=ear.committed, failed=ear.failed, ticked=ear.ticked, **settings)
    writer.start()
    return writer


def test_a_row_after_a_quiet_spell_is_committed_at_once(db: sqlite3.Connection) -> None:
    ear = Ear()
    writer = make(db, ear, interval=3600.0)
    writer.put(frame(b"12345"))
    ear.until(lambda: ear.commits == [(1, 5)])
    # The next one has to wait for the interval, unless somebody is in a hurry.
    writer.put(frame(b"678"))
    assert ear.commits == [(1, 5)]
    writer.hurry()
    ear.until(lambda: ear.commits == [(1, 5), (2, 8)])
    assert writer.join(10)


def test_what_is_too_much_for_one_commit_is_several_of_one_batch(db: sqlite3.Connection) -> None:
    ear = Ear()
    writer = make(db, ear, interval=3600.0)
    more: list[bool] = []

    def committed(n: int, size: int) -> None:
        more.append(writer.more)
        ear.committed(n, size)

    writer._committed = committed
    writer.put(frame())
    ear.until(lambda: len(ear.commits) == 1)
    for _ in range(250):
        writer.put(frame())
        writer.put(Run(0, 1, Opcode.TEXT, ["c"] * 19, [b"x"] * 19))
    writer.hurry()
    ear.until(lambda: ear.commits[-1][0] == 5001)
    assert more == [False, True, True, False]
    assert writer.join(10)
    assert db.execute("select count(*), max(n) from entry").fetchone() == (5001, 5001)
    kept = [n for (n,) in db.execute("select n from entry where action is null")]
    assert kept == [1, *range(2, 5002, 20)], "rows and runs keep their order"


def test_rows_of_one_interval_are_one_commit(db: sqlite3.Connection) -> None:
    ear = Ear()
    writer = make(db, ear, interval=3600.0)
    writer.put(frame())
    ear.until(lambda: len(ear.commits) == 1)
    for _ in range(500):
        writer.put(frame())
    assert writer.join(10)
    assert [n for n, _ in ear.commits] == [1, 501]
    assert db.execute("select count(*), min(n), max(n) from entry").fetchone() == (501, 1, 501)


def test_a_huge_batch_is_cut_by_size(db: sqlite3.Connection) -> None:
    ear = Ear()
    writer = make(db, ear, interval=3600.0)
    writer.put(frame())
    ear.until(lambda: len(ear.commits) == 1)
    for _ in range(5):
        writer.put(frame(b"x" * (3 << 20)))
    assert writer.join(30)
    assert [n for n, _ in ear.commits] == [1, 4, 6]


def test_what_no_column_holds_does_not_end_the_recording(db: sqlite3.Connection) -> None:
    ear = Ear()
    writer = make(db, ear)
    writer.put(frame(channel="first"))
    writer.put(frame(msg_serial=2**63, channel="second"))
    writer.put(frame(msg_serial=-(2**63), action=10**30))
    writer.put(frame(channel="bad\ud800name"))
    writer.put(frame(channel="second"))
    assert writer.join(10)
    assert ear.failures == []
    rows = db.execute(
        "select msg_serial, action, name from entry left join channel on id = channel order by n"
    ).fetchall()
    assert rows == [
        (None, None, "first"),
        (None, None, "second"),
        (-(2**63), None, None),
        (None, None, "bad\\ud800name"),
        (None, None, "second"),
    ]


def test_attempts_are_filled_in_step_by_step(db: sqlite3.Connection) -> None:
    ear = Ear()
    writer = make(db, ear, base=10)
    writer.put(Attempt(1, host="h\udc80", url="ws://h", mode="clean"))
    writer.put(frame(attempt=1))
    writer.put(frame(attempt=0))
    writer.put(Attempt(1, status=101, headers=[["a", "b"]], phases={"dns": 1.5}))
    writer.put(Attempt(2))
    assert writer.join(10)
    assert db.execute("select * from attempt order by id").fetchall() == [
        (11, 1, 1, "h\\udc80", "ws://h", "clean", 101, '[["a", "b"]]', '{"dns": 1.5}'),
        (12, 1, 1, None, None, None, None, None, None),
    ]
    assert db.execute("select attempt from entry order by n").fetchall() == [(11,), (0,)]


def test_a_full_disk_ends_it_once_and_the_rest_falls_through(db: sqlite3.Connection) -> None:
    ear = Ear()
    pages = db.execute("pragma page_count").fetchone()[0]
    db.execute(f"pragma max_page_count = {pages + 4}")
    writer = make(db, ear)
    for _ in range(100):
        writer.put(frame(b"x" * 4000))
    ear.until(lambda: ear.failures)
    for _ in range(100):
        writer.put(frame(b"x" * 4000))
    assert not writer._queue
    assert writer.join(10)
    assert ear.failures == ["the disk is full"]
    assert db.execute("pragma integrity_check").fetchone() == ("ok",)


def test_it_ticks_only_when_asked(db: sqlite3.Connection) -> None:
    ear = Ear()
    writer = make(db, ear)
    writer.tick_every = 0.001
    writer.rouse()
    ear.until(lambda: ear.ticks >= 2)
    writer.tick_every = None
    writer.put(frame())
    ear.until(lambda: ear.commits)
    assert writer.join(10)


def test_rows_from_a_busy_loop_are_all_there_in_order(db: sqlite3.Connection) -> None:
    ear = Ear()
    writer = make(db, ear, interval=0.0)
    for i in range(5000):
        writer.put(frame(at=i))
    assert writer.join(30)
    assert db.execute("select count(*), sum(at = n - 1) from entry").fetchone() == (5000, 5000)
    numbers = [n for n, _ in ear.commits]
    assert numbers == sorted(set(numbers))
