"""A handshake becomes a connection: new, resumed, recovered, or refused (RTN14, RTN15c). PURE.

The order of checks: parameters, version, credentials, clientId, continuity, room. CONNECTED is
the very first frame, and a refusal is an ERROR without a channel followed by close 1000.
"""

from __future__ import annotations

import hmac
import re
from typing import Final, NamedTuple

from ablytui.protocol.coerce import integer
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.params import DialectName
from ablytui.service import attaching, problems, renewal
from ablytui.service.auth import Identity
from ablytui.service.connections import Connection, Outbox, Transport
from ablytui.service.events import CloseSocket, Opened, Send
from ablytui.service.greeting import connected
from ablytui.service.options import ServiceOptions
from ablytui.service.problems import problem
from ablytui.service.realm import Realm
from ablytui.service.wireform import Asked, read_handshake

_KEY: Final = re.compile(r"[A-Za-z0-9_-]+![A-Za-z0-9_-]+")


class _Continued(NamedTuple):
    """What was found under the key that was given, and what is to be said about it."""

    connection: Connection | None = None
    error: ErrorInfo | None = None
    fatal: bool = False
    heir: Identity | None = None


def open_socket(realm: Realm, event: Opened) -> None:
    """Answer a handshake."""
    asked = read_handshake(event.target, event.headers)
    identity: Identity | ErrorInfo | None = asked.problem
    if identity is None:
        identity = realm.keyring.admit(asked.key, asked.token, asked.client_id, realm.now.wall)
    if isinstance(identity, ErrorInfo):
        _refuse(realm, event.socket, asked, identity)
        return
    found = _continue(realm, asked, identity)
    if found.fatal and found.error is not None:
        _refuse(realm, event.socket, asked, found.error)
        return
    live = len(realm.sockets)
    if found.connection is not None and found.connection.transport is not None:
        live -= 1
    if live >= realm.options.max_connections:
        text = f"the service takes {realm.options.max_connections} connections and has them"
        _refuse(realm, event.socket, asked, problem(problems.TOO_MANY_CONNECTIONS, text))
        return
    if found.connection is None or found.heir is None:
        _begin(realm, event.socket, asked, identity, found.error)
    else:
        _take_over(realm, event.socket, asked, found.connection, found.heir)
    renewal.watch(realm, realm.sockets[event.socket])


def _refuse(realm: Realm, socket: int, asked: Asked, error: ErrorInfo) -> None:
    message = {"action": int(ProtocolAction.ERROR), "error": error.to_wire()}
    realm.out.append(Send(socket, message, asked.format))
    realm.out.append(CloseSocket(socket))
    realm.note(f"#{socket} refused: {error}")


def _continue(realm: Realm, asked: Asked, identity: Identity) -> _Continued:
    if asked.mode == "clean":
        return _Continued()
    key = asked.continue_key
    if not _KEY.fullmatch(key):
        return _Continued(error=problem(problems.UNKNOWN_KEY, "invalid connection key"))
    connection = realm.connections.get(key.partition("!")[0])
    known = connection.key if connection is not None and not connection.forgotten else ""
    if not hmac.compare_digest(known.encode(), key.encode()) or connection is None:
        classic = asked.dialect is DialectName.CLASSIC
        code = problems.STATE_GONE if classic else problems.UNKNOWN_KEY
        what = "recover" if asked.mode == "recover" else "resume"
        text = f"unable to {what} the connection: its state is no longer here"
        return _Continued(error=problem(code, text))
    heir = identity.succeed(connection.identity)
    if heir is None and asked.mode == "recover":
        text = "unable to recover the connection: it belongs to another app or clientId"
        return _Continued(error=problem(problems.OTHER_AUTH, text))
    if heir is None:
        text = "the connection belongs to another app or clientId"
        return _Continued(error=problem(problems.INCOMPATIBLE, text), fatal=True)
    return _Continued(connection, heir=heir)


def _begin(
    realm: Realm, socket: int, asked: Asked, identity: Identity, error: ErrorInfo | None
) -> None:
    options = realm.options
    connection_id = realm.ids(10)
    connection = Connection(
        id=connection_id,
        key=f"{connection_id}!{realm.ids(16)}",
        identity=identity,
        dialect=asked.dialect,
        outbox=Outbox(options.connection_backlog, options.connection_backlog_bytes),
    )
    realm.connections[connection_id] = connection
    transport = _carry(realm, socket, asked, connection)
    realm.send(transport, connected(realm, connection, error, -1))
    realm.note(f"#{socket} connected {connection_id} ({asked.mode}, {asked.dialect})")


def _take_over(
    realm: Realm, socket: int, asked: Asked, connection: Connection, heir: Identity
) -> None:
    """The same id again. The newest transport wins; an older one is told so and closed."""
    old = connection.transport
    if old is not None:
        error = problem(problems.DISCONNECTED, "another transport took the connection over")
        message = {"action": int(ProtocolAction.DISCONNECTED), "error": error.to_wire()}
        realm.hang_up(old, message)
    if asked.dialect is DialectName.CURRENT:
        realm.detach_all(connection)
    connection.identity = heir
    transport = _carry(realm, socket, asked, connection)
    verb = "resumed" if asked.mode == "resume" else "recovered"
    realm.note(f"#{socket} {verb} {connection.id} ({asked.dialect})")
    if asked.dialect is DialectName.CLASSIC:
        _replay(realm, transport)
    else:
        realm.send(transport, connected(realm, connection, None, -1))


def _carry(realm: Realm, socket: int, asked: Asked, connection: Connection) -> Transport:
    transport = Transport(socket, asked, connection, realm.now.mono)
    connection.take(transport)
    connection.remain_present_for = _grace(realm.options, asked.remain_present_for)
    realm.lost.pop(connection.id, None)
    realm.sockets[socket] = transport
    return transport


def _grace(options: ServiceOptions, asked: int | None) -> int:
    """Ms that members outlast a drop; who asks for more than the state lives gets that long."""
    most = max(options.state_ttl, options.presence_grace)
    return options.presence_grace if asked is None else min(asked, most)


def _replay(realm: Realm, transport: Transport) -> None:
    """CONNECTED, then every frame after the client's serial, in order (RTN15c1, RTN15c2 v1.2)."""
    connection, outbox = transport.connection, transport.connection.outbox
    outbox.expire(realm.now.mono - realm.options.retention)
    serial = integer(transport.asked.serial)
    if serial is None or not -1 <= serial <= outbox.serial:
        text = "continuity unknown: no connection serial, or none that was given out here"
        error = problem(problems.UNKNOWN_SERIAL, text)
        realm.send(transport, connected(realm, connection, error, outbox.serial))
        return
    lost = outbox.lost_after(serial)
    gap = None
    if lost is not None:
        why = "expired" if lost.code == problems.BACKLOG_EXPIRED else "were too many to keep"
        gap = problem(lost.code, f"messages before this point {why}")
    realm.send(transport, connected(realm, connection, gap, serial))
    if lost is not None and gap is not None:
        attaching.tell_gap(realm, transport, lost.channels, gap)
    attaching.apply_rights(realm, transport)
    for kept in outbox.after(serial):
        if not connection.identity.capability.modes(kept.stored.channel) & kept.stored.mode:
            continue
        lasting = kept.stored.lasting()
        if lasting is None:
            continue
        frame = lasting.frame(transport.asked.format)
        realm.send(transport, {**frame, "connectionSerial": kept.serial})
