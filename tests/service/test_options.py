"""Options."""

from __future__ import annotations

import pytest

from ablytui.errors import UsageError
from ablytui.protocol.params import check_key
from ablytui.service.options import ServiceOptions, make_key


def test_a_bad_key_is_named() -> None:
    with pytest.raises(UsageError, match=r"--key: 40005: .*SECRET"):
        ServiceOptions(keys=("app.kid",))


def test_a_key_that_is_made_is_a_key() -> None:
    assert check_key(make_key(lambda n: "x" * n)) == "xxxxxx.xxxxxx:" + "x" * 32
