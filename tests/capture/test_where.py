from __future__ import annotations

import pytest

from ablytui.capture.where import Where
from ablytui.protocol.frame import Direction
from ablytui.protocol.log import EntryKind


@pytest.mark.parametrize(
    ("where", "sql", "values"),
    [
        (Where(), "1", []),
        (Where(kinds=[EntryKind.STATE]), "kind in (?)", [4]),
        (Where(direction=Direction.OUT, errors=True), "dir = 1 and error is not null", []),
        (Where(actions=[1, 2]), "action in (?,?)", [1, 2]),
        (Where(without_actions=[0]), "(action is null or not action in (?))", [0]),
        (Where(text=b"x"), "instr(payload, ?) > 0", [b"x"]),
        (Where(channel="a"), "channel = (select id from channel where name = ?)", ["a"]),
    ],
)
def test_every_member_is_one_condition(where: Where, sql: str, values: list[object]) -> None:
    assert where.sql() == (sql, values)
