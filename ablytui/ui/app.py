"""The app: themes, the one screen, the transport's worker, the palette, and the way out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import work
from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.command import Provider
from textual.screen import Screen

from ablytui.errors import AblytuiError
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.bridge import Bridge, first_view
from ablytui.ui.commands import Commands
from ablytui.ui.keys import APP, bindings
from ablytui.ui.messages import Said
from ablytui.ui.present.clock import next_tick
from ablytui.ui.present.view import View
from ablytui.ui.screens.main import MainScreen
from ablytui.ui.screens.quit import Leave, QuitDialog
from ablytui.ui.settings import Launch, Runtime, Settings
from ablytui.ui.theme import DARK, LIGHT, THEMES


class AblytuiApp(App[None]):
    """`return_code` is the exit code. `failure` is the one line to print when nothing could open."""

    CSS_PATH = "app.tcss"
    TITLE = "ablytui"
    ENABLE_COMMAND_PALETTE = True
    COMMANDS: ClassVar[set[type[Provider]]] = {Commands}  # type: ignore[assignment]
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(APP)]

    def __init__(self, launch: Launch, settings: Settings) -> None:
        super().__init__()
        self.launch = launch
        self.settings = settings
        self.failure = ""
        self._bridge: Bridge | None = None
        self._runtime: Runtime | None = None
        self._leaving = False
        if not settings.animations:
            self.animation_level = "none"

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
        if self.launch.caption:
            screen.post_message(Said(self.launch.caption))

    def _tick(self, view: View) -> float | None:
        return next_tick(view, animations=self.settings.animations)

    def action_other_theme(self) -> None:
        """Dark to light, or back; from any other theme to the dark one."""
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own entries those that ours do not replace."""
        for command in super().get_system_commands(screen):
            if command.title in {"Theme", "Keys", "Screenshot"}:
                yield command

    # --- the way out ----------------------------------------------------------------------------

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
    async def _leave(self, how: Leave | None) -> None:
        """End the connection as asked, then the app. The session closes what is still open."""
        if self._runtime is not None and how == "close":
            await self._runtime.session.do("close")
        await self.close_session()
        self.exit()

    async def close_session(self) -> None:
        """Stop the clocks and end the session, once."""
        if self._bridge is not None:
            self._bridge.close()
            self._bridge = None
        runtime, self._runtime = self._runtime, None
        if runtime is not None:
            await runtime.close()

    async def on_unmount(self) -> None:
        """However the app ends, the session ends with it."""
        await self.close_session()


def make_app(launch: Launch, settings: Settings) -> AblytuiApp:
    """The app, ready to `run()`."""
    return AblytuiApp(launch, settings)
