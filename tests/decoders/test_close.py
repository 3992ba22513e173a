"""A CLOSE frame's payload."""

from __future__ import annotations

import pytest

from ablytui.decoders.close import CloseDecoder
from ablytui.decoders.meta import Meta
from ablytui.protocol.frame import Opcode

META = Meta(Opcode.CLOSE)


def said(data: bytes) -> str:
    lines = CloseDecoder().render(data, META).lines
    return " / ".join("".join(s.text for s in (*x.value, *x.right)) for x in lines)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            b"\x03\xe8by server",
            '1000 normal closureint / the purpose is fulfilled / "by server"str',
        ),
        (b"\x0f\xa1", '4001 private codeint / ""str'),
        (b"\x03\xee", "1006 may not be sent"),
        (b"\x03\xe8\xff", "str, not UTF-8"),
        (b"", "empty: no code was given"),
        (b"\x03", "one byte: a code takes two"),
    ],
)
def test_code_and_reason(data: bytes, words: str) -> None:
    assert words in said(data)


def test_only_close_frames() -> None:
    assert CloseDecoder().priority(b"", Meta(Opcode.PING)) < 0
