from __future__ import annotations

from typing import Any

import pytest

from ablytui.decoders.items import items


def test_a_message_inherits_what_it_leaves_out_from_its_frame() -> None:
    frame = {
        "action": 15,
        "id": "conn:3",
        "connectionId": "conn",
        "timestamp": 1700,
        "messages": [
            {"name": "a", "data": "aGk=", "encoding": "base64"},
            {
                "id": "own",
                "timestamp": 5,
                "connectionId": None,
                "data": '{"x":1}',
                "encoding": "json",
            },
        ],
    }
    assert list(items(frame, "message")) == [
        {
            "id": "conn:3:0",
            "name": "a",
            "connectionId": "conn",
            "timestamp": 1700,
            "data": b"hi",
        },
        {"id": "own", "connectionId": "conn", "timestamp": 5, "data": {"x": 1}},
    ]


@pytest.mark.parametrize(
    ("action", "name"), [(0, "absent"), (2, "enter"), (3.0, "leave"), (None, "absent"), (77, 77)]
)
def test_a_presence_action_has_its_name(action: Any, name: Any) -> None:
    (item,) = items({"presence": [{"action": action, "clientId": "ann"}]}, "presence")
    assert item == {"action": name, "clientId": "ann", "data": None}


def test_what_is_left_of_a_chain_is_told_with_its_reason() -> None:
    (item,) = items({"messages": [{"data": "x", "encoding": "vcdiff"}]}, "message")
    assert item["encoding"] == "vcdiff"
    assert "vcdiff" in item["problem"]


@pytest.mark.parametrize("messages", [None, 5, "x", {}, [None, 5, "x"]])
def test_strange_items_are_passed_over(messages: Any) -> None:
    assert list(items({"messages": messages}, "message")) == []
