from __future__ import annotations

import base64
import json
import string
from typing import Any
from urllib.parse import quote

import msgpack
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ablytui.capture.redact import Redactor
from ablytui.protocol.codec import Undecodable, decode
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind
from tests.support.capture import TAG_SECRET, frame, special

KEY = "kq3Zw1bT2e!9fA2c7"
API_KEY = "app123.key456:secret-of-the-key-789"
TEXT, BINARY = Opcode.TEXT, Opcode.BINARY


def redactor(*secrets: str) -> Redactor:
    return Redactor(TAG_SECRET, secrets=secrets)


# --- golden: what exactly is written ------------------------------------------------------------

CONNECTED = (
    '{"action":4,"connectionId":"c1","connectionKey":"%s",'
    '"connectionDetails":{"connectionKey":"%s","maxIdleInterval":15000}}'
)
GOLDEN = [
    (CONNECTED % (KEY, KEY), CONNECTED % (("kq3Z********~12f0",) * 2)),
    (
        '{"action":17,"auth":{"accessToken":"eyJhbGciOiJIUzI1NiJ9.e30.sig"}}',
        '{"action":17,"auth":{"accessToken":"eyJh*******************~c00d"}}',
    ),
    (
        '{"action":15,"messages":[{"connectionKey":"shortkey","data":{"connectionKey":"mine"}}]}',
        '{"action":15,"messages":[{"connectionKey":"********","data":{"connectionKey":"mine"}}]}',
    ),
    (
        r'{"connection\u004bey":"kq3Zxy\u0077bT2e9"}',
        r'{"connection\u004bey":"kq3Z*************"}',
    ),
    ('{"action":15,"data":"nothing here"}', '{"action":15,"data":"nothing here"}'),
    ('{"action":4,"connectionKey":"cut off he', '{"action":4,"connectionKey":"**********'),
    ("not json, connectionKey=abcdefghijkl!", "not json, connectionKey=abcd*********"),
]


@pytest.mark.parametrize(("given_", "masked"), GOLDEN)
def test_golden(given_: str, masked: str) -> None:
    strange = isinstance(decode(given_.encode(), TEXT), Undecodable)
    out = redactor().frame(given_.encode(), TEXT, strange=strange).decode()
    assert untagged(out) == untagged(masked)
    assert len(out) == len(given_)


def untagged(text: str) -> str:
    """With `~XXXX` for every tag, and nothing else altered."""
    import re

    return re.sub(r"~[0-9a-fX]{4}(?![0-9a-f])", "~XXXX", text)


def test_equal_secrets_look_equal_and_others_do_not() -> None:
    masker = redactor()
    connected = masker.frame((CONNECTED % (KEY, "another" + KEY)).encode(), TEXT)
    message = json.loads(connected)
    first, second = message["connectionKey"], message["connectionDetails"]["connectionKey"]
    assert first[-5:] != second[-5:]
    assert masker.redact_url(f"wss://h/?resume={KEY}&v=6") == f"wss://h/?resume={first}&v=6"
    encoded = masker.redact_url(f"wss://h/?resume={quote(KEY, safe='')}")
    assert encoded.endswith(first[-5:])
    assert Redactor(b"another process").redact_url(f"?resume={KEY}")[-4:] != first[-4:]


# --- the holes of a naive scanner ---------------------------------------------------------------


@pytest.mark.parametrize(
    "payload",
    [
        b'{"action":4,"connectionKey":"' + KEY.encode(),
        rb'{"action":4,"connec\u0074ionKey":"' + KEY.encode() + b'"}',
        b'{"action":4,"connectionKey":"' + KEY.replace("!", "\\u0021").encode() + b'"}',
        b'{"action":9,"error":{"message":"bad key ' + quote(KEY, safe="").encode() + b'"}}',
        b'{"action":15,"messages":[{"data":"{\\"a\\":\\"' + KEY.encode() + b'\\"}"}]}',
        b'{"action":15,"messages":[{"data":"' + base64.b64encode(KEY.encode()) + b'"}]}',
    ],
)
def test_a_known_key_is_nowhere(payload: bytes) -> None:
    masker = redactor(KEY)
    out = masker.frame(payload, TEXT)
    assert len(out) == len(payload)
    assert out != payload
    assert KEY.encode()[4:] not in json_unescaped(out)
    assert b"*" * 8 in out


