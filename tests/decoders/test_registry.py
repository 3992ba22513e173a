"""The best decoder is taken; one that fails never takes anything with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.decoders.hexdump import HexDecoder
from ablytui.decoders.meta import Meta
from ablytui.decoders.registry import Registry, default_registry
from ablytui.decoders.spans import Kind, Rendered
from ablytui.protocol.frame import Opcode
from ablytui.protocol.visible import visible


class Failing:
    name = "failing"

    def priority(self, data: bytes, meta: Meta) -> float:
        return 9.0

    def render(self, data: bytes, meta: Meta) -> Rendered:
        raise RuntimeError("no luck")


@pytest.mark.parametrize(
    ("data", "meta", "name"),
    [
        (b'{"action":0}', Meta(Opcode.TEXT), "message"),
        (b"\x81\xa6action\x00", Meta(Opcode.BINARY), "message"),
        (b"[1,2]", Meta(Opcode.TEXT), "json"),
        (b'{"action":', Meta(Opcode.TEXT, fin=False), "json"),
        (b"hello", Meta(Opcode.TEXT), "text"),
        (b"hello", Meta(Opcode.PING), "text"),
        (b"\x03\xe8bye", Meta(Opcode.CLOSE), "close"),
        (b"", Meta(Opcode.CLOSE), "close"),
        (b"\x92\x01\x02", Meta(Opcode.BINARY), "msgpack"),
        (b"\xc1\xff\x00", Meta(Opcode.BINARY), "hex"),
        (b"\xff\xfe", Meta(Opcode.TEXT), "hex"),
    ],
)
def test_the_best_is_chosen(data: bytes, meta: Meta, name: str) -> None:
    assert default_registry().best(data, meta).name == name


def test_a_failure_of_itself_falls_back_and_says_so() -> None:
    registry = Registry((Failing(), HexDecoder()))
    lines = registry.render(b"ab", Meta(Opcode.TEXT)).lines
    assert lines[0].value[0].text == "the failing view failed: RuntimeError: no luck"
    assert lines[1].value[1].text.startswith("61 62")


def test_a_failure_that_was_asked_for_shows_its_error_alone() -> None:
    registry = Registry((Failing(), HexDecoder()))
    [line] = registry.render(b"ab", Meta(Opcode.TEXT), "failing").lines
    assert line.value[0].kind is Kind.ERROR
    with pytest.raises(KeyError):
        registry.render(b"", Meta(Opcode.TEXT), "nobody")


def test_names_are_unique() -> None:
    names = default_registry().names()
    assert len(set(names)) == len(names) == len(list(default_registry()))


@given(st.binary(max_size=400), st.sampled_from(Opcode), st.booleans())
def test_no_bytes_fail_and_nothing_unsafe_comes_out(data: bytes, opcode: Opcode, fin: bool) -> None:
    registry = default_registry()
    meta = Meta(opcode, fin=fin)
    for name in (None, *registry.names()):
        for line in registry.render(data, meta, name).lines:
            texts = [line.name, *(span.text for span in (*line.value, *line.right))]
            assert all(visible(text) == text for text in texts)
