"""One moment for each of many sockets, of which the next is always known. PURE.

A timer for each change of a moment could be made to pile up; here a socket has one or none.
"""

from __future__ import annotations


class Deadlines:
    """Moments in ms on the mono clock, by socket number."""

    def __init__(self) -> None:
        self._due: dict[int, float] = {}
        self._next: float | None = None
        self._stale = False

    def __len__(self) -> int:
        return len(self._due)

    def set(self, socket: int, due: float) -> None:
        """Replace a socket's moment."""
        self._due[socket] = due
        self._stale = True

    def drop(self, socket: int) -> None:
        """It has none any more."""
        if self._due.pop(socket, None) is not None:
            self._stale = True

    def next(self) -> float | None:
        """The earliest of them."""
        if self._stale:
            self._next, self._stale = min(self._due.values(), default=None), False
        return self._next

    def take(self, now: float) -> list[int]:
        """The sockets whose moment has come; they have none from here on."""
        due = self.next()
        if due is None or due > now:
            return []
        taken = [socket for socket, at in self._due.items() if at <= now]
        for socket in taken:
            self.drop(socket)
        return taken
