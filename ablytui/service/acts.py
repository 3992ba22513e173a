"""The words of a scenario: what a step or a rule can do, and how each is read. PURE.

The fault words are those of Ably's test proxy; those of the client name actions of
`protocol.actions`, so that a scenario does nothing that a person could not do.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ablytui.protocol.actions import ACTION
from ablytui.protocol.frame import Opcode
from ablytui.protocol.params import PARAMS, spec_of
from ablytui.service.tables import Table

DAY: Final = 86_400_000

PEER_WORDS: Final = ("publish", "enter", "update", "leave")
"""What the service's own peer does."""

CLIENT_WORDS: Final = ("client", "client_params")
"""What the inspector does by itself while a scenario is played in it."""

QUIET_WORDS: Final = (
    "passthrough",
    "say",
    "accept_connections",
    "speak",
    "ask_token",
    *PEER_WORDS,
    *CLIENT_WORDS,
)
"""Words that break nothing."""

_CLOSING: Final = ("inject_to_client", "inject_to_client_and_close", "close", "disconnect")
_SERVICE: Final = ("send_raw", "forget", "silence", "speak", "slow")
_TOKEN: Final = ("ask_token", "expire_token", "revoke_token")
_DOOR: Final = ("refuse_connections", "accept_connections")
STEP_WORDS: Final = ("say", *PEER_WORDS, *_CLOSING, *_SERVICE, *_TOKEN, *_DOOR, *CLIENT_WORDS)
_FRAME_WORDS: Final = ("passthrough", "suppress", "suppress_onwards", "delay", "replace", *_CLOSING)
RULE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ws_connect": ("passthrough", "refuse_connection", "accept_and_close"),
    "ws_frame_to_client": _FRAME_WORDS,
    "ws_frame_to_server": _FRAME_WORDS,
    "http_request": ("passthrough", "http_respond", "http_delay", "http_drop"),
    "delay_after_ws_connect": _CLOSING,
}
"""What a rule may match on, and what it may then do."""

ADDING_WORDS: Final = frozenset(
    {
        "inject_to_client",
        "inject_to_client_and_close",
        "replace",
        "send_raw",
        "close",
        "accept_and_close",
        "http_respond",
    }
)
"""Faults that put something on the wire; the others hold something back."""

CREDENTIALS: Final = ("key", "wrong secret", "unknown key", "token", "token only")
"""What the inspector connects with: the service's first key, something like it, or a token of it;
`token` leaves the key beside it to get others."""

TOKEN_TTL: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do. `item` is what the peer says; `delay` is ms.

    `payload` with `opcode` is a hand-written frame; `action`, `args`, `params` and `credential`
    are what the inspector is to do, `token_ttl` (ms) goes with a credential that is a token.
    """

    word: str
    channel: str = ""
    item: Mapping[str, Any] = field(default_factory=dict)
    message: Mapping[str, Any] = field(default_factory=dict)
    close_code: int = 1000
    delay: int = 0
    status: int = 401
    body: Mapping[str, Any] | None = None
    payload: bytes = b""
    opcode: Opcode = Opcode.TEXT
    action: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    params: tuple[tuple[str, str], ...] = ()
    credential: str = ""
    token_ttl: int = TOKEN_TTL

    @property
    def fault(self) -> bool:
        """Whether it breaks something; the rest is what happens on any day."""
        return self.word not in QUIET_WORDS


def read_act(table: Table, words: tuple[str, ...]) -> Act:
    """The act of a step or rule. Raises ConfigError."""
    word = table.choice("do", words)
    if word in PEER_WORDS:
        item = read_item(table)
        if word != "publish" and not item.get("clientId"):
            raise table.bad("clientId", "a string")
        return Act(word, channel=table.text("channel"), item=item)
    if word == "send_raw":
        return _raw(table)
    if word == "client":
        return Act(word, action=table.choice("action", tuple(ACTION)), args=_table(table, "args"))
    if word == "client_params":
        return _client_params(table)
    return _fault(table, word)


def _fault(table: Table, word: str) -> Act:
    message: Mapping[str, Any] = {}
    if word in {"replace", "inject_to_client", "inject_to_client_and_close"}:
        message = table.raw("message")
        if not isinstance(message, Mapping):
            raise table.bad("message", "a table, the ProtocolMessage")
    closes = word in {"close", "accept_and_close", "inject_to_client_and_close"}
    responds = word in {"http_respond", "refuse_connection", "refuse_connections"}
    delays = word in {"delay", "http_delay", "slow"}
    if responds and table.has("body") and not isinstance(table.raw("body"), Mapping):
        raise table.bad("body", "a table")
    return Act(
        word,
        message=message,
        close_code=table.number("closeCode", 1000, 4999, default=1000) if closes else 1000,
        delay=table.number("delayMs", 0, DAY) if delays else 0,
        status=table.number("status", 200, 599, default=401) if responds else 401,
        body=table.raw("body") if responds else None,
    )


def _raw(table: Table) -> Act:
    """A frame as it is written by hand: `text`, or binary as `hex`."""
    if table.has("text") == table.has("hex"):
        raise table.bad("text", "either text or hex")
    if table.has("text"):
        text = table.text("text", default="")
        return Act("send_raw", payload=text.encode(), opcode=Opcode.TEXT)
    try:
        payload = bytes.fromhex(table.text("hex", default=""))
    except ValueError:
        raise table.bad("hex", "pairs of hexadecimal digits") from None
    return Act("send_raw", payload=payload, opcode=Opcode.BINARY)


def _client_params(table: Table) -> Act:
    act = Act(
        "client_params",
        credential=table.choice("credential", CREDENTIALS) if table.has("credential") else "",
        token_ttl=table.number("token_ttl", 1, DAY, default=TOKEN_TTL),
        params=read_params(table.table("params")),
    )
    if not act.credential and not act.params:
        raise table.bad("params", "a table of parameters, or a credential beside it")
    return act


def _table(table: Table, name: str) -> Mapping[str, Any]:
    value = table.raw(name)
    if value is not None and not isinstance(value, Mapping):
        raise table.bad(name, "a table")
    return value or {}


def read_params(table: Table, *also: str) -> tuple[tuple[str, str], ...]:
    """Parameters of a connection by their names, checked; `also` are keys read elsewhere."""
    typed = []
    known = {spec.name for spec in PARAMS} - {"key", "endpoint", "port", "tls"}
    for name in table.names():
        if name in also:
            continue
        if name not in known:
            table.done(*also, *known)
        value = table.raw(name)
        written = str(value).lower() if isinstance(value, bool) else str(value)
        try:
            spec_of(name).check(written)
        except ValueError as bad:
            raise table.bad(name, str(bad)) from None
        typed.append((name, written))
    return tuple(typed)


def read_item(table: Table) -> Mapping[str, Any]:
    """A message of the peer. Data that is no string goes as JSON; `base64` is binary."""
    item = {n: table.text(n) for n in ("name", "clientId", "id") if table.has(n)}
    if table.has("base64"):
        try:
            return {**item, "data": base64.b64decode(table.text("base64"), validate=True)}
        except (binascii.Error, ValueError):
            raise table.bad("base64", "bytes in base64") from None
    data = table.raw("data")
    if isinstance(data, str):
        return {**item, "data": data}
    if data is None:
        return item
    try:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError):
        raise table.bad("data", "a string, or what JSON can say") from None
    return {**item, "data": text, "encoding": "json"}
