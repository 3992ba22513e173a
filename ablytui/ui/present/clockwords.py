"""Times and amounts in as few cells as they can be read in: one place, used by every pane.

A time that runs (`age`, `left`) is at most six cells long and changes only as often as a person
can read it; `until_next_*` say when that is, so that a screen may sleep until then.
"""

from __future__ import annotations

import math
from typing import Final

SECOND: Final = 1_000.0
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR


def age(ms: float) -> str:
    """How long something has lasted or took: `188 ms`, `10.4 s`, `4:12`, `3h04`, `2d`."""
    ms = max(ms, 0.0)
    if ms < SECOND:
        return f"{int(ms)} ms"
    if ms < MINUTE:
        return f"{int(ms / 100) / 10:.1f} s"
    return _long(ms)


def left(ms: float) -> str:
    """How long something still takes: as `age`, but `0.9 s`, and nothing is left at `0.0 s`."""
    ms = max(ms, 0.0)
    tenths = math.ceil(ms / 100)
    if tenths < 600:
        return f"{tenths / 10:.1f} s"
    seconds = math.ceil(ms / SECOND)
    # Rounded up to what is shown, so that a time is not said to be over before it is.
    return _long(seconds * SECOND if seconds < 3600 else math.ceil(ms / MINUTE) * MINUTE)


def _long(ms: float) -> str:
    if ms < HOUR:
        minutes, seconds = divmod(int(ms // SECOND), 60)
        return f"{minutes}:{seconds:02}"
    if ms < DAY:
        hours, minutes = divmod(int(ms // MINUTE), 60)
        return f"{hours}h{minutes:02}"
    return f"{int(ms // DAY)}d"


def span(ms: float) -> str:
    """A length that was set, in its largest whole units: `500 ms`, `30 s`, `1.5 s`, `2 min`."""
    for unit, word in ((HOUR, "h"), (MINUTE, "min")):
        if ms >= unit and ms % unit == 0:
            return f"{ms / unit:.0f} {word}"
    return f"{ms / SECOND:g} s" if ms >= SECOND else f"{ms:.0f} ms"


def of(done: float, whole: float) -> str:
    """How much of a length is over: `1.2 of 10 s`, `188 of 500 ms`."""
    done = min(max(done, 0.0), whole)
    if whole < SECOND:
        return f"{int(done)} of {whole:.0f} ms"
    return f"{int(done / 100) / 10:.1f} of {whole / SECOND:g} s"


def _step(ms: float) -> float:
    if ms < MINUTE:
        return 100.0
    if ms < HOUR:
        return SECOND
    return MINUTE if ms < DAY else DAY


def until_next_age(ms: float, least: float = 100.0) -> float:
    """Ms until `age` reads otherwise; steps shorter than `least` are not counted."""
    step = max(_step(ms), least)
    return step - max(ms, 0.0) % step


def until_next_left(ms: float, least: float = 100.0) -> float | None:
    """Ms until `left` reads otherwise; None when nothing is left."""
    if ms <= 0:
        return None
    # At a full minute or hour the next step down is one of the smaller kind.
    step = max(_step(math.nextafter(ms, 0.0)), least)
    return ms % step or step


def times(count: int) -> str:
    """How often something was, in four cells: `×3`, `×1k` from 1000, `×1e5` from 100,000 on.

    Empty for never.
    """
    if count <= 0:
        return ""
    if count < 1000:
        return f"×{count}"
    if count < 100_000:
        return f"×{count // 1000}k"
    tens = len(str(count)) - 1
    return f"×{count // 10**tens}e{tens}"


def number(count: int) -> str:
    """A count in a title: `121,806`."""
    return f"{count:,}"


def volume(count: int) -> str:
    """Bytes in a title: `131 B`, `864 kB`, `24.9 MB`."""
    if count < 1000:
        return f"{count} B"
    scaled = float(count)
    for unit in ("kB", "MB", "GB", "TB"):
        scaled /= 1000
        if scaled < 999.5 or unit == "TB":
            break
    digits = 1 if scaled < 99.95 and unit != "kB" else 0
    return f"{scaled:.{digits}f} {unit}"
