"""What the screen is told when it is made: how to look, and what to show.

`Settings` is passed once and read by value; `Launch` is how the app comes by a running session
without knowing what it is made of.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ablytui.net.clock import Clock
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Reply
from ablytui.protocol.news import News
from ablytui.protocol.params import ConnectParams
from ablytui.ui.faultbook import Faults
from ablytui.ui.playbill import Bill, Player
from ablytui.ui.present.columns import OPTIONAL
from ablytui.ui.present.drafts import Drafts

if TYPE_CHECKING:
    from ablytui.capture.store import Reader


class Driver(Protocol):
    """What the screen needs of a Session."""

    @property
    def connection(self) -> Connection:
        """The current model."""

    def do(self, action_id: str, args: Mapping[str, Any] | None = None) -> asyncio.Future[Reply]:
        """Ask for an action; the answer says whether it was done, and never raises."""

    def set_params(self, params: ConnectParams) -> asyncio.Future[Reply]:
        """The parameters of the next attempt; only while none is under way."""

    def recovery_key(self) -> str | None:
        """The key with which this connection can be recovered, in clear."""

    def subscribe(self, fn: Callable[[News], None], *, rows: bool = False) -> object:
        """Be told what happens."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """A session that runs, and the log it writes.

    `wall0` is the wall time and `mono0` the mono time, in ms, at which rows begin to count. `grew`
    takes the function that is called, on the app's loop, with the number of rows committed.
    """

    session: Driver
    reader: Reader
    clock: Clock
    grew: Callable[[Callable[[int], None]], object]
    close: Callable[[], Coroutine[Any, Any, None]]
    wall0: float = 0.0
    mono0: float = 0.0
    recording: str | None = None
    mark: Callable[[int, str | None], object] | None = None
    """Marks a row of the log with a note; None takes the mark away."""
    player: Player | None = None
    """Plays a scenario; None where none is played."""
    faults: Faults | None = None
    """Makes faults; None where no local service is in use."""


async def _nothing() -> None:
    """Nothing outlives a session."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What to open. `params` stand in the form until the session is there."""

    open: Callable[[], Awaitable[Runtime]]
    params: ConnectParams = field(default_factory=ConnectParams)
    local: bool = False
    """The built-in service answers; its address comes with the session's parameters."""
    scenario: str = ""
    """The name of the scenario that is played; empty for none."""
    bills: Callable[[], Sequence[Bill]] = tuple
    """What can be played."""
    play: Callable[[str, bool], Launch] | None = None
    """Another launch, which plays the scenario of that name; step by step, if it is True."""
    close: Callable[[], Awaitable[None]] = _nothing
    """End what outlives a session, when the app ends."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the screen looks and moves."""

    theme: str = "ably-dark"
    moving: bool = True
    """Clocks tick and cursors blink; a picture for a test has neither."""
    animations: bool = True
    revealed: bool = False
    """Secrets are shown and stored in clear, as the person asked."""
    zone: tzinfo | None = None
    """The zone of the times shown; None is the machine's."""
    ascii: bool = False
    """Draw with ASCII only."""
    columns: tuple[str, ...] = OPTIONAL
    """The columns of the log that are shown where there is room."""
    keymap: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By the id of an action, the keys that it has in place of the table's."""
    typed: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was typed last for each fault, for as long as the app runs."""
    drafts: Drafts = field(default_factory=Drafts)
    """What was typed to be sent, for as long as the app runs."""
    draw: Callable[[int], bytes] = secrets.token_bytes
    """So many bytes that nobody can guess: the IV of a frame that is composed by hand (RSL5)."""
    problems: tuple[str, ...] = ()
    """What the settings file says and cannot be used, a line each."""
    copied: Path | None = None
    """The file that holds the last copy, for terminals that pass no clipboard on."""
    recovery_keys: Path | None = None
    """The file of the recovery keys that are saved; None where none is kept."""

    def zone_at(self, wall: float) -> tzinfo:
        """The zone to show; the machine's offset at `wall` (ms) serves for the whole session."""
        return self.zone or datetime.fromtimestamp(wall / 1000, UTC).astimezone().tzinfo or UTC

    @classmethod
    def for_tests(cls, theme: str = "ably-dark") -> Settings:
        """Nothing moves by itself."""
        return cls(theme=theme, moving=False, animations=False, zone=UTC, draw=bytes)
