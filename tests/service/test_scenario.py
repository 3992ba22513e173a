"""Scenario files: those that are shipped, and the sentences for bad ones."""

from __future__ import annotations

from pathlib import Path
from textwrap import wrap

import pytest

from ablytui.errors import ConfigError
from ablytui.protocol.params import from_text
from ablytui.service.scenario import Scenario, load, names, parse, shipped

SHIPPED = {
    "hello",
    "steady",
    "drop-and-resume",
    "lost-state",
    "suspended",
    "token-expiry",
    "token-revoked",
    "bad-key",
    "refused",
    "drain",
    "limits",
    "flood",
    "strange-frames",
    "presence-room",
    "classic-resume",
    "classic-close-codes",
}


def test_the_shipped_ones_have_a_name_and_a_line() -> None:
    found = dict(names())
    assert found.keys() == SHIPPED
    assert all(line and "\n" not in line and len(line) <= 57 for line in found.values())


@pytest.mark.parametrize("scenario", shipped(), ids=lambda s: s.name)
def test_a_shipped_one_is_sound(scenario: Scenario) -> None:
    from_text(dict(scenario.client.params))
    assert scenario.client.channels
    assert scenario.title
    assert scenario.shows[0] == "connecting"
    assert scenario.outcome
    assert scenario.steps[0].at == 0
    assert scenario.steps[0].caption
    assert scenario.endless == (scenario.name == "steady")
    assert scenario.lasts <= 60_000


CAPTIONS = [
    (scenario.name, caption)
    for scenario in shipped()
    for caption in (
        *(step.caption for step in scenario.steps if step.caption),
        *(rule.caption for rule in scenario.rules if rule.caption),
    )
]


@pytest.mark.parametrize(("name", "caption"), CAPTIONS)
def test_a_caption_fits_and_is_a_sentence(name: str, caption: str) -> None:
    assert len(caption) <= 116, name
    assert len(wrap(caption, 76)) <= 2, name
    assert len(wrap(caption, 56)) <= 3, name
    assert caption[0].isupper() or caption[0].isdigit() or caption.split(maxsplit=1)[0].islower()
    assert caption[-1] in ".:"
    assert "!" not in caption.replace("with !", "")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'description = "mine"\n[client]\nchannels = ["a"]\necho = false\nformat = "json"'
    )
    scenario = load(str(path))
    assert (scenario.name, scenario.description) == ("mine", "mine")
    assert dict(scenario.client.params) == {"echo": "false", "format": "json"}


def test_steps_count_from_the_start_or_from_the_one_before() -> None:
    text = """
description = "x"
[[step]]
at = 100
caption = "one"
do = "say"
[[step]]
wait = 50
caption = "two"
do = "disconnect"
"""
    assert [s.at for s in parse(text, "x", "x").steps] == [100, 150]


def test_data_that_is_no_string_goes_as_json() -> None:
    text = """
description = "x"
[[stream]]
channel = "a"
every = 1
[[stream.message]]
data = [1, "é"]
[[stream.message]]
base64 = "AP8="
[[stream.message]]
name = "n"
"""
    (stream,) = parse(text, "x", "x").streams
    assert stream.items == (
        {"data": '[1,"é"]', "encoding": "json"},
        {"data": b"\x00\xff"},
        {"name": "n"},
    )


