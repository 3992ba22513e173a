"""The short way of a flood: plain messages that came in one read are taken together.

Everything that tells one message from another (a secret, an anomaly, a duplicate, somebody who
listens) sends it the ordinary way; so both ways leave the same log, connection and news.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Final

from ablytui.capture.run import MOST, Run
from ablytui.capture.store import Store
from ablytui.protocol.burst import Burst
from ablytui.protocol.codec import read_plain
from ablytui.protocol.connection import Connection
from ablytui.protocol.events import Moment
from ablytui.protocol.machine import plainly
from ablytui.worker.recorder import Recorder

_GROWS: Final = 4
"""How many times more frames are looked at once nothing was looked at in vain."""


class Bursts:
    """Appends, steps and observes what it can of a burst."""

    def __init__(self, store: Store, recorder: Recorder) -> None:
        self._store = store
        self._recorder = recorder
        self._most = MOST
        """Frames to look at: fewer after a look that was partly in vain, or frames that all need
        the ordinary way would each be read a hundred times over."""

    def take(
        self, conn: Connection, attempt: int, burst: Burst, now: Moment, at: int
    ) -> Connection:
        """Take the first frames, perhaps none, and give the connection after them.

        `at` is `now` in µs since the session began.
        """
        observer = self._recorder.observer
        quiet = observer.calm(attempt, burst.opcode, at)
        if not quiet or self._recorder.listened or self._store.held:
            return conn
        payloads = burst.first(self._most)
        found = read_plain(payloads, burst.opcode)
        heads = list(takewhile(lambda head: head.channel in quiet, found))
        clear = self._store.redactor.clear(payloads[: len(heads)])
        conn, count = plainly.arrived(conn, attempt, heads[:clear], now)
        self._most = min(_GROWS * self._most, MOST) if count == len(found) else max(count, 1)
        if count:
            channels = [head.channel for head in heads[:count]]
            del payloads[count:]
            self._store.append_run(Run(at, attempt, burst.opcode, channels, payloads))
            observer.feed_all(at, channels, payloads, burst.opcode)
            burst.taken += count
        return conn
