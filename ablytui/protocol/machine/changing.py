"""Parameters that change while a connection lives: when they count, and what they leave as it is.

At rest and away they count at once. While an attempt or a socket is under way they wait for its
end: what was dialled with the old ones goes on by them, and the next dial is made with the new.
"""

from __future__ import annotations

from ablytui.protocol.connection import Connection
from ablytui.protocol.credentials import AUTH
from ablytui.protocol.effects import Notice
from ablytui.protocol.events import ParamsChanged
from ablytui.protocol.machine import auth, wishes
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.recovery import RecoveryProblem, parse
from ablytui.protocol.states import ConnectionState as S

_BUSY = frozenset({S.CONNECTING, S.CONNECTED, S.CLOSING})
_AWAY = frozenset({S.DISCONNECTED, S.SUSPENDED})

_WHOSE = ("dialect", "endpoint", "port", "tls", "key")
"""With another one of these there is nothing that the next attempt could continue."""

_CONTINUITY = ("dialect", "recover", "resume", "connection_serial")
"""What the first attempt of a connection is to take up."""


def changed(turn: Turn, event: ParamsChanged) -> None:
    """A wish for other parameters; it never fails and never ends what is under way."""
    turn.set(wanted=event.params)
    if turn.conn.state not in _BUSY:
        rested(turn)
    turn.reply(event.ref)


def rested(turn: Turn) -> None:
    """Nothing is under way any more: parameters that waited for that are in force."""
    params = turn.conn.wanted
    if params is not None and turn.conn.state not in _BUSY:
        _use(turn, params)


def begins(turn: Turn) -> None:
    """An attempt begins: with the latest parameters, and a continuity that was asked for."""
    if turn.conn.wanted is not None:
        _use(turn, turn.conn.wanted)
    conn = turn.conn
    if conn.recover is not None:
        # Whoever asked for this one later than for that of the parameters gets this one.
        turn.set(continuity_due=False)
    elif conn.continuity_due and conn.key is None:
        _take_up(turn)


def _use(turn: Turn, params: ConnectParams) -> None:
    """While the connection is away it is still resumed, unless that cannot be.

    With another service, key or dialect the next attempt is a clean one, and channels begin anew.
    """
    before = turn.conn
    turn.set(params=params, wanted=None)
    elsewhere = _differ(before.params, params, _WHOSE)
    if elsewhere:
        turn.set(ahead=None)
    if elsewhere and before.state in _AWAY:
        fresh = {n: channel.evolve(channel_serial=None) for n, channel in before.channels.items()}
        turn.set(id=None, key=None, connection_serial=None, recover=None, channels=fresh)
    if _differ(before.params, params, AUTH):
        turn.conn, notices = auth.given(turn.conn)
        _tell(turn, notices)
    if _differ(before.params, params, _CONTINUITY):
        turn.set(continuity_due=True)
        if turn.conn.state is S.INITIALIZED:
            turn.set(key=None, recover=None, connection_serial=None, msg_serial=0)
            _take_up(turn)


def _differ(old: ConnectParams, new: ConnectParams, names: tuple[str, ...]) -> bool:
    return any(getattr(old, name) != getattr(new, name) for name in names)


def _take_up(turn: Turn) -> None:
    turn.conn, notices = continuity(turn.conn)
    _tell(turn, notices)


def _tell(turn: Turn, notices: tuple[Notice, ...]) -> None:
    for notice in notices:
        turn.emit(notice)


def continuity(conn: Connection) -> tuple[Connection, tuple[Notice, ...]]:
    """What the first attempt continues, by the parameters (RTN16k, RTN15b).

    A recovery key that cannot be read is told and left (RTN16f1).
    """
    params = conn.params
    conn = conn.evolve(continuity_due=False)
    if params.resume:
        conn = conn.evolve(key=params.resume, connection_serial=params.connection_serial)
    if not params.recover:
        return conn, ()
    key = parse(params.recover, params.dialect)
    if isinstance(key, RecoveryProblem):
        text = f"The recovery key cannot be used, connecting clean: {key.why}"
        return conn, (Notice("error", text, 40000),)
    return wishes.prepare(conn, key), ()
