"""Faults as the screen sees them: what can be made, what is in force, and who makes them.

Knows neither the service nor the session; what makes faults is made where the app is put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from ablytui.protocol.connection import Connection
from ablytui.protocol.states import ChannelChange, StateChange


@dataclass(frozen=True, slots=True)
class Blank:
    """One field of a fault. `default` is the text that stands in it at first."""

    name: str
    label: str
    help: str
    default: str = ""
    unit: str = ""
    choices: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """The choices as a person reads them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One fault that can be made. `then` is what a correct client does, `point` the rule.

    `lasts`: it is in force from the moment it is asked for, until it is lifted or spent.
    """

    word: str
    does: str
    then: str
    point: str = ""
    blanks: tuple[Blank, ...] = ()
    lasts: bool = False


@dataclass(frozen=True, slots=True)
class InForce:
    """One fault that is in force. `since` and `until` are wall times in ms; 0 is not known.

    `times` None is without a limit; `fired` None: nobody counts it.
    """

    number: int
    word: str
    what: str = ""
    since: float = 0.0
    by_hand: bool = True
    fired: int | None = None
    times: int | None = None
    until: float | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What would come of a fault with these values.

    `wire` is it in the words of scenarios and requests, as JSON; `problems` by field what is
    wrong, `why_not` why it cannot be made now. `changes` are those of a client at once, where they
    can be foreseen; `notes` say more.
    """

    wire: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)
    why_not: str = ""
    changes: tuple[StateChange | ChannelChange, ...] = ()
    notes: tuple[str, ...] = ()


class Faults(Protocol):
    """Makes faults; all on the app's loop. Values are texts as a person types them."""

    @property
    def offers(self) -> Sequence[Offer]:
        """Every fault, in the order of the list."""

    @property
    def in_force(self) -> tuple[InForce, ...]:
        """What is in force now."""

    def forecast(self, word: str, typed: Mapping[str, str], connection: Connection) -> Forecast:
        """What would come of it."""

    def inject(self, word: str, typed: Mapping[str, str]) -> str:
        """Make it; why that was not done, or the empty text."""

    def lift(self, number: int) -> bool:
        """Take one out of force; whether it was there."""

    def serves(self, connection: Connection) -> bool:
        """Whether the service that makes the faults is the one that is connected to."""
