"""The table of members agrees with the vocabulary."""

from __future__ import annotations

from ablytui.decoders.schema import FLAG_MEANINGS, PROTOCOL_MESSAGE
from ablytui.protocol.message import Flag


def test_every_named_flag_has_a_meaning_and_no_other_bit() -> None:
    assert {1 << bit for bit in FLAG_MEANINGS} == {int(flag) for flag in Flag}


def test_secrets_are_marked() -> None:
    members = PROTOCOL_MESSAGE.members or {}
    assert members["connectionKey"].secret
    assert (members["auth"].members or {})["accessToken"].secret
    assert (members["connectionDetails"].members or {})["connectionKey"].secret
