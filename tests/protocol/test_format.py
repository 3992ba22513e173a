from __future__ import annotations

import pytest

from ablytui.protocol import codec
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode


@pytest.mark.parametrize(("name", "opcode"), [("json", Opcode.TEXT), ("msgpack", Opcode.BINARY)])
def test_a_format_has_the_opcode_of_its_frames(name: str, opcode: Opcode) -> None:
    assert Format(name).opcode is opcode


def test_the_codec_offers_the_same_formats() -> None:
    assert codec.Format is Format
