from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ablytui.capture.reader import Reader, Where, open_capture
from ablytui.capture.store import SessionInfo, Store
from ablytui.capture.writer import Attempt
from ablytui.errors import CaptureError
from ablytui.protocol.frame import Direction, Opcode, Origin
from ablytui.protocol.log import Entry, EntryKind, Row, Sum
from tests.support.capture import frame, make_store, special

IN, OUT = Direction.IN, Direction.OUT
ROWS: list[Callable[[], Row]] = [
    lambda: special(EntryKind.UPGRADE),  # 1
    lambda: special(EntryKind.HANDSHAKE),  # 2
    lambda: frame(b'{"action":4}', action=4),  # 3
    lambda: special(EntryKind.STATE),  # 4
    lambda: frame(b'{"action":15,"a":1}', action=15, channel="x", direction=OUT),  # 5
    lambda: frame(b'{"action":1}', action=1, msg_serial=3, count=1),  # 6
    lambda: frame(b'{"action":15,"a":2}', action=15, channel="y"),  # 7
    lambda: special(EntryKind.NOTICE),  # 8
    lambda: frame(b'{"action":15,"a":1}', action=15, channel="x"),  # 9
    lambda: frame(b'{"action":9}', action=9, error=80003),  # 10
    lambda: special(EntryKind.STATE),  # 11
    lambda: frame(b"ping", opcode=Opcode.PING),  # 12
]


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    store = make_store(tmp_path / "a.ablycap")
    for make in ROWS:
        store.append(make())
    store.attempt(Attempt(1, host="h"))
    assert store.flush()
    yield store.reader()
    store.close()


def test_a_flood_is_told_by_its_sum(reader: Reader) -> None:
    rows, sums = reader.sparse(1, 100)
    plain = {7, 9}  # Of the messages, 5 went out.
    assert [row.n for row in rows] == [n for n in range(1, len(ROWS) + 1) if n not in plain]
    assert rows == [row for row in reader.rows(1, 100) if row.n not in plain]
    summed = reader.pick(sorted(plain))
    assert sum(each.count for each in sums) == 2
    assert sum(each.size for each in sums) == sum(row.size for row in summed)
    assert {each.n for each in sums} == {
        max(row.n for row in summed if row.channel == name)
        for name in {row.channel for row in summed}
    }
    assert reader.sparse(8, 9)[1] == []
    (last,) = reader.sparse(9, 10)[1]
    assert last == Sum(summed[-1].channel, 1, len(b'{"action":15,"a":1}'), 9, summed[-1].at)


def ns(entries: list[Entry]) -> list[int]:
    return [entry.n for entry in entries]


def test_rows_and_the_last(reader: Reader) -> None:
    assert reader.last() == 12
    assert ns(reader.rows(3, 6)) == [3, 4, 5]
    assert ns(reader.rows(11, 99)) == [11, 12]
    assert reader.rows(99, 100) == []
    assert reader.row(99) is None
    assert ns(reader.pick([9, 2, 99])) == [2, 9]


def test_a_row_comes_back_as_it_went(reader: Reader) -> None:
    row = Row(
        1, EntryKind.FRAME, 1, OUT, Opcode.TEXT, action=15, channel="x", size=19, wire=0,
        payload=b'{"action":15,"a":1}',
    )  # fmt: skip
    entry = reader.row(5)
    assert entry is not None
    for name in Row.__slots__:
        if name != "at":
            assert getattr(entry, name) == getattr(row, name), name
    assert isinstance(entry.kind, EntryKind)
    assert isinstance(entry.direction, Direction)
    assert isinstance(entry.opcode, Opcode)
    assert isinstance(entry.origin, Origin)
    assert entry.fin is True


def test_specials(reader: Reader) -> None:
    assert ns(reader.special(1, 99)) == [1, 2, 4, 8, 11]
    assert ns(reader.special(2, 11)) == [2, 4, 8]
    assert ns(reader.special(1, 99, {EntryKind.STATE})) == [4, 11]
    assert ns(reader.special(1, 99, {EntryKind.STATE, EntryKind.NOTICE})) == [4, 8, 11]
    assert list(reader.special_numbers(1, 11, {EntryKind.STATE})) == [4]


def test_specials_read_no_frames(reader: Reader) -> None:
    db = reader._db
    assert db is not None
    plan = db.execute(
        "explain query plan select n from entry indexed by special"
        " where kind <> 0 and kind in (4) and n < 9 order by n desc limit 1"
    ).fetchall()
    assert "special" in plan[0][3]
    assert not any("TEMP B-TREE" in step[3] for step in plan)


@pytest.mark.parametrize(
    ("n", "kinds", "previous", "following"),
    [
        (7, {EntryKind.STATE}, 4, 11),
        (4, {EntryKind.STATE}, None, 11),
        (11, {EntryKind.STATE}, 4, None),
        (7, (), 4, 8),
        (7, {EntryKind.VERDICT}, None, None),
    ],
)
def test_the_nearest_special(
    reader: Reader, n: int, kinds: Any, previous: int | None, following: int | None
) -> None:
    before, after = reader.previous_special(n, kinds), reader.next_special(n, kinds)
    assert (before.n if before else None) == previous
    assert (after.n if after else None) == following


