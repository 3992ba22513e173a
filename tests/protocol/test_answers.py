"""Ably's error in an answer that was not the one asked for."""

from __future__ import annotations

import msgpack
import pytest

from ablytui.protocol.answers import error_of_answer, time_of_answer
from ablytui.protocol.errorinfo import ErrorInfo

BODY = b'{"error":{"code":40101,"statusCode":401,"message":"no such key"}}'
FOUND = ErrorInfo(40101, 401, "no such key")


@pytest.mark.parametrize(
    ("headers", "body", "error"),
    [
        ([], BODY, FOUND),
        ([("Content-Type", "application/json")], BODY, FOUND),
        (
            [("Content-Type", "application/x-msgpack")],
            msgpack.packb({"error": {"code": 40101, "message": "no such key"}}),
            FOUND,
        ),
        ([("X-Ably-Errorcode", "40101"), ("X-Ably-Errormessage", "no such key")], b"", FOUND),
        ([("x-ably-errorcode", "40101")], b"<html>", ErrorInfo(40101, 401, "no message given")),
        ([], b'{"error":"plain"}', None),
        ([], b"<html>nothing of Ably's</html>", None),
        ([("x-ably-errorcode", "soon")], b"", None),
        ([], b"", None),
    ],
)
def test_where_it_stands(
    headers: list[tuple[str, str]],
    body: bytes,
    error: ErrorInfo | None,
) -> None:
    assert error_of_answer(401, headers, body) == error


@pytest.mark.parametrize(
    ("body", "time"),
    [
        (b"[1700000000123]", 1_700_000_000_123),
        (b" [ 1700000000123 ] ", 1_700_000_000_123),
        (b"[]", None),
        (b"{}", None),
        (b"1700000000123", None),
        (b'["x"]', None),
        (b"\xff", None),
        (b"[" * 100_000, None),
    ],
)
def test_rsc16_the_time_of_the_service(body: bytes, time: int | None) -> None:
    assert time_of_answer(body) == time
