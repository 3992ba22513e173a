"""REST on the messages of a channel: published, read, changed, annotated (RSL, RSAN). PURE."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ablytui.protocol.codec import Format
from ablytui.protocol.coerce import integer
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import MessageAction, ProtocolAction
from ablytui.service import annotating, paging, problems
from ablytui.service.auth import Identity
from ablytui.service.channels import Channel
from ablytui.service.items import Item, read_items
from ablytui.service.paging import Placed
from ablytui.service.problems import problem
from ablytui.service.publishing import check, publish
from ablytui.service.rates import Verdict
from ablytui.service.realm import Realm
from ablytui.service.restio import (
    Refused,
    Request,
    Response,
    allowed,
    answer,
    existing,
    made,
    only,
    read_body,
)
from ablytui.service.wireform import give_out

_OPERATIONS: Final = (MessageAction.UPDATE, MessageAction.DELETE, MessageAction.APPEND)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request about a channel: who asks, about what, in which format the answer goes."""

    realm: Realm
    request: Request
    identity: Identity
    name: str
    query: Mapping[str, str]
    format: Format

    @property
    def path(self) -> str:
        """The path of the request, still percent-encoded."""
        return self.request.target.partition("?")[0]

    def channel(self) -> Channel:
        """The channel, made if need be. Raises Refused where there can be none."""
        return made(self.realm, self.identity, self.name)

    def refuse(self, channel: Channel, error: ErrorInfo) -> Refused:
        """That what the channel was for is refused."""
        self.realm.unmake(self.identity.app, channel)
        return Refused(error)

    def existing(self) -> Channel | None:
        """The channel if it is there already."""
        return existing(self.realm, self.identity, self.name)


def messages(asked: Asked) -> Response:
    """`/channels/C/messages`: publish, or read the history."""
    only(asked.request, "GET", "POST")
    if asked.request.method == "POST":
        return _publish(asked)
    return history(asked)


def _publish(asked: Asked) -> Response:
    given, spoken = read_body(asked.request)
    result = publish_to(asked.realm, asked.identity, asked.name, given, spoken)
    if isinstance(result, ErrorInfo):
        raise Refused(result)
    return answer(result, asked.format, status=201)


def publish_to(
    realm: Realm, identity: Identity, name: str, given: object, spoken: Format
) -> dict[str, Any] | ErrorInfo:
    """Publish one message or an array of them on a channel; what is answered (RSL1n)."""
    items = read_items(given if isinstance(given, list) else [given], spoken)
    if isinstance(items, ErrorInfo):
        return items
    if not items:
        return problem(problems.BAD_REQUEST, "there is no message in the body")
    error = _too_fast(realm, identity, items)
    if error is not None:
        return error
    try:
        channel = made(realm, identity, name)
    except Refused as refused:
        return refused.error
    error = check(realm, identity, channel, items)
    if error is not None:
        realm.unmake(identity.app, channel)
        return error
    frame_id = f"{_common_id(items) or realm.ids(10)}:0"
    serials = publish(realm, channel, items, frame_id, "")
    return {"channel": name, "messageId": frame_id, "serials": serials}


def _too_fast(realm: Realm, identity: Identity, items: list[Item]) -> ErrorInfo | None:
    """The rate of one connection holds for all REST requests of an app together."""
    rate, bucket = realm.options.max_inbound_rate, realm.apps[identity.app].bucket
    if bucket.take(len(items), rate, realm.now.mono) is Verdict.TAKEN:
        return None
    return problem(problems.TOO_FAST, f"more than {rate} messages a second over REST")


def _common_id(items: list[Item]) -> str | None:
    """What the ids that a client gave have in common: `BASE` of `BASE:0`, `BASE:1` (RSL1k1)."""
    stems = {item.get("id", "").rpartition(":")[0] for item in items}
    return stems.pop() or None if len(stems) == 1 else None


# --- reading ------------------------------------------------------------------------------------


def history(asked: Asked) -> Response:
    """The messages of a channel, each as it is now (RSL2)."""
    only(asked.request, "GET")
    channel = asked.existing()
    return _past(asked, () if channel is None else channel.history())


def presence_history(asked: Asked) -> Response:
    """The presence events of a channel (RSP4)."""
    only(asked.request, "GET")
    channel = asked.existing()
    return _past(asked, () if channel is None else channel.presence_history())