def json_unescaped(data: bytes) -> bytes:
    return data.decode("utf-8").encode().replace(b"\\u0021", b"!").replace(b"%21", b"!")


def test_a_key_that_was_seen_is_known_from_then_on() -> None:
    masker = redactor()
    echo = json.dumps({"action": 15, "messages": [{"data": f"my key is {KEY}"}]}).encode()
    assert masker.frame(echo, TEXT) == echo
    masker.frame(msgpack.packb({"action": 4, "connectionDetails": {"connectionKey": KEY}}), BINARY)
    assert KEY.encode() not in masker.frame(echo, TEXT)
    assert json.loads(masker.frame(echo, TEXT))["messages"][0]["data"].startswith("my key is kq3Z*")


@pytest.mark.parametrize(
    "value",
    [KEY, KEY.encode(), KEY * 4, (KEY * 30).encode(), KEY * 5000],
    ids=["fixstr", "bin8", "str8", "bin16", "str32"],
)
def test_messagepack_strings_and_binaries(value: str | bytes) -> None:
    message = {"action": 4, "connectionDetails": {"connectionKey": value, "clientId": "me"}}
    packed = msgpack.packb(message)
    out = redactor().frame(packed, BINARY)
    assert len(out) == len(packed)
    back = msgpack.unpackb(out)
    covered = back["connectionDetails"].pop("connectionKey")
    assert type(covered) is type(value)
    assert back == {"action": 4, "connectionDetails": {"clientId": "me"}}
    text = covered if isinstance(covered, str) else covered.decode()
    assert text.startswith("kq3Z***")
    assert text.count("*") == len(value) - 9


def test_a_frame_in_the_wrong_kind_of_frame_is_scanned_for_names() -> None:
    masker = redactor()
    for payload, opcode in (
        (msgpack.packb({"connectionKey": KEY}), TEXT),
        (json.dumps({"x": {"connectionKey": KEY}}).encode(), BINARY),
        (json.dumps([{"mac": KEY}]).encode(), TEXT),
        (json.dumps({"connectionKey": KEY}).encode(), Opcode.CONT),
    ):
        out = masker.frame(payload, opcode, strange=True)
        assert KEY.encode() not in out, payload
        assert len(out) == len(payload)


def test_control_frames_are_masked_by_value_only() -> None:
    masker = redactor(KEY)
    close = b"\x03\xe8connectionKey=unknown " + KEY.encode()
    assert (
        masker.frame(close, Opcode.CLOSE)
        == b"\x03\xe8connectionKey=unknown kq3Z********~"
        + (masker.frame(KEY.encode(), Opcode.PING)[-4:])
    )


def test_reveal_does_nothing() -> None:
    masker = Redactor(TAG_SECRET, reveal=True, secrets=[KEY])
    payload = (CONNECTED % (KEY, KEY)).encode()
    row = special(EntryKind.UPGRADE, b'{"url":"wss://h/?key=' + KEY.encode() + b'"}')
    before = row.payload
    masker.row(row)
    assert row.payload is before
    assert masker.frame(payload, TEXT) is payload
    assert masker.cut(payload, TEXT) is payload
    assert masker.blank(payload) is payload
    assert masker.body(payload) is payload
    assert masker.text(KEY) is KEY
    assert masker.redact_members({"key": KEY}) == {"key": KEY}
    assert masker.redact_headers({"Authorization": KEY}) == (("Authorization", KEY),)


def test_what_holds_no_secret_is_the_same_object() -> None:
    masker = redactor(API_KEY, KEY)
    for payload in (b'{"action":15,"data":"100% \\u0041 \\"x\\""}', b"", b"\xff\xfe", b"%%%"):
        assert masker.frame(payload, TEXT) is payload


def test_a_row_is_masked_in_place_at_equal_length() -> None:
    masker = redactor(API_KEY)
    url = f"wss://h/?key={quote(API_KEY)}&resume={KEY}&format=json"
    row = special(
        EntryKind.UPGRADE, json.dumps({"attempt": 1, "url": url, "mode": "resume"}).encode()
    )
    masker.row(row)
    assert len(row.payload) == row.size
    assert json.loads(row.payload)["mode"] == "resume"
    assert API_KEY.encode() not in row.payload
    assert KEY.encode() not in row.payload
    message = frame(json.dumps({"connectionKey": KEY}).encode())
    masker.row(message)
    assert KEY.encode() not in message.payload


