from __future__ import annotations

from ablytui.protocol.log import Row
from ablytui.protocol.observe.serials import LIMIT, Serials
from tests.support.rows import IN, OUT, frame


def publish(serial: int) -> Row:
    return frame(1, OUT, {"action": 15, "channel": "a", "msgSerial": serial})


def ack(serial: int, count: int) -> Row:
    return frame(1, IN, {"action": 1, "msgSerial": serial, "count": count})


def test_the_text_names_the_serials() -> None:
    serials = Serials()
    assert serials.sent(publish(0)) == []
    (jump,) = serials.sent(publish(3))
    assert jump.text == "msgSerial jumps from 0 to 3"
    (beyond,) = serials.answered(ack(3, 2))
    assert beyond.text == "ACK for msgSerial 3 to 4, never sent here"
    (again,) = serials.answered(ack(3, 1))
    assert again.text == "ACK for msgSerial 3, not waiting"


def test_what_is_remembered_is_bounded() -> None:
    serials = Serials()
    for serial in range(LIMIT + 5):
        serials.sent(publish(serial))
    assert len(serials._open) == LIMIT


def test_frames_without_an_answer_are_not_counted() -> None:
    assert Serials().sent(frame(1, OUT, {"action": 10, "channel": "a"})) == []
