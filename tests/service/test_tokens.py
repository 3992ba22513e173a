"""Tokens that are given out, hold, and hold no more."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service.apps import Key
from ablytui.service.capability import EVERYTHING
from ablytui.service.tokens import Grant, Nonces, Revocation, Tokens
from tests.support.granting import capability

NOW = 1_700_000_000_000
KEY = Key("app.k", "secret")


def store(most: int = 100, most_bytes: int = 100_000) -> Tokens:
    numbers = itertools.count()
    return Tokens(lambda n: str(next(numbers)).zfill(n), most, most_bytes)


def issue(tokens: Tokens, client_id: str | None = None, ttl: int = 1_000, now: int = NOW) -> Grant:
    grant = tokens.issue(KEY, client_id, EVERYTHING, ttl, now)
    assert isinstance(grant, Grant), grant
    return grant


def why(error: ErrorInfo | None) -> tuple[int, int] | None:
    return None if error is None else (error.code, error.status_code)


def test_details() -> None:
    tokens = store()
    details = issue(tokens, "bob").details()
    assert details.pop("token").startswith("app.")
    assert details == {
        "keyName": "app.k",
        "issued": NOW,
        "expires": NOW + 1_000,
        "capability": '{"*":["*"]}',
        "clientId": "bob",
    }
    assert "clientId" not in issue(tokens).details()
    assert "secret" not in repr(KEY)
    assert issue(tokens).token not in repr(issue(tokens))


def test_a_token_is_found_whole_only() -> None:
    tokens = store()
    grant = issue(tokens)
    assert tokens.find(grant.token) is grant
    for other in (
        grant.token[:-1],
        grant.token + "x",
        grant.token.replace("app.", "els."),
        grant.token[:20],
        "",
        "app.",
        "\ud800",
        grant.token[:-1] + "\ud800",
    ):
        found = tokens.find(other)
        assert isinstance(found, ErrorInfo)
        assert why(found) == (40143, 401)


def test_a_token_ends_by_time_or_by_hand() -> None:
    tokens = store()
    grant, other = issue(tokens), issue(tokens)
    assert tokens.check(grant, NOW + 999) is None
    assert why(tokens.check(grant, NOW + 1_000)) == (40142, 401)
    tokens.end(grant, 40142)
    assert why(tokens.check(grant, NOW)) == (40142, 401)
    tokens.end(grant, 40141)
    assert why(tokens.check(grant, NOW)) == (40141, 401)
    assert tokens.ends(grant) == 0
    assert tokens.check(other, NOW) is None


@pytest.mark.parametrize(
    ("target", "meets"),
    [
        (("app.k", "clientId", "bob", NOW + 1), True),
        (("app.k", "clientId", "amy", NOW + 1), False),
        (("app.k", "clientId", "bob", NOW), False),
        (("app.x", "clientId", "bob", NOW + 1), False),
        (("app.k", "revocationKey", "bob", NOW + 1), False),
        (("app.k", "revocationKey", "group", NOW + 1), True),
        (("app.k", "channel", "a:*", NOW + 1), True),
        (("app.k", "channel", "a:b", NOW + 1), False),
    ],
)
def test_whom_a_revocation_meets(target: tuple[str, str, str, int], meets: bool) -> None:
    tokens = store()
    grant = Grant("t", "app.k", "bob", capability({"a:*": ["*"]}), NOW, NOW + 9_000, "group")
    assert tokens.revoke([Revocation(*target, NOW + 50)], NOW) is None
    assert tokens.check(grant, NOW + 49) is None
    assert why(tokens.check(grant, NOW + 50)) == ((40141, 401) if meets else None)
    assert tokens.ends(grant) == (NOW + 50 if meets else NOW + 9_000)
    assert why(tokens.check(grant, NOW + 9_000)) == (40142, 401)


def test_of_several_revocations_the_earliest_that_meets_counts() -> None:
    tokens = store()
    grant = issue(tokens, "bob", ttl=9_000)
    named = ("app.k", "clientId", "bob")
    later = [Revocation(*named, NOW + 1, NOW + at) for at in (70, 50)]
    assert tokens.revoke([*later, Revocation(*named, NOW, NOW + 10)], NOW) is None
    assert tokens.ends(grant) == NOW + 50


def test_revocations_of_others_cost_nothing() -> None:
    class Costly(Revocation):
        @property
        def before(self) -> int:
            raise AssertionError("looked at")

    tokens = store()
    grant = issue(tokens, "bob", ttl=9_000)
    tokens.revoke([Costly("app.k", "clientId", f"amy{n}", NOW + 1, NOW) for n in range(50)], NOW)
    assert tokens.ends(grant) == NOW + 9_000


def test_tokens_are_bounded_and_expired_ones_give_way() -> None:
    tokens = store(most=3)
    for _ in range(3):
        issue(tokens)
    full = tokens.issue(KEY, None, EVERYTHING, 1, NOW)
    assert isinstance(full, ErrorInfo)
    assert why(full) == (42910, 429)
    issue(tokens, now=NOW + 1_000)
    assert len(tokens) == 1


def test_their_rights_are_bounded_too() -> None:
    tokens = store(most_bytes=500)
    wide = capability({f"channel-{n}": ["*"] for n in range(4)})
    assert isinstance(tokens.issue(KEY, None, wide, 1, NOW), Grant)
    assert isinstance(tokens.issue(KEY, None, wide, 1, NOW), ErrorInfo)
    tokens.forget("app")
    assert isinstance(tokens.issue(KEY, None, wide, 1, NOW), Grant)


def test_an_expired_token_is_known_as_such_for_an_hour() -> None:
    tokens = store()
    grant = issue(tokens)
    tokens.sweep(NOW + 3_600_999)
    assert tokens.find(grant.token) is grant
    tokens.sweep(NOW + 3_601_000)
    assert isinstance(tokens.find(grant.token), ErrorInfo)


def test_revocations_and_ends_are_bounded() -> None:
    tokens = store(most=2)
    one, two, three = (Revocation("app.k", "clientId", "bob", NOW + n, NOW) for n in range(3))
    assert tokens.revoke([one, two], NOW) is None
    assert why(tokens.revoke([three], NOW)) == (42910, 429)
    assert tokens.revoke([three], NOW + 86_400_001) is None
    grant = issue(store())
    for number in range(5):
        tokens.end(replace(grant, token=f"t{number}"), 40142)
    assert len(tokens._ended) == 2


def test_forgetting_an_app_forgets_nothing_of_another() -> None:
    tokens = store()
    mine = issue(tokens)
    theirs = tokens.issue(Key("else.k", "s"), "bob", EVERYTHING, 1_000, NOW)
    assert isinstance(theirs, Grant)
    tokens.revoke([Revocation("else.k", "clientId", "bob", NOW + 1, NOW)], NOW)
    tokens.forget("app")
    assert isinstance(tokens.find(mine.token), ErrorInfo)
    assert tokens.find(theirs.token) is theirs
    assert why(tokens.check(theirs, NOW)) == (40141, 401)


def test_a_nonce_is_used_once_while_it_could_be_used_again() -> None:
    nonces = Nonces(2)
    assert nonces.use("app.k", "n1", NOW + 10, NOW) is None
    assert why(nonces.use("app.k", "n1", NOW + 10, NOW + 9)) == (40105, 401)
    assert nonces.use("app.x", "n1", NOW + 10, NOW) is None
    assert why(nonces.use("app.k", "n2", NOW + 10, NOW)) == (42910, 429)
    assert nonces.use("app.k", "n2", NOW + 20, NOW + 10) is None
    assert len(nonces) == 1
