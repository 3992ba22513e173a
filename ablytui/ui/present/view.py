"""What the panes are told: one frozen picture of the connection and of what was counted.

The bridge makes it from the Session's model and from the log's rows; panes draw it and keep
nothing. Times in ms on the mono clock, sizes in bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from ablytui.protocol.connection import Connection
from ablytui.protocol.observe.attempts import Granted
from ablytui.protocol.observe.counts import Past as Past
from ablytui.protocol.observe.firings import Firing
from ablytui.protocol.observe.rates import Rates
from ablytui.protocol.observe.tallies import Tally
from ablytui.protocol.observe.timeline import Mark, Move
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState
from ablytui.ui.faultbook import InForce


@dataclass(frozen=True, slots=True)
class View:
    """Everything a pane may show, at the moment `now`."""

    connection: Connection
    now: float = 0.0
    visits: Mapping[ConnectionState, int] = field(default_factory=dict)
    history: tuple[Past, ...] = ()
    """The latest changes, oldest first; the last one is the edge that the diagram marks."""
    connected_after: float | None = None
    """How long the last way from connecting to connected took."""
    rtt: float | None = None
    frames_in: int = 0
    bytes_in: int = 0
    frames_out: int = 0
    bytes_out: int = 0
    rows: int = 0
    verdict: str | None = None
    """The last verdict's sentence, while it is the news."""
    verdict_n: int | None = None
    """The row of the last verdict."""
    recording: str | None = None
    """The name of the capture file, if the person asked for one."""
    revealed: bool = False
    local: bool = False
    """The built-in service is in use."""
    opening: bool = False
    """There is no session yet; with the built-in service its address is not known either."""
    url: str = ""
    """The URI of the last attempt, masked as the log holds it."""
    url_before: str = ""
    """The URI of the attempt before that."""
    dialled: ConnectParams | None = None
    dialled_before: ConnectParams | None = None
    """What the last dial asked for, and the one before it."""
    connected_n: int | None = None
    """The row of the last CONNECTED."""
    granted: Granted | None = None
    granted_before: Granted | None = None
    """What the last CONNECTED granted, and the one before it."""
    busy: frozenset[str] = frozenset()
    """Ids of actions whose answer is still awaited."""
    wall: float | None = None
    """The wall time at `now`, in ms since the epoch; None where it is not known."""
    zone: tzinfo = UTC
    """The person's time zone."""
    tallies: Mapping[str, Tally] = field(default_factory=dict)
    """What passed on each channel, by name, in the order of first sight."""
    rates: Rates | None = None
    """The frames of the last seconds."""
    moves: Sequence[Move] = ()
    marks: Sequence[Mark] = ()
    """The course of the connection, oldest first."""
    serves: bool = False
    """The service that makes faults is the one that is connected to."""
    in_force: tuple[InForce, ...] = ()
    """The faults that are in force."""
    firings: Sequence[Firing] = ()
    """The faults that have struck, the latest first."""
    mono0: float = 0.0
    """The mono time of the log's beginning: `now - mono0` is the log's time now, in ms."""

    @property
    def last_edge(self) -> tuple[ConnectionState, ConnectionState] | None:
        """The edge last taken; None before the first and after an update alone."""
        for past in reversed(self.history):
            if past.change.previous != past.change.current:
                return past.change.previous, past.change.current
        return None

    @property
    def idle(self) -> float:
        """Ms since anything came in."""
        return max(0.0, self.now - self.connection.last_mono)
