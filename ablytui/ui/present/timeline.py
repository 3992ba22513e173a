"""The strip of time: one cell a slice, the state as its height, and marks below. No widget.

Times in ms of the log (since it began).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from textual.content import Content

from ablytui.protocol.observe.timeline import Mark, Move, Tone
from ablytui.protocol.states import ConnectionState
from ablytui.ui.present import clockwords
from ablytui.ui.present.view import View
from ablytui.ui.theme import CONNECTION, CONTINUITY, FAINT, HEALS, MUTED, OURS, WRONG

SPANS: Final[tuple[float | None, ...]] = (60_000.0, 120_000.0, 600_000.0, None)
"""How much time the strip shows; None is all of it."""

SPAN_WORDS: Final = ("60 s", "2 min", "10 min", "all")

_S = ConnectionState
_HEIGHT: Final = {
    _S.INITIALIZED: "·",
    _S.CONNECTING: "▃",
    _S.CONNECTED: "▄",
    _S.DISCONNECTED: "▂",
    _S.SUSPENDED: "▁",
    _S.CLOSING: "▂",
    _S.CLOSED: "·",
    _S.FAILED: "▁",
}
_TONES: Final = {
    Tone.OURS: OURS,
    Tone.HEALS: HEALS,
    Tone.QUIET: MUTED,
    Tone.KEPT: CONTINUITY,
    Tone.WRONG: WRONG,
}
_NEAR: Final = 3
"""Marks that are fewer cells apart are told as one."""


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a strip of `cells` shows: from `start` to `end`."""

    start: float
    end: float
    cells: int

    @property
    def slice(self) -> float:
        """Ms that a cell stands for."""
        return (self.end - self.start) / self.cells

    def cell_of(self, at: float) -> int:
        """The cell of a time; outside the strip for times outside the window."""
        return int((at - self.start) // self.slice)


def window(view: View, span: float | None, cells: int) -> Window:
    """The window that ends now. Its cells keep to whole slices, so that a strip moves in steps."""
    now = max(view.now - view.mono0, 0.0)
    if span is None:
        return Window(0.0, max(now, 1_000.0), max(cells, 1))
    step = span / max(cells, 1)
    end = (now // step + 1) * step
    return Window(end - span, end, max(cells, 1))


def until_next(view: View, span: float | None, cells: int) -> float | None:
    """Ms until the strip reads otherwise; None while all of it is one state."""
    shown = window(view, span, cells)
    now = max(view.now - view.mono0, 0.0)
    moves = view.moves
    inside = bool(moves) and (moves[-1].at / 1000 > shown.start or len(moves) == 1)
    if not inside and not (moves and moves[0].at / 1000 > shown.start):
        return None
    return max(shown.slice, 100.0) if span is None else max(shown.end - now, 100.0)


def bar(view: View, span: float | None, cells: int) -> Content:
    """The strip. In a cell with several states the briefest of them is drawn."""
    shown = window(view, span, cells)
    starts = [move.at / 1000 for move in view.moves]
    parts: list[tuple[str, str]] = []
    for cell in range(cells):
        begin = shown.start + cell * shown.slice
        glyph, style = _cell(view.moves, starts, begin, begin + shown.slice)
        if parts and parts[-1][1] == style:
            parts[-1] = (parts[-1][0] + glyph, style)
        else:
            parts.append((glyph, style))
    return Content.assemble(*parts)


def _cell(moves: Sequence[Move], starts: list[float], begin: float, end: float) -> tuple[str, str]:
    first, stop = bisect_right(starts, begin) - 1, bisect_left(starts, end)
    if stop == 0:
        return "·", FAINT
    inside = range(max(first, 0), stop)
    if any(moves[i].state is _S.FAILED and starts[i] >= begin for i in inside):
        return "✕", CONNECTION[_S.FAILED].bar
    lasts = {
        i: (starts[i + 1] if i + 1 < len(starts) else float("inf")) - starts[i] for i in inside
    }
    # Of the same length the later one; what came before this cell only if it is alone in it.
    briefest = min(inside, key=lambda i: (lasts[i], -i))
    state = moves[briefest].state
    return _HEIGHT[state], CONNECTION[state].bar


# --- the marks ----------------------------------------------------------------------------------


def marks_row(view: View, span: float | None, cells: int) -> Content:
    """`▴` under each mark with its words where there is room, and times in what is left."""
    shown = window(view, span, cells)
    row = [" "] * cells
    styles = [""] * cells
    told = _told(view.marks, shown)
    for cell, _, style in told:
        _put(row, styles, cell, "▴", style)
    for cell, words, style in reversed(told):
        for at in (cell + 2, cell - 1 - len(words)):
            if _free(row, at, len(words)):
                _put(row, styles, at, words, style)
                break
    if _free(row, cells - 3, 3):
        _put(row, styles, cells - 3, "now", MUTED)
    _times(row, styles, shown)
    return Content.assemble(*zip(row, styles, strict=True))


def _free(row: list[str], at: int, length: int) -> bool:
    """Whether words fit there with an empty cell at both sides."""
    taken = "".join(row[max(at - 1, 0) : at + length + 1]).strip()
    return at >= 0 and at + length <= len(row) and not taken


def _told(marks: Sequence[Mark], shown: Window) -> list[tuple[int, str, str]]:
    """The marks in sight, left to right; near ones as one, at the place of the last."""
    told: list[tuple[int, str, str]] = []
    for mark in marks:
        cell = shown.cell_of(mark.at / 1000)
        if not 0 <= cell < shown.cells:
            continue
        words = mark.words if mark.away is None else mark.words.format(clockwords.age(mark.away))
        style = _TONES[mark.tone]
        if told and cell - told[-1][0] < _NEAR:
            before = told.pop()[1]
            words = f"{before}, {words}" if len(before) + len(words) < 40 else words
        told.append((cell, words, style))
    return told


def _times(row: list[str], styles: list[str], shown: Window) -> None:
    """A time at the left end and at each quarter, where nothing else stands."""
    quarters = len(row) // 30 or 1
    for part in range(quarters + 1):
        cell = part * len(row) // (quarters + 1) if part else 0
        ago = shown.end - shown.start - cell * shown.slice
        words = _ago(ago)
        if _free(row, cell, len(words)):
            _put(row, styles, cell, words, FAINT)


def _ago(ms: float) -> str:
    seconds = round(ms / 1000)
    if seconds <= 60:
        return f"-{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    return f"-{minutes}:{seconds:02}" if minutes < 60 else f"-{minutes // 60}h{minutes % 60:02}"


def _put(row: list[str], styles: list[str], at: int, words: str, style: str) -> None:
    for i, sign in enumerate(words, at):
        if 0 <= i < len(row):
            row[i], styles[i] = sign, style


def nearest(view: View, span: float | None, cells: int, cell: int) -> int | None:
    """The row of the change or mark nearest to a cell; None where there is none."""
    shown = window(view, span, cells)
    rows = [(move.at, move.n) for move in view.moves] + [(mark.at, mark.n) for mark in view.marks]
    near = [
        (abs(shown.cell_of(at / 1000) - cell), -n)
        for at, n in rows
        if 0 <= shown.cell_of(at / 1000) < cells
    ]
    return -min(near)[1] if near else None
