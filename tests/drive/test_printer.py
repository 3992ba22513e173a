from __future__ import annotations

import io
import json
from typing import Any

from ablytui.drive.printer import Printer
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind, Row
from ablytui.protocol.news import Changed, Delivered, Logged
from ablytui.protocol.states import ConnectionState, StateChange
from tests.support.engine import FakeEngine

FRAME = Row(2500, EntryKind.FRAME, direction=Direction.OUT, opcode=Opcode.TEXT, payload=b"{}")
NOTICE = Row(3500, EntryKind.NOTICE, payload=b'{"level":"info","message":"secret"}')


def printed(out: io.BytesIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def make(out: io.BytesIO, wanted: set[str] | None = None, now: float = 0.0) -> Printer:
    return Printer(out, lambda: now, lambda b: b.replace(b"secret", b"******"), wanted)


def test_rows_are_printed_as_they_are_and_own_lines_masked() -> None:
    out = io.BytesIO()
    printer = make(out, now=9.0)
    printer.news(Logged(1, FRAME))
    printer.news(Logged(2, NOTICE))
    printer.own("result", {"value": "secret"})
    printer.own("result", {"value": "secret"}, masked=False)
    assert printed(out) == [
        {
            "ev": "frame",
            "at": 2.5,
            "seq": 1,
            "dir": "out",
            "opcode": "text",
            "fin": True,
            "size": 0,
            "message": {},
        },
        {"ev": "notice", "at": 3.5, "level": "info", "message": "secret"},
        {"ev": "result", "at": 9.0, "value": "******"},
        {"ev": "result", "at": 9.0, "value": "secret"},
    ]


def test_time_never_goes_back() -> None:
    out = io.BytesIO()
    printer = make(out, now=1.0)
    printer.news(Logged(1, NOTICE))
    printer.own("result", {})
    assert [line["at"] for line in printed(out)] == [3.5, 3.5]


def test_only_chosen_events_are_printed() -> None:
    out = io.BytesIO()
    printer = make(out, {"notice", "presence"})
    printer.own("ready", {})
    printer.news(Logged(1, FRAME))
    printer.news(Logged(2, NOTICE))
    for kind in ("message", "presence"):
        printer.news(Delivered(0, kind, "room", ({"data": 1},)))
    assert [line["ev"] for line in printed(out)] == ["notice", "presence"]


def test_a_change_has_its_row_and_no_second_line() -> None:
    out = io.BytesIO()
    change = StateChange(
        ConnectionState.CONNECTING, ConnectionState.CONNECTED, ConnectionState.CONNECTED
    )
    make(out).news(Changed(FakeEngine().connection, change))
    assert out.getvalue() == b""


class Broken(io.BytesIO):
    def flush(self) -> None:
        raise BrokenPipeError


def test_a_reader_that_went_away_is_noticed_once() -> None:
    printer = make(Broken())
    assert not printer.broken
    printer.own("ready", {})
    assert printer.broken
    printer.own("ready", {})
