"""Which shape the main screen takes at a size, and what is shown in it. Knows no widget."""

from __future__ import annotations

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
    DETAIL = "detail"


NUMBERED: tuple[Pane, ...] = (Pane.FRAMES, Pane.STATE, Pane.CONNECTION)


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

    `tab` is the pane shown where only one fits; `inspecting` is the posture in which a frame's
    detail is open; `zoomed` is the pane that takes the whole body.
    """

    tab: Pane = Pane.FRAMES
    inspecting: bool = False
    zoomed: Pane | None = None

    def visible(self, shape: Shape) -> frozenset[Pane]:
        """The panes that are drawn."""
        if shape is Shape.NONE:
            return frozenset()
        if self.zoomed is not None and (self.zoomed is not Pane.DETAIL or self.inspecting):
            return frozenset({self.zoomed})
        if shape is Shape.WIDE:
            return frozenset(Pane)
        if shape is Shape.STD:
            if self.inspecting:
                return frozenset({Pane.FRAMES, Pane.DETAIL})
            return frozenset(NUMBERED)
        return frozenset({Pane.DETAIL if self.inspecting else self.tab})
