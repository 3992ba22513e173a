"""Whether the machine has a network, told as it changes (RTN20): Linux only, elsewhere silence.

A route socket says what changes; nothing is polled. Where there is no such socket, in a sandbox
or on another system, nobody is ever told anything.
"""

from __future__ import annotations

import asyncio
import errno
import socket
from collections.abc import Callable
from typing import Final

from ablytui.net.clock import Clock, Timer
from ablytui.net.netlink import GROUPS, QUESTIONS, Network, question

Tell = Callable[[bool], None]
"""Told True when there is a network again or another one, False when it is gone."""

Watch = Callable[[Tell], Callable[[], None]]
"""Begins to tell, and gives what ends it."""

_SETTLE: Final = 200.0
"""Ms from the first sign of a network until it is told: address and routes come one by one."""

_MOST: Final = 1 << 16


def watch(clock: Clock, tell: Tell) -> Callable[[], None]:
    """Tell of changes from now on, on the running loop; call what is returned to end it."""
    sock = _open()
    if sock is None:
        return lambda: None
    return _Watching(sock, clock, tell).end


def _open() -> socket.socket | None:
    family = getattr(socket, "AF_NETLINK", None)
    if family is None:
        return None
    sock = None
    try:
        sock = socket.socket(family, socket.SOCK_RAW, getattr(socket, "NETLINK_ROUTE", 0))
        sock.setblocking(False)
        sock.bind((0, GROUPS))
    except OSError:
        if sock is not None:
            sock.close()
        return None
    return sock


class Telling:
    """When something is worth telling. Knows no socket: datagrams are handed to it.

    `ask` is called with the next question to the kernel.
    """

    def __init__(self, clock: Clock, tell: Tell, ask: Callable[[bytes], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._ask = ask
        self._network = Network()
        self._asked = 0
        self._told: bool | None = None
        self._settling: Timer | None = None

    def begin(self) -> None:
        """Ask for everything anew: at first, and when datagrams were lost."""
        self._network = Network()
        self._asked = 0
        self._ask(question(QUESTIONS[0]))

    def datagram(self, data: bytes) -> None:
        """One from the kernel."""
        another_way, done = self._network.feed(data)
        if self._asked < len(QUESTIONS):
            if not done:
                return
            self._asked += 1
            if self._asked < len(QUESTIONS):
                self._ask(question(QUESTIONS[self._asked]))
                return
            another_way = False
        self._look(another_way=another_way)

    def _look(self, *, another_way: bool) -> None:
        online = self._network.online
        if self._told is None:
            # As it is at first is no news.
            self._told = online
        elif not online:
            self.end()
            if self._told:
                self._told = False
                self._tell(False)
        elif (another_way or not self._told) and self._settling is None:
            self._settling = self._clock.call_later(_SETTLE, self._settled)

    def _settled(self) -> None:
        self._settling = None
        self._told = True
        self._tell(True)

    def end(self) -> None:
        """Tell nothing that is not told yet."""
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None


class _Watching:
    """A route socket on the running loop."""

    def __init__(self, sock: socket.socket, clock: Clock, tell: Tell) -> None:
        self._sock: socket.socket | None = sock
        self._loop = asyncio.get_running_loop()
        self._telling = Telling(clock, tell, self._ask)
        self._telling.begin()
        if self._sock is not None:
            try:
                self._loop.add_reader(sock, self._readable)
            except NotImplementedError:
                self.end()

    def _ask(self, data: bytes) -> None:
        try:
            if self._sock is not None:
                self._sock.send(data)
        except OSError:
            self.end()

    def _readable(self) -> None:
        while self._sock is not None:
            try:
                data, sender = self._sock.recvfrom(_MOST)
            except BlockingIOError:
                return
            except OSError as bad:
                self._lost(bad)
                return
            if sender[0] == 0:
                # Others on this machine may write here too; only the kernel knows.
                self._telling.datagram(data)

    def _lost(self, bad: OSError) -> None:
        """More changed than the socket could hold; anything else is the end of it."""
        if bad.errno == errno.ENOBUFS:
            self._telling.begin()
        else:
            self.end()

    def end(self) -> None:
        """Close the socket. Harmless the second time."""
        self._telling.end()
        sock, self._sock = self._sock, None
        if sock is not None:
            self._loop.remove_reader(sock)
            sock.close()
