from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.capture.filter import DEEPEST, FilterError, parse
from ablytui.capture.reader import Reader
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind
from tests.support.capture import make_store
from tests.support.rows import IN, OUT, frame, other, raw, state

ROWS = (
    frame(1, OUT, {"action": 10, "channel": "orders:eu"}),
    frame(2, IN, {"action": 11, "channel": "orders:eu", "flags": 4}),
    frame(3, IN, {"action": 15, "channel": "orders:eu", "messages": [{"data": "fill now"}]}),
    frame(4, IN, {"action": 15, "channel": "quotes:[fx]", "messages": [{"data": "tick"}]}),
    frame(5, IN, {"action": 9, "channel": "audit", "error": {"code": 40160}}),
    frame(6, IN, {"action": 0}),
    raw(7, IN, Opcode.PING, b""),
    state(8, "connected", "disconnected"),
    other(9, EntryKind.ANOMALY, text="odd"),
    raw(10, IN, Opcode.CLOSE, b"\x03\xe8"),
    frame(11, OUT, {"action": 7}),
)


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[Reader]:
    store = make_store(tmp_path / "a.ablycap")
    for row in ROWS:
        store.append(row)
    assert store.flush()
    yield store.reader()
    store.close()


def found(reader: Reader, text: str) -> list[int]:
    condition = parse(text)
    assert condition is not None
    return [n for part in reader.numbers(condition) for n in part]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("message", [3, 4]),
        ("action:MESSAGE", [3, 4]),
        ("action:15", [3, 4]),
        ("channel:orders:eu", [1, 2, 3]),
        ("channel:orders:*", [1, 2, 3]),
        ('channel:"quotes:[fx]"', [4]),
        ("channel:orders", []),
        ("out", [1, 11]),
        ("direction:out", [1, 11]),
        ("message fill", [3]),
        ("message and fill", [3]),
        ('"fill now"', [3]),
        ("text:tick", [4]),
        ("fill | tick", [3, 4]),
        ("fill or error", [3, 5, 9]),
        ("channel:audit | error", [5, 9]),
        ("ping", [7]),
        ("heartbeat", [6]),
        ("close", [10, 11]),
        ("state", [8]),
        ("anomaly", [9]),
        ("in -message -ping -close", [2, 5, 6]),
        ("-(message | in) -state -anomaly", [1, 11]),
        ("not (message or in) not state not anomaly", [1, 11]),
        ("-channel:orders:eu -in", [8, 9, 11]),
        ("--message", [3, 4]),
        ("((message))", [3, 4]),
        ("message fill | heartbeat", [3, 6]),
    ],
)
def test_what_a_filter_finds(reader: Reader, text: str, numbers: list[int]) -> None:
    assert found(reader, text) == numbers


def test_both_spellings_are_one_grammar() -> None:
    one, two = parse("-ping (a | b) c"), parse("not ping and (a or b) and c")
    assert one is not None
    assert two is not None
    assert one.sql() == two.sql()


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_is_no_filter(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("(message", "the bracket that opens at 1 is not closed"),
        ("message)", "a bracket closes at 8"),
        ("|", "a term is missing at 1"),
        ("message |", "a term is missing at 10"),
        ("a and", "a term is missing at 6"),
        ("()", "a term is missing at 2"),
        ("-", "a term is missing at 2"),
        ("action:nothing", "'nothing' is no action"),
        ("direction:up", "direction: is in or out"),
        ("channel:", "channel: needs a value"),
        ('""', "a text in quotes needs a letter"),
        ("(" * (DEEPEST + 2) + "a" + ")" * (DEEPEST + 2), "brackets stand within each other"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, said: str) -> None:
    with pytest.raises(FilterError, match=said.replace("(", r"\(")) as bad:
        parse(text)
    assert "\n" not in str(bad.value)


@pytest.mark.parametrize(
    ("text", "needles", "hides"),
    [
        ("channel:audit fill", ("audit", "fill"), False),
        ("-fill channel:a*", (), False),
        ("-state x", ("x",), True),
        ("-(state | x)", (), True),
        ("-(-state)", (), False),
    ],
)
def test_what_is_marked_and_whether_states_go(
    text: str, needles: tuple[str, ...], hides: bool
) -> None:
    read = parse(text)
    assert read is not None
    assert (read.needles, read.hides_states) == (needles, hides)


@given(st.text(alphabet='ab"-()|: *channel:not or\\\x00é', max_size=30))
def test_any_text_is_a_filter_or_one_line(text: str) -> None:
    try:
        read = parse(text)
    except FilterError as bad:
        lines = str(bad).count("\n")
    else:
        lines = 0
        assert read is None or read.condition.count("?") == len(read.values)
    assert lines == 0
