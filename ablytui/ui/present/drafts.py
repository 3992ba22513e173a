"""What was typed in the compose dialog, so that nothing is lost when it closes. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

MOST_SENT: Final = 20
"""What was sent, that can be taken up again."""

Typed = dict[str, str]
"""Texts by the key of their field."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One thing that was sent: by which kind, and what stood in the fields."""

    action: str
    typed: Typed


@dataclass(slots=True)
class Drafts:
    """The texts of every kind, for as long as the program runs. `channel` is that of all kinds."""

    channel: str = ""
    typed: dict[str, Typed] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def keep(self, action: str, typed: Typed) -> None:
        """What stands in the fields of a kind now."""
        self.channel = typed.get("channel", self.channel)
        self.typed[action] = {key: text for key, text in typed.items() if key != "channel"}

    def remember(self, action: str, typed: Typed) -> None:
        """It was sent; the same again is no other."""
        sent = Sent(action, dict(typed))
        self.sent = [sent, *(each for each in self.sent if each != sent)][:MOST_SENT]

    def earlier(self, back: int) -> Sent | None:
        """What was sent `back` sendings ago, from 0; after the oldest comes the newest again."""
        return self.sent[back % len(self.sent)] if self.sent else None
