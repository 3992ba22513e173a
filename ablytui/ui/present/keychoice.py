"""The lines of two lists: ways to break a recovery key, and keys that were saved. Pure."""

from __future__ import annotations

from textual.content import Content

from ablytui.protocol.connection import Connection
from ablytui.protocol.keybreaks import KeyBreak
from ablytui.protocol.uri import mask
from ablytui.protocol.visible import cells, elide, visible
from ablytui.savedkeys import SavedKey
from ablytui.ui.present.expecting import Source, origin_of, since
from ablytui.ui.theme import FAINT, HEALS, MUTED, PRIMARY

_TITLE_CELLS = 34
_NARROW = 64
RESTORE = "the key before it was broken"


def break_line(number: int, each: KeyBreak, width: int, *, can: bool) -> Content:
    """Its number, what it does, and what a service makes of it."""
    title = each.title.ljust(_TITLE_CELLS)
    if not can:
        return Content.styled(f"  {title}nothing to break", FAINT)
    first = Content.styled(str(number), f"bold {PRIMARY}")
    # What does not fit is dropped whole, and told of the line under the cursor.
    expect = each.expect if _TITLE_CELLS + 2 + cells(each.expect) <= width else ""
    return Content.assemble(first, " ", title, (expect, MUTED)).truncate(width, ellipsis=True)


def restore_line(width: int) -> Content:
    """The way back."""
    first = Content.styled("0", f"bold {PRIMARY}")
    title = "as it was".ljust(_TITLE_CELLS)
    said = RESTORE if _TITLE_CELLS + 2 + cells(RESTORE) <= width else ""
    return Content.assemble(first, " ", title, (said, MUTED)).truncate(width, ellipsis=True)


def saved_line(
    key: SavedKey, connection: Connection, now: float, wall: float | None, width: int
) -> Content:
    """Its age, dialect and host, and whether it is too old; the key itself masked."""
    found = key.key
    origin = None
    if found is not None:
        origin = origin_of(found, Source(saved=(key,)), connection, now, wall)
    age = "age not known"
    if key.saved is not None and wall is not None:
        age = f"{since(max(wall - key.saved, 0.0))} ago"
    late = origin is not None and origin.late
    is_open = origin is not None and origin.open
    name = mask(found.connection_key) if found is not None else ""
    parts = [
        Content(elide(visible(age), 18).ljust(18)),
        Content.styled("! late".ljust(8), f"bold {HEALS}")
        if late
        else Content.styled(("open" if is_open else "").ljust(8), MUTED),
        Content.styled(key.dialect.value.ljust(9), MUTED),
    ]
    if width >= _NARROW:
        parts.append(Content(visible(name).ljust(9)))
    line = Content.assemble(*parts)
    room = width - line.cell_length
    host = elide(visible(key.host), max(room, 1), middle=True)
    return Content.assemble(line, (host if cells(host) <= room else "", MUTED))
