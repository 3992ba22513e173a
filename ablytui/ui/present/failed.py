"""Why it failed, whether a retry can help, what to do next, and where it came from.

Pure: from a View, and the row that caused the failure, to lines; which choice is marked the pane
knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from textual.content import Content

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.frame import Direction
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import action_name
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.specpoints import rule_of
from ablytui.protocol.visible import visible
from ablytui.ui import theme
from ablytui.ui.present import reasons
from ablytui.ui.present.around import Around
from ablytui.ui.present.view import View

VALUE_AT: Final = 12
"""The cell where values begin."""

What = Literal["connect", "tls", "field", "edit", "copy"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to do next. `field` names the parameter that `field` goes to; `key` does it too."""

    what: What
    text: str
    field: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines, and in which of them each choice and the source stand."""

    lines: list[Content]
    choices: Mapping[int, int]
    """Line to number of the choice."""
    source: int | None = None


def error_of(view: View) -> ErrorInfo:
    """The reason of the failure; one without a code where none was given."""
    return reasons.reason_of(view) or ErrorInfo(0, 0, "No reason was given.")


def may_pass(code: int) -> bool:
    """Whether another attempt may end otherwise with nothing changed."""
    if code in {40110, 40111, 40112, 40113, 40114, 40115, 40170}:
        return code not in {40110, 40113}
    return not 40000 <= code < 42000


_KEY: Final = Choice("field", "Edit the key", "key")
_TOKEN: Final = Choice("field", "Use a token instead of the key", "token")
_OTHER_TOKEN: Final = Choice("field", "Give another token", "token")
_URL: Final = Choice("field", "Give an auth URL to get tokens from", "auth_url")
_GIVE_KEY: Final = Choice("field", "Give a key", "key")
_CLIENT: Final = Choice("field", "Edit the clientId", "client_id")
_BY_CODE: Final[Mapping[int, tuple[Choice, ...]]] = {
    40012: (_CLIENT,),
    40102: (_CLIENT,),
    40161: (_CLIENT,),
    40017: (Choice("field", "Change the dialect", "dialect"),),
    40106: (_GIVE_KEY, _URL),
    40171: (_URL, _GIVE_KEY),
    **dict.fromkeys((40330, 40331, 40332), (Choice("field", "Set the endpoint", "endpoint"),)),
}


def choices(params: ConnectParams, code: int) -> list[Choice]:
    """What can be done next, the best first."""
    found: list[Choice] = []
    if may_pass(code):
        found.append(Choice("connect", "Connect again", key="c"))
    if code == 40103 and not params.tls:
        found += [Choice("tls", "Turn TLS on and connect"), _TOKEN]
    elif code in _BY_CODE:
        found += _BY_CODE[code]
    elif code == 40005 or 40100 <= code < 40170 or code == 40400:
        found += [_KEY, _TOKEN] if params.key and not params.uses_token else [_OTHER_TOKEN, _URL]
    return [
        *found[:3],
        Choice("edit", "Edit the connection", key="e"),
        Choice("copy", "Copy the error", key="y"),
    ]


def retry_words(code: int) -> str:
    """Why nothing is tried again by itself."""
    if may_pass(code):
        return "None by itself; Connect may end otherwise."
    return "None. Every attempt would end the same way."


def sheet(
    view: View, width: int, height: int, *, chosen: int, cause: Entry | None, around: Around
) -> Sheet:
    """Everything in `height` rows; where there are fewer, the empty ones go first."""
    error = error_of(view)
    code = (f"{error.code}  ", f"bold {theme.WRONG}") if error.code else ""
    head = Content.assemble(code, (visible(error.message), "bold")).truncate(width, ellipsis=True)
    change = reasons.change_of(view)
    point = visible(change.point) if change is not None else ""
    parts: list[list[Content]] = [
        [head],
        _named("meaning", reasons.sentences(error, view), width)
        + _named("retry", retry_words(error.code), width),
        _offers(choices(view.connection.params, error.code), chosen),
        [_source(cause, around, width, point)],
    ]
    gaps = height - sum(map(len, parts)) >= len(parts) - 1
    lines: list[Content] = []
    where: dict[int, int] = {}
    for place, part in enumerate(parts):
        if place and gaps:
            lines.append(Content(""))
        if place == 2:
            where = {len(lines) + row: row for row in range(len(part))}
        lines += part
    return Sheet(lines, where, len(lines) - 1 if cause is not None else None)


def _named(name: str, words: str, width: int) -> list[Content]:
    rows = Content(words).wrap(max(width - VALUE_AT, 10))
    return [
        Content.assemble((f"{name if not row else '':<{VALUE_AT}}", theme.MUTED), part)
        for row, part in enumerate(rows)
    ]


def _offers(offered: list[Choice], chosen: int) -> list[Content]:
    widest = max(len(each.text) for each in offered)
    lines = []
    for place, each in enumerate(offered):
        here = place == chosen
        sign = "enter" if here else each.key
        text = Content.assemble(
            " ", (f"{sign:<6}", f"bold {theme.PRIMARY}"), f"{each.text:<{widest}} "
        ).stylize("on $primary-muted" if here else "on $panel")
        name = "" if place else "do next"
        lines.append(Content.assemble((f"{name:<{VALUE_AT}}", theme.MUTED), text))
    return lines


def _source(cause: Entry | None, around: Around, width: int, point: str) -> Content:
    name = (f"{'source':<{VALUE_AT}}", theme.MUTED)
    if cause is None:
        words = f"this program, by {rule_of(point)}" if point else "this program"
        return Content.assemble(name, words).truncate(width, ellipsis=True)
    frame = cause.kind is EntryKind.FRAME
    arrow = {Direction.IN: "↓ ", Direction.OUT: "↑ ", None: ""}[cause.direction]
    what = action_name(cause.action) if frame else cause.kind.name.lower()
    at = around.moment(cause.at).strftime("%H:%M:%S.%f")[:12]
    link = (f"{arrow}{cause.n} {what}", "underline")
    rule = f"  {rule_of(point)}" if point else ""
    line = Content.assemble(name, link, (f"  {at}{rule}", theme.MUTED))
    return line.truncate(width, ellipsis=True)


def told(view: View) -> str:
    """The error as text to be copied: its code and message, meaning, rule."""
    error = error_of(view)
    change = reasons.change_of(view)
    head = f"{error.code} {error.message}" if error.code else error.message
    lines = [f"{head} (status {error.status_code})", reasons.sentences(error, view)]
    if change is not None and change.point:
        lines.append(rule_of(change.point))
    if error.cause is not None:
        lines.append(f"cause: {error.cause}")
    return "\n".join(map(visible, lines))
