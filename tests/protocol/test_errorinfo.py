"""TI: errors, as written and as read from whatever a peer wrote."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol.errorinfo import ErrorInfo, error_from_wire


@pytest.mark.parametrize(
    ("wire", "error"),
    [
        (None, None),
        ({"code": 1, "statusCode": 2, "message": "m"}, ErrorInfo(1, 2, "m")),
        ({"code": "80003", "statusCode": 400.0}, ErrorInfo(80003, 400, "no message given")),
        ({"reason": "the oldest name"}, ErrorInfo(0, 0, "the oldest name")),
        ("words", ErrorInfo(0, 0, "words")),
        (7, ErrorInfo(0, 0, "7")),
        ({"detail": {"a": 1}, "message": "m"}, ErrorInfo(0, 0, "m", detail=(("a", "1"),))),
    ],
)
def test_reading(wire: Any, error: ErrorInfo | None) -> None:
    assert error_from_wire(wire) == error


def test_it_goes_round_with_its_cause() -> None:
    error = ErrorInfo(
        40171,
        403,
        "m",
        ErrorInfo(40142, 401, "expired"),
        "https://help.example/40171",
        "r1",
        "s1",
        (("k", "v"),),
    )
    assert error_from_wire(error.to_wire()) == error


def test_causes_without_end_are_cut() -> None:
    wire: dict[str, Any] = {"message": "m"}
    wire["cause"] = wire
    error = error_from_wire(wire)
    depth = 0
    while error is not None:
        error, depth = error.cause, depth + 1
    assert depth == 5


@pytest.mark.parametrize(
    ("code", "token"),
    [(40139, False), (40140, True), (40149, True), (40150, False), (40171, False)],
)
def test_a_token_error_is_known_by_its_code(code: int, token: bool) -> None:
    assert ErrorInfo(code, 401, "x").is_token_error == token


def test_as_text() -> None:
    assert str(ErrorInfo(80003, 400, "lost")) == "80003 lost"
    assert str(ErrorInfo(0, 0, "words")) == "words"
