"""The words of a scenario: what a step or a rule can do, and how each is read. PURE.

The faults are those of `faults.FAULTS`; the words of the client name actions of
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
from ablytui.protocol.catalogue import CATALOGUE
from ablytui.protocol.frame import Opcode
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.params import PARAMS, spec_of
from ablytui.service.faultkinds import DAY, PLACES, Fault, Kind, Param
from ablytui.service.faults import FAULT, LIFT, LIFTS, rule_words
from ablytui.service.faultvalues import value_of
from ablytui.service.problems import problem
from ablytui.service.tables import Table

PEER_WORDS: Final = ("publish", "enter", "update", "leave")
"""What the service's own peer does."""

CLIENT_WORDS: Final = ("client", "client_params")
"""What the inspector does by itself while a scenario is played in it."""

HAND_WORDS: Final = (*FAULT, LIFT, *LIFTS, *PEER_WORDS)
"""What can be asked for at any time, with no scenario."""

STEP_WORDS: Final = ("say", *PEER_WORDS, *FAULT, LIFT, *LIFTS, *CLIENT_WORDS)
RULE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    on: ("passthrough", *rule_words(on)) for on in PLACES
}
"""What a rule may match on, and what it may then do."""

CREDENTIALS: Final = ("key", "wrong secret", "unknown key", "token", "token only")
"""What the inspector connects with: the service's first key, something like it, or a token of it;
`token` leaves the key beside it to get others."""

TOKEN_TTL: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do. `item` is what the peer says; `delay` and `lasts` are ms.

    `payload` with `opcode` is a hand-written frame; `action`, `args`, `params` and `credential`
    are what the inspector is to do, `token_ttl` (ms) goes with a credential that is a token.
    `what` is the word that a `lift` is about.
    """

    word: str
    channel: str = ""
    item: Mapping[str, Any] = field(default_factory=dict)
    message: Mapping[str, Any] = field(default_factory=dict)
    close_code: int = 1000
    reason: str = ""
    delay: int = 0
    lasts: int | None = None
    status: int = 401
    body: Mapping[str, Any] | None = None
    payload: bytes = b""
    opcode: Opcode = Opcode.TEXT
    what: str = ""
    action: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    params: tuple[tuple[str, str], ...] = ()
    credential: str = ""
    token_ttl: int = TOKEN_TTL

    @property
    def fault(self) -> bool:
        """Whether it breaks something; the rest is what happens on any day."""
        return self.word in FAULT and not FAULT[self.word].quiet


def read_act(table: Table, words: tuple[str, ...]) -> Act:
    """The act of a step or rule. Raises ConfigError."""
    word = table.choice("do", words)
    if word in PEER_WORDS:
        item = read_item(table)
        if word != "publish" and not item.get("clientId"):
            raise table.bad("clientId", "a string")
        return Act(word, channel=table.text("channel"), item=item)
    if word == "client":
        return Act(word, action=table.choice("action", tuple(ACTION)), args=_table(table, "args"))
    if word == "client_params":
        return _client_params(table)
    if word == LIFT:
        what = table.choice("what", tuple(FAULT)) if table.has("what") else ""
        return Act(word, what=FAULT[what].word if what else "")
    return _fault(table, FAULT[word]) if word in FAULT else Act(word)


def _fault(table: Table, fault: Fault) -> Act:
    found = {
        param.name: _value(table, param)
        for param in fault.params
        if not param.match and param.name not in NOT_OF_ACT
    }
    if "code" in found:
        return _error(fault.word, found)
    if fault.word == "send_raw":
        return _raw(table, found)
    known = {_FIELD[name]: value for name, value in found.items() if value is not None}
    return Act(fault.word, **known)


NOT_OF_ACT: Final = frozenset({"on", "times"})
"""What belongs to a rule, and not to what it does."""

_FIELD: Final = {
    "closeCode": "close_code",
    "reason": "reason",
    "message": "message",
    "delayMs": "delay",
    "forMs": "lasts",
    "status": "status",
    "body": "body",
    "channel": "channel",
}
"""The parameters of faults as fields of an Act."""


def _value(table: Table, param: Param) -> Any:
    if not table.has(param.name):
        if param.required:
            raise table.bad(param.name, _ALLOWED.get(param.kind, param.help))
        return param.default
    try:
        return value_of(param, table.raw(param.name))
    except ValueError as bad:
        raise table.bad(param.name, str(bad)) from None


_ALLOWED: Final = {
    Kind.NUMBER: "a whole number",
    Kind.OBJECT: "a table",
    Kind.TEXT: "a string",
}
"""What is missing, in the words of files."""

_SENT: Final = {
    "disconnected": ProtocolAction.DISCONNECTED,
    "error": ProtocolAction.ERROR,
    "channel_error": ProtocolAction.ERROR,
    "detached": ProtocolAction.DETACHED,
}
"""The frames that faults with an error are."""


def _error(word: str, found: Mapping[str, Any]) -> Act:
    """A frame with an error. A connection's has no `channel` at all."""
    known = CATALOGUE.get(found["code"])
    status = found["statusCode"] or (known.status if known else None)
    error = problem(found["code"], found["message"], status)
    channel = found.get("channel", "")
    message = {"action": int(_SENT[word]), "error": error.to_wire()}
    if channel:
        message["channel"] = channel
    code = found.get("closeCode", 1000)
    return Act(word, channel=channel, message=message, close_code=code)


def _raw(table: Table, found: Mapping[str, Any]) -> Act:
    """A frame as it is written by hand: `text`, or binary as `hex`."""
    if (found["text"] is None) == (found["hex"] is None):
        raise table.bad("text", "either text or hex")
    if found["text"] is not None:
        return Act("send_raw", payload=found["text"].encode(), opcode=Opcode.TEXT)
    return Act("send_raw", payload=found["hex"], opcode=Opcode.BINARY)


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