HEAD = 'description = "x"\n'
STEP = HEAD + "[[step]]\nat = 0\ncaption = 'c'\n"
RULE = HEAD + "[[rule]]\ncaption = 'c'\n"
BAD = [
    (HEAD + "shows = ['away']", "shows", "'away'", "an array of initialized, connecting"),
    (HEAD + "[client]\ncredential = 'none'", "client: credential", "'none'", "wrong secret"),
    (HEAD + "[[step]]\nat = 0\ndo = 'forget'", "step 1: caption", "nothing", "a string"),
    (STEP + "do = 'forget'\n[[step]]\nwait = 1\ndo = 'say'", "step 2: caption", "nothing", "a str"),
    (STEP + "do = 'client'\naction = 'jump'", "step 1: action", "'jump'", "connect, disconnect"),
    (STEP + "do = 'client'\naction = 'ping'\nargs = 3", "step 1: args", "3", "a table"),
    (STEP + "do = 'client_params'", "step 1: params", "nothing", "a credential beside it"),
    (STEP + "do = 'client_params'\nparams = {format='xml'}", "params: format", "'xml'", "json"),
    (STEP + "do = 'send_raw'", "step 1: text", "nothing", "either text or hex"),
    (STEP + "do = 'send_raw'\nhex = 'abc'", "step 1: hex", "'abc'", "hexadecimal digits"),
    (STEP + "do = 'slow'\ndelayMs = -1", "step 1: delayMs", "-1", "from 0"),
    ("", "description", "found nothing", "a string"),
    ("description = 3", "description", "found 3", "a string"),
    ("description = ", "f.toml", "not TOML", "end of document"),
    (HEAD + "colour = 1", "f.toml", "'colour'", "client, description"),
    (HEAD + "[client]\nformat = 'xml'", "client: format", "'xml'", "json, msgpack"),
    (HEAD + "[client]\nkey = 'a.b:c'", "client", "'key'", "allowed are"),
    (HEAD + "[client]\nchannels = 'a'", "client: channels", "'a'", "an array of strings"),
    (HEAD + "[service]\nstate_ttl = -1", "service: state_ttl", "-1", "a whole number from 0"),
    (HEAD + "[service]\nport = 1", "service", "'port'", "state_ttl"),
    (HEAD + "step = 3", "step", "found 3", "[[step]]"),
    (STEP + "do = 'jump'", "step 1: do", "'jump'", "say, publish"),
    (STEP, "step 1: do", "nothing", "say, publish"),
    (STEP + "do = 'say'\nloud = true", "step 1", "'loud'", "allowed are"),
    (STEP + "do = 'publish'", "step 1: channel", "nothing", "a string"),
    (STEP + "do = 'enter'\nchannel = 'a'", "step 1: clientId", "nothing", "a string"),
    (STEP + "do = 'publish'\nchannel = 'a'\nbase64 = '!'", "base64", "'!'", "bytes in base64"),
    (STEP + "do = 'close'\ncloseCode = 7", "closeCode", "7", "from 1000 to 4999"),
    (STEP + "do = 'say'\nwait = 3", "step 1: wait", "3", "either at or wait"),
    (STEP + "do = 'inject_to_client'", "step 1: message", "nothing", "a table"),
    (HEAD + "[[step]]\nat = 0\ndo = 'say'", "step 1: caption", "nothing", "a string"),
    (RULE + "on = 'x'", "rule 1: on", "'x'", "ws_connect"),
    (RULE + "on = 'ws_connect'\ndo = 'suppress'", "rule 1: do", "'suppress'", "refuse_connection"),
    (
        RULE + "on = 'ws_frame_to_client'\ndo = 'suppress'\nmatch = { action = 'HELLO' }",
        "rule 1: match: action",
        "'HELLO'",
        "MESSAGE",
    ),
    (
        RULE + "on = 'ws_frame_to_client'\ndo = 'suppress'\nmatch = { action = 15 }",
        "rule 1: match: action",
        "15",
        "a string",
    ),
    (RULE + "on = 'ws_connect'\ndo = 'passthrough'\ntimes = 0", "times", "0", "from 1"),
    (HEAD + "[[stream]]\nchannel = 'a'\nevery = 1", "stream 1: message", "nothing", "at least one"),
    (STEP + "do = 'publish'\nchannel = 'a'\ndata = 1979-05-27", "data", "1979", "JSON"),
]


@pytest.mark.parametrize(("text", "where", "found", "allowed"), BAD)
def test_a_bad_file_is_one_plain_line(text: str, where: str, found: str, allowed: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "f", "f.toml")
    message = str(caught.value)
    assert message.startswith("f.toml")
    assert "\n" not in message
    for part in (where, found, allowed):
        assert part in message


def test_a_name_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no scenario 'helo': it is .*hello.*\.toml"):
        load("helo")
    with pytest.raises(ConfigError, match="there is no such file"):
        load(str(tmp_path / "none.toml"))
    bad = tmp_path / "latin.toml"
    bad.write_bytes(b'description = "\xe9"')
    with pytest.raises(ConfigError, match="invalid UTF-8 at byte 15"):
        load(str(bad))
