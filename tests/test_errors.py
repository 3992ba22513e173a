"""Errors for people carry one line and an exit code."""

from __future__ import annotations

import pytest

from ablytui.errors import AblytuiError, CaptureError, ConfigError, ServiceError, UsageError


@pytest.mark.parametrize(
    ("kind", "code"),
    [(UsageError, 2), (ConfigError, 2), (CaptureError, 2), (ServiceError, 1)],
)
def test_exit_codes(kind: type[AblytuiError], code: int) -> None:
    error = kind("what is wrong", title="where")
    assert (error.exit_code, error.message, str(error), error.title) == (
        code,
        "what is wrong",
        "what is wrong",
        "where",
    )
