"""What rows of a capture are looked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ablytui.protocol.frame import Direction
from ablytui.protocol.log import EntryKind


@dataclass(frozen=True, slots=True)
class Where:
    """What rows must be; every member that is set must hold.

    `text` must stand in the payload, byte for byte. `actions`, `direction` and `channel` leave
    out rows that have none.
    """

    kinds: Collection[EntryKind] = ()
    direction: Direction | None = None
    actions: Collection[int] = ()
    without_actions: Collection[int] = ()
    channel: str | None = None
    errors: bool = False
    text: bytes = b""

    def sql(self) -> tuple[str, list[Any]]:
        """The condition and its values."""
        parts: list[str] = []
        values: list[Any] = []

        def among(column: str, allowed: Collection[int]) -> str:
            values.extend(int(value) for value in allowed)
            return f"{column} in ({','.join('?' * len(allowed))})"

        if self.kinds:
            parts.append(among("kind", self.kinds))
        if self.direction is not None:
            parts.append(f"dir = {0 if self.direction is Direction.IN else 1}")
        if self.actions:
            parts.append(among("action", self.actions))
        if self.without_actions:
            parts.append(f"(action is null or not {among('action', self.without_actions)})")
        if self.channel is not None:
            parts.append("channel = (select id from channel where name = ?)")
            values.append(self.channel)
        if self.errors:
            parts.append("error is not null")
        if self.text:
            parts.append("instr(payload, ?) > 0")
            values.append(self.text)
        return " and ".join(parts) or "1", values
