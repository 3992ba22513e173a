"""Keys and identities."""

from __future__ import annotations

import hmac

import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service.auth import Identity, Keyring, app_of

RING = Keyring(("app.one:s1", "app.two:s:2"))


def test_a_good_key() -> None:
    assert RING.admit("app.one:s1", None, "bob") == Identity("app", "app.one", "bob")
    assert RING.admit("app.two:s:2", "tok", None) == Identity("app", "app.two", None)


@pytest.mark.parametrize(
    ("key", "token", "client_id", "code"),
    [
        (None, None, None, 40101),
        (None, "tok", None, 40143),
        ("x", None, None, 40005),
        ("app.one: s1", None, None, 40005),
        ("app.none:s1", None, None, 40101),
        ("app.one:s2", None, None, 40101),
        ("app.one:s1x", None, None, 40101),
        ("app.none:\0", None, None, 40101),
        ("app.one:s1", None, "*", 40012),
    ],
)
def test_refusals(key: str | None, token: str | None, client_id: str | None, code: int) -> None:
    error = RING.admit(key, token, client_id)
    assert isinstance(error, ErrorInfo)
    assert error.code == code
    assert "s1" not in error.message


def test_secrets_are_compared_in_constant_time_known_or_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls: list[bytes] = []
    real = hmac.compare_digest

    def compare(known: bytes, given: bytes) -> bool:
        calls.append(given)
        return real(known, given)

    monkeypatch.setattr(hmac, "compare_digest", compare)
    RING.admit("app.one:no", None, None)
    RING.admit("app.none:no", None, None)
    assert calls == [b"no", b"no"]


def test_compatible() -> None:
    bob, anybody = Identity("app", "app.k", "bob"), Identity("app", "app.k", None)
    assert bob.compatible("app", "bob")
    assert anybody.compatible("app", "bob")
    assert not bob.compatible("app", "amy")
    assert not bob.compatible("app", None)
    assert not anybody.compatible("other", None)
    assert app_of("app.k:s") == "app"
