"""An app: its keys, its channels, its namespaces; apart from every other app. PURE.

Apps come from the keys that the service was started with, or are asked for over HTTP as test
suites ask Ably's sandbox for theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ablytui.protocol.coerce import sequence, text
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import problems
from ablytui.service.capability import EVERYTHING, Capability, read_capability
from ablytui.service.channels import Channel
from ablytui.service.problems import problem
from ablytui.service.rates import Bucket
from ablytui.service.serials import Ids

MOST_KEYS: Final = 50
MOST_NAMESPACES: Final = 100
MOST_CHANNELS: Final = 100
"""Of what one request for an app may ask for."""

_FLAGS: Final = (
    "persisted",
    "persistLast",
    "pushEnabled",
    "tlsOnly",
    "authenticated",
    "identified",
    "mutableMessages",
    "exposeTimeserial",
    "populateChannelRegistry",
)
_ALL_OFF: Final = dict.fromkeys(_FLAGS, False)


@dataclass(frozen=True, slots=True)
class Key:
    """One API key. `revocable` keys give tokens of at most an hour."""

    name: str
    secret: str = field(repr=False)
    capability: Capability = EVERYTHING
    revocable: bool = False

    @property
    def app(self) -> str:
        """The id of the app."""
        return app_of(self.name)

    @property
    def whole(self) -> str:
        """The key as clients are given it."""
        return f"{self.name}:{self.secret}"


def app_of(key: str) -> str:
    """The app id of a key, key name or token."""
    return key.partition(".")[0]


@dataclass(slots=True)
class App:
    """One app. `made` is ms since the epoch, `used` ms on the mono clock; `given` at the start.

    `bucket` is what may still be published in it over REST at this moment, `stats` what was
    posted as its statistics, by the minute.
    """

    id: str
    keys: dict[str, Key] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    namespaces: dict[str, dict[str, Any]] = field(default_factory=dict)
    account: str = "local"
    made: int = 0
    used: float = 0.0
    given: bool = False
    bucket: Bucket = field(default_factory=Bucket)
    stats: dict[str, dict[str, float]] = field(default_factory=dict)

    def namespace(self, channel: str) -> Mapping[str, Any]:
        """The settings that were made for a channel's namespace; none for one in no known one."""
        head, colon, _ = channel.partition(":")
        return self.namespaces.get(head, {}) if colon else {}


def apps_of(keys: Iterable[str]) -> dict[str, App]:
    """The apps of the keys a service is started with; the first one is first."""
    apps: dict[str, App] = {}
    for whole in keys:
        name, _, secret = whole.partition(":")
        app = apps.setdefault(app_of(name), App(app_of(name), given=True))
        app.keys[name] = Key(name, secret)
    return apps


# --- an app that is asked for -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a request for an app says, checked."""

    keys: tuple[tuple[Capability, bool], ...]
    namespaces: tuple[Mapping[str, Any], ...]
    channels: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...]


def read_wanted(body: object) -> Wanted | ErrorInfo:
    """The body of `POST /apps`: keys, namespaces, channels with members; the rest is ignored."""
    if not isinstance(body, Mapping):
        return _bad("the body is an object with keys, namespaces and channels")
    lists: list[list[Any]] = []
    for name, most in (
        ("keys", MOST_KEYS),
        ("namespaces", MOST_NAMESPACES),
        ("channels", MOST_CHANNELS),
    ):
        given = body.get(name)
        if given is not None and not isinstance(given, list):
            return _bad(f"{name} is an array")
        if len(sequence(given)) > most:
            return _bad(f"an app has at most {most} {name} here")
        if not all(isinstance(item, Mapping) for item in sequence(given)):
            return _bad(f"each of {name} is an object")
        lists.append(sequence(given))
    keys, namespaces, channels = lists
    rights: list[tuple[Capability, bool]] = []
    for key in keys or [{}]:
        asked = key.get("capability")
        capability = EVERYTHING if asked in (None, "") else read_capability(asked)
        if isinstance(capability, ErrorInfo):
            return capability
        rights.append((capability, key.get("revocableTokens") is True))
    if any(text(item.get("id")) is None for item in namespaces):
        return _bad("a namespace has an id")
    fixtures = [(c.get("name"), tuple(sequence(c.get("presence")))) for c in channels]
    return Wanted(tuple(rights), tuple(namespaces), tuple(fixtures))


def make_app(wanted: Wanted, ids: Ids, now: int) -> App:
    """The app, still without its channels. `now` is ms since the epoch."""
    app = App(ids(6), account=ids(6), made=now)
    for capability, revocable in wanted.keys:
        name = f"{app.id}.{ids(6)}"
        app.keys[name] = Key(name, ids(32), capability, revocable)
    for item in wanted.namespaces:
        flags = {flag: item[flag] is True for flag in _FLAGS if flag in item}
        app.namespaces[str(text(item["id"]))] = flags
    return app


def describe(app: App, channels: object = None) -> dict[str, Any]:
    """The answer to `POST /apps`, with every name for a key that SDKs' suites read."""
    return {
        "id": app.id,
        "appId": app.id,
        "accountId": app.account,
        "status": 1,
        "created": app.made,
        "modified": app.made,
        "tlsOnly": False,
        "labels": "",
        "keys": [
            {
                "id": key.name.partition(".")[2],
                "value": key.secret,
                "keyName": key.name,
                "keySecret": key.secret,
                "keyStr": key.whole,
                "capability": key.capability.text(),
                "revocableTokens": key.revocable,
                "expires": 0,
            }
            for key in app.keys.values()
        ],
        "namespaces": [
            {"id": name, "created": app.made, "modified": app.made, **_ALL_OFF, **flags}
            for name, flags in app.namespaces.items()
        ],
        "connections": [],
        "channels": channels or [],
    }


def _bad(why: str) -> ErrorInfo:
    return problem(problems.BAD_REQUEST, why)
