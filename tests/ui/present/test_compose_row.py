from __future__ import annotations

import pytest
from textual.content import Content

from ablytui.protocol.effects import Reply
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present import compose_row as row
from ablytui.ui.present.outlook import Outlook, outlook
from ablytui.ui.present.view import View
from tests.support.app import connection_in


def seen(state: S = S.CONNECTED, **typed: str) -> Outlook:
    view = View(connection_in(state), now=1.0)
    return outlook("publish", {"channel": "audit", **typed}, view, bytes(16), (20, 1))


def test_the_reason_is_that_of_the_button() -> None:
    assert row.shut(connection_in(S.CONNECTED)) == ""
    assert row.shut(connection_in(S.CLOSED)) == "the connection is closed"
    assert row.shut_words("the connection is closed").plain == "the connection is closed"


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (seen(data="x"), "#414, 73 B   enter send   esc leave"),
        (seen(data="{a"), "! not JSON, sent as text   enter send   esc leave"),
        (seen(channel=""), "needs a channel   enter send   esc leave"),
        (seen(S.DISCONNECTED), "queued until connected   enter send   esc leave"),
    ],
)
def test_what_would_be_sent(found: Outlook, words: str) -> None:
    assert row.typing(found, empty=False).plain == words


def test_what_became_of_it() -> None:
    assert row.sent(seen(data="x")).plain == "#414 waits for an ACK"
    assert row.sent(seen(S.DISCONNECTED)).plain == "queued until connected"
    assert row.answered(Reply(1, {"msgSerial": 414})).plain == "✓ #414 acknowledged"
    assert row.answered(Reply(1)).plain == "✓ sent"


def test_the_key_stands_beside_the_news() -> None:
    assert row.resting(Content(""), "M").plain == "M to type"
    assert row.resting(Content("✓ sent"), "M").plain == "✓ sent   M to type"


def test_a_refusal_is_one_short_line_that_is_not_obeyed() -> None:
    refusal = ErrorInfo(40160, 401, "not\x1b permitted " + "x" * 300)
    words = row.answered(Reply(1, error=refusal)).plain
    assert words.startswith("✕ 40160 not\\x1b permitted")
    assert len(words) <= row.MOST + 2
