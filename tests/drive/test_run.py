from __future__ import annotations

import asyncio
import errno
import io
import json
import os
from collections.abc import Callable
from typing import Any

import pytest

from ablytui.drive.goal import Goal
from ablytui.drive.printer import Printer
from ablytui.drive.run import Run
from ablytui.errors import AblytuiError
from ablytui.protocol.effects import Reply
from ablytui.protocol.log import EntryKind
from ablytui.protocol.states import ConnectionState as S
from tests.support.engine import FakeEngine


class Driven:
    """A run with a pipe for its input."""

    def __init__(self, goal: Goal | None = None, out: io.BytesIO | None = None) -> None:
        self.engine = FakeEngine()
        self.out = io.BytesIO() if out is None else out
        self._read_end, self._write_end = os.pipe()
        mask: Callable[[bytes], bytes] = lambda b: b.replace(b"SECRET", b"******")  # noqa: E731
        printer = Printer(self.out, lambda: 0.0, mask)
        self._run = Run(self.engine, printer, goal or Goal(), self._read_end)
        self._task = asyncio.get_running_loop().create_task(self._run.run())

    def say(self, *orders: dict[str, Any] | bytes) -> None:
        for order in orders:
            text = order if isinstance(order, bytes) else json.dumps(order).encode()
            os.write(self._write_end, text + b"\n")

    def hang_up(self) -> None:
        os.close(self._write_end)
        self._write_end = -1

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(10):
            while not condition():  # noqa: ASYNC110 - the condition may be anything
                await asyncio.sleep(0.001)

    async def code(self) -> int:
        try:
            async with asyncio.timeout(10):
                return await self._task
        finally:
            if self._write_end >= 0:
                self.hang_up()
            os.close(self._read_end)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.getvalue().splitlines()]

    @property
    def results(self) -> dict[Any, dict[str, Any]]:
        return {line["ref"]: line for line in self.lines if line["ev"] == "result"}

    @property
    def going(self) -> bool:
        return not self._task.done()


async def test_ready_comes_first_and_the_end_of_input_ends_it() -> None:
    drive = Driven()
    drive.hang_up()
    assert await drive.code() == 0
    assert drive.lines[0]["ev"] == "ready"
    assert drive.lines[0]["dialect"] == "current"
    assert drive.engine.started
    assert drive.engine.closed


async def test_several_answers_are_open_and_come_when_they_are_due() -> None:
    drive = Driven()
    drive.say({"do": "ping", "ref": 1}, {"do": "attach", "channel": "a", "ref": 2})
    drive.hang_up()
    await drive.until(lambda: len(drive.engine.asked) == 2)
    (_, _, ping), (name, args, attach) = drive.engine.asked
    assert (name, args) == ("attach", {"channel": "a"})
    drive.engine.answer(attach, Reply(2, {"state": "attached"}))
    await drive.until(lambda: 2 in drive.results)
    assert drive.going
    drive.engine.answer(ping, Reply(1, {"rtt": 3}))
    assert await drive.code() == 0
    assert [line["ref"] for line in drive.lines[1:]] == [2, 1]
    assert drive.results[1] == {
        "ev": "result",
        "at": 0.0,
        "ref": 1,
        "ok": True,
        "value": {"rtt": 3},
    }


async def test_an_answer_keeps_its_place_among_the_news() -> None:
    drive = Driven()
    drive.say({"do": "connect", "ref": 1})
    await drive.until(lambda: drive.engine.asked)
    drive.engine.become(S.CONNECTED)
    drive.engine.answer(drive.engine.asked[0][2], Reply(1))
    drive.engine.become(S.DISCONNECTED)
    drive.hang_up()
    assert await drive.code() == 0
    assert [line["ev"] for line in drive.lines] == ["ready", "state", "result", "state"]


async def test_a_refusal_is_answered_with_its_error() -> None:
    drive = Driven()
    drive.engine.refusing = "no socket is open"
    drive.say({"do": "drop", "ref": "d"})
    drive.hang_up()
    assert await drive.code() == 0
    assert drive.results["d"]["ok"] is False
    assert drive.results["d"]["error"] == {
        "code": 40000,
        "statusCode": 400,
        "message": "no socket is open",
    }


