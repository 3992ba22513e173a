"""The one table: everything that is made from it is whole, and every check speaks plainly."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ablytui.errors import UsageError
from ablytui.protocol.credentials import cipher_keys, secrets_of
from ablytui.protocol.format import Format
from ablytui.protocol.params import (
    PARAMS,
    AuthMethod,
    ConnectParams,
    DialectName,
    from_text,
    spec_of,
    to_text,
)

KEY_128 = "AAECAwQFBgcICQoLDA0ODw=="
KEY_256 = "-_-_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw"


def test_every_field_has_its_row_and_every_row_its_words() -> None:
    assert [spec.name for spec in PARAMS] == [f.name for f in fields(ConnectParams)]
    for spec in PARAMS:
        assert spec.flag.startswith("--"), spec.name
        assert spec.help, spec.name
        assert spec.label, spec.name


def test_flags_are_unique() -> None:
    flags = [flag for spec in PARAMS for flag in (spec.flag, spec.negative) if flag]
    assert len(flags) == len(set(flags))


@pytest.mark.parametrize("spec", PARAMS, ids=lambda spec: spec.name)
def test_a_default_reads_back_as_itself(spec: object) -> None:
    name = spec.name  # type: ignore[attr-defined]
    default = ConnectParams()
    again = from_text({name: to_text(default, name)})
    assert getattr(again, name) == getattr(default, name)


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("dialect", "classic", DialectName.CLASSIC),
        ("format", "json", Format.JSON),
        ("port", "8080", 8080),
        ("port", "", None),
        ("tls", "false", False),
        ("key", "app.key:se:cret", "app.key:se:cret"),
        ("client_id", "", None),
        ("token", '{"token":"t"}', '{"token":"t"}'),
        ("auth_url", "http://h/", "http://h/"),
        ("auth_method", "POST", AuthMethod.POST),
        ("auth_headers", "'a=b c'", (("a", "b c"),)),
        ("params", "a=1 b==", (("a", "1"), ("b", "="))),
        ("connection_serial", "-1", -1),
        ("fallback_hosts", "", None),
        ("fallback_hosts", "none", ()),
        (
            "fallback_hosts",
            "a.b c:8 [::1]:9 ::1",
            (("a.b", None), ("c", 8), ("::1", 9), ("::1", None)),
        ),
        ("connectivity_check_url", "http://a/b", "http://a/b"),
        (
            "cipher",
            f"a={KEY_128} a room={KEY_256} b=c=" + KEY_128.rstrip("="),
            (("a", KEY_128), ("a room", KEY_256), ("b=c", KEY_128.rstrip("="))),
        ),
        ("realtime_request_timeout", "250", 250),
    ],
)
def test_what_is_typed(name: str, typed: str, value: object) -> None:
    assert getattr(from_text({name: typed}), name) == value


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("dialect", "old", "one of current, classic"),
        ("format", "xml", "one of json, msgpack"),
        ("port", "70000", "from 1 to 65535"),
        ("port", "٣", "whole number"),
        ("tls", "yes", "true or false"),
        ("key", "abc", "40005"),
        ("key", "app.key:", "a part of it is empty"),
        ("key", " app.key:s", "white space"),
        ("key", "appkey:s", "has no `.`"),
        ("client_id", "*", "40012"),
        ("token", "app.key:secret", "40005: this is a key"),
        ("auth_url", "h", "http://HOST"),
        ("auth_method", "PUT", "one of GET, POST"),
        ("params", "a", "NAME=VALUE"),
        ("connection_serial", "x", "whole number"),
        ("fallback_hosts", "a:b", "HOST or HOST:PORT"),
        ("fallback_hosts", "a:99999", "HOST or HOST:PORT"),
        ("fallback_hosts", "http://a", "HOST or HOST:PORT"),
        ("connectivity_check_url", "ftp://a", "http://… or https://…"),
        ("cipher", "a", "CHANNEL=BASE64KEY"),
        ("cipher", f"={KEY_128}", "CHANNEL=BASE64KEY"),
        ("cipher", "a=!!!", "CHANNEL=BASE64KEY"),
        ("cipher", f"a={KEY_128} b=c2hvcnQ=", "channel 'b' has 128 or 256 bits in base64"),
        ("cipher", "a=c2hvcnQ=", "this is 40 bits"),
        ("cipher", "a=AAAAA", "this is no base64"),
        ("state", "", None),
    ],
)
def test_a_bad_value_names_its_flag_and_what_is_allowed(
    name: str,
    typed: str,
    words: str | None,
) -> None:
    if words is None:
        with pytest.raises(KeyError):
            spec_of(name)
        return
    with pytest.raises(UsageError) as caught:
        from_text({name: typed})
    assert words in caught.value.message
    assert caught.value.message.startswith(spec_of(name).flag)
    assert "\n" not in caught.value.message
    assert caught.value.exit_code == 2


def test_a_bad_value_of_a_file_names_the_file() -> None:
    with pytest.raises(UsageError, match=r"^profile work: port: "):
        from_text({"port": "x"}, where="profile work")


def test_a_base_is_kept() -> None:
    base = from_text({"key": "a.b:c", "port": "1"})
    assert from_text({"port": "2"}, base) == ConnectParams(key="a.b:c", port=2)


@pytest.mark.parametrize(
    ("typed", "port"),
    [({}, 443), ({"tls": "false"}, 80), ({"port": "9"}, 9)],
)
def test_the_port(typed: dict[str, str], port: int) -> None:
    assert from_text(typed).effective_port == port


def test_the_secret_of_a_key_is_one_by_itself() -> None:
    given = ConnectParams(key="app.key:secret", recover="{…}", resume="k!1")
    assert secrets_of(given) == {"app.key:secret", "secret", "{…}", "k!1"}
    assert secrets_of(ConnectParams()) == frozenset()


def test_cipher_keys_are_bytes_and_secrets() -> None:
    given = from_text({"cipher": [f"a={KEY_128}", f"my room={KEY_256}"]})
    keys = cipher_keys(given)
    assert keys["a"] == bytes(range(16))
    assert len(keys["my room"]) == 32
    assert keys["my room"][:3] == b"\xfb\xff\xbf", "base64url"
    assert secrets_of(given) == {KEY_128, KEY_256}
    assert from_text({"cipher": to_text(given, "cipher")}) == given
    with pytest.raises(UsageError) as caught:
        from_text({"cipher": ["a=c2hvcnQ="]})
    assert caught.value.message.startswith("--cipher: ")
    assert "c2hvcnQ" not in caught.value.message


def test_pairs_with_white_space_can_be_typed_again() -> None:
    given = ConnectParams(auth_headers=(("Authorization", "Bearer x"), ("A", "'")))
    typed = to_text(given, "auth_headers")
    assert from_text({"auth_headers": typed}).auth_headers == given.auth_headers
