"""Who is present on a channel (RTP). PURE."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ablytui.protocol.message import PresenceAction
from ablytui.service.sizes import held

Key = tuple[str, str]
"""connectionId and clientId (TP3h)."""


class Tally:
    """How many bytes the members of many channels are."""

    def __init__(self) -> None:
        self.bytes = 0


class Members:
    """The members of one channel, each as its last presence message; counted in `tally` too."""

    def __init__(self, tally: Tally | None = None) -> None:
        self._members: dict[Key, Mapping[str, Any]] = {}
        self._tally = tally or Tally()

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self._members.values())

    def get(self, key: Key) -> Mapping[str, Any] | None:
        """The member's last message, with its action as PRESENT."""
        return self._members.get(key)

    def of(self, connection_id: str) -> list[Mapping[str, Any]]:
        """The members that one connection entered."""
        return [m for (owner, _), m in self._members.items() if owner == connection_id]

    def apply(self, item: Mapping[str, Any]) -> dict[str, Any] | None:
        """Take a presence message in; the event it makes, None where it makes none.

        An update of somebody absent is an enter; a leave without data repeats the last data; a
        leave of somebody absent, or an enter under an id that the member already has, is nothing.
        """
        key = (str(item["connectionId"]), str(item["clientId"]))
        known = self._members.get(key)
        if item["action"] == PresenceAction.LEAVE:
            return self._leave(key, known, item)
        if known is not None and known["id"] == item["id"]:
            return None
        action = item["action"]
        if known is None and action != PresenceAction.ENTER:
            action = PresenceAction.ENTER
        self._tally.bytes += held(item) - (0 if known is None else held(known))
        self._members[key] = {**item, "action": int(PresenceAction.PRESENT)}
        return {**item, "action": int(action)}

    def _leave(
        self, key: Key, known: Mapping[str, Any] | None, item: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        if known is None:
            return None
        del self._members[key]
        self._tally.bytes -= held(known)
        event = dict(item)
        if "data" not in event and "data" in known:
            event |= {k: known[k] for k in ("data", "encoding") if k in known}
        return event

    def clear(self) -> None:
        """Nobody is present any more, without a word about it."""
        self._tally.bytes -= sum(held(member) for member in self)
        self._members.clear()

    def pages(
        self, sequence: str, size: int, most: int
    ) -> list[tuple[str, list[Mapping[str, Any]]]]:
        """The SYNC in pages: pairs of `SEQUENCE:CURSOR` and members.

        A page has at most `size` members, and `most` bytes if it has more than one: it goes out
        in one frame. The last cursor is empty (RTP18).
        """
        chunks: list[list[Mapping[str, Any]]] = [[]]
        room = most
        for member in self._members.values():
            room -= held(member)
            if chunks[-1] and (room < 0 or len(chunks[-1]) == size):
                chunks.append([])
                room = most - held(member)
            chunks[-1].append(member)
        last = len(chunks) - 1
        return [
            (f"{sequence}:{'' if n == last else f'c{n + 1}'}", chunk)
            for n, chunk in enumerate(chunks)
        ]
