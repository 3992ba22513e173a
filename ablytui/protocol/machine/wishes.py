"""`connect()`, `recover`, `ping()` and raw frames, in every state (RTN11, RTN16, RTN13)."""

from __future__ import annotations

from ablytui.protocol.connection import Channel, Connection, Ping
from ablytui.protocol.effects import SendRaw
from ablytui.protocol.events import FrameArrived, RecoverRequested, SendRequested
from ablytui.protocol.machine import changing, channels, ending, opening, publishing, reasons
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.message import ConnectionDetails
from ablytui.protocol.recovery import RecoveryKey
from ablytui.protocol.states import ConnectionState as S


def connect(turn: Turn, ref: int, *, point: str = "") -> None:
    """RTN11: begin, skip a wait, or wait with those who wait already. RTC8c does so too."""
    state = turn.conn.state
    if state is S.CONNECTED:
        turn.reply(ref)
        return
    if ref:
        turn.set(connects=(*turn.conn.connects, ref))
    if state is S.CONNECTING:
        return
    turn.set(hold=False)
    if state in {S.CLOSED, S.FAILED}:
        _start_over(turn)
    elif state is S.CLOSING:
        _leave_the_closing_one(turn)
        _start_over(turn)
    usual = {
        S.INITIALIZED: "RTN11f",
        S.CLOSING: "RTN11b",
        S.CLOSED: "RTN11d",
        S.FAILED: "RTN11d",
    }.get(state, "RTN11c")
    opening.begin(turn, point=point or usual)


def _leave_the_closing_one(turn: Turn) -> None:
    """RTN11b: the old transport is left to itself, and its CLOSED touches nothing any more."""
    turn.leave_socket()
    turn.cancel("close")
    for ref in turn.conn.closes:
        turn.reply(ref)
    turn.set(closes=())
    publishing.fail_all(turn, reasons.CLOSED)
    # RTN11b: channels are detached, then initialized again.
    channels.on_closing_left(turn)


def _start_over(turn: Turn) -> None:
    """RTN11d: nothing of the old connection is left."""
    channels.reset(turn, ())
    turn.set(
        id=None,
        key=None,
        client_id=None,
        details=ConnectionDetails(),
        connection_serial=None,
        recover=None,
        error_reason=None,
        msg_serial=0,
        retries=0,
        past_ttl=False,
        renewed=False,
    )


def recover(turn: Turn, event: RecoverRequested) -> None:
    """RTN16 from any state: an open socket is left, its connection stays recoverable."""
    state = turn.conn.state
    turn.cancel("retry", "ttl", "close")
    turn.leave_socket()
    ending.answer_connects(turn, reasons.REPLACED)
    for ref in turn.conn.closes:
        turn.refuse(ref, reasons.REPLACED)
    publishing.fail_all(turn, reasons.REPLACED)
    channels.reset(turn, event.key.channel_serials)
    turn.set(closes=(), hold=False, past_ttl=False, retries=0, last_immediate=None, renewed=False)
    if state in {S.CONNECTED, S.CONNECTING}:
        turn.move(S.DISCONNECTED, reasons.REPLACED, point="RTN16")
    # Before the key is set: parameters of another service leave nothing to continue.
    changing.rested(turn)
    turn.set(
        id=None,
        key=None,
        connection_serial=_int(event.key),
        recover=event.key,
        msg_serial=event.key.msg_serial or 0,
        error_reason=None,
        connects=(event.ref,) if event.ref else (),
    )
    opening.begin(turn, point="RTN16")


def _int(key: RecoveryKey) -> int | None:
    """A time serial of the services that gave one cannot filter duplicates."""
    return key.connection_serial if isinstance(key.connection_serial, int) else None


def prepare(conn: Connection, key: RecoveryKey) -> Connection:
    """A fresh connection whose first attempt recovers (RTN16f, RTN16j, RTN16i)."""
    prepared = {
        name: channel.evolve(channel_serial=None) for name, channel in conn.channels.items()
    }
    for name, serial in key.channel_serials:
        prepared[name] = prepared.get(name, Channel(name)).evolve(channel_serial=serial)
    return conn.evolve(
        recover=key,
        msg_serial=key.msg_serial or 0,
        connection_serial=_int(key),
        channels=prepared,
    )


def ping(turn: Turn, ref: int) -> None:
    """RTN13: sent now, or as soon as there is a connection (RTN13d)."""
    state = turn.conn.state
    if state not in {S.CONNECTED, S.CONNECTING, S.DISCONNECTED}:
        turn.refuse(ref, reasons.ping_in(state))
        return
    generation = turn.conn.generation + 1
    # The counter keeps ids apart where two pings share a moment; the roll makes them unguessable.
    name = f"{int(turn.now.roll * 2**48):012x}{generation:x}"
    sent = turn.now.mono if state is S.CONNECTED else None
    turn.set(generation=generation, pings=(*turn.conn.pings, Ping(ref, name, sent)))
    if sent is not None:
        turn.send({"action": 0, "id": name})
        turn.start(f"ping:{name}", turn.conn.params.realtime_request_timeout)


def heartbeat(turn: Turn, event: FrameArrived) -> None:
    """RTN13e: only a HEARTBEAT with our id answers; without one it is a sign of life.

    The oldest services gave none back: in classic such a one answers the first ping that waits.
    """
    if not turn.conn.pings:
        return
    name = event.message.get("id")
    if name is None and turn.dialect.answers_pings_without_id:
        name = next((p.id for p in turn.conn.pings if p.sent_at is not None), None)
    for ping_ in turn.conn.pings:
        if ping_.id == name and ping_.sent_at is not None:
            turn.cancel(f"ping:{ping_.id}")
            turn.set(pings=tuple(p for p in turn.conn.pings if p.id != name))
            turn.reply(ping_.ref, {"rtt": round(turn.now.mono - ping_.sent_at, 3)})


def ping_timed_out(turn: Turn, name: str) -> None:
    """RTN13c."""
    for ping_ in turn.conn.pings:
        if ping_.id == name:
            turn.set(pings=tuple(p for p in turn.conn.pings if p.id != name))
            turn.refuse(ping_.ref, reasons.NO_PONG)


def send_raw(turn: Turn, event: SendRequested) -> None:
    """A frame made by hand goes out as it is; what it causes is the service's answer."""
    if turn.conn.socket is None or not turn.conn.opened:
        turn.refuse(event.ref, reasons.wrong_state(turn.conn.state))
        return
    turn.emit(SendRaw(turn.conn.socket, event.opcode, event.payload))
    turn.reply(event.ref)
