"""Who is present on a channel, as a list. Knows no widget."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from textual.content import Content

from ablytui.protocol.visible import elide, fit, visible
from ablytui.ui.theme import FAINT, MUTED, PLAIN, WRONG

MOST: Final = 100
"""Members that are listed; of more the rest is counted."""


def members(items: Sequence[Mapping[str, Any]], width: int) -> Content:
    """One row each: clientId, connectionId and data, after a row that counts them."""
    if not items:
        return Content.styled("nobody is present", MUTED)
    count = f"{len(items):,} present" if len(items) > 1 else "1 present"
    client = min(max(*(len(_text(each.get("clientId"))) for each in items), 8), width // 3)
    rest = max(width - client - 16, 8)
    rows = [Content.styled(count, FAINT)]
    rows += [_row(each, client, rest) for each in items[:MOST]]
    if len(items) > MOST:
        rows.append(Content.styled(f"… and {len(items) - MOST:,} more", MUTED))
    return Content("\n").join(rows)


def _row(item: Mapping[str, Any], client: int, rest: int) -> Content:
    problem = str(item.get("problem") or "")
    return Content.assemble(
        (fit(_text(item.get("clientId")), client, middle=True) + "  ", PLAIN),
        (fit(_text(item.get("connectionId")), 12, middle=True) + "  ", MUTED),
        (elide(visible(problem) if problem else _data(item.get("data")), rest), _style(problem)),
    )


def _style(problem: str) -> str:
    return WRONG if problem else PLAIN


def _text(value: object) -> str:
    return visible(str(value)[:200]) if value is not None else ""


def _data(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return f"<{len(value)} B {value[:40].hex()}>"
    if isinstance(value, str):
        return visible(value[:400])
    try:
        return visible(json.dumps(value, ensure_ascii=False, separators=(",", ":"))[:400])
    except (TypeError, ValueError, RecursionError):
        return "…"
