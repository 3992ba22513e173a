"""The help for a pane: its keys and signs beside what works everywhere. Knows no widget.

Keys come from the tables of actions and commands and from the pane's own bindings; what a glyph or
a colour means stands here, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from textual.binding import Binding
from textual.content import Content

from ablytui.protocol.actions import ACTIONS
from ablytui.protocol.visible import cells, elide
from ablytui.ui.keys import APP, KEYS, SCREEN, key_sign
from ablytui.ui.present.layout import Pane
from ablytui.ui.theme import (
    CONNECTION,
    CONTINUITY,
    FAINT,
    GOOD,
    HEALS,
    MUTED,
    OURS,
    PLAIN,
    PRIMARY,
    WRONG,
)

FRAMES: Final = "frames"
"""The name of the section that is followed by what a filter may be."""

TWO_COLUMNS: Final = 84
"""The width from which two columns stand side by side."""


class Sign(NamedTuple):
    """A glyph or a word as it is drawn, and what it means."""

    drawn: str
    style: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Section:
    """A faint word over rows of signs with their meanings."""

    title: str
    rows: tuple[Sign, ...]


_COLOURS: Final = (
    Sign("green", GOOD, "as it should be: connected, answered"),
    Sign("yellow", HEALS, "trouble that heals, or still waits"),
    Sign("red", WRONG, "an error, refused, or not to be read"),
    Sign("violet", CONTINUITY, "continuity: resumed, recovered, doubled"),
    Sign("orange", OURS, "our doing: dropped, injected, held back"),
)

_ACTS: Final[Mapping[str, str]] = {
    "connect": "connect, or retry now",
    "disconnect": "disconnect: normal close, state kept",
    "drop": "drop: cut the TCP, no close frame",
    "recover": "recover from a key",
    "close": "close: end the connection for good",
    "ping": "ping: the time to an answer",
    "attach": "attach a channel",
    "detach": "detach a channel",
    "publish": "send a message, or any frame",
}
"""What the actions do, in a few words; the palette and the README have more."""

FILTERS: Final = (
    Sign("-heartbeat", PLAIN, "without an action"),
    Sign("channel:orders*", PLAIN, "by channel"),
    Sign("error | undecodable", PLAIN, "one or the other"),
    Sign("in  out", PLAIN, "by direction"),
    Sign('"two words"', PLAIN, "text in the frame"),
    Sign("-(ping | pong)", PLAIN, "without either"),
)
"""What can be typed after `/`."""

LEGENDS: Final[Mapping[Pane, tuple[Sign, ...]]] = {
    Pane.FRAMES: (
        Sign("↑ ↓", PRIMARY, "sent, received"),
        Sign("⇄", PLAIN, "the handshake of a dial"),
        Sign("≡", CONTINUITY, "arrived twice"),
        Sign("+", OURS, "injected"),
        Sign("×", OURS, "held back, or a drop"),
        Sign("!", WRONG, "not to be read, or against the protocol"),
        Sign("*", PRIMARY, "marked by you"),
        Sign("✓", GOOD, "answered, or continuity kept"),
        Sign("╭ ╰", PRIMARY, "a question and its answer"),
        Sign("b t", HEALS, "binary or text where the other is usual"),
        Sign("╺", PLAIN, "at the edge: a change of state or an error"),
    ),
    Pane.STATE: (
        Sign("▐ ▌", GOOD, "a filled name: the state now"),
        Sign("━", PRIMARY, "the last change"),
        Sign("─", PLAIN, "a change that can happen"),
        Sign("┅", HEALS, "burns down to suspended"),
        Sign("×3", MUTED, "how often the state was entered"),
        Sign("╌", MUTED, "what is still to wait of the next try"),
    ),
    Pane.CONNECTION: (
        Sign("•••", MUTED, "a secret, masked"),
        Sign("resume", CONTINUITY, "what carries a connection on"),
        Sign("missing", WRONG, "what the service will refuse without"),
    ),
    Pane.CHANNELS: (
        Sign("↑ ↓", FAINT, "MESSAGE and PRESENCE frames sent, received"),
        Sign("✓", GOOD, "may publish, subscribe, enter, see who is there"),
        Sign("RESUMED", CONTINUITY, "continuity kept"),
    ),
    Pane.FAULTS: (
        Sign("▪", OURS, "in force until it is lifted, or for so long"),
        Sign("+", OURS, "put something on the wire"),
        Sign("×", OURS, "held something back"),
        Sign("×3", PLAIN, "how often it has struck"),
    ),
    Pane.DETAIL: (
        Sign("▾ ▸", PLAIN, "open, folded"),
        Sign("underlined", PRIMARY, "a link to another frame"),
        Sign("{n} [n]", FAINT, "so many members, so many items"),
        Sign("str", FAINT, "the type, at the right edge"),
    ),
}
"""What the signs of each pane mean."""

_STEP: Final = re.compile(r"(\w+)\((?:-?\d+|True|False)\)")


def key_section(title: str, bindings: Iterable[Binding]) -> Section:
    """Bindings as rows; what goes both ways, `move(1)` and `move(-1)`, is one row."""
    signs: dict[str, list[str]] = {}
    texts: dict[str, list[str]] = {}
    for binding in bindings:
        step = _STEP.fullmatch(binding.action)
        what = step[1] if step else binding.action
        text = _low(binding.tooltip or binding.description)
        known = signs.setdefault(what, [])
        known += [sign for sign in map(key_sign, binding.key.split(",")) if sign not in known]
        if text not in texts.setdefault(what, []):
            texts[what].append(text)
    rows = (Sign(" ".join(signs[what]), PRIMARY, _both(texts[what])) for what in signs)
    return Section(title, tuple(rows))


def _both(texts: Sequence[str]) -> str:
    """`move one row down; up`: the second way does not say again how the first begins."""
    first, *others = texts
    told = [first]
    for other in others:
        words = list(zip(first.split(), other.split(), strict=False))
        same = next((i for i, (a, b) in enumerate(words) if a != b), len(words))
        told.append(" ".join(other.split()[same:]) or other)
    return "; ".join(told)


def sections(
    pane: Pane | None,
    own: Sequence[Binding],
    name: str,
    keymap: Mapping[str, tuple[str, ...]],
) -> tuple[list[Section], list[Section]]:
    """What is of the pane, and what is of everything."""
    mine = [key_section(name, own)] if own else []
    if pane is not None:
        mine.append(Section("signs", LEGENDS[pane]))
    return mine, [
        Section("connection", tuple(_acts(keymap))),
        Section("everywhere", tuple(_commands(keymap))),
        Section("colours", _COLOURS),
    ]


def _acts(keymap: Mapping[str, tuple[str, ...]]) -> Iterator[Sign]:
    """The actions, by their letters; the F-keys are told together while they are the table's."""
    for action in ACTIONS:
        keys = keymap.get(action.id, KEYS[action.id])
        if keys:
            told = keys if action.id in keymap else keys[:1]
            yield Sign(_keys(told), PRIMARY, _ACTS.get(action.id) or _gist(action.help))
    functions = [keys[1] for name, keys in KEYS.items() if keys[1:] and name not in keymap]
    if functions:
        span = f"{key_sign(functions[0])}-{key_sign(functions[-1])}"
        yield Sign(span, PRIMARY, "the same in this order, also while typing")


