"""Scenarios: what the local service does by itself, as data. PURE, but for `load`'s reading.

A scenario has timed steps, streams of the service's own peer, and fault rules in the words of
Ably's test proxy. Its time starts when the first client dials.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from ablytui import tomlfile
from ablytui.errors import ConfigError
from ablytui.protocol.states import ConnectionState
from ablytui.service.acts import (
    CREDENTIALS,
    STEP_WORDS,
    TOKEN_TTL,
    Act,
    read_item,
    read_params,
)
from ablytui.service.faultkinds import DAY
from ablytui.service.matching import Match as Match
from ablytui.service.matching import Rule as Rule
from ablytui.service.matching import read_order, read_rule
from ablytui.service.streams import Stream
from ablytui.service.tables import Table

STORY_WORDS: Final = (*(str(state) for state in ConnectionState), "update")
"""What a scenario may say it shows: the events of the connection, in their order."""


@dataclass(frozen=True, slots=True)
class Step:
    """At so many ms after the start, something happens, and the caption says so.

    A step without a caption goes with the one before it. With `rule` it is what is in force from
    then on, and `act` is what that does.
    """

    at: int
    caption: str
    act: Act
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Client:
    """What the inspector does beside the scenario.

    `params` are names of the table of parameters with values as typed, checked; `credential` is
    one of `acts.CREDENTIALS`, `token_ttl` (ms) how long it lives if it is a token.
    """

    channels: tuple[str, ...] = ()
    params: tuple[tuple[str, str], ...] = ()
    credential: str = "key"
    token_ttl: int = TOKEN_TTL


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario. `service` overrides options of the service by name.

    `shows` is the story of the connection as events in their order, `outcome` what is to be seen
    in the end.
    """

    name: str
    description: str
    title: str = ""
    shows: tuple[str, ...] = ()
    outcome: str = ""
    client: Client = Client()
    service: tuple[tuple[str, int], ...] = ()
    steps: tuple[Step, ...] = ()
    streams: tuple[Stream, ...] = ()
    rules: tuple[Rule, ...] = ()

    @property
    def endless(self) -> bool:
        """Whether there is nothing but a stream that never ends."""
        return len(self.steps) <= 1 and any(stream.times is None for stream in self.streams)

    @property
    def lasts(self) -> int:
        """Ms from the start to the last step."""
        return self.steps[-1].at if self.steps else 0


def names() -> tuple[tuple[str, str], ...]:
    """The scenarios that are shipped: name, and one line of description."""
    return tuple((s.name, s.description) for s in shipped())


def shipped() -> tuple[Scenario, ...]:
    """All scenarios that are shipped, those to begin with first."""
    known = _shipped()
    first = [name for name in _ORDER if name in known]
    return tuple(load(name) for name in (*first, *(n for n in known if n not in _ORDER)))


_ORDER: Final = (
    "hello",
    "steady",
    "drop-and-resume",
    "lost-state",
    "suspended",
    "drain",
    "token-expiry",
    "token-revoked",
    "bad-key",
    "refused",
    "limits",
    "flood",
    "strange-frames",
    "presence-room",
    "classic-resume",
    "classic-close-codes",
)


def _shipped() -> list[str]:
    folder = resources.files("ablytui.service") / "scenarios"
    return sorted(f.name[:-5] for f in folder.iterdir() if f.name.endswith(".toml"))


def by_name(name: str) -> Scenario:
    """A scenario that is shipped. Raises ConfigError in one plain line."""
    known = _shipped()
    if name not in known:
        raise ConfigError(f"no scenario {name!r}: it is one of {', '.join(known)}")
    source = resources.files("ablytui.service") / "scenarios" / f"{name}.toml"
    return parse(source.read_text(encoding="utf-8"), name, name)


def load(name_or_path: str) -> Scenario:
    """A shipped scenario by name, or one from a file. Raises ConfigError in one plain line."""
    known = _shipped()
    if name_or_path in known:
        return by_name(name_or_path)
    if not name_or_path.endswith(".toml") and not Path(name_or_path).is_file():
        raise ConfigError(
            f"no scenario {name_or_path!r}: it is {', '.join(known)}, or the path of a .toml file"
        )
    path = Path(name_or_path)
    values = tomlfile.read(path)
    if values is None:
        raise ConfigError(f"{path}: there is no such file")
    return _scenario(Table(values, str(path)), path.stem)


def parse(text: str, name: str, where: str) -> Scenario:
    """Read the TOML of a scenario. Raises ConfigError naming file, key, finding and choice."""
    return _scenario(Table(tomlfile.parse(text, where), where), name)


def _scenario(top: Table, name: str) -> Scenario:
    scenario = Scenario(
        name=name,
        description=top.text("description"),
        title=top.text("title", default=name.replace("-", " ").capitalize()),
        shows=top.words("shows", STORY_WORDS),
        outcome=top.text("outcome", default=""),
        client=_client(top.table("client")),
        service=_service(top.table("service")),
        steps=_steps(top.tables("step")),
        streams=tuple(_stream(t) for t in top.tables("stream")),
        rules=tuple(read_rule(t) for t in top.tables("rule")),
    )
    top.done()
    return scenario


def _client(table: Table) -> Client:
    return Client(
        channels=table.texts("channels"),
        params=read_params(table, "channels", "credential", "token_ttl"),
        credential=table.choice("credential", CREDENTIALS, default="key"),
        token_ttl=table.number("token_ttl", 1, DAY, default=TOKEN_TTL),
    )


_SERVICE: Final = (
    "state_ttl",
    "max_idle",
    "retention",
    "presence_grace",
    "max_message_size",
    "max_channels_per_connection",
    "max_connections",
    "max_members",
    "max_inbound_rate",
    "connection_backlog",
    "channel_backlog",
)


def _service(table: Table) -> tuple[tuple[str, int], ...]:
    given = tuple((n, table.number(n, 0, DAY)) for n in _SERVICE if table.has(n))
    table.done(*_SERVICE)
    return given


def _steps(tables: list[Table]) -> tuple[Step, ...]:
    steps: list[Step] = []
    at = 0
    for table in tables:
        if table.has("at") and table.has("wait"):
            raise table.bad("wait", "either at or wait")
        at = table.number("at", 0, DAY) if table.has("at") else at + table.number("wait", 0, DAY)
        # The first says what it is about, and so does one that does nothing else.
        silent = bool(steps) and table.raw("do") != "say"
        caption = table.text("caption", default="" if silent else None)
        order = read_order(table, STEP_WORDS)
        if isinstance(order, Rule):
            steps.append(Step(at, caption, order.act, order))
        else:
            steps.append(Step(at, caption, order))
        table.done()
    return tuple(sorted(steps, key=lambda step: step.at))


def _stream(table: Table) -> Stream:
    stream = Stream(
        channel=table.text("channel"),
        every=table.number("every", 1, DAY),
        start=table.number("start", 0, DAY, default=0),
        items=tuple(read_item(t) for t in table.tables("message")),
        times=table.number("times", 1, DAY) if table.has("times") else None,
        batch=table.number("batch", 1, 1_000, default=1),
    )
    if not stream.items:
        raise table.bad("message", "at least one table under [[stream.message]]")
    table.done()
    return stream
