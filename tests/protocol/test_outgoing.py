"""What is asked to be sent, put as it travels; what is wrong with it is one line."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.outgoing import BadArgument, members_of, messages_of, sendable, text_of


@pytest.mark.parametrize(
    ("args", "messages"),
    [
        ({}, [{}]),
        ({"name": None, "data": None}, [{}]),
        ({"name": "n", "data": "d", "bogus": 1}, [{"name": "n", "data": "d"}]),
        ({"data": {"k": "é"}}, [{"data": '{"k":"é"}', "encoding": "json"}]),
        ({"data": []}, [{"data": "[]", "encoding": "json"}]),
        ({"data": b"\x00"}, [{"data": b"\x00"}]),
        ({"data": {"a": 1}, "encoding": "x"}, [{"data": {"a": 1}, "encoding": "x"}]),
        ({"messages": [{"data": "a"}, {"name": "b"}]}, [{"data": "a"}, {"name": "b"}]),
        ({"extras": {"headers": {}}}, [{"extras": {"headers": {}}}]),
    ],
)
def test_messages(args: dict[str, Any], messages: list[dict[str, Any]]) -> None:
    assert list(messages_of({"channel": "c"} | args)) == messages


@pytest.mark.parametrize(
    ("args", "why"),
    [
        ({"data": 5}, "data: 40013"),
        ({"data": True}, "data: 40013"),
        ({"name": 5}, "name is not a string"),
        ({"clientId": {}}, "clientId is not a string"),
        ({"encoding": 1, "data": "x"}, "encoding is not a string"),
        ({"extras": []}, "extras is not an object"),
        ({"extras": {"n": 2**70}}, "cannot be sent"),
        ({"messages": {}}, "messages is not an array"),
        ({"messages": []}, "messages is not an array"),
        ({"messages": [None]}, "messages is not an array"),
        ({"messages": [{"name": 1}]}, "name is not a string"),
        ({"messages": [{}], "name": "n"}, "name and messages: a publish has one"),
    ],
)
def test_what_is_no_message(args: dict[str, Any], why: str) -> None:
    with pytest.raises(BadArgument, match=why):
        messages_of(args)


def test_members_are_those_that_are_named() -> None:
    args = {"clientId": "a", "data": {"k": 1}, "extras": {}}
    assert members_of(args, ("clientId",)) == {"clientId": "a"}


def test_what_both_formats_carry_is_sendable() -> None:
    assert sendable({"extras": {"n": 2**64 - 1}}) == {"extras": {"n": 2**64 - 1}}
    with pytest.raises(BadArgument, match="cannot be sent"):
        sendable({"data": "\ud800"})


@pytest.mark.parametrize("value", [None, "", 5, ["x"], "\ud800"])
def test_text_has_to_be_text(value: object) -> None:
    assert text_of({"channel": "c"}, "channel") == "c"
    with pytest.raises(BadArgument, match="channel"):
        text_of({"channel": value}, "channel")
