"""The words of a scenario, as they are read."""

from __future__ import annotations

import pytest

from ablytui.errors import ConfigError
from ablytui.protocol.frame import Opcode
from ablytui.service.acts import RULE_WORDS, STEP_WORDS, Act, read_act
from ablytui.service.tables import Table


def act(**values: object) -> Act:
    table = Table(values, "f.toml")
    read = read_act(table, STEP_WORDS)
    table.done()
    return read


def test_a_raw_frame_is_text_or_bytes() -> None:
    assert act(do="send_raw", text="é").payload == "é".encode()
    assert act(do="send_raw", text="").opcode is Opcode.TEXT
    raw = act(do="send_raw", hex="0aff")
    assert (raw.payload, raw.opcode) == (b"\x0a\xff", Opcode.BINARY)


def test_what_the_client_does() -> None:
    done = act(do="client", action="publish", args={"channel": "a", "data": "x"})
    assert (done.action, done.args) == ("publish", {"channel": "a", "data": "x"})
    done = act(do="client_params", credential="token", token_ttl=5, params={"echo": False})
    assert (done.credential, done.token_ttl, done.params) == ("token", 5, (("echo", "false"),))


def test_a_word_is_a_fault_or_quiet() -> None:
    words = {*STEP_WORDS, *(w for words in RULE_WORDS.values() for w in words)}
    words -= {"disconnect", "refuse_connections"}  # read as the words that they stand for
    peer = {"say", "publish", "enter", "update", "leave"}
    client = {"client", "client_params", "ask_token"}
    undoing = {"passthrough", "accept_connections", "speak", "lift"}
    assert {word for word in words if not Act(word).fault} == peer | client | undoing


def test_times_and_codes_have_their_defaults() -> None:
    assert act(do="slow", delayMs=40).delay == 40
    assert act(do="close").close_code == 1000
    refused = act(do="refuse_connection", status=503, body={"why": "full"})
    assert (refused.status, refused.body) == (503, {"why": "full"})


def test_a_reason_is_as_long_as_a_close_frame_has_room_for() -> None:
    def act(reason: str) -> Act:
        return read_act(Table({"do": "close", "reason": reason}, "x"), ("close",))

    assert act("é" * 61).reason == "é" * 61
    with pytest.raises(ConfigError, match="at most 123 bytes"):
        act("é" * 62)
