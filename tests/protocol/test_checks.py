from __future__ import annotations

from typing import Any

import pytest

from ablytui.protocol import checks


@pytest.mark.parametrize(
    ("check", "typed", "value"),
    [
        (checks.check_key, "app.k1:s:with:colons", "app.k1:s:with:colons"),
        (checks.key, "", None),
        (checks.optional, "", None),
        (checks.optional, " x ", " x "),
        (checks.endpoint, "", ""),
        (checks.endpoint, "nonprod:sandbox", "nonprod:sandbox"),
        (checks.endpoint, "::1", "::1"),
        (checks.client_id, "ann", "ann"),
        (checks.client_id, "", None),
        (checks.choice(("a", "b"), str.upper), "b", "B"),
        (checks.switch, "true", True),
        (checks.switch, "false", False),
        (checks.number(1, 9), "9", 9),
        (checks.port, "", None),
        (checks.port, "65535", 65535),
        (checks.pairs, "a=1  b==", (("a", "1"), ("b", "="))),
        (checks.serial, "-1", -1),
        (checks.serial, "0", 0),
        (checks.serial, "", None),
    ],
)
def test_it_becomes_a_value(check: checks.Check, typed: str, value: Any) -> None:
    assert check(typed) == value


@pytest.mark.parametrize(
    ("check", "typed", "says"),
    [
        (checks.check_key, "app.k1", "40005.*SECRET"),
        (checks.check_key, "appk1:s", r"40005.*no `\.`"),
        (checks.check_key, "app.k1:s ", "40005.*white space"),
        (checks.check_key, "app.:s", "40005.*empty"),
        (checks.endpoint, "a b", "white space"),
        (checks.endpoint, "a\x1bb", "control"),
        (checks.endpoint, "host/path", "host name or a routing name"),
        (checks.endpoint, "127.0.0.1:80", "port has a place"),
        (checks.client_id, "*", "40012"),
        (checks.choice(("a", "b"), str), "c", "one of a, b, not 'c'"),
        (checks.switch, "yes", "true or false"),
        (checks.number(1, 9), "0", "from 1 to 9"),
        (checks.number(1, 9), "9" * 5000, "from 1 to 9"),
        (checks.number(1, 9), "²", "from 1 to 9"),
        (checks.number(1, 9), "-1", "from 1 to 9"),
        (checks.port, "65536", "65535"),
        (checks.pair, "=x", "NAME=VALUE"),
        (checks.pairs, "a=1 b", "NAME=VALUE, not 'b'"),
        (checks.serial, "-2", "-1 or more"),
        (checks.serial, "--1", "-1 or more"),
        (checks.serial, "²", "-1 or more"),
        (checks.serial, "9" * 5000, "-1 or more"),
    ],
)
def test_it_says_what_is_wrong(check: checks.Check, typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(typed)
