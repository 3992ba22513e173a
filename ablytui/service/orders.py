"""What an act comes to: the events for the core, or why there can be none now. PURE."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from ablytui.protocol.message import PresenceAction
from ablytui.service.acts import PEER_WORDS, Act
from ablytui.service.events import (
    AskToken,
    Break,
    EndToken,
    Event,
    Forget,
    Inject,
    LetGo,
    PeerPresence,
    PeerPublish,
    SendRaw,
)
from ablytui.service.faults import FAULT, LIFT, LIFTS
from ablytui.service.lasting import Standing
from ablytui.service.matching import Order, Rule
from ablytui.service.realm import Realm
from ablytui.service.rules import closing_code

_PRESENCE: Final = {
    "enter": PresenceAction.ENTER,
    "update": PresenceAction.UPDATE,
    "leave": PresenceAction.LEAVE,
}
ENDING: Final = frozenset({"cut", "close", "disconnected", "error", "inject_to_client_and_close"})
"""Faults after which the socket is gone."""
_OF_CHANNEL: Final = frozenset({"channel_error", "detached"})
_IN_PLACE: Final = frozenset({"cut", "close"})
"""What a rule with one of these is about does not pass; beside the others it does."""


def undoes(act: Act) -> bool:
    """Whether it takes something out of force."""
    return act.word == LIFT or act.word in LIFTS


def beside(act: Act) -> bool:
    """Whether the frame that a rule is about passes, and the act comes after it."""
    return act.word not in _IN_PLACE


def events(realm: Realm, act: Act, socket: int | None) -> Iterator[Event | SendRaw]:
    """What happens to all clients, or to one."""
    word = act.word
    if word in PEER_WORDS:
        yield _peer(act)
    elif word == "forget":
        yield Forget()
    elif word == "ask_token":
        yield AskToken(socket)
    elif word in {"expire_token", "revoke_token"}:
        yield EndToken(revoked=word == "revoke_token", socket=socket)
    elif word == "send_raw":
        for each in tuple(realm.sockets) if socket is None else (socket,):
            yield SendRaw(each, act.opcode, act.payload)
    elif word in _OF_CHANNEL:
        for each in _attached(realm, act.channel, socket):
            yield Inject(act.message, each)
            yield LetGo(act.channel, each)
    else:
        if act.message:
            yield Inject(act.message, socket)
        if word in ENDING:
            yield Break(closing_code(act), socket, act.reason, ends=word == "error")


def _peer(act: Act) -> Event:
    if act.word == "publish":
        return PeerPublish(act.channel, (act.item,))
    return PeerPresence(act.channel, {**act.item, "action": int(_PRESENCE[act.word])})


def _attached(realm: Realm, channel: str, socket: int | None) -> list[int]:
    """The sockets on which a channel is attached, all or the one."""
    return [
        number
        for number, transport in realm.sockets.items()
        if channel in transport.connection.attached and socket in {None, number}
    ]


def reason_not_now(realm: Realm, standing: Collection[Standing], order: Order) -> str:
    """Why nothing would come of it; the empty text where something would."""
    if isinstance(order, Rule):
        return ""
    if undoes(order):
        words = LIFTS.get(order.word, (order.what,) if order.what else ())
        there = any(not words or each.word in words for each in standing)
        return "" if there else f"nothing to lift: {' or '.join(words) or 'no fault'} is in force"
    fault = FAULT.get(order.word)
    if fault is None or not fault.needs:
        return ""
    if not realm.sockets:
        return "no client is connected"
    if fault.needs == "token" and all(
        each.connection.identity.grant is None for each in realm.sockets.values()
    ):
        return "no token is in use; scenario token-expiry has one"
    if order.word in _OF_CHANNEL and not _attached(realm, order.channel, None):
        return f"no client is attached to {order.channel[:60]}"
    return ""
