from __future__ import annotations

import asyncio
import itertools
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.drive.reader import Lines, Reader


@given(st.binary(max_size=60), st.lists(st.integers(0, 60), max_size=4))
def test_lines_do_not_depend_on_how_the_bytes_come(data: bytes, cuts: list[int]) -> None:
    lines = Lines()
    found: list[bytes | None] = []
    edges = [0, *sorted(cuts), len(data)]
    for start, end in itertools.pairwise(edges):
        found += lines.feed(data[start:end])
    found += lines.finish()
    expected = data.split(b"\n")
    assert found == (expected if expected[-1] else expected[:-1])


def test_a_line_too_long_is_told_of_and_the_next_is_read() -> None:
    lines = Lines(limit=4)
    assert lines.feed(b"abcd\nabc") == [b"abcd"]
    assert lines.feed(b"de") == []
    assert lines.feed(b"f\nok\n") == [None, b"ok"]
    assert lines.feed(b"abcde") == []
    assert lines.finish() == [None]


class Taken:
    def __init__(self) -> None:
        self.lines: list[bytes | None] = []
        self.ended = asyncio.Event()
        self.grew = asyncio.Event()

    def take(self, lines: list[bytes | None]) -> None:
        self.lines += lines
        self.grew.set()


async def test_a_file_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "orders"
    path.write_bytes(b"a\n" * 100_000 + b"last")
    taken = Taken()
    fd = os.open(path, os.O_RDONLY)
    try:
        Reader(fd, taken.take, taken.ended.set).start()
        await asyncio.wait_for(taken.ended.wait(), 10)
    finally:
        os.close(fd)
    assert len(taken.lines) == 100_001
    assert taken.lines[-1] == b"last"


async def test_a_pipe_gives_its_lines_as_they_come() -> None:
    taken = Taken()
    read_end, write_end = os.pipe()
    reader = Reader(read_end, taken.take, taken.ended.set)
    reader.start()
    os.write(write_end, b"one\n")
    await asyncio.wait_for(taken.grew.wait(), 10)
    assert taken.lines == [b"one"]
    assert not taken.ended.is_set()
    os.close(write_end)
    await asyncio.wait_for(taken.ended.wait(), 10)
    os.close(read_end)


@pytest.mark.parametrize("fd", [-1])
async def test_an_input_that_cannot_be_read_has_ended(fd: int) -> None:
    taken = Taken()
    Reader(fd, taken.take, taken.ended.set).start()
    await asyncio.wait_for(taken.ended.wait(), 10)
    assert taken.lines == []
