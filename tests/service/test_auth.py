"""Keys, tokens, and the identity that each gives."""

from __future__ import annotations

import hmac
import itertools

import jwt
import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service.apps import App, Key, apps_of
from ablytui.service.auth import MOST_TOKEN, Identity, Keyring, may
from ablytui.service.capability import EVERYTHING, Capability, read_capability
from ablytui.service.tokens import Grant, Tokens

NOW = 1_700_000_000_000
SECRET = "s" * 64


def ring() -> tuple[Keyring, Tokens, dict[str, App]]:
    numbers = itertools.count()
    tokens = Tokens(lambda n: str(next(numbers)).zfill(n), 100, 100_000)
    apps = apps_of(("app.one:s1", "app.two:s:2"))
    return Keyring(apps, tokens), tokens, apps


def only(resource: str, *operations: str) -> Capability:
    found = read_capability({resource: list(operations)})
    assert isinstance(found, Capability)
    return found


def test_a_good_key() -> None:
    keyring, _, apps = ring()
    bob = Identity("app", "app.one", "bob", EVERYTHING)
    assert keyring.admit("app.one:s1", None, "bob", NOW) == bob
    assert keyring.admit("app.two:s:2", "tok", None, NOW) == Identity("app", "app.two", "*")
    apps["app"].keys["app.one"] = Key("app.one", "s1", only("a", "publish"))
    limited = keyring.admit("app.one:s1", None, None, NOW)
    assert isinstance(limited, Identity)
    assert limited.capability == only("a", "publish")


@pytest.mark.parametrize(
    ("key", "token", "client_id", "code"),
    [
        (None, None, None, 40101),
        (None, "tok", None, 40005),
        (None, "app.tok", None, 40143),
        (None, "other.tok", None, 40143),
        (None, "app." + "x" * 48, None, 40143),
        (None, "a.b.c", None, 40144),
        (None, "x" * (MOST_TOKEN + 1), None, 40005),
        (None, "", None, 40005),
        (None, "app.\ud800", None, 40143),
        ("x", None, None, 40005),
        ("app.one: s1", None, None, 40005),
        ("app.none:s1", None, None, 40101),
        ("none.one:s1", None, None, 40101),
        ("app.one:s2", None, None, 40101),
        ("app.one:s1x", None, None, 40101),
        ("app.none:\0", None, None, 40101),
        ("app.one:s1", None, "*", 40012),
    ],
)
def test_refusals(key: str | None, token: str | None, client_id: str | None, code: int) -> None:
    error = ring()[0].admit(key, token, client_id, NOW)
    assert isinstance(error, ErrorInfo)
    assert error.code == code
    assert "s1" not in error.message


@pytest.mark.parametrize("kind", ["token", "jwt"])
@pytest.mark.parametrize(
    ("held", "asked", "gives"),
    [
        (None, None, None),
        (None, "X", 40102),
        ("T", None, "T"),
        ("T", "T", "T"),
        ("T", "X", 40102),
        ("*", None, "*"),
        ("*", "X", "X"),
        ("*", "*", 40012),
    ],
)
def test_the_client_id_of_a_token(
    kind: str, held: str | None, asked: str | None, gives: str | int | None
) -> None:
    keyring, tokens, apps = ring()
    apps["app"].keys["app.one"] = key = Key("app.one", SECRET)
    token = tokens.issue(key, held, EVERYTHING, 1_000, NOW)
    assert isinstance(token, Grant)
    text = token.token
    if kind == "jwt":
        claims = {"iat": NOW / 1000, "exp": NOW / 1000 + 1, "x-ably-clientId": held}
        text = jwt.encode(claims, SECRET, headers={"kid": "app.one"})
    found = keyring.admit(None, text, asked, NOW)
    if isinstance(gives, int):
        assert isinstance(found, ErrorInfo)
        assert found.code == gives
    else:
        assert isinstance(found, Identity)
        assert (found.app, found.key_name, found.client_id) == ("app", "app.one", gives)
        assert found.grant is not None


