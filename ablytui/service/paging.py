"""Long answers, page by page: numbers in a query, and the links between pages (TG). PURE."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Final
from urllib.parse import quote, urlencode

from ablytui.protocol.codec import Format
from ablytui.service import problems
from ablytui.service.problems import problem
from ablytui.service.restio import Refused, Response, answer
from ablytui.service.wireform import give_out

MOST: Final = 1_000
"""Items of a page."""

LIMIT: Final = 100
"""Items of a page where nobody says how many."""

_SECRET: Final = frozenset({"cursor", "key", "accessToken", "access_token", "envelope", "format"})
"""What links leave out: the client says it anew, and a secret is not for headers."""

_DIRECTIONS: Final = {"forwards": True, "backwards": False}

Placed = tuple[str, Mapping[str, Any]]
"""An item under its place, a text; places compare like the order of the items."""


def number(query: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    """A whole number of the query. Raises Refused for what is none, or too little."""
    value = query.get(name)
    if value is None:
        return default
    if not (value.isascii() and value.isdigit() and len(value) < 20 and int(value) >= least):
        text = f"{name} is a whole number from {least} on, not {value[:40]!r}"
        raise Refused(problem(problems.BAD_VALUE, text))
    return int(value)


def forwards(query: Mapping[str, str], *, default: bool = False) -> bool:
    """Whether the oldest comes first. Raises Refused for a direction that is none."""
    value = query.get("direction")
    if value is None:
        return default
    if value not in _DIRECTIONS:
        text = f"direction is forwards or backwards, not {value[:40]!r}"
        raise Refused(problem(problems.BAD_VALUE, text))
    return _DIRECTIONS[value]


def between(query: Mapping[str, str]) -> tuple[int, int]:
    """`start` and `end`, in ms since the epoch, both of them inside. Raises Refused."""
    start, end = number(query, "start", 0), number(query, "end", 1 << 62)
    if start > end:
        raise Refused(problem(problems.BAD_VALUE, f"start {start} is after end {end}"))
    return start, end


def page(
    path: str,
    query: Mapping[str, str],
    fmt: Format,
    found: Iterable[Placed],
    *,
    rising: bool,
    only: str = "",
) -> Response:
    """The page that is asked for, of items in the order asked for; `rising`: their places rise.

    `only` names the one field that is given of each. The next page
    begins after the place of this one's last item, whatever came or went since.
    """
    limit = min(number(query, "limit", LIMIT, 1), MOST)
    cursor = query.get("cursor")
    rest = (
        (place, item)
        for place, item in found
        if cursor is None or (place > cursor if rising else place < cursor)
    )
    taken = list(islice(rest, limit + 1))
    links = _links(path, query, taken[limit - 1][0] if len(taken) > limit else None)
    items = [give_out(item, fmt) for _, item in taken[:limit]]
    return answer([item[only] for item in items] if only else items, fmt, links=links)


def _links(path: str, query: Mapping[str, str], after: str | None) -> tuple[tuple[str, str], ...]:
    """RFC 8288 links, relative to the path of the request."""
    last = path.rpartition("/")[2]
    plain = {k: v for k, v in query.items() if k not in _SECRET}
    pages = {"first": plain, "current": plain}
    if "cursor" in query:
        pages["current"] = {**plain, "cursor": query["cursor"]}
    if after is not None:
        pages["next"] = {**plain, "cursor": after}
    return tuple(
        ("Link", f'<./{last}?{urlencode(asked, quote_via=quote, safe="")}>; rel="{name}"')
        for name, asked in pages.items()
    )