def _past(asked: Asked, newest_first: Iterable[Placed]) -> Response:
    """What is held, between two times and up to the place where a client attached (RTL10b)."""
    allowed(asked.identity, "history", asked.name)
    query = asked.query
    rising = paging.forwards(query)
    start, end = paging.between(query)
    until = query.get("from_serial") or query.get("fromSerial") or ""
    found: Iterable[Placed] = (
        (place, item)
        for place, item in newest_first
        if start <= item["timestamp"] <= end and (not until or place.rpartition(":")[0] <= until)
    )
    if rising:
        found = reversed(list(found))
    return paging.page(asked.path, query, asked.format, found, rising=rising)


# --- one message --------------------------------------------------------------------------------


def message(asked: Asked, serial: str) -> Response:
    """`/channels/C/messages/SERIAL`: read it, or change it (RSL11, RSL15)."""
    only(asked.request, "GET", "PATCH")
    if asked.request.method == "PATCH":
        return _amend(asked, serial)
    allowed(asked.identity, "history", asked.name)
    channel = asked.existing()
    found = channel.find(serial) if channel is not None else None
    if found is None:
        raise _unheld(asked, serial)
    return answer(give_out(found, asked.format), asked.format)


def _unheld(asked: Asked, serial: str) -> Refused:
    text = f"no message {serial[:60]!r} is held on {asked.name[:60]}"
    return Refused(problem(problems.NOT_FOUND, text))


def _amend(asked: Asked, serial: str) -> Response:
    given, spoken = read_body(asked.request)
    items = read_items([given], spoken)
    if isinstance(items, ErrorInfo):
        raise Refused(items)
    (item,) = items
    if integer(item.get("action")) not in _OPERATIONS:
        text = "action of a change is 1 update, 2 delete or 5 append"
        raise Refused(problem(problems.BAD_REQUEST, text))
    if item.setdefault("serial", serial) != serial:
        text = "the serial in the body is not the one in the path"
        raise Refused(problem(problems.BAD_REQUEST, text))
    error = _too_fast(asked.realm, asked.identity, items)
    if error is not None:
        raise Refused(error)
    channel = asked.channel()
    error = check(asked.realm, asked.identity, channel, items)
    if error is not None:
        raise asked.refuse(channel, error)
    (version,) = publish(asked.realm, channel, items, f"{asked.realm.ids(10)}:0", "")
    return answer({"versionSerial": version}, asked.format)


def versions(asked: Asked, serial: str) -> Response:
    """`…/versions`: what a message was, and is; the oldest first (RSL14)."""
    only(asked.request, "GET")
    allowed(asked.identity, "history", asked.name)
    channel = asked.existing()
    revised = channel.revised(serial) if channel is not None else None
    if revised is None:
        raise _unheld(asked, serial)
    return _rows(asked, ((v["version"]["serial"], v) for v in revised.versions))


def annotated(asked: Asked, serial: str) -> Response:
    """`…/annotations`: add some, or read them, the oldest first (RSAN1, RSAN3)."""
    only(asked.request, "GET", "POST")
    if asked.request.method == "POST":
        return _annotate(asked, serial)
    if not asked.identity.capability.allows("annotation-subscribe", asked.name):
        allowed(asked.identity, "history", asked.name)
    channel = asked.existing()
    revised = channel.revised(serial) if channel is not None else None
    if revised is None:
        raise _unheld(asked, serial)
    return _rows(asked, ((a["serial"], a) for a in revised.annotations))


def _rows(asked: Asked, oldest_first: Iterator[Placed]) -> Response:
    rising = paging.forwards(asked.query, default=True)
    found = oldest_first if rising else reversed(list(oldest_first))
    return paging.page(asked.path, asked.query, asked.format, found, rising=rising)


def _annotate(asked: Asked, serial: str) -> Response:
    given, spoken = read_body(asked.request)
    given = given if isinstance(given, list) else [given]
    items = read_items(given, spoken, ProtocolAction.ANNOTATION)
    if isinstance(items, ErrorInfo):
        raise Refused(items)
    if not items:
        raise Refused(problem(problems.BAD_REQUEST, "there is no annotation in the body"))
    if any(item.setdefault("messageSerial", serial) != serial for item in items):
        text = "the messageSerial in the body is not the serial in the path"
        raise Refused(problem(problems.BAD_REQUEST, text))
    error = _too_fast(asked.realm, asked.identity, items)
    if error is not None:
        raise Refused(error)
    channel = asked.channel()
    error = annotating.check(asked.realm, asked.identity, channel, items)
    if error is not None:
        raise asked.refuse(channel, error)
    frame_id = f"{asked.realm.ids(10)}:0"
    serials = annotating.annotate(asked.realm, channel, items, frame_id, "")
    return answer({"channel": asked.name, "serials": serials}, asked.format, status=201)
