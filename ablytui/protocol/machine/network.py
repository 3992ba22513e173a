"""What the system says of its network (RTN20). A service on this machine does not need one."""

from __future__ import annotations

from ablytui.protocol import backoff
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Notice
from ablytui.protocol.events import NetworkChanged
from ablytui.protocol.hosts import is_loopback, primary_host
from ablytui.protocol.machine import loss, opening, reasons
from ablytui.protocol.machine.turn import Turn
from ablytui.protocol.states import ConnectionState as S


def changed(turn: Turn, event: NetworkChanged) -> None:
    """RTN20a when the network is gone; RTN20b and RTN20c when there is one (again)."""
    if is_loopback(_host(turn.conn)):
        return
    if event.online:
        turn.emit(Notice("info", "The system says that there is a network (again)"))
        _online(turn)
    else:
        turn.emit(Notice("warning", reasons.OFFLINE.message, reasons.OFFLINE.code))
        _offline(turn)


def _host(conn: Connection) -> str:
    """The host that is spoken to, else the one that will be."""
    primary = primary_host(conn.params.dialect, conn.params.endpoint)
    return conn.host if conn.socket is not None else primary


def _offline(turn: Turn) -> None:
    conn = turn.conn
    if conn.state is S.CONNECTED:
        # To dial at once would be in vain; the network's return, or the retry, does it.
        timeout = conn.params.disconnected_retry_timeout
        wait = backoff.delay(timeout, conn.retries + 1, turn.now.roll)
        loss.lose(turn, reasons.OFFLINE, point="RTN20a", wait=wait)
    elif conn.state is S.CONNECTING:
        opening.attempt_failed(turn, reasons.OFFLINE, point="RTN20a")


def _online(turn: Turn) -> None:
    state = turn.conn.state
    if state in {S.DISCONNECTED, S.SUSPENDED} and not turn.conn.hold:
        opening.begin(turn, point="RTN20b")
    elif state is S.CONNECTING:
        # RTN20c: what was sent on the way of before may never arrive.
        turn.leave_socket()
        opening.proceed(turn)
