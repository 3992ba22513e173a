"""The app with every scenario at hand, each played in memory on a clock that a test moves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from ablytui import playing
from ablytui.protocol.params import ConnectParams
from ablytui.service.scenario import by_name, shipped
from ablytui.ui.app import AblytuiApp
from ablytui.ui.playbill import Bill
from ablytui.ui.settings import Launch, Runtime, Settings
from tests.support.played import Played


class Theatre:
    """Gives the app its launches; `world` is the one that is played now.

    `shorter` says by a scenario's name how many times its streams flow at most; `world` makes
    where it is played.
    """

    def __init__(
        self,
        shorter: Mapping[str, int] | None = None,
        world: Callable[..., Played] = Played,
    ) -> None:
        self._shorter = shorter or {}
        self._make = world
        self._world: Played | None = None
        self._listeners: list[Any] = []
        self.worlds: list[Played] = []

    @property
    def world(self) -> Played:
        assert self._world is not None
        return self._world

    def launch(self, name: str, stepwise: bool = False) -> Launch:
        async def begin() -> Runtime:
            scenario = by_name(name)
            if name in self._shorter:
                brief = (replace(s, times=self._shorter[name]) for s in scenario.streams)
                scenario = replace(scenario, streams=tuple(brief))
            world = self._make(scenario, stepwise=stepwise)
            self._world = world
            self._listeners.clear()
            self.worlds.append(world)
            world.start()
            return Runtime(
                world.session,
                world.store.reader(),
                world.clock,
                self._listeners.append,
                world.close,
                wall0=world.clock.wall(),
                mono0=world.clock.mono(),
                player=world.player,
            )

        return Launch(
            begin,
            ConnectParams(),
            local=True,
            scenario=name,
            bills=bills,
            play=self.launch,
        )

    def app(self, name: str, settings: Settings | None = None) -> AblytuiApp:
        """The app that begins with this scenario."""
        return AblytuiApp(self.launch(name), settings or Settings.for_tests())

    async def advance(self, ms: float) -> None:
        """Let time pass, and the screen know of the rows."""
        self.world.advance(ms)
        await self.world.rest()
        self.world.store.flush()
        for listener in tuple(self._listeners):
            listener(self.world.store.appended)


def bills() -> tuple[Bill, ...]:
    """Everything that is shipped."""
    return tuple(playing.bill(scenario) for scenario in shipped())
