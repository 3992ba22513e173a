"""Scenarios: what the local service does by itself, as data. PURE, but for `load`'s reading.

A scenario has timed steps, streams of the service's own peer, and fault rules in the words of
Ably's test proxy. Time starts when the first client is connected.
"""

from __future__ import annotations

import base64
import binascii
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any, Final

from ablytui.errors import ConfigError
from ablytui.protocol.coerce import integer
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.params import PARAMS, spec_of
from ablytui.service.tables import Table

DAY: Final = 86_400_000

PEER_WORDS: Final = ("publish", "enter", "update", "leave")
_CLOSING: Final = ("inject_to_client", "inject_to_client_and_close", "close", "disconnect")
STEP_WORDS: Final = ("say", *PEER_WORDS, *_CLOSING, "forget")
_FRAME_WORDS: Final = ("passthrough", "suppress", "suppress_onwards", "delay", "replace", *_CLOSING)
RULE_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "ws_connect": ("passthrough", "refuse_connection", "accept_and_close"),
    "ws_frame_to_client": _FRAME_WORDS,
    "ws_frame_to_server": _FRAME_WORDS,
    "http_request": ("passthrough", "http_respond", "http_delay", "http_drop"),
    "delay_after_ws_connect": _CLOSING,
}
"""What a rule may match on, and what it may then do."""


@dataclass(frozen=True, slots=True)
class Act:
    """One thing to do. `item` is what the peer says; `delay` is ms."""

    word: str
    channel: str = ""
    item: Mapping[str, Any] = field(default_factory=dict)
    message: Mapping[str, Any] = field(default_factory=dict)
    close_code: int = 1000
    delay: int = 0
    status: int = 401
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule looks for; None takes anything. `count` is the n-th thing that matches else."""

    count: int | None = None
    action: int | None = None
    channel: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    method: str | None = None
    path: str | None = None
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault: the first rule that matches acts, at most `times` times."""

    on: str
    match: Match
    act: Act
    times: int | None
    caption: str


@dataclass(frozen=True, slots=True)
class Step:
    """At so many ms after the start, something happens, and the caption says so."""

    at: int
    caption: str
    act: Act


@dataclass(frozen=True, slots=True)
class Stream:
    """The peer publishes `items` in turn every so many ms; `times` None is for ever."""

    channel: str
    every: int
    start: int
    items: tuple[Mapping[str, Any], ...]
    times: int | None


