"""The diagram of states, drawn from `EDGES` and a View: large, medium, as a list, or as one line.

Pure. Every edge of the table is drawn and no other; where it runs is in `geometry`. The order is
idle edges, exits of the current state, the last edge, boxes, arrow heads, words.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from textual.content import Content

from ablytui.protocol.states import EDGES
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui import theme
from ablytui.ui.present import clockwords, waits
from ablytui.ui.present.canvas import HEADS, Canvas, Weight
from ablytui.ui.present.geometry import LARGE, MEDIUM, Layout, Place
from ablytui.ui.present.hub import Word, hub
from ablytui.ui.present.view import View

Edge = tuple[S, S]

IDLE: Final = "$foreground 40%"
EXIT: Final = "$foreground 90%"
VISITED: Final = "$foreground 70%"

_LAST: Final = 2
"""The rank of the edge last taken."""

_BURNT: Final = "┅"
_BAR: Final = 11
"""Cells of the bar in the large hub."""


def edges() -> Iterator[Edge]:
    """Every edge of the table, in its order."""
    for source, targets in EDGES.items():
        for target in S:
            if target in targets:
                yield source, target


def large(view: View, *, spin: bool = False) -> Canvas:
    """61x17. With `spin` the glyph of connecting turns with the time."""
    return _draw(LARGE, view, spin=spin)


def medium(view: View) -> Canvas:
    """46x12."""
    return _draw(MEDIUM, view)


def _draw(layout: Layout, view: View, *, spin: bool = False) -> Canvas:
    pen = _Pen(layout, view, spin=spin)
    pen.fuse()
    for state in S:
        pen.state(state)
    pen.hub()
    return pen.canvas


@lru_cache(maxsize=64)
def _ground(boxed: bool, current: S, last: Edge | None, visited: frozenset[S]) -> Canvas:
    """Everything but words: it changes with the state, not with the time."""
    layout = LARGE if boxed else MEDIUM
    canvas = Canvas(*layout.size)
    look = theme.CONNECTION[current]
    ordered = list(_ordered(current, last, look.text))
    frames = [place.frame for place in layout.places.values() if place.frame is not None]
    for edge, style, rank in ordered:
        cells = layout.routes[edge].cells
        weight = Weight.HEAVY if rank == _LAST else Weight.LIGHT
        stub = not any(frame.framed(cells[0]) for frame in frames)
        canvas.line(cells, style, weight=weight, rank=rank, stub=stub)
    for state, place in layout.places.items():
        if place.frame is None:
            continue
        if state is current:
            canvas.frame(place.frame, look.text, weight=Weight.HEAVY, rank=_LAST + 1)
        else:
            canvas.frame(place.frame, VISITED if state in visited else IDLE, rank=1)
    for edge, style, rank in ordered:
        route = layout.routes[edge]
        bold = f"bold {style}" if rank == _LAST else style
        canvas.put(route.cells[-1], HEADS[route.facing], bold)
    return canvas.settled()


def _ordered(current: S, last: Edge | None, text: str) -> Iterator[tuple[Edge, str, int]]:
    """The edges as they have to be drawn, each with its style and rank."""
    every = [edge for edge in edges() if edge != last]
    yield from ((edge, IDLE, 0) for edge in every if edge[0] is not current)
    yield from ((edge, EXIT, 1) for edge in every if edge[0] is current)
    if last is not None:
        yield last, text, _LAST


class _Pen:
    """Writes the words of one View over the lines."""

    def __init__(self, layout: Layout, view: View, *, spin: bool) -> None:
        self.layout = layout
        self.view = view
        self.spin = spin
        self.current = view.connection.state
        self.look = theme.CONNECTION[self.current]
        last = view.last_edge
        # A row that the log lost must not draw an edge that does not exist.
        last = last if last in layout.routes else None
        visited = frozenset(state for state in S if self.visits(state))
        self.canvas = _ground(layout.boxed, self.current, last, visited).settled()

    def fuse(self) -> None:
        """RTN14e: the time until suspended burns down along the edge that leads there."""
        wait = waits.suspension(self.view)
        if wait is None or self.current is not S.DISCONNECTED:
            return
        cells = self.layout.fuse
        for cell in cells[: int(wait.fraction * len(cells))]:
            self.canvas.put(cell, _BURNT, theme.HEALS)
        left = clockwords.left(wait.left)
        label = f" suspended in {left} " if self.layout.boxed else f" {left} left "
        x, y = self.layout.label
        self.canvas.put((x - 1, y), label, theme.HEALS)

    def visits(self, state: S) -> int:
        """How often; the current state was entered once at least."""
        return max(self.view.visits.get(state, 0), int(state is self.current))

    def state(self, state: S) -> None:
        place = self.layout.places[state]
        if state is self.current:
            self._current(place)
        else:
            style = theme.PLAIN if self.visits(state) else theme.FAINT
            self.canvas.put(place.name, self._name(state), style)
        if place.note is None:
            self._lower_side(state, place)
        else:
            self._note(state, place.note)

    def _name(self, state: S) -> str:
        if not self.layout.boxed:
            return state.value
        turning = self.spin and state is self.current
        glyph = theme.spun(state, waits.in_state(self.view)) if turning else _glyph(state)
        return f"{glyph} {state.value}"

    def _current(self, place: Place) -> None:
        fill = place.fill
        self.canvas.put((fill.x, fill.y), " " * fill.width, self.look.badge)
        if place.frame is None:
            self.canvas.put((fill.x, fill.y), "▐", self.look.fill)
            self.canvas.put((fill.right, fill.y), "▌", self.look.fill)
        self.canvas.put(place.name, self._name(self.current), self.look.badge)

    def _words(self, state: S) -> tuple[str, str, str]:
        """Time and visits of a state, and the style of the visits."""
        times = clockwords.times(self.visits(state))
        if state is not self.current:
            return "", times, theme.FAINT
        return waits.time_in_state(self.view), times, self.look.text

    def _lower_side(self, state: S, place: Place) -> None:
        frame = place.body
        time, times, style = self._words(state)
        if times:
            # Where the box has room they keep a blank from its lines.
            text = f" {times} " if self.layout.boxed else times
            x = frame.right - len(text) - (0 if self.layout.boxed else 1)
            self.canvas.put((x, frame.bottom), text, style)
        if time and self.layout.boxed:
            self.canvas.put((frame.x + 1, frame.bottom), f" {time} ", f"bold {style}")

    def _note(self, state: S, end: tuple[int, int]) -> None:
        time, times, style = self._words(state)
        text = f"{time} {times}".strip()
        if len(text) > 10:
            # There is no room for both, and the pane's list of changes has the count.
            text = time
        self.canvas.put((end[0] - len(text) + 1, end[1]), text, style)

    def hub(self) -> None:
        told = hub(self.view)
        if not self.layout.boxed:
            self._centred(told.value, 7)
            self._centred(told.foot or told.head, 8)
            return
        self._centred(told.head, 8)
        self._centred(told.value, 9)
        if told.bar is not None:
            done = int(told.bar * _BAR)
            self._centred(Word("━" * done + "╌" * (_BAR - done)), 10)
        for row, foot in enumerate(told.feet, start=12):
            self._centred(foot, row)

    def _centred(self, word: Word | None, row: int) -> None:
        if word is None:
            return
        frame = self.layout.places[S.CONNECTING].body
        width = frame.width - 2
        text = word.within(width)
        self.canvas.put((frame.x + 1 + (width - len(text)) // 2, row), text, word.style)


def _glyph(state: S) -> str:
    return theme.CONNECTION[state].glyph


LIST_SIZE: Final = (39, 8)
"""The list: 38 cells and the column of the mark before it."""


def listing(view: View, *, spin: bool = False) -> Canvas:
    """39x8: a row for each state, with what is due beside the state that it leads to."""
    canvas = Canvas(*LIST_SIZE)
    due = {wait.target: wait for wait in reversed(waits.waits(view))}
    for row, state in enumerate(S):
        look = theme.CONNECTION[state]
        current = state is view.connection.state
        visits = max(view.visits.get(state, 0), int(current))
        if current:
            glyph = theme.spun(state, waits.in_state(view)) if spin else look.glyph
            canvas.put((0, row), "▌", look.fill)
            canvas.put((1, row), f" {glyph} {state.value} ", look.badge)
            age = waits.time_in_state(view)
            canvas.put((25, row), age, f"bold {look.text}")
        else:
            canvas.put((2, row), look.glyph, look.text if visits else theme.FAINT)
            canvas.put((4, row), state.value, theme.PLAIN if visits else theme.MUTED)
        times = clockwords.times(visits)
        canvas.put((21 - len(times), row), times, theme.MUTED)
        wait = due.get(state)
        if wait is not None and not current:
            _due(canvas, row, wait)
    return canvas


def _due(canvas: Canvas, row: int, wait: waits.Wait) -> None:
    soon = wait.target is S.CONNECTING
    canvas.put((22, row), "╌►", theme.MUTED)
    words = f"{'next in' if soon else 'in'} {clockwords.left(wait.left)}"
    canvas.put((25, row), words, f"bold {theme.HEALS}" if soon else theme.HEALS)


def line(view: View, width: int, *, spin: bool = False) -> Content:
    """One row: where it came from, what it is, and what is due; as much as fits, whole parts."""
    parts = [_due_part(wait) for wait in waits.waits(view)]
    for head in (_long_head(view, spin=spin), _short_head(view, spin=spin)):
        whole = Content("  ").join([head, *parts])
        if whole.cell_length <= width:
            return whole
    head = _short_head(view, spin=spin)
    while parts:
        parts.pop()
        whole = Content("  ").join([head, *parts])
        if whole.cell_length <= width:
            return whole
    return head.truncate(width)


def _due_part(wait: waits.Wait) -> Content:
    return Content.assemble(
        ("╌► ", theme.MUTED),
        f"{_glyph(wait.target)} {wait.target.value} ",
        (clockwords.left(wait.left), f"bold {theme.HEALS}"),
    )


def _now_glyph(view: View, *, spin: bool) -> str:
    state = view.connection.state
    return theme.spun(state, waits.in_state(view)) if spin else _glyph(state)


def _long_head(view: View, *, spin: bool) -> Content:
    state = view.connection.state
    look = theme.CONNECTION[state]
    now = (f"{_now_glyph(view, spin=spin)} {state.value}", f"bold {look.text}")
    last = view.last_edge
    if last is None:
        return Content.assemble(now)
    source = last[0]
    came = (f"{_glyph(source)} {source.value} ", theme.MUTED)
    return Content.assemble(came, ("━━► ", look.text), now)


def _short_head(view: View, *, spin: bool) -> Content:
    state = view.connection.state
    look = theme.CONNECTION[state]
    glyph = _now_glyph(view, spin=spin)
    last = view.last_edge
    if last is None:
        return Content.assemble((f"{glyph} {state.value}", f"bold {look.text}"))
    return Content.assemble(("━► ", look.text), (glyph, f"bold {look.text}"))
