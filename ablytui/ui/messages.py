"""What the parts of the screen tell each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textual.message import Message

from ablytui.protocol.params import ConnectParams
from ablytui.ui.playbill import Playing
from ablytui.ui.present.view import View


@dataclass
class LogGrew(Message):
    """Rows up to `upto` are committed. A later one says all that an earlier one did."""

    upto: int

    def can_replace(self, message: Message) -> bool:
        """Only the newest number matters."""
        return isinstance(message, LogGrew)


@dataclass
class Viewed(Message):
    """The picture of the connection is another one."""

    view: View

    def can_replace(self, message: Message) -> bool:
        """Only the newest picture matters."""
        return isinstance(message, Viewed)


@dataclass
class Wanted(Message):
    """A pane or dialog asks for an action of the table, with these arguments."""

    action_id: str
    args: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class ParamsEdited(Message):
    """The form holds other parameters, all of them good."""

    params: ConnectParams


@dataclass
class Said(Message):
    """One line for the person."""

    text: str
    wrong: bool = False
    warning: bool = False


@dataclass
class Played(Message):
    """The scenario is at another place."""

    playing: Playing


@dataclass
class PlayWanted(Message):
    """The person wants a scenario played from its start, in the place of what there is."""

    name: str
    stepwise: bool = False