async def test_bad_lines_are_answered_and_touch_nothing() -> None:
    drive = Driven()
    drive.say(b"nonsense", b"", {"do": "fly", "ref": 2}, {"do": 5, "ref": 3})
    drive.hang_up()
    assert await drive.code() == 0
    assert list(drive.results) == [None, 2, 3]
    assert {line["error"]["code"] for line in drive.results.values()} == {40000}
    assert drive.engine.asked == []


async def test_a_value_that_cannot_be_sent_is_answered() -> None:
    drive = Driven()
    drive.engine.raising = OverflowError("too big")
    drive.say({"do": "publish", "ref": 1})
    drive.hang_up()
    assert await drive.code() == 0
    assert "too big" in drive.results[1]["error"]["message"]


async def test_only_the_recovery_key_is_told_in_clear() -> None:
    drive = Driven()
    drive.say({"do": "recovery_key", "ref": 1}, {"do": "state", "ref": 2})
    drive.hang_up()
    assert await drive.code() == 0
    assert drive.results[1]["value"] == "RECOVERY-SECRET"
    assert drive.results[2]["value"]["recoveryKey"] == "RECOVERY-******"
    assert drive.results[2]["value"]["state"] == "initialized"


async def test_quit_closes_and_is_answered_last() -> None:
    drive = Driven()
    drive.say({"do": "ping", "ref": 1}, {"do": "quit", "ref": 2}, {"do": "ping", "ref": 3})
    assert await drive.code() == 0
    assert drive.engine.closed
    assert [line["ref"] for line in drive.lines[1:]] == [1, 2]
    assert drive.results[1]["ok"] is False
    assert drive.results[2]["ok"] is True


async def test_a_goal_ends_it_while_the_input_is_open() -> None:
    drive = Driven(Goal(until=S.CONNECTED))
    await drive.until(lambda: drive.engine.started)
    drive.engine.become(S.CONNECTING)
    assert drive.going
    drive.engine.become(S.CONNECTED)
    assert await drive.code() == 0


async def test_a_goal_outlives_the_input_and_the_open_answers_outlive_the_goal() -> None:
    drive = Driven(Goal(expect="resumed"))
    drive.say({"do": "ping", "ref": 1})
    drive.hang_up()
    await drive.until(lambda: drive.engine.asked)
    drive.engine.become(S.CONNECTED)
    drive.engine.log(EntryKind.VERDICT, {"outcome": "lost"})
    assert drive.going
    drive.engine.answer(drive.engine.asked[0][2], Reply(1, None))
    assert await drive.code() == 1


async def test_without_a_way_to_the_goal_it_ends() -> None:
    drive = Driven(Goal(until=S.CONNECTED))
    await drive.until(lambda: drive.engine.started)
    drive.engine.become(S.CLOSED)
    drive.hang_up()
    assert await drive.code() == 1


@pytest.mark.parametrize(
    ("goal", "state", "code"),
    [
        (Goal(timeout=0.01), S.CONNECTED, 4),
        (Goal(until=S.CLOSED, timeout=0.01), S.CONNECTED, 4),
        (Goal(timeout=0.01), S.FAILED, 3),
    ],
)
async def test_time_runs_out(goal: Goal, state: S, code: int) -> None:
    drive = Driven(goal)
    drive.engine.connection = drive.engine.connection.evolve(state=state)
    assert await drive.code() == code
    assert drive.engine.closed


async def test_failed_is_told_by_the_exit_code() -> None:
    drive = Driven()
    await drive.until(lambda: drive.engine.started)
    drive.engine.become(S.FAILED)
    assert drive.going
    drive.hang_up()
    assert await drive.code() == 3


class Broken(io.BytesIO):
    def flush(self) -> None:
        raise BrokenPipeError


class Full(io.BytesIO):
    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")


async def test_output_that_cannot_be_written_ends_it_with_the_reason() -> None:
    drive = Driven(out=Full())
    with pytest.raises(AblytuiError, match="output cannot be written: no space left on device"):
        await drive.code()
    assert drive.engine.closed


async def test_it_ends_when_nobody_reads() -> None:
    drive = Driven(out=Broken())
    assert await drive.code() == 0
    assert drive.engine.closed
