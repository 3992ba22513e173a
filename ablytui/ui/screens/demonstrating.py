"""Scenarios on the main screen: chosen, held, and played again from their start."""

from __future__ import annotations

from ablytui.ui.keys import command_sign
from ablytui.ui.messages import PlayWanted
from ablytui.ui.screens.demo import Choice, DemoDialog
from ablytui.ui.screens.inspecting import Inspecting
from ablytui.ui.settings import Launch, Runtime
from ablytui.ui.widgets.caption_bar import CaptionBar


class Demonstrating(Inspecting):
    """The part of the main screen that plays scenarios."""

    _launch: Launch
    _runtime: Runtime | None

    def action_demo_choose(self) -> None:
        """The list of scenarios."""
        bills = self._launch.bills()
        if not bills or self._launch.play is None:
            self._say("There is no scenario to play here.")
            return
        dialog = DemoDialog(bills, self._view, playing=self._launch.scenario)
        self.app.push_screen(dialog, self._chosen)

    def _chosen(self, choice: Choice | None) -> None:
        if choice is not None:
            self.post_message(PlayWanted(choice.name, choice.stepwise))

    def action_demo_pause(self) -> None:
        """The scenario stands still, or goes on."""
        playing = self._pane(CaptionBar).playing
        self._control("go" if playing.paused or playing.holds else "pause")

    def action_demo_next(self) -> None:
        """The next step, now."""
        self._control("skip")

    def _control(self, word: str) -> None:
        player = self._runtime.player if self._runtime is not None else None
        if player is None:
            self._say_none()
        else:
            player.control(word)

    def _say_none(self) -> None:
        sign = command_sign("demo", self._settings.keymap)
        self._say(f"No scenario is played; {sign} chooses one.")

    def action_demo_restart(self) -> None:
        """Scenario and connection from their start."""
        name = self._pane(CaptionBar).playing.name or self._launch.scenario
        known = {self._launch.scenario, *(bill.name for bill in self._launch.bills())}
        if not name:
            self._say_none()
        elif name in known:
            self.post_message(PlayWanted(name))
        else:
            self._say("This scenario came from outside; only who sent it can play it again.")
