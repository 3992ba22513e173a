"""The palette: every action by name. What cannot be done now is found too, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from textual.app import App
from textual.await_complete import AwaitComplete
from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
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


def items(connection: Connection, more: Iterable[tuple[str, str, str, str]] = ()) -> Iterator[Item]:
    """All entries, in the order of the tables; `more` are the screen's own, as an Item has them."""
    for action in ACTIONS:
        why = action.reason_not_now(connection)
        yield Item(
            palette_name(action), action.help, f"screen.do('{action.id}')", why.text if why else ""
        )
    for command in (*SCREEN, *APP):
        if command.palette:
            there = command.action if "." in command.action else f"screen.{command.action}"
            yield Item(command.palette, command.help, there)
    for name, help_, does, reason in more:
        yield Item(name, help_, f"screen.{does}", reason)


class Palette(CommandPalette):
    """Ends once, however fast keys come.

    Textual takes away whatever stands on top for each enter and esc that it hears of.
    """

    _over = False

    def dismiss(self, result: None = None) -> AwaitComplete:
        """End, unless it has ended."""
        if self._over or not self.is_current:
            return AwaitComplete()
        self._over = True
        return super().dismiss(result)


class Commands(Provider):
    """Feeds the palette from the tables, as seen from the main screen.

    There is one for each time that the palette is opened, and it runs one command: an enter that
    is still on its way when the palette ends does nothing.
    """

    _ran = False

    def _items(self) -> list[Item]:
        connection = getattr(self.screen, "connection", None)
        if not isinstance(connection, Connection):
            return []
        more = getattr(self.screen, "palette", tuple)
        return list(items(connection, more()))

    def _run(self, item: Item) -> Callable[[], Any]:
        return partial(self._once, item.action)

    async def _once(self, action: str) -> None:
        if not self._ran:
            self._ran = True
            await self.app.run_action(action, self.screen)

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


class PaletteApp(App[None]):
    """An app with this palette."""

    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider]]] = {Commands}  # type: ignore[assignment]

    def action_command_palette(self) -> None:
        """Every action by name."""
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(Palette(id="--command-palette"))