def test_the_nearest_that_is_so(reader: Reader) -> None:
    def before(n: int, **where: Any) -> int | None:
        found = reader.latest_before(n, Where(**where))
        return found.n if found else None

    def after(n: int, **where: Any) -> int | None:
        found = reader.first_after(n, Where(**where))
        return found.n if found else None

    assert before(12, actions={15}) == 9
    assert before(9, actions={15}) == 7
    assert before(9, actions={15}, channel="x") == 5
    assert before(5, actions={15}, channel="x") is None
    assert after(5, actions={15}, channel="x") == 9
    assert after(5, actions={1, 9}) == 6
    assert after(9, actions={4}) is None


@pytest.mark.parametrize(
    ("where", "numbers"),
    [
        (Where(), list(range(1, 13))),
        (Where(kinds={EntryKind.FRAME}), [3, 5, 6, 7, 9, 10, 12]),
        (Where(direction=OUT), [5]),
        (Where(direction=IN, actions={15}), [7, 9]),
        (Where(without_actions={15, 1}), [1, 2, 3, 4, 8, 10, 11, 12]),
        (Where(channel="x"), [5, 9]),
        (Where(channel="nobody"), []),
        (Where(errors=True), [10]),
        (Where(text=b'"a":1'), [5, 9]),
        (Where(text=b'"A":1'), []),
    ],
)
def test_numbers(reader: Reader, where: Where, numbers: list[int]) -> None:
    assert [n for part in reader.numbers(where) for n in part] == numbers
    assert [n for part in reader.numbers(where, step=2) for n in part] == numbers
    parts = list(reader.numbers(where, newest_first=True, step=5))
    assert [n for part in reversed(parts) for n in part] == numbers
    inside = [n for n in numbers if 4 <= n < 10]
    assert [n for part in reader.numbers(where, 4, 10, step=3) for n in part] == inside
    assert all(part.typecode == "q" for part in parts)


def test_what_is_not_a_row(reader: Reader) -> None:
    assert reader.channels() == ["x", "y"]
    (session,) = reader.sessions()
    assert (session.first, session.wall0, session.mono0) == (1, 1_700_000_000_000.0, 5_000.0)
    assert reader.session_of(7) == session
    assert reader.session_of(0) is None
    assert reader.attempts() == reader.attempts(1) == [Attempt(1, host="h")]
    assert reader.attempts(2) == []


def test_a_closed_reader_says_so(reader: Reader) -> None:
    reader.close()
    reader.close()
    reader.abandon()
    with pytest.raises(CaptureError, match="is closed"):
        reader.last()


def test_a_reader_sees_the_rows_that_come(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.ablycap")
    reader = store.reader()
    assert reader.last() == 0
    store.append(frame(channel="later"))
    assert store.flush()
    entry = reader.row(1)
    assert entry is not None
    assert entry.channel == "later"
    store.close()


def test_what_cannot_be_read_does_no_harm(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(
            "update entry set kind = 99, dir = 7, opcode = 5, origin = -1, channel = 77,"
            " payload = 'text'"
        )
        db.execute("update session set params = '{'")
    reader = open_capture(path)
    (entry,) = reader.rows(1, 2)
    assert (entry.kind, entry.direction, entry.opcode) == (EntryKind.NOTICE, None, None)
    assert (entry.origin, entry.channel, entry.payload) == (Origin.PEER, "channel 77", b"text")
    assert reader.sessions()[0].params is None
    reader.close()


# --- opening a file -----------------------------------------------------------------------------


def recorded(folder: Path, name: str = "a.ablycap") -> Path:
    store: Store = make_store(folder / name, session=SessionInfo(0, 0, "0.0"))
    store.append(frame())
    store.close()
    return folder / name


def test_a_finished_capture_opens_from_a_folder_one_cannot_write_to(tmp_path: Path) -> None:
    folder = tmp_path / "read-only"
    folder.mkdir()
    recorded(folder)
    folder.chmod(0o500)
    try:
        reader = open_capture(folder / "a.ablycap")
        assert reader.last() == 1
        reader.close()
    finally:
        folder.chmod(0o700)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "is not there"),
        (b"", "is not a capture of ablytui"),
        (b"GIF89a" * 2000, "is not a capture of ablytui"),
        (b"SQLite format 3\0" + b"\xff" * 4000, "is not a capture of ablytui|cannot be"),
    ],
)
def test_anything_else_is_refused_in_one_line(
    tmp_path: Path, content: bytes | None, why: str
) -> None:
    path = tmp_path / "x.ablycap"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CaptureError, match=why) as caught:
        open_capture(path)
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="is no file"):
        open_capture(tmp_path)


def test_a_damaged_capture_is_said_to_be_so(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(CaptureError, match="cannot be read"):
        open_capture(path)


def test_the_main_file_alone_of_one_in_use_opens_as_far_as_it_goes(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.ablycap")
    copy = tmp_path / "copy.ablycap"
    shutil.copy(store.path, copy)
    with pytest.raises(CaptureError):
        open_capture(copy)
    store.close()
