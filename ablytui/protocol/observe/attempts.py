"""What the last two dials asked for, and what the last two CONNECTED granted: to tell what changed.

A fold over the log's rows. Secrets are masked there, but equal ones look equal.
"""

from __future__ import annotations

from typing import NamedTuple

from ablytui.protocol.coerce import text
from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import ConnectionDetails, ProtocolAction, details_from_wire
from ablytui.protocol.observe.traffic import body_of, members_of


class Granted(NamedTuple):
    """What one CONNECTED gave: its row, the connectionId and the details (CD2)."""

    n: int
    id: str | None
    details: ConnectionDetails


class Attempts:
    """Feed it every row once, in order; the fields hold the latest and the one before."""

    def __init__(self) -> None:
        self.url = self.url_before = ""
        self.granted: Granted | None = None
        self.granted_before: Granted | None = None

    def feed(self, entry: Entry) -> None:
        """Take one row. Never raises for what a peer sent."""
        if entry.kind is EntryKind.UPGRADE:
            self.url_before, self.url = self.url, text(members_of(entry).get("url")) or ""
        elif (
            entry.kind is EntryKind.FRAME
            and entry.action == ProtocolAction.CONNECTED
            and entry.direction is Direction.IN
        ):
            body = body_of(entry.payload, entry.opcode)
            given = Granted(entry.n, text(body.get("connectionId")), details_from_wire(body))
            self.granted_before, self.granted = self.granted, given
