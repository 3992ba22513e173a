"""What the row above the footer says at its right end. Knows no widget."""

from __future__ import annotations

from typing import Final

from textual.content import Content

from ablytui.protocol.actions import ACTION
from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Reply
from ablytui.protocol.visible import elide, visible
from ablytui.ui.present.outlook import Outlook
from ablytui.ui.theme import GOOD, HEALS, MUTED, OFF, PRIMARY, WRONG

MOST: Final = 44
"""Cells that a word of what is wrong may take."""


def shut(connection: Connection) -> str:
    """Why nothing can be published now, empty where it can: the reason of the button."""
    reason = ACTION["publish"].reason_not_now(connection)
    return "" if reason is None else reason.text


def shut_words(why: str) -> Content:
    """In the place of the fields."""
    return Content.styled(why, OFF)


def typing(seen: Outlook, *, empty: bool) -> Content:
    """While something is typed: what would be sent, or why not; then the keys."""
    if seen.why_not:
        said = Content.styled(elide(visible(seen.why_not), MOST), MUTED if empty else WRONG)
    elif seen.doubt:
        said = Content.styled("! not JSON, sent as text", HEALS)
    elif seen.waits:
        said = Content.styled("queued until connected", HEALS)
    else:
        size = sum(len(payload) for _, _, payload in seen.frames)
        said = Content.styled(f"#{seen.serial}, {size:,} B", MUTED)
    keys = (
        ("   enter", f"bold {PRIMARY}"),
        (" send", MUTED),
        ("   esc", f"bold {PRIMARY}"),
        (" leave", MUTED),
    )
    return Content.assemble(said, *keys)


def resting(news: Content, key: str) -> Content:
    """Nobody is in it: what became of the last message, and the key that leads here."""
    gap = "   " if news.plain else ""
    return Content.assemble(news, gap, (key, f"bold {PRIMARY}"), (" to type", MUTED))


def sent(seen: Outlook) -> Content:
    """It is on its way."""
    if seen.waits:
        return Content.styled("queued until connected", HEALS)
    return Content.styled(f"#{seen.serial} waits for an ACK", HEALS)


def answered(reply: Reply) -> Content:
    """The service has answered."""
    if reply.error is not None:
        return Content.styled(f"✕ {elide(visible(str(reply.error)), MOST)}", WRONG)
    serial = reply.value.get("msgSerial") if isinstance(reply.value, dict) else None
    return Content.styled(f"✓ #{serial} acknowledged" if serial is not None else "✓ sent", GOOD)
