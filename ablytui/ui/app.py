"""The app: themes, the one screen, the transport's worker, the palette, and the way out."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.filter import LineFilter
from textual.screen import Screen

from ablytui.errors import AblytuiError
from ablytui.net.tasks import spawn
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.bridge import Bridge, first_view
from ablytui.ui.colourless import without_colour
from ablytui.ui.commands import PaletteApp
from ablytui.ui.fewcolours import few_colours
from ablytui.ui.glyphs import AsciiOnly
from ablytui.ui.keys import APP, bindings, textual_keymap
from ablytui.ui.messages import PlayWanted, Said
from ablytui.ui.present.clock import next_tick
from ablytui.ui.present.view import View
from ablytui.ui.screens.help import HelpDialog
from ablytui.ui.screens.main import MainScreen
from ablytui.ui.screens.quit import Leave, QuitDialog
from ablytui.ui.settings import Launch, Runtime, Settings
from ablytui.ui.staging import begin_anew
from ablytui.ui.theme import DARK, LIGHT, THEMES

_CLOSING: Final = 1.0
"""Seconds that a service has to answer CLOSE before another session begins."""


class AblytuiApp(PaletteApp):
    """`return_code` is the exit code. `failure` is the one line to print when nothing could open."""

    CSS_PATH = "app.tcss"
    TITLE = "ablytui"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(APP)]

    def __init__(self, launch: Launch, settings: Settings) -> None:
        super().__init__()
        self.launch = launch
        self.settings = settings
        self.failure = ""
        self._bridge: Bridge | None = None
        self._runtime: Runtime | None = None
        self._ended: asyncio.Task[None] | None = None
        if not settings.animations:
            self.animation_level = "none"
        self._ascii = [AsciiOnly()] if settings.ascii else []
        self._few = few_colours(self.console.color_system)
        self.set_keymap(textual_keymap(settings.keymap))

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        view = first_view(self.launch, revealed=self.settings.revealed)
        return MainScreen(self.launch, self.settings, view)

    def on_mount(self) -> None:
        """Themes, then the session behind the first paint."""
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = self.settings.theme
        self.call_after_refresh(self._open)

    @work(exit_on_error=False, exclusive=True, group="transport")
    async def _open(self) -> None:
        await self._begin()

    async def on_play_wanted(self, message: PlayWanted) -> None:
        """A scenario from its start, in the place of what there is."""
        if self.launch.play is not None:
            self._play(self.launch.play(message.name, message.stepwise))

    @work(exit_on_error=False, exclusive=True, group="transport")
    async def _play(self, launch: Launch) -> None:
        if self._runtime is not None and self._runtime.session.connection.state is S.CONNECTED:
            closing = self._runtime.session.do("close")
            await asyncio.wait({closing}, timeout=_CLOSING)
        await self.close_session()
        self.launch = launch
        await begin_anew(self, self.get_default_screen())
        await self._begin()

    async def _begin(self) -> None:
        """Start what has to run, on this loop, and show it."""
        try:
            runtime = await self.launch.open()
        except AblytuiError as bad:
            self.failure = bad.message
            self.exit(return_code=bad.exit_code)
            return
        self._runtime = runtime
        screen = self.screen_stack[0]
        if not isinstance(screen, MainScreen):
            return
        self._bridge = Bridge(
            self.launch,
            runtime,
            screen.post_message,
            tick=self._tick if self.settings.moving else None,
            revealed=self.settings.revealed,
            zone=self.settings.zone_at(runtime.wall0),
        )
        screen.open(self._bridge, runtime)
        for problem in self.settings.problems:
            screen.post_message(Said(problem, warning=True))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """What every line goes through on its way out: without colour, in ASCII, as asked."""
        filters = [*super().get_line_filters(), *self._ascii]
        if self.no_color:
            return without_colour(filters, self.current_theme)
        return filters if self.is_headless else [*filters, *self._few]

    def _tick(self, view: View) -> float | None:
        screen = self.screen_stack[0]
        strip = screen.until_next(view) if isinstance(screen, MainScreen) else None
        clocks = next_tick(view, animations=self.settings.animations)
        due = [each for each in (strip, clocks) if each is not None]
        # What lies under a dialog is blended with it cell by cell: once a second will do.
        return max(min(due), 1_000.0 if len(self.screen_stack) > 1 else 0.0) if due else None

    def action_other_theme(self) -> None:
        """Dark to light, or back; from any other theme to the dark one."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_help(self) -> None:
        """What the focused pane shows, its keys and its signs."""
        if isinstance(self.screen, HelpDialog):
            self.screen.end(None)
        else:
            self.push_screen(HelpDialog(self.screen, self.settings.keymap))

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own entries those that ours do not replace."""
        for command in super().get_system_commands(screen):
            if command.title in {"Theme", "Keys", "Screenshot"}:
                yield command

    # --- the way out ----------------------------------------------------------------------------

    async def action_help_quit(self) -> None:  # type: ignore[override]
        """Ctrl+C, where it copies nothing, leaves as `q` does."""
        await self.action_quit()

    def end_by_signal(self, number: int) -> None:
        """A signal wants the program to end: no question, but session and terminal left tidy."""
        self._leave(None, 128 + number)

    async def action_quit(self) -> None:
        """Leave; ask first while a connection is open."""
        if isinstance(self.screen, QuitDialog):
            self.screen.action_leave("close")
            return
        state = self._runtime.session.connection.state if self._runtime else S.INITIALIZED
        if state is S.CONNECTED:
            await self.push_screen(QuitDialog(), self._decided)
        else:
            self._leave(None)

    def _decided(self, how: Leave | None) -> None:
        if how is not None:
            self._leave(how)

    @work(exclusive=True, group="leave")
    async def _leave(self, how: Leave | None, code: int = 0) -> None:
        """End the connection as asked, then the app. The session closes what is still open."""
        if self._runtime is not None and how == "close":
            await self._runtime.session.do("close")
        await self.close_session()
        self.exit(return_code=code)

    async def close_session(self) -> None:
        """Stop the clocks and end the session, once."""
        if self._bridge is not None:
            self._bridge.close()
            self._bridge = None
        runtime, self._runtime = self._runtime, None
        if runtime is not None:
            self._ended = spawn(runtime.close(), name="end of the session")
        if self._ended is not None:
            # Who is cancelled while waiting, by a second wish to leave, does not break it off.
            await asyncio.shield(self._ended)

    async def on_unmount(self) -> None:
        """However the app ends, the session ends with it."""
        await self.close_session()
        await self.launch.close()


def make_app(launch: Launch, settings: Settings) -> AblytuiApp:
    """The app, ready to `run()`."""
    return AblytuiApp(launch, settings)
