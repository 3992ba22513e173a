"""The palette: every action by name. What cannot be done now is found too, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from ablytui.protocol.actions import ACTIONS
from ablytui.protocol.connection import Connection
from ablytui.ui.keys import APP, SCREEN, palette_name
from ablytui.ui.theme import MUTED


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of the palette; `reason` says why it cannot be done now."""

    name: str
    help: str
    action: str
    reason: str = ""


def items(connection: Connection) -> Iterator[Item]:
    """All entries, in the order of the tables."""
    for action in ACTIONS:
        why = action.reason_not_now(connection)
        yield Item(
            palette_name(action), action.help, f"screen.do('{action.id}')", why.text if why else ""
        )
    for command in (*SCREEN, *APP):
        if command.palette:
            there = command.action if "." in command.action else f"screen.{command.action}"
            yield Item(command.palette, command.help, there)


class Commands(Provider):
    """Feeds the palette from the tables, as seen from the main screen."""

    def _items(self) -> list[Item]:
        connection = getattr(self.screen, "connection", None)
        return list(items(connection)) if isinstance(connection, Connection) else []

    def _run(self, item: Item) -> Callable[[], Any]:
        return partial(self.app.run_action, item.action, self.screen)

    async def discover(self) -> Hits:
        """What can be done now."""
        for item in self._items():
            if not item.reason:
                yield DiscoveryHit(item.name, self._run(item), help=item.help)

    async def search(self, query: str) -> Hits:
        """What matches, also what cannot be done now."""
        matcher = self.matcher(query)
        for item in self._items():
            score = matcher.match(item.name)
            if score > 0:
                shown = matcher.highlight(item.name)
                if item.reason:
                    shown = Content.assemble(shown, (f"  not now: {item.reason}", MUTED))
                yield Hit(score, shown, self._run(item), text=item.name, help=item.help)
