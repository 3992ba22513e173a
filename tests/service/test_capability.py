"""Capabilities: which names a resource covers, what two of them have in common."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import DEFAULT_MODES, Flag
from ablytui.service.capability import (
    EVERYTHING,
    MOST_RESOURCES,
    MOST_TEXT,
    Capability,
    read_capability,
)


def cap(**rights: Any) -> Capability:
    return of(rights)


def of(rights: Any) -> Capability:
    found = read_capability(rights)
    assert isinstance(found, Capability), found
    return found


@pytest.mark.parametrize(
    ("resource", "covered", "not_covered"),
    [
        ("news", ["news"], ["new", "news:a", "News"]),
        ("*", ["a", "a:b", "a:b:c", ""], []),
        ("ns:*", ["ns:a", "ns:a:b", "ns:"], ["ns", "nsa", "other:a"]),
        ("foo:*:baz", ["foo:bar:baz", "foo::baz"], ["foo:bar:bam:baz", "foo:baz", "foo:bar:bam"]),
        ("*:b", ["a:b"], ["b", "a:a:b"]),
        ("*:*", ["a:b", "a:b:c"], ["a"]),
        ("foo*", ["foo*"], ["foobar", "foo"]),
        ("[*]*", ["a", "a:b"], []),
        ("[meta]*", [], ["a", "[meta]x"]),
        ("[queue]a", [], ["a"]),
    ],
)
def test_what_a_resource_covers(resource: str, covered: list[str], not_covered: list[str]) -> None:
    capability = of({resource: ["publish"]})
    assert [n for n in covered if not capability.allows("publish", n)] == []
    assert [n for n in not_covered if capability.allows("publish", n)] == []
    assert not capability.allows("subscribe", covered[0] if covered else "a")


def test_operations_add_up_over_resources() -> None:
    capability = of({"a:*": ["publish"], "a:b": ["presence"], "c": ["*"]})
    assert capability.operations("a:b") == {"publish", "presence"}
    assert capability.allows("history", "c")


def test_modes() -> None:
    assert EVERYTHING.modes("x") & DEFAULT_MODES == DEFAULT_MODES
    assert EVERYTHING.modes("x") & Flag.OBJECT_PUBLISH
    hearing = Flag.SUBSCRIBE | Flag.PRESENCE_SUBSCRIBE
    assert cap(x=["subscribe"]).modes("x") == hearing
    assert cap(x=["publish", "presence"]).modes("x") == Flag.PUBLISH | Flag.PRESENCE
    assert cap(x=["history"]).modes("x") == Flag(0)


KEY1 = {
    "cansubscribe:*": ["subscribe"],
    "canpublish:*": ["publish"],
    "canpublish:andpresence": ["presence", "publish"],
}
KEY2 = {
    "channel0": ["publish"],
    "channel2": ["publish", "subscribe"],
    "channel6": ["*"],
}


@pytest.mark.parametrize(
    ("key", "asked", "both"),
    [
        (KEY1, KEY1, KEY1),
        (KEY1, {"canpublish:test": ["subscribe"]}, {}),
        (KEY2, {"channelx": ["publish"]}, {}),
        (KEY2, {"channel2": ["presence", "subscribe"]}, {"channel2": ["subscribe"]}),
        (
            KEY2,
            {"channel2": ["presence", "subscribe"], "channelx": ["subscribe"]},
            {"channel2": ["subscribe"]},
        ),
        (KEY2, {"channel2": ["*"]}, {"channel2": ["publish", "subscribe"]}),
        (KEY2, {"channel6": ["publish", "subscribe"]}, {"channel6": ["publish", "subscribe"]}),
        ({"*": ["subscribe"]}, {"a": ["subscribe"]}, {"a": ["subscribe"]}),
        ({"*": ["subscribe"]}, {"a:*": ["subscribe"]}, {"a:*": ["subscribe"]}),
        (KEY1, {"canpublish:check": ["publish"]}, {"canpublish:check": ["publish"]}),
        (KEY1, {"*": ["*"]}, KEY1),
        ({"*": ["*"]}, {"*": ["*"]}, {"*": ["*"]}),
        ({"[*]*": ["*"]}, {"*": ["*"]}, {"*": ["*"]}),
        ({"*": ["*"]}, {"[*]*": ["publish"]}, {"*": ["publish"]}),
        ({"*": ["*"]}, {"[meta]*": ["publish"]}, {}),
        ({"[*]*": ["*"]}, {"[meta]log": ["subscribe"]}, {"[meta]log": ["subscribe"]}),
        ({"a:*": ["*"]}, {"*:b": ["publish"]}, {"a:b": ["publish"]}),
        ({"a:*:c:*": ["*"]}, {"*:b:*": ["publish"]}, {"a:b:c:*": ["publish"]}),
        ({"a:*": ["*"]}, {"a": ["publish"]}, {}),
        ({"a": ["publish"], "*": ["*"]}, {"a": ["*"]}, {"a": ["*"]}),
    ],
)
def test_what_two_have_in_common(key: Any, asked: Any, both: Any) -> None:
    met = of(asked).within(of(key))
    assert json.loads(met.text()) == both
    assert bool(met) is bool(both)
    assert of(key).within(of(asked)) == met


NAMES = st.lists(st.sampled_from(["a", "b", ""]), min_size=1, max_size=4).map(":".join)
RESOURCES = st.lists(st.sampled_from(["a", "b", "*"]), min_size=1, max_size=4).map(":".join)
RIGHTS = st.dictionaries(
    RESOURCES,
    st.lists(st.sampled_from(["publish", "subscribe"]), min_size=1, max_size=2) | st.just(["*"]),
    min_size=1,
    max_size=3,
)


@given(RIGHTS, RIGHTS, NAMES, st.sampled_from(["publish", "subscribe", "history"]))
def test_the_intersection_allows_what_both_allow_and_no_more(
    one: Any, other: Any, name: str, operation: str
) -> None:
    a, b = of(one), of(other)
    both = a.allows(operation, name) and b.allows(operation, name)
    assert a.within(b).allows(operation, name) == both


@pytest.mark.parametrize(
    "value",
    [
        "",
        "{",
        "[]",
        "{}",
        "[" * 5_000,
        None,
        7,
        {"a": []},
        {"a": "publish"},
        {"a": ["publish_"]},
        {"a": ["*", "publish"]},
        {"a": [["publish"]]},
        {"": ["publish"]},
        {"a\n": ["publish"]},
        {3: ["publish"]},
        {"a\ud800": ["publish"]},
        {str(n): ["publish"] for n in range(MOST_RESOURCES + 1)},
        json.dumps({"a" * MOST_TEXT: ["publish"]}),
    ],
)
def test_what_is_no_capability(value: Any) -> None:
    error = read_capability(value)
    assert isinstance(error, ErrorInfo)
    assert (error.code, error.status_code) == (40000, 400)
    assert "capability" in error.message


def test_its_text_is_canonical() -> None:
    text = '{ "b":["subscribe", "publish"], "a":["*"] }'
    assert of(text).text() == '{"a":["*"],"b":["publish","subscribe"]}'
    assert EVERYTHING.text() == '{"*":["*"]}'
