"""Serials that a channel had before: what a recovery key of some messages ago would carry. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final

from ablytui.protocol.coerce import text
from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.observe.traffic import body_of

BACK: Final = 5
"""Serials that it goes back, where there are so many."""


def earlier_serials(newest_first: Iterable[Entry], channels: Collection[str]) -> Mapping[str, str]:
    """By channel, the serial of some frames ago; none where a channel had but one."""
    seen: dict[str, list[str]] = {name: [] for name in channels}
    open_ = set(channels)
    for entry in newest_first:
        if not open_:
            break
        if entry.channel not in open_ or entry.kind is not EntryKind.FRAME:
            continue
        if entry.direction is not Direction.IN:
            continue
        serial = text(body_of(entry.payload, entry.opcode).get("channelSerial"))
        had = seen[entry.channel]
        if serial and serial not in had:
            had.append(serial)
        if len(had) > BACK:
            open_.discard(entry.channel)
    return {name: had[-1] for name, had in seen.items() if len(had) > 1}
