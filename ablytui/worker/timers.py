"""Named timers on the injected clock. Each fires with the generation it was started under."""

from __future__ import annotations

from collections.abc import Callable

from ablytui.net.clock import Clock, Timer


class Timers:
    """Starts, restarts and stops timers; `fired(name, generation)` is called when one is due."""

    def __init__(self, clock: Clock, fired: Callable[[str, int], None]) -> None:
        self._clock = clock
        self._fired = fired
        self._running: dict[str, Timer] = {}

    def start(self, name: str, generation: int, delay: float) -> None:
        """Start `name`, in place of one that runs; `delay` in ms."""
        self.cancel(name)
        self._running[name] = self._clock.call_later(delay, lambda: self._due(name, generation))

    def _due(self, name: str, generation: int) -> None:
        self._running.pop(name, None)
        self._fired(name, generation)

    def cancel(self, name: str) -> None:
        """Stop `name`, if it runs."""
        handle = self._running.pop(name, None)
        if handle is not None:
            handle.cancel()

    def cancel_all(self) -> None:
        """Stop everything."""
        for name in tuple(self._running):
            self.cancel(name)

    @property
    def names(self) -> frozenset[str]:
        """The timers that run."""
        return frozenset(self._running)