def _commands(keymap: Mapping[str, tuple[str, ...]]) -> Iterator[Sign]:
    """What the screen does; the panes, which have their numbers on the screen, in one row."""
    panes = [command for command in SCREEN if command.id.startswith("pane.")]
    signs = [key_sign(keymap.get(command.id, command.keys)[0]) for command in panes]
    told = " ".join(signs) if any(each.id in keymap for each in panes) else f"1-{signs[-1]}"
    yield Sign(told, PRIMARY, "go to the numbered pane")
    yield Sign("tab", PRIMARY, "the next pane or button")
    for command in (*SCREEN, *APP):
        if command.keys and command not in panes:
            what = command.palette.partition(": ")[2]
            what = what if " " in what else _gist(command.help)
            yield Sign(_keys(keymap.get(command.id, command.keys)), PRIMARY, what)


def _keys(keys: Iterable[str]) -> str:
    return " ".join(map(key_sign, keys))


def _gist(text: str) -> str:
    """The first clause of a sentence."""
    return _low(re.split("[:;,] ", text)[0])


def _low(text: str) -> str:
    return text[:1].lower() + text[1:]


def drawn(about: str, mine: Sequence[Section], general: Sequence[Section], width: int) -> Content:
    """All of it in lines of at most `width` cells: two columns where there is room."""
    lines = [Content.styled(line, MUTED) for line in _wrapped(about, width)]
    if lines:
        lines.append(Content(""))
    if width >= TWO_COLUMNS:
        half = (width - 3) // 2
        left, right = _column(general, half), _column(mine, half)
        for row in range(max(len(left), len(right))):
            start = left[row] if row < len(left) else Content("")
            end = right[row] if row < len(right) else Content("")
            gap = " " * (half + 3 - start.cell_length)
            lines.append(Content.assemble(start, gap, end) if end.plain else start)
        lines.append(Content(""))
    else:
        lines += _column([*mine, *general], width)
        lines.append(Content(""))
    if any(part.title == FRAMES for part in mine):
        lines += [*_filters(width), Content("")]
    return Content("\n").join([*lines, *_states(width)])


