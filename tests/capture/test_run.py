"""A run on disk is what its rows would have been."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from ablytui.capture import run as runs
from ablytui.capture.run import MOST, Run
from ablytui.capture.schema import migrate
from ablytui.protocol.frame import Opcode


@pytest.mark.parametrize("count", [1, 15, 17, MOST, MOST + 33])
def test_every_row_is_there_with_its_own_values(count: int) -> None:
    names = {"c": 7, "d": 9}
    channels = ["d" if n % 3 else "c" for n in range(count)]
    payloads = [b"\x00" * n for n in range(count)]
    run = Run(1234, 2, Opcode.BINARY, channels, payloads)
    assert run.size == sum(range(count))
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        migrate(db)
        runs.insert(db, 40, 100, run, names.__getitem__)
        found = db.execute("select * from entry order by n").fetchall()
    assert found == [
        (41 + i, 1234, 1, 102, 0, 0, 2, 1, 0, 15, names[channel])
        + (None,) * 4
        + (i, i, payloads[i])
        for i, channel in enumerate(channels)
    ]