@pytest.mark.parametrize("where", ["claim", "header"])
def test_a_jwt_that_somebody_else_signed_is_as_good_as_the_token_in_it(where: str) -> None:
    keyring, tokens, _ = ring()
    key = keyring.key("app.one")
    assert key is not None
    token = tokens.issue(key, "bob", only("a", "publish"), 10_000, NOW)
    assert isinstance(token, Grant)

    def wrapped(inner: object, exp: float) -> str:
        said = {"x-ably-token": inner}
        claims = {"exp": NOW / 1000 + exp, **(said if where == "claim" else {})}
        headers = said if where == "header" else {}
        return jwt.encode(claims, "somebody else's secret of their own", headers=headers)

    def admitted(text: str, at: float = NOW) -> Identity | int:
        found = keyring.admit(None, text, None, at)
        return found.code if isinstance(found, ErrorInfo) else found

    bob = admitted(wrapped(token.token, 60))
    assert isinstance(bob, Identity)
    assert (bob.client_id, bob.capability) == ("bob", only("a", "publish"))
    assert admitted(wrapped(token.token, 60), NOW + 10_001) == 40142
    assert admitted(wrapped(token.token, 5), NOW + 5_001) == 40142
    assert admitted(wrapped(token.token[:-1], 60)) == 40143
    assert admitted(wrapped(7, 60)) == 40144
    tokens.end(token, 40141)
    assert admitted(wrapped(token.token, 60)) == 40141


def test_a_token_holds_until_its_end_whatever_kind_it_is() -> None:
    keyring, tokens, apps = ring()
    apps["app"].keys["app.one"] = key = Key("app.one", SECRET)
    token = tokens.issue(key, None, EVERYTHING, 1_000, NOW)
    assert isinstance(token, Grant)
    claims = {"iat": NOW / 1000, "exp": NOW / 1000 + 1}
    for text in (token.token, jwt.encode(claims, SECRET, headers={"kid": "app.one"})):
        assert isinstance(keyring.admit(None, text, None, NOW + 999), Identity)
        error = keyring.admit(None, text, None, NOW + 1_000)
        assert isinstance(error, ErrorInfo)
        assert error.code == 40142


def test_secrets_are_compared_in_constant_time_known_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[bytes] = []
    real = hmac.compare_digest

    def compare(known: bytes, given: bytes) -> bool:
        calls.append(given)
        return real(known, given)

    keyring = ring()[0]
    monkeypatch.setattr(hmac, "compare_digest", compare)
    keyring.admit("app.one:no", None, None, NOW)
    keyring.admit("app.none:no", None, None, NOW)
    assert calls == [b"no", b"no"]


@pytest.mark.parametrize(
    ("new", "owner", "after"),
    [
        ("bob", "bob", "bob"),
        ("*", "bob", "bob"),
        ("*", "*", "*"),
        ("bob", None, "bob"),
        ("*", None, "*"),
        (None, None, None),
        (None, "*", None),
        ("bob", "amy", "refused"),
        ("bob", "*", "refused"),
        (None, "bob", "refused"),
    ],
)
def test_who_may_go_on_with_a_connection(
    new: str | None, owner: str | None, after: str | None
) -> None:
    heir = Identity("app", "app.k", new).succeed(Identity("app", "app.other", owner))
    assert (heir.client_id if heir else "refused") == after
    assert heir is None or heir.key_name == "app.k"
    assert Identity("else", "else.k", new).succeed(Identity("app", "app.k", owner)) is None


def test_what_an_identity_may() -> None:
    identity = Identity("app", "app.k", None, only("a", "publish"))
    assert may(identity, "publish", "a") is None
    error = may(identity, "publish", "b")
    assert error is not None
    assert (error.code, error.status_code) == (40160, 401)
    assert may(identity, "history", "a") is not None
