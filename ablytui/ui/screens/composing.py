"""Messages on the main screen: the compose dialog, the compose row, and what is repeated."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ablytui.decoders.cipher import IV_BYTES
from ablytui.protocol.actions import ACTION
from ablytui.protocol.effects import Reply
from ablytui.ui.keys import command_sign, label
from ablytui.ui.present.drafts import Drafts
from ablytui.ui.present.layout import Pane, Shape
from ablytui.ui.present.repeating import Progress
from ablytui.ui.screens.compose import ComposeDialog, Sending
from ablytui.ui.screens.demonstrating import Demonstrating
from ablytui.ui.screens.repeat import Repeat
from ablytui.ui.widgets.channels_pane import ChannelsPane
from ablytui.ui.widgets.compose_row import ComposeRow


class Composing(Demonstrating):
    """The part of the main screen that sends what a person wrote."""

    def __init__(self) -> None:
        super().__init__()
        self._repeat: Repeat | None = None
        self._ended = False

    @property
    def _drafts(self) -> Drafts:
        return self._settings.drafts

    def _do(self, action_id: str, args: Mapping[str, Any] | None = None) -> None:
        raise NotImplementedError

    def _write(self, action_id: str) -> None:
        """The dialog, on the channel that is meant."""
        drafts = self._drafts
        drafts.channel = self._meant()
        dialog = ComposeDialog(
            self._view,
            action_id,
            drafts,
            self._asked,
            iv=self._settings.draw(IV_BYTES),
            stop=self.action_repeat_stop,
            progress=self._repeat.progress if self._repeat is not None else None,
            blink=self._settings.moving,
        )
        self.app.push_screen(dialog, self._composed)

    def _meant(self) -> str:
        """The channel under the cursor of the table, else the one before, else the first."""
        chosen = (
            self._pane(ChannelsPane).chosen if self._arrangement.slot is Pane.CHANNELS else None
        )
        return chosen or self._drafts.channel or next(iter(self.connection.channels), "")

    def _composed(self, sending: Sending | None) -> None:
        if sending is None:
            return
        if sending.times.many:
            self._begin_repeat(sending)
        else:
            self._do(sending.action_id, sending.args)

    def _asked(
        self, action_id: str, args: Mapping[str, Any], told: Callable[[Reply], object]
    ) -> None:
        """A wish whose answer somebody waits for."""
        if self._bridge is None:
            self._say(f"{label(ACTION[action_id])}: the session is not open yet")
        else:
            self._bridge.do(action_id, args, told)

    # --- what is repeated -----------------------------------------------------------------------

    def _begin_repeat(self, sending: Sending) -> None:
        if self._runtime is None:
            self._say("The session is not open yet.")
            return
        if self._repeat is not None:
            self._repeat.stop("another one began")
        self._ended = False
        channel = str(sending.args["channel"])
        self._repeat = Repeat(
            channel,
            sending.times,
            self._runtime.clock,
            lambda told: self._asked(sending.action_id, sending.args, told),
            self._repeated,
        )
        sign = command_sign("repeat.stop", self._settings.keymap)
        self._say(f"Publishing {sending.times.times:,} times on {channel}; {sign} stops it.")
        self._repeat.start()
        self.refresh_bindings()

    def _repeated(self, progress: Progress) -> None:
        for screen in self.app.screen_stack:
            if isinstance(screen, ComposeDialog) and screen.is_mounted:
                screen.repeated(progress)
        if not progress.running and not self._ended:
            # Answers may still come for what was sent before it was stopped.
            self._ended = True
            self._say(f"{progress.channel}: {progress.words}", wrong=bool(progress.refused))
            self.refresh_bindings()

    def action_repeat_stop(self) -> None:
        """No more of what is repeated."""
        if self._repeat is None or not self._repeat.progress.running:
            self._say("Nothing is repeated.")
        else:
            self._repeat.stop()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """The footer names the key that stops a repeat while there is one."""
        if action == "repeat_stop":
            return self._repeat is not None and self._repeat.progress.running
        return super().check_action(action, parameters)

    # --- the row --------------------------------------------------------------------------------

    def action_message_row(self) -> None:
        """The row above the footer, or the dialog where there is none."""
        action = ACTION["publish"]
        reason = action.reason_not_now(self.connection)
        if reason is not None:
            self._say(f"{action.title}: {reason.text}")
        elif self._shape is Shape.WIDE:
            self._pane(ComposeRow).take_focus(self._meant())
        else:
            self._write("publish")

    def on_compose_row_sent(self, message: ComposeRow.Sent) -> None:
        """One message, whose answer the row shows."""
        message.stop()
        self._drafts.remember("publish", message.typed)
        self._asked("publish", message.args, self._pane(ComposeRow).answered)

    def on_compose_row_left(self, message: ComposeRow.Left) -> None:
        """Back to the log, or to what stands in its place."""
        message.stop()
        self._focus(self._arrangement.slot)
