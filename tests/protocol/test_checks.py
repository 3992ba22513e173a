from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
        (checks.pairs, "'a=b c' d=\"e f\"", (("a", "b c"), ("d", "e f"))),
        (checks.header, "Authorization=Bearer x=", ("Authorization", "Bearer x=")),
        (checks.headers, "A=1 'B=2 3'", (("A", "1"), ("B", "2 3"))),
        (checks.token, "", None),
        (checks.token, "app.token", "app.token"),
        (checks.token, ' {"token":"t"} ', '{"token":"t"}'),
        (checks.auth_url, "", None),
        (checks.auth_url, "https://h.example/auth?a=b", "https://h.example/auth?a=b"),
        (checks.command, " ", None),
        (checks.command, "get-token --for 'me'", "get-token --for 'me'"),
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
        (checks.pairs, "a='b", "a quote in it is not closed"),
        (checks.header, "Bad Name=x", "cannot be the name of an HTTP header"),
        (checks.header, "A=x\r\nB: y", "control character"),
        (checks.headers, "A", "NAME=VALUE"),
        (checks.token, "two words", "40005.*no white space"),
        (checks.token, "tökén", "40005.*ASCII"),
        (checks.token, "app.k1:secret", "40005: this is a key"),
        (checks.token, '{"keyName":"a.b"}', "40005.*no `token`"),
        (checks.token, "{", "40005.*no `token`"),
        (checks.token, "x" * (128 * 1024 + 1), "40005.*128 KiB"),
        (checks.auth_url, "h.example/auth", "it is http://HOST"),
        (checks.auth_url, "ftp://h/", "it is http://HOST"),
        (checks.auth_url, "http:///auth", "it is http://HOST"),
        (checks.auth_url, "http://h:99999/", "it is http://HOST"),
        (checks.auth_url, "http://h/a b", "it is http://HOST"),
        (checks.command, "run 'it", "a quote in it is not closed"),
        (checks.command, "'' x", "name of the program is empty"),
        (checks.serial, "-2", "-1 or more"),
        (checks.serial, "--1", "-1 or more"),
        (checks.serial, "²", "-1 or more"),
        (checks.serial, "9" * 5000, "-1 or more"),
    ],
)
def test_it_says_what_is_wrong(check: checks.Check, typed: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        check(typed)


@given(st.lists(st.tuples(st.text(min_size=1).filter(lambda n: "=" not in n), st.text())))
def test_pairs_read_back_as_themselves(value: list[tuple[str, str]]) -> None:
    assert checks.pairs(checks.joined(tuple(value))) == tuple(value)
