from __future__ import annotations

from dataclasses import fields

from ablytui.protocol.grants import GRANT, GRANTS, HELD
from ablytui.protocol.message import ConnectionDetails, details_from_wire


def test_every_field_of_the_details_has_its_row() -> None:
    named = {each.attr for each in GRANTS if each.attr}
    assert named == {each.name for each in fields(ConnectionDetails)}


def test_each_row_is_read_from_its_name_on_the_wire() -> None:
    for each in GRANTS:
        if each.attr:
            value: object = 7 if each.unit else "text"
            read = details_from_wire({"connectionDetails": {each.wire: value}})
            assert getattr(read, each.attr) == value, each.name


def test_each_says_what_it_means_in_one_clause() -> None:
    assert len(GRANT) == len(GRANTS) + len(HELD)
    for each in GRANT.values():
        assert each.help
        assert not each.help.endswith(".")
        assert len(each.help) <= 110
    assert [each.name for each in GRANT.values() if not each.point] == ["max outbound"]
