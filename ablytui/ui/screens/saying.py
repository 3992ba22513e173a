"""What the main screen says to the person: one line at a time, captions, and the clipboard."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, TypeVar

from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.widget import Widget

from ablytui.protocol.connection import Connection
from ablytui.protocol.visible import visible
from ablytui.ui.bridge import Bridge
from ablytui.ui.clipboard import keep, sendable, short
from ablytui.ui.messages import Played, Said
from ablytui.ui.present.layout import Shape
from ablytui.ui.present.params import form_uri
from ablytui.ui.present.view import View
from ablytui.ui.settings import Settings
from ablytui.ui.widgets.caption_bar import CaptionBar
from ablytui.ui.widgets.channels_pane import ChannelTable
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.state_pane import Diagram
from ablytui.ui.widgets.why_failed import WhyFailed

_SECONDS: Final[Mapping[SeverityLevel, float]] = {"information": 2.5, "warning": 4, "error": 6}
"""How long a line stands; the log has what must not be missed."""

Part = TypeVar("Part", bound=Widget)


class Saying(Screen[None]):
    """The part of the main screen that speaks."""

    _view: View
    _bridge: Bridge | None
    _shape: Shape | None
    _settings: Settings

    def _pane(self, kind: type[Part]) -> Part:
        return self.query_one(kind)

    @property
    def connection(self) -> Connection:
        """The model as the bridge has it now, or as it will be asked for."""
        return self._bridge.connection if self._bridge else self._view.connection

    def on_said(self, message: Said) -> None:
        """One line for the person."""
        message.stop()
        self._say(message.text, wrong=message.wrong, warning=message.warning)

    def _say(self, text: str, *, wrong: bool = False, warning: bool = False) -> None:
        text = visible(text)
        shown = list(self.app._notifications)  # noqa: SLF001 - there is no other way to ask
        # A key that is held down says a thing once.
        if any(text == each.message for each in shown):
            return
        # It stands on the row of keys; a second one would cover the newest frame.
        if all(each.severity != "error" for each in shown):
            self.app.clear_notifications()
        kind: SeverityLevel = "error" if wrong else "warning" if warning else "information"
        self.notify(text, severity=kind, timeout=_SECONDS[kind], markup=False)

    def on_played(self, message: Played) -> None:
        """The scenario is at another place."""
        message.stop()
        self._pane(CaptionBar).show(message.playing)

    # --- copying --------------------------------------------------------------------------------

    def on_frame_log_copied(self, message: FrameLog.Copied) -> None:
        """A row or a frame goes to the clipboard."""
        message.stop()
        self._copy(message.text)

    def on_channel_table_copied(self, message: ChannelTable.Copied) -> None:
        """A channel serial goes to the clipboard."""
        message.stop()
        self._copy(message.text)

    def on_frame_detail_copied(self, message: FrameDetail.Copied) -> None:
        """A value or a frame goes to the clipboard."""
        message.stop()
        self._copy(message.text)

    def on_why_failed_copied(self, message: WhyFailed.Copied) -> None:
        """The error goes to the clipboard."""
        message.stop()
        self._copy(message.text)

    def on_diagram_copied(self, message: Diagram.Copied) -> None:
        """What explains a change goes to the clipboard."""
        message.stop()
        self._copy(message.text)

    def _copy(self, text: str) -> None:
        self._copied(text, "Copied." if self._view.revealed else "Copied, with secrets masked.")

    def _copied(self, text: str, said: str) -> None:
        """To the clipboard, and to a file for terminals that pass none on."""
        self.app.copy_to_clipboard(sendable(text))
        path = self._settings.copied
        self._say(f"{said} Also in {short(path)}" if path and keep(text, path) else said)

    def action_copy_uri(self) -> None:
        """The URI of the last attempt, or of the next one, secrets masked."""
        asked = form_uri(self.connection.params, width=1_000_000, revealed=self._view.revealed)
        self._copy(self._view.url or asked.plain)

    def action_copy_recovery_key(self) -> None:
        """The recovery key, in clear: it is of no use otherwise."""
        key = self._bridge.recovery_key() if self._bridge else None
        if key is None:
            self._say("There is no recovery key: nothing is connected.")
            return
        said = "Recovery key copied. It is a secret: who has it can take this connection over."
        self._copied(key, said)
