from __future__ import annotations

import gc
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import warnings
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ablytui.capture.redact import Redactor
from ablytui.capture.store import Attempt, SessionInfo, Store, open_capture
from ablytui.errors import CaptureError
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind
from tests.support.capture import TAG_SECRET, Loop, frame, make_store, special

KEY = "kq3Zw1bT2e!9fA2c7"
CONNECTED = b'{"action":4,"connectionKey":"' + KEY.encode() + b'"}'


def every_byte(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


# --- appending ----------------------------------------------------------------------------------


def test_rows_are_numbered_masked_and_told_of(tmp_path: Path) -> None:
    loop = Loop()
    grew: list[int] = []
    masked: list[tuple[int, bytes]] = []
    here = threading.get_ident()

    def on_grew(n: int) -> None:
        assert threading.get_ident() == here
        grew.append(n)

    store = make_store(
        tmp_path / "a.ablycap",
        call_soon=loop.call_soon,
        on_grew=on_grew,
        on_masked=lambda n, row: masked.append((n, row.payload)),
    )
    row = frame(CONNECTED)
    assert [store.append(row), store.append(frame()), store.append(special(EntryKind.STATE))] == [
        1,
        2,
        3,
    ]
    assert store.appended == store.settled == 3
    assert KEY.encode() not in row.payload
    loop.until(lambda: grew[-1:] == [3])
    assert grew == sorted(grew)
    assert store.committed == 3
    assert store.backlog == 0
    assert masked == [(1, row.payload), (2, b'{"action":0}'), (3, b"{}")]
    reader = store.reader()
    assert [entry.payload for entry in reader.rows(1, 4)] == [payload for _, payload in masked]
    store.close()


def test_no_secret_reaches_the_disk_while_recording_or_after(tmp_path: Path) -> None:
    key = "app1.key2:the-api-secret-99"
    store = make_store(
        tmp_path / "a.ablycap",
        redactor=Redactor(TAG_SECRET, secrets=[key]),
        session=SessionInfo(0, 0, "0.0", {"key": key, "recover": KEY}),
    )
    store.attempt(
        Attempt(1, url=f"wss://h/?key={key}&resume={KEY}", headers=[("authorization", KEY)])
    )
    store.append(frame(CONNECTED))
    store.append(frame(CONNECTED[:35], fin=False))
    store.append(frame(CONNECTED[35:], opcode=Opcode.CONT))
    store.append(frame(b'{"action":15,"messages":[{"data":"later-secret-1"}]}', action=15))
    store.add_secret("later-secret-2")
    store.append(frame(b'{"action":15,"messages":[{"data":"later-secret-2"}]}', action=15))
    for channel in (KEY, KEY):
        named = b'{"action":10,"channel":"' + KEY.encode() + b'"}'
        store.append(frame(named, action=10, channel=channel))
        store.append(special(EntryKind.CHANNEL, b'{"channel":"' + KEY.encode() + b'"}'))
    split = [frame(named[:30], fin=False), frame(named[30:], opcode=Opcode.CONT, channel=KEY)]
    for row in split:
        store.append(row)
    store.append(frame(b"half a key: " + KEY.encode(), fin=False))
    assert store.flush()
    while_recording = every_byte(tmp_path)
    store.close()
    for found in (while_recording, every_byte(tmp_path)):
        assert KEY.encode()[4:] not in found
        assert b"the-api-secret-99" not in found
        assert b"later-secret-2" not in found
        assert b"later-secret-1" in found


def test_fragments_keep_their_numbers_and_come_when_they_are_whole(tmp_path: Path) -> None:
    masked: list[int] = []
    store = make_store(tmp_path / "a.ablycap", on_masked=lambda n, _: masked.append(n))
    first = frame(CONNECTED[:35], fin=False)
    last = frame(CONNECTED[35:], opcode=Opcode.CONT)
    assert store.append(frame()) == 1
    assert store.append(first) == 2
    assert store.append(frame(b"p", opcode=Opcode.PING)) == 3
    assert (store.settled, store.appended, masked) == (1, 3, [1])
    assert store.flush()
    assert store.committed == 1
    assert store.append(last) == 4
    assert store.append(frame()) == 5
    assert masked == [1, 2, 3, 4, 5]
    assert store.flush()
    reader = store.reader()
    payloads = [entry.payload for entry in reader.rows(1, 6)]
    assert payloads[1] + payloads[3] == Redactor(TAG_SECRET).frame(CONNECTED, Opcode.TEXT)
    assert payloads[2] == b"p"
    store.close()


def test_a_fragment_waits_a_second_by_the_stores_own_clock(tmp_path: Path) -> None:
    loop = Loop()
    time = [0]
    store = make_store(tmp_path / "a.ablycap", call_soon=loop.call_soon, now=lambda: time[0])
    store.append(frame(CONNECTED[:35], fin=False))
    assert store.settled == 0
    time[0] = 1_000_001
    loop.until(lambda: store.settled == 1)
    rest = frame(CONNECTED[35:], opcode=Opcode.CONT)
    store.append(rest)
    assert rest.payload == b"*" * rest.size
    store.close()


def test_too_much_at_once_is_said_and_so_is_its_end(tmp_path: Path) -> None:
    loop = Loop()
    drained: list[bool] = []
    store: Store = make_store(
        tmp_path / "a.ablycap",
        call_soon=loop.call_soon,
        on_drained=lambda: drained.append(store.overfull),
        backlog_limit=1 << 20,
    )
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        # As long as somebody else writes, the writer cannot.
        other.execute("begin immediate")
        for _ in range(20):
            store.append(frame(b"x" * 100_000))
        assert store.overfull
        assert store.backlog == 2_000_000
    loop.until(lambda: bool(drained))
    assert drained == [False]
    assert not store.overfull
    store.close()


def test_a_full_disk_ends_the_recording_and_not_the_program(tmp_path: Path) -> None:
    loop = Loop()
    errors: list[str] = []
    store = make_store(tmp_path / "a.ablycap", call_soon=loop.call_soon, on_error=errors.append)
    store.append(frame())
    assert store.flush()
    pages = store._db.execute("pragma page_count").fetchone()[0]
    store._db.execute(f"pragma max_page_count = {pages + 4}")
    for _ in range(100):
        store.append(frame(b"x" * 4000))
    loop.until(lambda: bool(errors))
    for _ in range(100):
        store.append(frame(b"x" * 4000))
    assert store.appended == 201
    assert store.backlog == 0
    assert not store.overfull
    assert not store.flush()
    assert errors == [store.error]
    assert "the disk is full" in errors[0]
    assert store.reader().last() == store.committed
    store.close()
    loop.until(loop.calls.empty)
    assert len(errors) == 1


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("temporary", [True, False])
def test_every_file_is_private_while_it_is_there(tmp_path: Path, temporary: bool) -> None:
    old = os.umask(0)
    try:
        store = make_store(None if temporary else tmp_path / "a.ablycap", folder=tmp_path)
        store.append(frame())
        store.flush()
        modes = {path.name[-8:]: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    finally:
        os.umask(old)
    assert len(modes) == 4
    assert set(modes.values()) == {0o600}
    store.close()
    left = [path.name for path in tmp_path.iterdir()]
    assert left == ([] if temporary else ["a.ablycap"])


def test_a_closed_capture_is_one_file_out_of_wal(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.ablycap")
    reader = store.reader()
    store.append(frame())
    assert reader.last() in {0, 1}
    store.close()
    store.close()
    with closing(sqlite3.connect(tmp_path / "a.ablycap")) as db:
        assert db.execute("pragma journal_mode").fetchone() == ("delete",)
        assert db.execute("pragma quick_check").fetchone() == ("ok",)
        assert db.execute("select count(*) from entry").fetchone() == (1,)
    assert [path.name for path in tmp_path.iterdir()] == ["a.ablycap"]
    with pytest.raises(CaptureError, match="closed"):
        reader.last()


def test_a_capture_goes_on_as_a_new_session(tmp_path: Path) -> None:
    path = tmp_path / "a.ablycap"
    for wall in (1.0, 2.0, 3.0):
        store = make_store(path, session=SessionInfo(wall, 0, "0.0", {"format": "json"}))
        for attempt in (1, 2):
            store.attempt(Attempt(attempt, host=f"h{wall}"))
            store.append(frame(attempt=attempt, channel="x"))
        assert store.flush()
        store.close()
    reader = open_capture(path)
    assert [entry.n for entry in reader.rows(0, 99)] == [1, 2, 3, 4, 5, 6]
    assert [entry.attempt for entry in reader.rows(0, 99)] == [1, 2] * 3
    assert [(s.wall0, s.first, s.params) for s in reader.sessions()] == [
        (1.0, 1, {"format": "json"}),
        (2.0, 3, {"format": "json"}),
        (3.0, 5, {"format": "json"}),
    ]
    assert [attempt.id for attempt in reader.attempts()] == [1, 2] * 3
    assert {attempt.host for attempt in reader.attempts(2)} == {"h2.0"}
    assert reader.channels() == ["x"]
    reader.close()


@pytest.mark.parametrize("content", [b"", b"some text\n" * 900, b"SQLite format 3\0"])
def test_any_other_file_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.ablycap"
    path.write_bytes(content)
    with pytest.raises(CaptureError, match="is not a capture"):
        make_store(path)
    assert path.read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["a.ablycap"]


def test_a_newer_format_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.ablycap"
    make_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("pragma user_version = 99")
    before = path.read_bytes()
    with pytest.raises(CaptureError, match="capture format 99"):
        make_store(path)
    assert path.read_bytes() == before


def test_two_cannot_record_into_one(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.ablycap")
    with pytest.raises(CaptureError, match="is being recorded by another"):
        make_store(tmp_path / "a.ablycap")
    store.append(frame())
    assert store.flush()
    store.close()
    make_store(tmp_path / "a.ablycap").close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="there is no folder"):
        make_store(tmp_path / "no" / "a.ablycap")


def test_nothing_is_left_open(tmp_path: Path) -> None:
    gc.collect()
    threads = threading.active_count()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        store = make_store(None, folder=tmp_path)
        store.reader()
        store.append(frame())
        store.close()
        del store
        gc.collect()
    assert threading.active_count() == threads


def test_a_loop_that_is_gone_hurts_nobody(tmp_path: Path) -> None:
    def gone(_: Any) -> None:
        raise RuntimeError("Event loop is closed")

    store = make_store(tmp_path / "a.ablycap", call_soon=gone)
    store.append(frame())
    assert store.flush()
    assert store.error is None
    store.close()


# --- when the process dies ----------------------------------------------------------------------

RECORD = """
import sys, time
from pathlib import Path
from ablytui.capture.redact import Redactor
from ablytui.capture.store import SessionInfo, Store
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind, Row

path = Path(sys.argv[1]) if sys.argv[1] else None
store = Store(path, session=SessionInfo(0, 0, "0.0"), redactor=Redactor(b"t" * 32),
              on_grew=lambda n: None, call_soon=lambda call: None, folder=Path(sys.argv[2]))
n = 0
while True:
    for _ in range(20):
        n = store.append(Row(n, EntryKind.FRAME, 1, Direction.IN, Opcode.TEXT, action=15,
                             channel="x", payload=b'{"action":15,"pad":"' + b"x" * 250 + b'"}'))
    print(n, time.monotonic_ns(), flush=True)
    store.flush(0.002)
    time.sleep(0.002)
"""


def record_and_kill(path: Path | None, folder: Path) -> list[tuple[int, int]]:
    """Kill -9 a recording process; what it said: (n appended, at which ns)."""
    command = [sys.executable, "-c", RECORD, str(path or ""), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        said = [child.stdout.readline() for _ in range(60)]
        child.send_signal(signal.SIGKILL)
        said += child.stdout.readlines()
    lines = [line.split() for line in said if line.endswith("\n")]
    return [(int(n), int(at)) for n, at in lines]


def test_kill_9_costs_at_most_the_last_100_ms(tmp_path: Path) -> None:
    path = tmp_path / "a.ablycap"
    said = record_and_kill(path, tmp_path)
    reader = open_capture(path)
    last = reader.last()
    reader.close()
    # Twice the interval, because on a busy machine the writer may get its turn late.
    settled = [n for n, at in said if at < said[-1][1] - 200_000_000]
    assert last >= (settled[-1] if settled else 1)
    assert last >= said[0][0]
    # It goes on as a new session, with no gap, and is whole.
    store = make_store(path)
    assert store.append(frame()) == last + 1
    store.close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("pragma quick_check").fetchone() == ("ok",)
        assert db.execute("select count(*), max(n) from entry").fetchone() == (last + 1, last + 1)
    assert [path.name for path in tmp_path.iterdir()] == ["a.ablycap"]


def test_the_temporary_capture_of_a_killed_process_goes_at_the_next_start(tmp_path: Path) -> None:
    record_and_kill(None, tmp_path)
    (orphan,) = tmp_path.glob("*.ablycap")
    store = make_store(None, folder=tmp_path)
    assert not orphan.exists()
    assert list(tmp_path.glob("*.ablycap")) == [store.path]
    store.close()
    assert list(tmp_path.iterdir()) == []


def test_the_session_row_is_masked_json(tmp_path: Path) -> None:
    store = make_store(
        tmp_path / "a.ablycap", session=SessionInfo(0, 0, "9", {"key": "abc", "n": Path("x")})
    )
    with closing(sqlite3.connect(store.path)) as db:
        (params,) = db.execute("select params from session").fetchone()
    assert json.loads(params) == {"key": "***", "n": "x"}
    store.close()


def test_marks_are_kept_beside_the_rows_and_taken_away(tmp_path: Path) -> None:
    store = make_store(tmp_path / "a.ablycap")
    for _ in range(3):
        store.append(frame())
    store.mark(3, "")
    store.mark(1, "look \udc80 here")
    store.mark(3, "again")
    store.mark(2, "no")
    store.mark(2, None)
    store.append(frame())
    assert store.flush()
    reader = store.reader()
    assert reader.marks() == {1: "look \\udc80 here", 3: "again"}
    assert reader.last() == 4
    store.close()
