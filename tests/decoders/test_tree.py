"""Values as lines."""

from __future__ import annotations

import pytest

from ablytui.decoders.schema import Field
from ablytui.decoders.tree import Tree, type_word


@pytest.mark.parametrize(
    ("value", "word"),
    [(None, "null"), (True, "bool"), (1, "int"), (1.5, "float"), ("", "str"), ([], "list"),
     ({}, "object"), (b"", "bytes"), (object(), "ext")],
)  # fmt: skip
def test_types_have_words(value: object, word: str) -> None:
    assert type_word(value) == word


def test_a_wrong_type_is_an_error_and_null_is_not() -> None:
    tree = Tree()
    tree.add("a", "12", Field("int"))
    tree.add("b", None, Field("int"))
    tree.add("c", 12.0, Field("int"))
    tree.add("d", True, Field("int"))
    rights = [line.right[0].text for line in tree.finish()]
    assert rights == ["str, should be int", "null", "float", "bool, should be int"]


def test_what_is_copied_is_the_value() -> None:
    tree = Tree()
    for value in ("a\x1b", 12, True, None, b"\x01", [1, {"a": b"\x02"}]):
        tree.add("x", value)
    copied = [line.copy for line in tree.finish() if line.depth == 0]
    assert copied == ["a\x1b", "12", "true", "null", "01", '[1,{"a":"02"}]']


def test_a_number_too_long_to_write_is_said() -> None:
    tree = Tree()
    tree.add("x", 10**5000)
    assert "4300" in tree.finish()[0].value[0].text
