from __future__ import annotations

import msgpack
import pytest

from ablytui.capture.namescan import frame_scan, member_scan, query_scan


def cut(data: bytes, spans: object) -> list[bytes]:
    return [data[s.start : s.stop] for s in spans]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("data", "secrets"),
    [
        (b'{"action":4,"connectionKey":"abc', [b"abc"]),
        (b'garbage "connectionKey" : "abc" more', [b"abc"]),
        (b"'accessToken':'abc'", [b"abc"]),
        (b"connectionKey=abc; next", [b"abc"]),
        (rb'x "connection\u004bey":"a\"b"', [rb"a\"b"]),
        (rb'"{\"connectionKey\":\"abc\",\"b\":1}', [b"abc"]),
        (b'"mac":"abc"}}', [b"abc"]),
        (b"Authorization: Bearer abc", [b"abc"]),
        (b"authorization: basic YWJj", [b"YWJj"]),
        (b'"connectionKey":12', [b"12"]),
        (b'"connectionKey":null, "connectionKey":{', []),
        (b'"myconnectionKey":"abc"', []),
        (b'"connectionKey"', []),
        (b"GET /?resume=abc&v=6 HTTP/1.1", [b"abc"]),
        (msgpack.packb({"connectionKey": "x" * 50})[:-5], [b"x" * 45]),
        (msgpack.packb(["a", "accessToken", b"abc"]), [b"abc"]),
        (msgpack.packb(["connectionKey", 7]), []),
    ],
)
def test_frames_without_structure(data: bytes, secrets: list[bytes]) -> None:
    assert cut(data, frame_scan(data)) == secrets


@pytest.mark.parametrize(
    ("data", "secrets"),
    [
        (b'{"keyName":"app.k","nonce":"n","mac":"abc="}', [b"abc="]),
        (b'{"token":"abc","issued":1}', [b"abc"]),
        (b'{"headers":[["authorization","Bearer abc"],["date","d"]]}', [b"abc"]),
        (b'{"headers":{"Set-Cookie":"abc"}}', [b"abc"]),
        (b'{"asked":"resume","outcome":"resumed"}', []),
        (b'{"text":"asked to resume: yes, token: none"}', []),
        (b'{"channels":{"key":{"lost":0}}}', []),
        (b'{"url":"wss://h/?v=6&key=a.b%3Ac&resume=abc"}', [b"a.b%3Ac", b"abc"]),
    ],
)
def test_members(data: bytes, secrets: list[bytes]) -> None:
    assert cut(data, member_scan(data)) == secrets


@pytest.mark.parametrize(
    ("data", "secrets"),
    [
        (b"wss://h/?recover=%7B%22a%22%7D&x=1", [b"%7B%22a%22%7D"]),
        (b"?access_token=a#accessToken=b", [b"a", b"b"]),
        (b"?%6bey=abc", [b"abc"]),
        (b"?keys=abc&monkey=abc&format=json", []),
        (b"http://me:pass@h/", [b"pass"]),
        (b"http://h:8080/a@b", []),
    ],
)
def test_queries(data: bytes, secrets: list[bytes]) -> None:
    assert cut(data, query_scan(data)) == secrets


def test_the_value_behind_percent_encoding_is_the_key_itself() -> None:
    (span,) = query_scan(b"?resume=a%21b")
    assert span.value == b"a!b"