def test_the_cut_edge_shows_no_half_secret() -> None:
    masker = redactor(KEY)
    payload = b'{"action":15,"data":"' + b"x" * 2000 + KEY.encode()[:-1]
    out = masker.cut(payload, TEXT)
    assert len(out) == len(payload)
    assert KEY.encode()[:5] not in out
    assert b"x" * 1000 in out


# --- text, URLs, headers, members ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "masked"),
    [
        ("wss://h:9/?key=abcdefghijkl&v=6", "wss://h:9/?key=abcd********&v=6"),
        ("/?recover=%7B%22a%22%7D", "/?recover=*************"),
        ("/?recover=%7B%22abcdefgh%22%7D", "/?recover=%7B%****************"),
        ("https://u:password@h/", "https://u:********@h/"),
        ("https://h/a?token=abc#access_token=def", "https://h/a?token=***#access_token=***"),
        ("https://h/?keys=abc", "https://h/?keys=abc"),
        (
            'wss://h/?recover={"connectionKey":"K"}&v=6',
            'wss://h/?recover={"co************~XXXX&v=6',
        ),
    ],
)
def test_urls(url: str, masked: str) -> None:
    out = redactor().redact_url(url)
    assert len(out) == len(url)
    assert untagged(out) == masked


def test_headers() -> None:
    masker = redactor(KEY)
    basic = base64.b64encode(API_KEY.encode()).decode()
    out = dict(
        masker.redact_headers(
            [
                ("Authorization", f"Basic {basic}"),
                ("set-cookie", "abc"),
                ("Server", "ably"),
                ("Location", "wss://h/?access_token=abc"),
                ("X-Echo", KEY),
            ]
        )
    )
    assert out["Authorization"].startswith("Basic YXBw****")
    assert len(out["Authorization"]) == len(f"Basic {basic}")
    assert out["set-cookie"] == "***"
    assert out["Server"] == "ably"
    assert out["Location"] == "wss://h/?access_token=***"
    assert out["X-Echo"].startswith("kq3Z****")
    bearer = dict(masker.redact_headers({"authorization": f"Bearer {KEY}"}))["authorization"]
    assert bearer == f"Bearer {out['X-Echo']}"


def test_a_channel_named_like_a_secret_is_covered_in_its_column_too() -> None:
    masker = redactor(KEY)
    row = frame(f'{{"action":10,"channel":"{KEY}"}}'.encode(), action=10, channel=KEY)
    masker.row(row)
    assert row.channel == json.loads(row.payload)["channel"]
    assert row.channel is not None
    assert row.channel.startswith("kq3Z****")
    innocent = frame(b'{"action":10,"channel":"a?token=b"}', action=10, channel="a?token=b")
    masker.row(innocent)
    assert innocent.channel == "a?token=b"


def test_members() -> None:
    masker = redactor(KEY)
    given_ = {
        "key": "abc",
        "token": None,
        "auth_headers": [["X-My", "abc"]],
        "url": "https://h/?mac=1&key=abc",
        "headers": [["Authorization", "Bearer abc"], ["Date", "now"]],
        "nested": {"list": [KEY, 1, True, None]},
        "clientId": "me",
    }
    out = masker.redact_members(given_)
    assert out["key"] == "***"
    assert out["token"] is None
    assert out["auth_headers"] == [["****", "***"]]
    assert out["url"] == "https://h/?mac=1&key=***"
    assert out["headers"] == [["Authorization", "Bearer ***"], ["Date", "now"]]
    assert out["nested"]["list"][0].startswith("kq3Z***")
    assert out["nested"]["list"][1:] == [1, True, None]
    assert out["clientId"] == "me"


def test_bodies_of_http() -> None:
    body = b'{"keyName":"app.k","mac":"abcdefgh","token":"abcd","issued":1}'
    assert redactor().body(body) == (
        b'{"keyName":"app.k","mac":"********","token":"****","issued":1}'
    )


# --- any message --------------------------------------------------------------------------------

secrets_ = st.text(string.ascii_letters + string.digits + "!._-", min_size=12, max_size=60).filter(
    lambda s: any(c.isdigit() for c in s) and any(c.isupper() for c in s)
)
# Nothing that may stand in a secret: what is left over cannot look like a part of one.
scalars = st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text(' äß→{}[]:,"\\/\n%&=')
data_ = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(" äö"), inner), max_leaves=8
)


