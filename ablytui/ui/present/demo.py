"""The scenarios that can be played, and the one that is: what stands in their rows. PURE."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.style import Style

from ablytui.protocol.states import ConnectionState
from ablytui.protocol.visible import cells, elide, visible
from ablytui.ui.playbill import Bill, Playing
from ablytui.ui.theme import CONNECTION, CONTINUITY, FAINT, GOOD, MUTED, OURS, PRIMARY

TITLE: Final = 22
_ROOMY: Final = 86
"""Cells of a row in which a description of the usual length is not cut."""

_ALL: Final = 4
"""So many states of a story are all named; of a longer one, connecting is left out."""


def lasts(bill: Bill) -> str:
    """How long it takes: `12 s`, `2 min 20 s`, `endless`."""
    if bill.seconds is None:
        return "endless"
    minutes, seconds = divmod(max(bill.seconds, 1), 60)
    words = [f"{minutes} min"] if minutes else []
    return " ".join([*words, f"{seconds} s"] if seconds or not minutes else words)


def roomy(width: int) -> bool:
    """Whether the rows have room for descriptions."""
    return width >= _ROOMY


def row(bill: Bill, width: int, *, chosen: bool = False) -> Content:
    """One scenario in a row of the list."""
    said = lasts(bill)
    title = elide(visible(bill.title or bill.name), TITLE - 2)
    middle = width - TITLE - cells(said) - 2
    text = elide(visible(bill.description), middle) if roomy(width) else ""
    gap = " " * max(width - TITLE - cells(text) - cells(said), 0)
    return Content.assemble(
        (title, "bold" if chosen else ""),
        " " * (TITLE - cells(title)),
        text,
        gap,
        (said, MUTED),
    )


def told(bill: Bill) -> list[str]:
    """The states of a story that are worth a word: in a long one no connecting, and none twice."""
    states = [word for word in bill.shows if word != "update"]
    if len(states) > _ALL:
        states = [word for word in states if word != ConnectionState.CONNECTING]
    return [word for word, before in zip(states, ["", *states], strict=False) if word != before]


def story(bill: Bill, width: int) -> Content:
    """`● connected ━▶ ◇ disconnected ━▶ ● connected   resumed`, in lines that break at arrows."""
    parts: list[Content] = []
    for word in told(bill):
        look = CONNECTION[ConnectionState(word)]
        parts.append(Content.styled(f"{look.glyph} {word}", look.text))
    arrow = Content.styled("━▶ ", FAINT)
    pieces = [arrow + part if n else part for n, part in enumerate(parts)]
    if bill.outcome:
        pieces.append(Content.styled("  " + visible(bill.outcome), CONTINUITY))
    lines = [Content("")]
    for piece in pieces:
        joined = Content.assemble(lines[-1], " ", piece) if lines[-1].plain else piece
        if joined.cell_length <= width or not lines[-1].plain:
            lines[-1] = joined
        else:
            lines.append(piece)
    return Content("\n").join(lines)


# --- the one that is played ---------------------------------------------------------------------


def _key(sign: str, word: str, command: str) -> Content:
    text = Content.assemble((sign, f"bold {PRIMARY}"), " ", word)
    return text.stylize(Style.from_meta({"@click": f"screen.demo_{command}"}))


def _course(playing: Playing) -> tuple[str, str, str]:
    """Glyph, what is, and the word that the first key then has."""
    if playing.paused:
        return "‖", "paused", "go on"
    if playing.holds:
        return "‖", "waits", "go on"
    if playing.over:
        return "■", "the end", "pause"
    return "▶", "", "pause"


def head(playing: Playing, width: int, signs: tuple[str, str, str, str]) -> Content:
    """`▶ Drop and resume  step 3 of 7 ▰▰▰▱▱▱▱     space pause  . next  , again  s others`.

    `signs` are the keys of those four. What does not fit goes whole: the bar of steps, the word
    before the numbers, the title.
    """
    glyph, what, hold = _course(playing)
    keys = Content("  ").join(
        [
            _key(signs[0], hold, "pause"),
            _key(signs[1], "next", "next"),
            _key(signs[2], "again", "restart"),
            _key(signs[3], "others", "choose"),
        ]
    )
    step, steps = min(playing.step, playing.steps), playing.steps
    bar = "▰" * step + "▱" * (steps - step)
    title = visible(playing.title)
    state = f"  {what}" if what else ""
    tries = (
        (f"{glyph} ", title, f"  step {step} of {steps}{state}  ", bar),
        (f"{glyph} ", title, f"  step {step} of {steps}{state}", ""),
        (f"{glyph} ", title, f"  {step}/{steps}{state}", ""),
        (f"{glyph} ", "", f"{step}/{steps}{state}", ""),
    )
    for sign, name, words, marks in tries:
        lead = Content.assemble((sign, GOOD), (name, "bold"), (words, MUTED), (marks, PRIMARY))
        gap = width - lead.cell_length - keys.cell_length
        if gap >= 2:
            return Content.assemble(lead, " " * gap, keys)
    return Content.assemble(lead, "  ", keys).truncate(width, ellipsis=True)


def caption(playing: Playing) -> Content:
    """What happens now, in the colour of faults where it is one."""
    return Content.styled(visible(playing.caption), OURS if playing.fault else "")
