"""How the payload travelled."""

from __future__ import annotations

import pytest

from ablytui.decoders.meta import Meta
from ablytui.protocol.frame import Opcode


@pytest.mark.parametrize(
    ("opcode", "fin", "whole"),
    [
        (Opcode.TEXT, True, True),
        (Opcode.BINARY, True, True),
        (Opcode.TEXT, False, False),
        (Opcode.CONT, True, False),
        (Opcode.PING, True, False),
    ],
)
def test_only_an_unfragmented_data_frame_is_whole(opcode: Opcode, fin: bool, whole: bool) -> None:
    assert Meta(opcode, fin=fin).whole is whole
