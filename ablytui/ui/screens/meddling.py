"""Faults on the main screen: chosen, made and lifted; and other scenarios while one is played."""

from __future__ import annotations

from collections.abc import Iterator

from ablytui.ui.faultbook import Faults
from ablytui.ui.keys import command_sign
from ablytui.ui.messages import PlayWanted
from ablytui.ui.present.layout import Pane
from ablytui.ui.screens.demonstrating import Demonstrating
from ablytui.ui.screens.fault import FaultDialog, Made
from ablytui.ui.widgets.faults_pane import FaultList

NOT_IN_USE = "the local service is not in use"


class Meddling(Demonstrating):
    """The part of the main screen that makes faults at the service, never through the session."""

    @property
    def _faults(self) -> Faults | None:
        """Who makes faults; None where the connection goes to another service."""
        found = self._runtime.faults if self._runtime is not None else None
        return found if found is not None and found.serves(self.connection) else None

    def action_fault_choose(self) -> None:
        """The dialog of faults."""
        self._fault_dialog("")

    def action_fault(self, word: str) -> None:
        """One fault: at once where nothing is to be said about it, else the dialog."""
        faults = self._faults
        offer = next((o for o in faults.offers if o.word == word), None) if faults else None
        if offer is not None and not offer.blanks:
            self._make(Made(word, {}))
        else:
            self._fault_dialog(word)

    def _fault_dialog(self, word: str) -> None:
        faults = self._faults
        if faults is None:
            sign = command_sign("demo", self._settings.keymap)
            self._say(f"Faults: {NOT_IN_USE}; {sign} plays a scenario on it.")
            return
        dialog = FaultDialog(
            faults,
            self._view,
            word,
            memory=self._settings.typed,
            blink=self._settings.moving,
        )
        self.app.push_screen(dialog, self._make)

    def _make(self, made: Made | None) -> None:
        faults = self._faults
        if made is None or faults is None:
            return
        lasts = any(o.lasts for o in faults.offers if o.word == made.word)
        why = faults.inject(made.word, made.typed)
        if why:
            self._say(f"{made.word}: {why}", wrong=True)
        elif lasts:
            sign = command_sign("pane.faults", self._settings.keymap)
            self._say(f"{made.word} is in force; {sign} lists it.")

    def on_fault_list_lifted(self, message: FaultList.Lifted) -> None:
        """Faults are to be lifted."""
        message.stop()
        if self._faults is not None:
            for number in message.numbers:
                self._faults.lift(number)

    def action_faults_lift(self) -> None:
        """Lift every fault."""
        faults = self._faults
        if faults is None or not faults.in_force:
            self._say("No fault is in force.")
            return
        for each in tuple(faults.in_force):
            faults.lift(each.number)

    def on_fault_list_row_wanted(self, message: FaultList.RowWanted) -> None:
        """The log where a fault struck."""
        message.stop()
        self.action_pane(Pane.FRAMES)
        self.go_to(message.n)

    # --- scenarios --------------------------------------------------------------------------------

    def action_scenario(self, name: str) -> None:
        """Another scenario on the service, while the connection goes on; "" for none.

        One that wants a connection of its own kind begins with it.
        """
        bill = next((each for each in self._launch.bills() if each.name == name), None)
        player = self._runtime.player if self._runtime is not None else None
        if bill is not None and bill.own:
            self.post_message(PlayWanted(name))
        elif player is None or self._faults is None:
            self._say(f"Scenario: {NOT_IN_USE}.")
        else:
            player.play(name)

    # --- the palette ------------------------------------------------------------------------------

    def palette(self) -> Iterator[tuple[str, str, str, str]]:
        """Name, help, action and why not now, of every fault and scenario."""
        made = self._runtime.faults if self._runtime is not None else None
        if made is None:
            return
        why = "" if self._faults is not None else NOT_IN_USE
        for offer in made.offers:
            reason = why or (
                "" if offer.blanks else made.forecast(offer.word, {}, self.connection).why_not
            )
            dots = "…" if offer.blanks else ""
            yield f"fault: {offer.word}{dots}", offer.does, f"fault('{offer.word}')", reason
        for bill in self._launch.bills():
            how = " (with a connection of its own)" if bill.own else ""
            help_ = f"Switch to it now{how}: {bill.description}"
            reason = "" if bill.own else why
            yield f"scenario: {bill.name}", help_, f"scenario('{bill.name}')", reason
        none = "" if self._runtime is not None and self._launch.scenario else why
        yield "scenario: none", "The service plays nothing any more", "scenario('')", none
