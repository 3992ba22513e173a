from __future__ import annotations

import io
import os
import pty

import pytest

from ablytui.ui.outlet import Outlet


def test_a_terminal_that_goes_away_is_told_once_and_stops_nobody() -> None:
    ours, theirs = pty.openpty()
    told: list[str] = []
    stream = os.fdopen(theirs, "w", encoding="utf-8")
    outlet = Outlet(stream, lambda: told.append("lost"))
    assert outlet.write("hello") == 5
    outlet.flush()
    assert os.read(ours, 100) == b"hello"
    assert outlet.isatty()
    assert outlet.fileno() == theirs
    os.close(ours)
    outlet.write("into the void")
    outlet.flush()
    assert told == ["lost"]
    assert outlet.write("again") == 5
    outlet.flush()
    assert told == ["lost"]
    with pytest.raises(OSError, match="Input/output error"):
        stream.close()


def test_a_stream_that_is_closed() -> None:
    told: list[str] = []
    stream = io.StringIO()
    stream.close()
    outlet = Outlet(stream, lambda: told.append("lost"))
    assert outlet.write("x") == 1
    assert told == ["lost"]
