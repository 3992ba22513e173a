from __future__ import annotations

from ablytui.service.streams import Stream


def test_the_messages_go_round_and_are_numbered() -> None:
    items = ({"data": "a{n}"}, {"data": b"{n}"}, {"name": "only"})
    stream = Stream("c", every=10, start=0, items=items, times=None, batch=2)
    assert stream.at(0) == [{"data": "a0"}, {"data": b"{n}"}]
    assert stream.at(1) == [{"name": "only"}, {"data": "a3"}]
