from __future__ import annotations

from ablytui.protocol.effects import Reply
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.frame import Direction
from ablytui.protocol.message import ProtocolAction
from ablytui.ui.present.repeating import Progress, Times
from ablytui.ui.screens.repeat import MOST_OPEN, Repeat, Told
from tests.support.clock import FakeClock
from tests.support.joined import Make
from tests.support.joined import make as make


class Rig:
    """A repeat, its clock, and the answers that are still owed."""

    def __init__(self, times: int, every: int = 0) -> None:
        self.clock = FakeClock()
        self.owed: list[Told] = []
        self.at: list[float] = []
        self.told: list[Progress] = []
        self.repeat = Repeat("a", Times(times, every), self.clock, self.send, self.told.append)
        self.repeat.start()

    def send(self, told: Told) -> None:
        self.at.append(self.clock.mono())
        self.owed.append(told)

    def answer(self, count: int = 1) -> None:
        for told in self.owed[:count]:
            told(Reply(1))
        del self.owed[:count]


def test_each_comes_when_it_is_due() -> None:
    rig = Rig(3, 100)
    assert rig.at == [0.0]
    rig.clock.advance(100)
    rig.clock.advance(1_000)
    assert rig.at == [0.0, 100.0, 200.0]
    assert rig.repeat.progress.running
    rig.answer(3)
    assert rig.told[-1] == Progress("a", 3, sent=3, answered=3, running=False)
    assert rig.clock.pending == []


def test_the_first_is_made_at_once_and_the_others_leave_a_turn_between() -> None:
    rig = Rig(5)
    assert len(rig.at) == 1
    rig.clock.advance(0)
    assert len(rig.at) == 5


def test_it_can_be_stopped() -> None:
    rig = Rig(100, 10)
    rig.clock.advance(25)
    rig.repeat.stop()
    rig.clock.advance(1_000)
    rig.answer(3)
    assert len(rig.at) == 3
    assert rig.told[-1] == Progress("a", 100, sent=3, answered=3, running=False, why="stopped")
    rig.repeat.stop("again")
    assert rig.repeat.progress.why == "stopped"


def test_a_refusal_ends_it() -> None:
    rig = Rig(100, 10)
    rig.owed.pop()(Reply(1, error=ErrorInfo(40160, 401, "no")))
    rig.clock.advance(1_000)
    assert len(rig.at) == 1
    assert not rig.repeat.progress.running
    assert rig.repeat.progress.why == "40160 no"
    assert rig.repeat.progress.refused == 1


def test_no_more_than_so_many_wait_for_an_answer() -> None:
    rig = Rig(MOST_OPEN + 2)
    rig.clock.advance(0)
    assert len(rig.at) == MOST_OPEN
    rig.answer(1)
    rig.clock.advance(0)
    assert len(rig.at) == MOST_OPEN + 1
    rig.answer(MOST_OPEN + 1)
    rig.clock.advance(0)
    rig.answer(1)
    assert rig.repeat.progress.answered == MOST_OPEN + 2
    assert not rig.repeat.progress.running


def test_an_answer_within_the_wish_is_counted() -> None:
    clock = FakeClock()
    told: list[Progress] = []

    def send(answered: Told) -> None:
        answered(Reply(1))

    repeat = Repeat("a", Times(3), clock, send, told.append)
    repeat.start()
    clock.advance(0)
    assert told[-1] == Progress("a", 3, sent=3, answered=3, running=False)


async def test_the_engine_numbers_each_and_the_service_answers(make: Make) -> None:
    world = make()
    told: list[Progress] = []

    def send(answered: Told) -> None:
        world.session.do("publish", {"channel": "a", "data": "x"}, answered)

    repeat = Repeat("a", Times(5, 100), world.clock, send, told.append)
    repeat.start()
    world.advance(1_000)
    assert told[-1] == Progress("a", 5, sent=5, answered=5, running=False)
    published = [
        (row.at // 1_000, row.msg_serial)
        for _, row in world.rows
        if row.direction is Direction.OUT and row.action == ProtocolAction.MESSAGE
    ]
    first = published[0][0]
    assert [(at - first, serial) for at, serial in published] == [
        (100 * number, number) for number in range(5)
    ]
