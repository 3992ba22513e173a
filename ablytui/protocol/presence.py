"""Who is present on a channel: the member map, its sync, and the members of our own. PURE.

A `Presence` is frozen and replaced; every function gives the new one and the items that an
application is told of, in order. Items are as they came on the wire, with what they inherit from
their frame. Nothing here raises for what a peer sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ablytui.protocol.coerce import integer, sequence, text
from ablytui.protocol.message import PresenceAction

Item = Mapping[str, Any]
Key = tuple[str, str]
"""connectionId and clientId (TP3h)."""

_NOBODY: Final[Mapping[Any, Item]] = MappingProxyType({})
_ENTERING: Final = frozenset({PresenceAction.PRESENT, PresenceAction.ENTER, PresenceAction.UPDATE})
_KNOWN: Final = frozenset(PresenceAction)


class Presence(NamedTuple):
    """The members of one channel. `members` holds ABSENT ones only while a sync runs (RTP2h2)."""

    members: Mapping[Key, Item] = _NOBODY
    own: Mapping[str, Item] = _NOBODY
    """RTP17: the members that this connection entered, by clientId (RTP17h)."""
    residual: frozenset[Key] | None = None
    """Members that the running sync has not mentioned yet (RTP19); None: no sync runs."""
    sequence: str | None = None
    """Names the running sync, once its first page came (RTP18a)."""

    @property
    def syncing(self) -> bool:
        """Whether the map is incomplete (RTP13)."""
        return self.residual is not None

    def present(self, client_id: str | None = None, connection_id: str | None = None) -> list[Item]:
        """The members there are, narrowed where asked for (RTP11c2, RTP11c3)."""
        return [
            item
            for (connection, client), item in self.members.items()
            if item["action"] == PresenceAction.PRESENT
            and client_id in {None, client}
            and connection_id in {None, connection}
        ]


def items_of(frame: Mapping[Any, Any]) -> list[Item]:
    """The presence items of a PRESENCE or SYNC frame, completed from it (TP3a, TP3d, TP3g).

    What is no object, or names no client, is nobody and is passed over.
    """
    frame_id = text(frame.get("id"))
    found: list[Item] = []
    for index, raw in enumerate(sequence(frame.get("presence"))):
        if not isinstance(raw, Mapping):
            continue
        item = {k: v for k, v in raw.items() if isinstance(k, str) and v is not None}
        client = text(item.get("clientId"))
        if client is None:
            continue
        inherited = {
            "id": None if frame_id is None else f"{frame_id}:{index}",
            "connectionId": frame.get("connectionId"),
            "timestamp": frame.get("timestamp"),
        }
        item = {k: v for k, v in inherited.items() if v is not None} | item
        item["action"] = integer(item.get("action")) or 0
        item["clientId"] = client
        item["connectionId"] = text(item.get("connectionId")) or ""
        found.append(item)
    return found


# --- newness ------------------------------------------------------------------------------------


def _place(item: Item) -> tuple[int, int] | None:
    """RTP2b2: msgSerial and index out of `connectionId:msgSerial:index`; None: synthesised."""
    name, connection = text(item.get("id")), item["connectionId"]
    if name is None or not connection or not name.startswith(f"{connection}:"):
        return None
    serial, _, index = name[len(connection) + 1 :].partition(":")
    numbers = integer(serial), integer(index)
    return None if None in numbers else numbers  # type: ignore[return-value]


def synthesised(item: Item) -> bool:
    """RTP2b1: made by the service for somebody who said nothing; told by its `id`."""
    return _place(item) is None


def newer(item: Item, known: Item) -> bool:
    """RTP2b: whether `item` replaces what is known of the same member."""
    ours, theirs = _place(item), _place(known)
    if ours is not None and theirs is not None:
        return ours > theirs
    ours_at, theirs_at = integer(item.get("timestamp")), integer(known.get("timestamp"))
    # RTP2b1a: at the same time the later one to arrive is the newer one.
    return ours_at is None or theirs_at is None or ours_at >= theirs_at


def key_of(item: Item) -> Key:
    """TP3h."""
    return item["connectionId"], item["clientId"]


# --- what comes in ------------------------------------------------------------------------------


def received(
    presence: Presence, items: Iterable[Item], own_id: str | None
) -> tuple[Presence, tuple[Item, ...]]:
    """PRESENCE, or the items of a SYNC (RTP2c): the map after them, and those that count.

    `own_id` is the id of this connection.
    """
    members, own = dict(presence.members), dict(presence.own)
    seen: set[Key] = set()
    told: list[Item] = []
    for item in items:
        key, action = key_of(item), item["action"]
        if own_id is not None and item["connectionId"] == own_id:
            _own(own, item)
        if action in _ENTERING:
            # RTP19: seen is seen, also under an id that is not newer.
            seen.add(key)
            accepted = _enter(members, key, item)
        elif action == PresenceAction.LEAVE:
            accepted = _leave(members, key, item, syncing=presence.syncing)
        else:
            # An action without a name is kept and shown (RSF1); ABSENT tells of nobody.
            accepted = action not in _KNOWN
        if accepted:
            told.append(item)
    residual = None if presence.residual is None else presence.residual - seen
    return Presence(members, own, residual, presence.sequence), tuple(told)


def _enter(members: dict[Key, Item], key: Key, item: Item) -> bool:
    known = members.get(key)
    if known is not None and not newer(item, known):
        return False
    members[key] = {**item, "action": int(PresenceAction.PRESENT)}
    return True


def _leave(members: dict[Key, Item], key: Key, item: Item, *, syncing: bool) -> bool:
    """RTP2h: whether somebody left by it."""
    known = members.get(key)
    if known is not None and not newer(item, known):
        return False
    if syncing:
        # RTP2h2a: remembered until the sync ends, as an older page of it may still name them.
        members[key] = {**item, "action": int(PresenceAction.ABSENT)}
    else:
        members.pop(key, None)
    return known is not None and known["action"] == PresenceAction.PRESENT


def _own(own: dict[str, Item], item: Item) -> None:
    """RTP17b: ours, unless the service only supposes that we left."""
    client = item["clientId"]
    known = own.get(client)
    comparable = known is not None and known["connectionId"] == item["connectionId"]
    if comparable and known is not None and not newer(item, known):
        return
    if item["action"] in _ENTERING:
        own[client] = {**item, "action": int(PresenceAction.PRESENT)}
    elif item["action"] == PresenceAction.LEAVE and not synthesised(item):
        own.pop(client, None)


# --- the sync -----------------------------------------------------------------------------------


def synced(
    presence: Presence,
    items: Iterable[Item],
    serial: str | None,
    own_id: str | None,
    wall: float,
) -> tuple[Presence, tuple[Item, ...]]:
    """One SYNC frame (RTP18). `serial` is `SEQUENCE:CURSOR`; without one it is the whole sync.

    `wall` in ms since the epoch dates the leaves of who is not there any more.
    """
    sequence_id, _, cursor = (serial or "").partition(":")
    goes_on = presence.syncing and presence.sequence in {None, sequence_id} and bool(serial)
    if not goes_on and not (presence.syncing and presence.sequence is None):
        # RTP18a: another sequence; what the one before did not mention is open again.
        presence = _begun(presence)
    presence = presence._replace(sequence=sequence_id)
    presence, told = received(presence, items, own_id)
    if cursor:
        return presence, told
    presence, left = _ended(presence, wall)
    return presence, told + left


def _begun(presence: Presence) -> Presence:
    return presence._replace(residual=frozenset(presence.members), sequence=None)


def _ended(presence: Presence, wall: float) -> tuple[Presence, tuple[Item, ...]]:
    """RTP19, RTP2h2b: who was not mentioned has left."""
    gone = presence.residual or frozenset()
    members = {
        key: item
        for key, item in presence.members.items()
        if key not in gone and item["action"] == PresenceAction.PRESENT
    }
    left = tuple(
        _supposed_leave(item, wall)
        for key, item in presence.members.items()
        if key in gone and item["action"] == PresenceAction.PRESENT
    )
    return Presence(members, presence.own), left


def _supposed_leave(item: Item, wall: float) -> Item:
    left = {k: v for k, v in item.items() if k != "id"}
    return left | {"action": int(PresenceAction.LEAVE), "timestamp": int(wall)}


def attached(
    presence: Presence, *, has_presence: bool, wall: float
) -> tuple[Presence, tuple[Item, ...]]:
    """ATTACHED: a sync follows, or nobody is there (RTP1, RTP19a)."""
    begun = _begun(presence)
    return (begun, ()) if has_presence else _ended(begun, wall)


def reentries(presence: Presence, own_id: str | None) -> list[Item]:
    """RTP17g: what enters each of our own members again, with its id if the id is still ours."""
    entries: list[Item] = []
    for item in presence.own.values():
        entry: dict[str, Any] = {"action": int(PresenceAction.ENTER), "clientId": item["clientId"]}
        if "id" in item and item["connectionId"] == own_id:
            entry["id"] = item["id"]
        entry |= {name: item[name] for name in ("data", "encoding") if name in item}
        entries.append(entry)
    return entries
