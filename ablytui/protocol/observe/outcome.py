"""What a verdict is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from ablytui.protocol.errorinfo import ErrorInfo

Asked = Literal["resume", "recover"]
"""What the URI of the attempt asked for."""

Outcome = Literal["resumed", "recovered", "partial", "lost", "refused", "clean"]
"""How it came out. `clean` is the word for an attempt that asked for nothing: it has no verdict."""


@dataclass(frozen=True, slots=True)
class ChannelVerdict:
    """What became of one channel.

    `resumed`: its continuity is proven (ATTACHED with RESUMED; classic: the same connectionId,
    no error and no gap in the serials). `replayed` and `doubled` count messages and presence
    items. `lost`: 0 where continuity is proven, a number of frames where serials prove it,
    None where nobody can know.
    """

    resumed: bool
    replayed: int = 0
    doubled: int = 0
    lost: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of a resume or recover. `text` is one plain sentence, for people.

    The sentence holds channel names and messages as the peer sent them: escape it before it
    reaches a terminal. `final`: no other verdict follows.
    """

    asked: Asked
    outcome: Outcome
    old_id: str | None
    new_id: str | None
    error: ErrorInfo | None = None
    channels: Mapping[str, ChannelVerdict] = field(default_factory=dict)
    final: bool = True
    text: str = ""


@dataclass(slots=True)
class Seen:
    """One channel while it is judged.

    `waiting`: its ATTACH has no answer yet. `stayed`: classic, the service never let it go;
    `away`: and the client has not attached it, as after a recover, so nothing is delivered.
    `promised`: HAS_BACKLOG; `ended`: a live message has shown the backlog to be over, or none
    was promised.
    """

    name: str
    waiting: bool = False
    stayed: bool = False
    resumed: bool = False
    refused: bool = False
    promised: bool = False
    ended: bool = True
    error: ErrorInfo | None = None
    replayed: int = 0
    doubled: int = 0
    away: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    """Classic: frames that the connection serials prove to be missing."""

    missing: int = 0
    after: int = 0
    before: int = 0