def written(secret: str, how: int) -> str:
    before = "ab" * (how % 2)
    return [
        secret,
        quote(secret, safe=""),
        f'{{"k":"{secret}"}}',
        "".join(f"\\u{ord(c):04X}" for c in secret),
        base64.b64encode((before + secret).encode()).decode(),
        base64.urlsafe_b64encode(("a" + secret + "ä").encode()).decode(),
        f"\\\\n{secret}\n",
    ][how]


@st.composite
def messages(draw: st.DrawFn) -> tuple[dict[str, Any], list[str], Any]:
    connection, token, echoed = draw(secrets_), draw(secrets_), draw(secrets_)
    user = draw(data_)
    message = {
        "action": draw(st.integers(0, 30)),
        "connectionDetails": {"connectionKey": connection, "clientId": draw(data_)},
        "auth": {"accessToken": token},
        "messages": [
            {"data": user, "connectionKey": connection},
            {"data": written(connection, draw(st.integers(0, 6)))},
            {"data": draw(st.text(' äö{}[]:,"\\/\n&=')) + written(echoed, draw(st.integers(0, 6)))},
        ],
        "error": {"message": f"bad: {written(echoed, draw(st.integers(0, 6)))}"},
    }
    order = draw(st.permutations(list(message)))
    return {name: message[name] for name in order}, [connection, token, echoed], user


@settings(max_examples=120, deadline=None)
@given(messages(), st.booleans(), st.booleans())
def test_any_message_is_masked_and_stays_a_message(
    drawn: tuple[dict[str, Any], list[str], Any], binary: bool, ascii_only: bool
) -> None:
    message, secrets, user = drawn
    payload = (
        msgpack.packb(message)
        if binary
        else json.dumps(message, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    )
    opcode = BINARY if binary else TEXT
    masker = redactor(secrets[2], secrets[0])
    out = masker.frame(payload, opcode)
    assert len(out) == len(payload)
    decoded = decode(out, opcode)
    assert isinstance(decoded, dict)
    assert decoded["messages"][0]["data"] == user
    assert list(decoded) == list(message)
    for secret in secrets:
        assert_gone(secret, out)
    assert masker.frame(out, opcode) != b""


def assert_gone(secret: str, out: bytes) -> None:
    hidden = secret[4:]
    for how in range(7):
        form = written(hidden, how)
        assert form.encode() not in out
        assert json.dumps(form)[1:-1].encode() not in out


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from(list(Opcode)), st.booleans())
def test_hostile_bytes_keep_their_length(payload: bytes, opcode: Opcode, strange: bool) -> None:
    masker = redactor(API_KEY)
    assert len(masker.frame(payload, opcode, strange=strange)) == len(payload)
    assert len(masker.cut(payload, opcode)) == len(payload)
    assert len(masker.body(payload)) == len(payload)


@pytest.mark.parametrize(
    ("payload", "clear"),
    [
        (b'{"data":"x"}', True),
        (b'{"data":"50% \\u00e9"}', True),
        (b'{"data":"%2f"}', True),
        (b'{"data":"a-secret-value"}', False),
        (b'{"data":"a%2dsecret-value"}', False),
        (b'{"data":"a-secret-\\u0076alue"}', False),
        (b'{"connectionKey":"abc"}', False),
    ],
)
def test_clear_messages_are_those_that_no_mask_alters(payload: bytes, clear: bool) -> None:
    redactor = Redactor(b"t" * 32, secrets=["a-secret-value"])
    plain = b'{"data":"y"}'
    assert redactor.clear([plain, payload, plain]) == (3 if clear else 1)
    assert (redactor.frame(payload, Opcode.TEXT) is payload) or not clear
    assert redactor.clear([]) == 0
    assert Redactor(b"t" * 32, secrets=["a-secret-value"], reveal=True).clear([payload]) == 1


@given(st.lists(st.sampled_from(["a-sec", "ret-value", "\\u00", "2d", "%", "x", "\\", "u0061"])))
def test_what_is_called_clear_is_never_masked(parts: list[str]) -> None:
    redactor = Redactor(b"t" * 32, secrets=["a-secret-value"])
    payloads = ["".join(parts[i : i + 3]).encode() for i in range(0, len(parts), 3)]
    clear = redactor.clear(payloads)
    for payload in payloads[:clear]:
        assert redactor.frame(payload, Opcode.TEXT) is payload
