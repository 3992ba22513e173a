"""Recovery on the main screen: the bench for keys, and what came of a key that was used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from ablytui.protocol.coerce import text
from ablytui.protocol.log import Entry
from ablytui.protocol.observe.traffic import members_of
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.visible import visible
from ablytui.ui.present.earlier import earlier_serials
from ablytui.ui.present.expecting import compared, waiting
from ablytui.ui.present.layout import Pane
from ablytui.ui.present.view import View
from ablytui.ui.screens.demonstrating import Demonstrating
from ablytui.ui.screens.recover import Bench, RecoverDialog, Recovery
from ablytui.ui.widgets.frames_pane import FramesPane

_LOOKED_AT: Final = 4_000
"""Rows that are looked through for what a channel's serial was before."""

_AT_ONCE: Final = 500

_OVER: Final = frozenset({S.FAILED, S.CLOSED, S.SUSPENDED})
"""States in which no verdict follows."""

_SECONDS: Final = 12
"""How long the verdict stands: it is what the person waited for."""


class Recovering(Demonstrating):
    """The part of the main screen that takes up connections by their keys."""

    def __init__(self) -> None:
        super().__init__()
        self._used: tuple[Recovery, int] | None = None
        """The key that was used last, and the rows before its verdict, or up to the last one."""
        self._told = False

    def _do(self, action_id: str, args: Mapping[str, Any] | None = None) -> None:
        raise NotImplementedError

    def open_bench(self) -> None:
        """The dialog."""
        bridge, runtime = self._bridge, self._runtime
        bench = Bench(
            own=lambda: bridge.recovery_key() if bridge else None,
            wall=lambda: runtime.clock.wall() if runtime else None,
            keys=self._settings.recovery_keys,
            earlier=self._earlier,
        )
        dialog = RecoverDialog(self._view, bench, blink=self._settings.moving)
        self.app.push_screen(dialog, self._recover)

    def _recover(self, recovery: Recovery | None) -> None:
        if recovery is not None:
            self._used, self._told = (recovery, self._source.last()), False
            self._do("recover", {"key": recovery.key})

    def _earlier(self, channels: Sequence[str]) -> Mapping[str, str]:
        return earlier_serials(self._back(), channels)

    def _back(self) -> Iterator[Entry]:
        """The latest rows, newest first."""
        stop = self._source.last() + 1
        least = max(stop - _LOOKED_AT, 1)
        while stop > least:
            start = max(stop - _AT_ONCE, least)
            yield from reversed(self._source.rows(start, stop))
            stop = start

    def consequence(self, view: View) -> None:
        """Once there is a verdict on the key that was used: say it, beside what was expected.

        The log goes to its row, unless the person has gone elsewhere meanwhile. A further one is
        said too: that of a channel that attaches later, where the key said.
        """
        if self._used is None:
            return
        used, rows = self._used
        state, n = view.connection.state, view.verdict_n or 0
        if view.verdict is not None and n > rows:
            first = not self._told
            self._used, self._told = (used, n), True
            self._say_verdict(used, view, first=first)
        elif "recover" in view.busy:
            return  # it begins from any state
        elif state in _OVER or (self._told and state is not S.CONNECTED):
            self._used = None

    def _say_verdict(self, used: Recovery, view: View, *, first: bool) -> None:
        n = view.verdict_n or 0
        row = self._source.row(n)
        outcome = text(members_of(row).get("outcome")) if row is not None else None
        said = [visible(view.verdict or "")]
        if first:
            said += [compared(used.expected, outcome or ""), waiting(view.connection)]
        self.app.clear_notifications()
        self.notify(" ".join(filter(None, said)), timeout=_SECONDS, markup=False)
        if first and self.is_current and self._pane(FramesPane).has_focus_within:
            self.action_pane(Pane.FRAMES)
            self.go_to(n)
