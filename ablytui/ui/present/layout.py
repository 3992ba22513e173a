"""Which shape the main screen takes at a size, and what is shown in it. Knows no widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

MIN_WIDTH, MIN_HEIGHT = 48, 14
"""Columns and rows below which only one line of text is drawn."""


class Shape(StrEnum):
    """The layouts, by size."""

    NONE = "none"
    TINY = "tiny"
    SMALL = "small"
    STD = "std"
    WIDE = "wide"


class Pane(StrEnum):
    """The panes, in the order of their numbers but for the detail, which has none."""

    FRAMES = "frames"
    STATE = "state"
    CONNECTION = "connection"
    CHANNELS = "channels"
    FAULTS = "faults"
    DETAIL = "detail"


NUMBERED: tuple[Pane, ...] = (Pane.FRAMES, Pane.STATE, Pane.CONNECTION, Pane.CHANNELS, Pane.FAULTS)
"""In the order of their numbers, from 1."""

SLOT: tuple[Pane, ...] = (Pane.FRAMES, Pane.CHANNELS, Pane.FAULTS)
"""Those that share one place, with a title row of tabs."""

WORD: Mapping[Pane, str] = {
    Pane.FRAMES: "Frames",
    Pane.STATE: "State",
    Pane.CONNECTION: "Connection",
    Pane.CHANNELS: "Channels",
    Pane.FAULTS: "Faults",
}
"""The title of each."""


def number_of(pane: Pane) -> int:
    """The key that goes to a numbered pane."""
    return NUMBERED.index(pane) + 1


def shape_of(width: int, height: int) -> Shape:
    """The shape for a terminal of this many columns and rows."""
    if width < MIN_WIDTH or height < MIN_HEIGHT:
        return Shape.NONE
    if width < 74:
        return Shape.TINY
    if width < 110 or height < 32:
        return Shape.SMALL
    return Shape.WIDE if width >= 150 and height >= 42 else Shape.STD


@dataclass(frozen=True, slots=True)
class Arrangement:
    """What the person has chosen, apart from the size.

    `tab` is the pane shown where only one fits, `slot` the one in the place that several share;
    `inspecting` is the posture in which a frame's
    detail is open; `zoomed` is the pane that takes the whole body.
    """

    tab: Pane = Pane.FRAMES
    slot: Pane = Pane.FRAMES
    inspecting: bool = False
    zoomed: Pane | None = None

    def visible(self, shape: Shape) -> frozenset[Pane]:
        """The panes that are drawn."""
        if shape is Shape.NONE:
            return frozenset()
        if self.zoomed is not None and (self.zoomed is not Pane.DETAIL or self.inspecting):
            return frozenset({self.zoomed})
        if shape is Shape.WIDE:
            return frozenset({self.slot, Pane.STATE, Pane.CONNECTION, Pane.DETAIL})
        if shape is Shape.STD:
            if self.inspecting:
                return frozenset({self.slot, Pane.DETAIL})
            return frozenset({self.slot, Pane.STATE, Pane.CONNECTION})
        return frozenset({Pane.DETAIL if self.inspecting else self.tab})
