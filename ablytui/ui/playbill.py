"""A scenario as the screen sees it: what is offered, how far it is played, and who plays it.

Knows neither the service nor the session; what plays is made where the app is put together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Bill:
    """One scenario that can be played. `seconds` to its last step; None where it never ends.

    `shows` is the story of the connection, as the names of states, and `outcome` its end in words.
    `own`: it wants a connection of its own kind, with another credential or other parameters.
    """

    name: str
    title: str
    description: str
    shows: tuple[str, ...] = ()
    outcome: str = ""
    seconds: int | None = None
    own: bool = False


@dataclass(frozen=True, slots=True)
class Playing:
    """How far a scenario is. `step` counts those that were played.

    `fault`: what the caption tells is a fault. `holds`: it waits for the person to go on with the
    next step, because it is played step by step.
    """

    title: str
    step: int = 0
    steps: int = 0
    caption: str = ""
    fault: bool = False
    paused: bool = False
    holds: bool = False
    name: str = ""

    @property
    def over(self) -> bool:
        """Whether the last step was played."""
        return self.step >= self.steps


class Player(Protocol):
    """Plays a scenario; all on the app's loop."""

    def subscribe(self, fn: Callable[[Playing], None]) -> object:
        """Call `fn` with how far it is, now and whenever that changes."""

    def control(self, word: str) -> None:
        """`pause`, `go` (on), or `skip` to the next step."""

    def play(self, name: str) -> None:
        """Another scenario while the connection goes on; the empty text for none."""
