"""What a frame means."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.decoders.cipher import encrypted
from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import Entry
from ablytui.ui.present.around import Around
from ablytui.ui.present.reading import reading
from tests.support.entries import PairLinks, frame, raw


def read(entry: Entry, around: Around | None = None) -> str:
    message = decode(entry.payload, entry.opcode or Opcode.TEXT)
    known = None if isinstance(message, Undecodable) else message
    return reading(entry, known, around or Around())


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"action": 0}, "A sign of life"),
        ({"action": 0, "id": "a"}, "The answer to our ping"),
        ({"action": 1, "count": 4}, "The server has taken 4 frames that we sent."),
        ({"action": 2}, "The server refuses 1 frame that we sent."),
        ({"action": 4}, "The connection is open."),
        ({"action": 6}, "about to close the socket"),
        ({"action": 7}, "cannot be resumed"),
        ({"action": 9, "channel": "a"}, "The channel has failed"),
        ({"action": 9}, "The connection has failed"),
        ({"action": 10, "channelSerial": "x"}, "go on with the channel"),
        ({"action": 11, "flags": 4}, "nothing was lost"),
        ({"action": 11, "flags": 3}, "Messages of before follow. Who is present follows in SYNC."),
        ({"action": 13}, "The server detached the channel."),
        ({"action": 15, "messages": [{"encoding": "cipher+aes-128-cbc"}]}, "encrypted"),
        ({"action": 16, "channelSerial": "s:"}, "the last part"),
        ({"action": 16, "channelSerial": "s:c"}, "more follow"),
        ({"action": 99}, "not known"),
        ({"x": 1}, "without an action"),
    ],
)
def test_each_action(message: dict[str, Any], words: str) -> None:
    assert words in read(frame(message))


def test_a_plain_message_needs_no_words() -> None:
    assert read(frame({"action": 15, "messages": [{"data": "x"}]})) == ""


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (raw(b"\x03\xe8", opcode=Opcode.CLOSE), "The server closes the socket."),
        (raw(b"\x0f\xa1", opcode=Opcode.CLOSE, out=True), "This side closes the socket."),
        (raw(b"", opcode=Opcode.PING), "has to answer with a pong"),
        (raw(b"", opcode=Opcode.PONG), "sent by the transport itself"),
        (raw(b"{", fin=False), "A part of a message"),
        (raw(b"x"), "no ProtocolMessage"),
    ],
)
def test_other_frames(entry: Entry, words: str) -> None:
    assert words in read(entry)


def test_pairs_change_the_words() -> None:
    duplicate = Around(links=PairLinks(duplicates=[1]))
    assert "came before" in read(frame({"action": 15, "messages": [{}]}), duplicate)
    waits = Around(links=PairLinks(waiting=[1]))
    assert "not confirmed" in read(frame({"action": 15, "messages": [{}]}, out=True), waits)
    asked = Around(links=PairLinks({2: (1, 5.0)}))
    assert "as asked" in read(frame({"action": 13}), asked)


SEALED = encrypted({"data": "hello"}, bytes(16), b"i" * 16)


@pytest.mark.parametrize(
    ("item", "key", "words"),
    [
        (SEALED, None, "with --cipher CHANNEL=KEY"),
        (SEALED, bytes(16), "the key of this channel opens it"),
        (SEALED, bytes(15) + b"x", "stays packed: cipher+aes-128-cbc: the padding is wrong"),
        ({"data": '{"a', "encoding": "json"}, None, "stays packed: json: not JSON"),
        ({"data": "a!", "encoding": "base64"}, None, "stays packed: base64: not base64."),
        ({"data": b"x", "encoding": "zip"}, None, "stays packed: zip: not a step"),
        ({"data": b"x", "encoding": "utf-8/vcdiff"}, None, "a change of the message before it"),
        ({"data": '{"a":1}', "encoding": "json"}, None, ""),
    ],
)
def test_where_a_chain_stops_the_reason_is_said(
    item: dict[str, Any], key: bytes | None, words: str
) -> None:
    entry = frame({"action": 15, "channel": "c", "messages": [item]}, Format.MSGPACK)
    said = read(entry, Around(keys={"c": key} if key else {}))
    assert words in said
    assert bool(said) is bool(words)
