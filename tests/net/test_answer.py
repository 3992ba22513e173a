from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.net.answer import head_end, not_opened, refusal


@pytest.mark.parametrize(
    ("raw", "start", "end"),
    [
        (b"", 0, 0),
        (b"a\r\n", 0, 0),
        (b"a\r\n\r\n", 0, 5),
        (b"a\r\n\r\nbc\r\n\r\n", 0, 5),
        (b"a\r\n\r\nbc", 4, 5),
        (b"a\r\n\r\nbc\r\n\r\n", 6, 11),
        (b"a\r\n\r\nbc", 7, 0),
    ],
)
def test_head_end(raw: bytes, start: int, end: int) -> None:
    assert head_end(raw, start) == end


@given(st.binary(max_size=200))
def test_any_answer_without_a_judgement_is_some_failure(raw: bytes) -> None:
    for start in (b"", b"HTTP/1.1 ", b"HTTP/1.1 401 No\r\n"):
        failure = not_opened(None, start + raw, {"tcp": 1.0})
        assert failure.refused
        assert failure.what
        assert failure.phases == {"tcp": 1.0}


def test_an_end_is_told_in_the_callers_words() -> None:
    assert not_opened(None, b"", {}, "reset").what == "reset"
    assert not_opened(None, b"", {}).what == "the connection ended during the handshake"
    assert not_opened(None, b"HTT", {}, "reset").what == "reset"
    assert not_opened(None, b"SSH-2.0", {}, "reset").what == "garbage instead of HTTP"


def test_headers_and_body_of_an_answer_that_was_cut_off() -> None:
    raw = b"HTTP/1.1 403 No\r\nX-A: 1\r\nX-B:  two \r\nContent-Length: 99\r\n\r\nbo\r\n\r\ndy"
    failure = not_opened(None, raw, {})
    assert failure.headers == (("X-A", "1"), ("X-B", "two"), ("Content-Length", "99"))
    assert failure.body == b"bo\r\n\r\ndy"


def test_refusal() -> None:
    assert refusal(b"GET / HTTP/1.1\r\n", 401, [("X-A", "1")], b"no") == (
        b"HTTP/1.1 401 Unauthorized\r\nX-A: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno"
    )


def test_refusal_of_an_unknown_status_and_given_length() -> None:
    assert refusal(b"GET", 599, [("content-length", "9")], b"") == (
        b"HTTP/1.1 599 \r\ncontent-length: 9\r\nConnection: close\r\n\r\n"
    )


def test_a_refused_head_request_gets_no_body() -> None:
    assert refusal(b"HEAD / HTTP/1.1", 404, [], b"no").endswith(b"Connection: close\r\n\r\n")


def test_a_header_value_cannot_bring_in_a_header() -> None:
    answer = refusal(b"GET", 400, [("X-Message", "a\r\nSet-Cookie: b\x00€")], b"")
    assert b"X-Message: a Set-Cookie: b ?\r\n" in answer