@dataclass(frozen=True, slots=True)
class Client:
    """What the inspector does beside the scenario.

    `params` are names of the table of parameters with values as typed, checked.
    """

    channels: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. `service` overrides options of the service by name."""

    name: str
    description: str
    client: Client = Client()
    service: tuple[tuple[str, int], ...] = ()
    steps: tuple[Step, ...] = ()
    streams: tuple[Stream, ...] = ()
    rules: tuple[Rule, ...] = ()


def names() -> tuple[tuple[str, str], ...]:
    """The scenarios that are shipped: name, and one line of description."""
    return tuple((s.name, s.description) for s in map(load, _shipped()))


def _shipped() -> list[str]:
    folder = resources.files("ablytui.service") / "scenarios"
    return sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml"))


def load(name_or_path: str) -> Scenario:
    """A shipped scenario by name, or one from a file. Raises ConfigError in one plain line."""
    known = _shipped()
    if name_or_path in known:
        source = resources.files("ablytui.service") / "scenarios" / f"{name_or_path}.toml"
        return parse(source.read_text(encoding="utf-8"), name_or_path, name_or_path)
    if not name_or_path.endswith(".toml") and not Path(name_or_path).is_file():
        raise ConfigError(
            f"no scenario {name_or_path!r}: it is {', '.join(known)}, or the path of a .toml file"
        )
    path = Path(name_or_path)
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as bad:
        raise ConfigError(f"{path}: cannot read it: {bad.strerror or bad}") from None
    except UnicodeDecodeError as bad:
        raise ConfigError(f"{path}: not UTF-8 at byte {bad.start}") from None
    return parse(text, path.stem, str(path))


def parse(text: str, name: str, where: str) -> Scenario:
    """Read the TOML of a scenario. Raises ConfigError naming file, key, finding and choice."""
    try:
        top = Table(tomllib.loads(text), where)
    except tomllib.TOMLDecodeError as bad:
        raise ConfigError(f"{where}: not TOML: {bad}") from None
    except RecursionError:
        raise ConfigError(f"{where}: not TOML: nested too deeply") from None
    scenario = Scenario(
        name=name,
        description=top.text("description"),
        client=_client(top.table("client")),
        service=_service(top.table("service")),
        steps=_steps(top.tables("step")),
        streams=tuple(_stream(t) for t in top.tables("stream")),
        rules=tuple(_rule(t) for t in top.tables("rule")),
    )
    top.done()
    return scenario


def _client(table: Table) -> Client:
    channels = table.texts("channels")
    typed = []
    known = {spec.name for spec in PARAMS} - {"key", "endpoint", "port", "tls"}
    for name in table.names():
        if name == "channels":
            continue
        if name not in known:
            table.done("channels", *known)
        value = table.raw(name)
        written = str(value).lower() if isinstance(value, bool) else str(value)
        try:
            spec_of(name).check(written)
        except ValueError as bad:
            raise table.bad(name, str(bad)) from None
        typed.append((name, written))
    return Client(channels, tuple(typed))


_SERVICE: Final = ("state_ttl", "max_idle", "retention", "presence_grace")


def _service(table: Table) -> tuple[tuple[str, int], ...]:
    given = tuple((n, table.number(n, 0, DAY)) for n in _SERVICE if table.has(n))
    table.done(*_SERVICE)
    return given


def _steps(tables: list[Table]) -> tuple[Step, ...]:
    steps = []
    at = 0
    for table in tables:
        if table.has("at") and table.has("wait"):
            raise table.bad("wait", "either at or wait")
        at = table.number("at", 0, DAY) if table.has("at") else at + table.number("wait", 0, DAY)
        caption = table.text("caption")
        act = _act(table, STEP_WORDS)
        steps.append(Step(at, caption, act))
        table.done()
    return tuple(sorted(steps, key=lambda step: step.at))


def _stream(table: Table) -> Stream:
    stream = Stream(
        channel=table.text("channel"),
        every=table.number("every", 1, DAY),
        start=table.number("start", 0, DAY, default=0),
        items=tuple(_item(t) for t in table.tables("message")),
        times=table.number("times", 1, DAY) if table.has("times") else None,
    )
    if not stream.items:
        raise table.bad("message", "at least one table under [[stream.message]]")
    table.done()
    return stream


def _rule(table: Table) -> Rule:
    on = table.choice("on", tuple(RULE_WORDS))
    rule = Rule(
        on=on,
        match=_match(table.table("match"), on),
        act=_act(table, RULE_WORDS[on]),
        times=table.number("times", 1, DAY) if table.has("times") else None,
        caption=table.text("caption"),
    )
    table.done()
    return rule


def _match(table: Table, on: str) -> Match:
    if on == "delay_after_ws_connect":
        match = Match(delay=table.number("delayMs", 0, DAY))
    elif on == "http_request":
        match = Match(
            count=table.number("count", 1, DAY) if table.has("count") else None,
            method=table.text("method").upper() if table.has("method") else None,
            path=table.text("pathContains") if table.has("pathContains") else None,
        )
    elif on == "ws_connect":
        query = table.table("queryContains")
        match = Match(
            count=table.number("count", 1, DAY) if table.has("count") else None,
            query=tuple((n, query.text(n)) for n in query.names()),
        )
    else:
        match = Match(
            count=table.number("count", 1, DAY) if table.has("count") else None,
            action=_action(table) if table.has("action") else None,
            channel=table.text("channel") if table.has("channel") else None,
        )
    table.done()
    return match


def _action(table: Table) -> int:
    """An action by name, or by number as a string, as the test proxy writes it."""
    written = table.text("action")
    if written.upper() in ProtocolAction.__members__:
        return int(ProtocolAction[written.upper()])
    number = integer(written)
    if number is None or number < 0:
        raise table.bad("action", 'the name of an action (MESSAGE), or a number in quotes ("15")')
    return number


def _act(table: Table, words: tuple[str, ...]) -> Act:
    word = table.choice("do", words)
    if word in PEER_WORDS:
        item = _item(table)
        if word != "publish" and not item.get("clientId"):
            raise table.bad("clientId", "a string")
        return Act(word, channel=table.text("channel"), item=item)
    message: Mapping[str, Any] = {}
    if word in {"replace", "inject_to_client", "inject_to_client_and_close"}:
        message = table.raw("message")
        if not isinstance(message, Mapping):
            raise table.bad("message", "a table, the ProtocolMessage")
    closes = word in {"close", "accept_and_close", "inject_to_client_and_close"}
    responds = word in {"http_respond", "refuse_connection"}
    if responds and table.has("body") and not isinstance(table.raw("body"), Mapping):
        raise table.bad("body", "a table")
    return Act(
        word,
        message=message,
        close_code=table.number("closeCode", 1000, 4999, default=1000) if closes else 1000,
        delay=table.number("delayMs", 0, DAY) if word in {"delay", "http_delay"} else 0,
        status=table.number("status", 200, 599, default=401) if responds else 401,
        body=table.raw("body") if responds else None,
    )


def _item(table: Table) -> Mapping[str, Any]:
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
