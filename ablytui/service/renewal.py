"""Tokens while they are in use: asked for anew, renewed in band, ended (RTN22, RTC8). PURE.

About half a minute before a token ends the client is asked for another one; if it stays silent
its transport is ended. Its state is kept, so that it can come back with a new token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ablytui.protocol.coerce import mapping
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import ProtocolAction
from ablytui.service import attaching, problems
from ablytui.service.connections import Transport
from ablytui.service.greeting import connected
from ablytui.service.problems import problem
from ablytui.service.realm import Realm

LEAD: Final = 30_000
"""Ms before its end at which a new token is asked for."""

_SHORT: Final = 35_000
"""A token with less than this left is asked for at half of it, so that no circle gets tight."""

_TOO_SHORT: Final = 5_000
"""A token with less than this left is not asked for at all."""


def watch(realm: Realm, transport: Transport) -> None:
    """Look at the token of a connection when there is next something to do about it."""
    grant = transport.connection.identity.grant
    if grant is None:
        realm.deadlines.drop(transport.socket)
        return
    wait = left = realm.tokens.ends(grant) - realm.now.wall
    if left > _TOO_SHORT and not transport.asked_to_renew:
        wait = left - LEAD if left >= _SHORT else left / 2
    realm.deadlines.set(transport.socket, realm.now.mono + max(wait, 1))


def run_due(realm: Realm) -> None:
    """Ask for tokens that end soon, and end what rests on those that have ended."""
    for socket in realm.deadlines.take(realm.now.mono):
        transport = realm.sockets.get(socket)
        if transport is not None:
            _look(realm, transport)


def _look(realm: Realm, transport: Transport) -> None:
    grant = transport.connection.identity.grant
    error = None if grant is None else realm.tokens.check(grant, realm.now.wall)
    if error is not None:
        _end(realm, transport, error)
        return
    if grant is not None and not transport.asked_to_renew:
        left = realm.tokens.ends(grant) - realm.now.wall
        if _TOO_SHORT / 2 < left <= LEAD + 1_000:
            ask(realm, transport)
    watch(realm, transport)


def ask(realm: Realm, transport: Transport) -> None:
    """Ask a client for a new token (RTN22)."""
    transport.asked_to_renew = True
    realm.note(f"#{transport.socket} is asked for a new token")
    realm.send(transport, {"action": int(ProtocolAction.AUTH)})


def _end(realm: Realm, transport: Transport, error: ErrorInfo) -> None:
    """DISCONNECTED, not ERROR: the state is kept for a client with a new token (RTN15h)."""
    realm.note(f"#{transport.socket} disconnected: {error}")
    message = {"action": int(ProtocolAction.DISCONNECTED), "error": error.to_wire()}
    realm.hang_up(transport, message)
    realm.lose(transport.connection)


def look_at_all(realm: Realm) -> None:
    """Tokens may have ended before their time: look at every connection."""
    for transport in list(realm.sockets.values()):
        grant = transport.connection.identity.grant
        if grant is None:
            continue
        error = realm.tokens.check(grant, realm.now.wall)
        if error is not None:
            _end(realm, transport, error)
        else:
            watch(realm, transport)


def take(realm: Realm, transport: Transport, message: Mapping[Any, Any]) -> None:
    """A client sent AUTH: its new token counts from now on, or it was the last it did (RTC8a2).

    A token error would make the client fetch tokens for ever; whatever is wrong is 40101 here,
    but for a clientId or app that does not fit.
    """
    token = mapping(message.get("auth")).get("accessToken")
    connection = transport.connection
    if not isinstance(token, str) or not token:
        text = "AUTH without auth.accessToken"
        realm.fail(transport, problem(problems.NOT_ACCEPTED, text))
        return
    identity = realm.keyring.admit(None, token, transport.asked.client_id, realm.now.wall)
    if isinstance(identity, ErrorInfo):
        kept = {problems.INCOMPATIBLE, problems.BAD_CLIENT_ID}
        if identity.code not in kept:
            identity = problem(problems.NOT_ACCEPTED, identity.message)
        realm.note(f"#{transport.socket} failed: {identity}")
        realm.fail(transport, identity)
        return
    heir = identity.succeed(connection.identity)
    if heir is None:
        text = "the token is for another app or clientId than the connection"
        realm.note(f"#{transport.socket} failed: {text}")
        realm.fail(transport, problem(problems.INCOMPATIBLE, text))
        return
    connection.identity = heir
    transport.asked_to_renew = False
    realm.note(f"#{transport.socket} authenticated anew")
    serial = connection.outbox.serial
    realm.send(transport, connected(realm, connection, None, serial))
    attaching.apply_rights(realm, transport)
    watch(realm, transport)