def _column(parts: Sequence[Section], width: int) -> list[Content]:
    lines: list[Content] = []
    for part in parts:
        if lines:
            lines.append(Content(""))
        lines.append(Content.styled(part.title, FAINT))
        taken = max((cells(row.drawn) for row in part.rows), default=0) + 2
        for row in part.rows:
            gap = " " * (taken - cells(row.drawn))
            style = f"bold {row.style}"
            for place, text in enumerate(_wrapped(row.meaning, max(width - taken, 12))):
                head = (row.drawn, style) if place == 0 else " " * cells(row.drawn)
                lines.append(Content.assemble(head, gap, text))
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """Whole words in lines of at most `width` cells."""
    lines: list[str] = []
    for word in text.split():
        if lines and cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(elide(word, width))
    return lines


def _filters(width: int) -> list[Content]:
    """What can be typed after the slash."""
    return [
        Content.styled("filter", FAINT),
        *_grid(FILTERS, width, 2 if width >= TWO_COLUMNS else 1),
    ]


def _grid(signs: Sequence[Sign], width: int, across: int) -> list[Content]:
    taken = max(cells(sign.drawn) for sign in signs) + 2
    cell = width // across
    looks = [
        Content.assemble(
            (sign.drawn, f"bold {sign.style}"),
            " " * (taken - cells(sign.drawn)),
            (elide(sign.meaning, max(cell - taken - 1, 1)), MUTED),
        )
        for sign in signs
    ]
    lines = []
    for first in range(0, len(looks), across):
        *some, last = looks[first : first + across]
        padded = [Content.assemble(look, " " * max(cell - look.cell_length, 1)) for look in some]
        lines.append(Content("").join([*padded, last]))
    return lines


def _states(width: int) -> list[Content]:
    """The states of a connection; channels have the same glyphs."""
    across = max(min(width // 16, 4), 1)
    cell = width // across
    looks = [
        Content.assemble((look.glyph, look.text), f" {state}") for state, look in CONNECTION.items()
    ]
    lines = [Content.styled("states", FAINT)]
    for first in range(0, len(looks), across):
        *some, last = looks[first : first + across]
        padded = [Content.assemble(look, " " * max(cell - look.cell_length, 1)) for look in some]
        lines.append(Content("").join([*padded, last]))
    return lines
