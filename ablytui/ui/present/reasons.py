"""Why the connection is in its state, and what comes next, in words.

Three lengths: a few words for a title (`title`), one sentence for the status row (`next_words`),
and the full meaning where there is a row for it (`meaning`). What a peer said is made visible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from textual.content import Content

from ablytui.protocol.catalogue import explain
from ablytui.protocol.dialect import resumes_after_ttl
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.machine import reasons as own
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from ablytui.protocol.visible import elide, visible
from ablytui.ui import theme
from ablytui.ui.present import clockwords, waits
from ablytui.ui.present.view import View

CONTINUED: Final[Mapping[str, str]] = {"RTN15c6": "resumed", "RTN16d": "recovered"}
"""The word for a CONNECTED that kept continuity, by its spec point."""

LOST: Final = frozenset({"RTN15c7", "RTN16l"})
"""A CONNECTED that was to continue a connection, and is a new one."""

_SHORT: Final[Mapping[int, str]] = {
    40101: "key not accepted",
    40103: "needs TLS",
    40142: "token expired",
    40171: "no new token",
    50003: "no CONNECTED in time",
    80002: "away too long",
    80008: "came back too late",
    80018: "connection is a new one",
}

_TRANSPORT_LOST: Final = own.lost(0, "").message.partition(" (")[0]
_NO_SOCKET: Final = own.unreachable("", 0).message


def change_of(view: View) -> StateChange | None:
    """The change that led to the state there is now."""
    for past in reversed(view.history):
        change = past.change
        if change.event != "update" and change.current is view.connection.state:
            return change
        if change.event != "update":
            break
    return None


def reason_of(view: View) -> ErrorInfo | None:
    """Why the connection is in its state; while connecting, why it is not connected any more."""
    change = change_of(view)
    if change is not None and change.reason is not None:
        return change.reason
    if view.connection.state in {S.CONNECTED, S.CLOSING, S.CLOSED, S.INITIALIZED}:
        return None
    return view.connection.error_reason


def short(error: ErrorInfo) -> str:
    """A few words for an error: ours where there are some, else its own, made visible."""
    if error == own.ON_REQUEST:
        return "on request"
    if error == own.NO_TRAFFIC:
        return "nothing came in"
    if error.code == 80003 and error.message.startswith(_TRANSPORT_LOST):
        return "transport lost"
    return _SHORT.get(error.code) or visible(error.message.removeprefix(_NO_SOCKET)).rstrip(".")


def coded(error: ErrorInfo, width: int) -> str:
    """`80003 transport lost`, or the code alone where that does not fit; cut at the last."""
    words = short(error)
    if not error.code:
        return elide(words, width)
    told = f"{error.code} {words}"
    return told if len(told) <= width else str(error.code)[:width]


def title(view: View, width: int) -> Content:
    """The right end of the State pane's title; nothing when nothing is to be said."""
    state = view.connection.state
    change = change_of(view)
    point = change.point if change is not None else ""
    if state is S.CONNECTED and point in CONTINUED:
        words = f"{CONTINUED[point]}, continuity kept"
        return Content.styled(words if len(words) <= width else CONTINUED[point], theme.CONTINUITY)
    error = reason_of(view)
    if error is None:
        return Content("")
    if state is S.CONNECTED:
        return Content.styled(coded(error, width), theme.WRONG)
    style = theme.WRONG if state is S.FAILED else theme.HEALS
    return Content.styled(coded(error, width), style)


def next_words(view: View, width: int) -> Content:
    """The sentence of the status row in a terminal of `width` columns: what is next, and why.

    From 110 columns on the reason stands in the State pane's title; below 74 there is room for
    its code only.
    """
    return _NEXT[view.connection.state](view, width)


def starting(view: View) -> str:
    """What is waited for before there is a session; empty once there is one."""
    if not view.opening:
        return ""
    return "the local service is starting" if view.local else "starting"


def _initialized(view: View, width: int) -> Content:
    words = starting(view) or "no connection yet"
    return Content.styled(words if width >= 60 else "", theme.MUTED)


def _connecting(view: View, width: int) -> Content:
    conn = view.connection
    parts: list[tuple[str, str]] = [(f"attempt {conn.attempt}", theme.MUTED)]
    if conn.mode != "clean" and width >= 74:
        parts = [(conn.mode, theme.CONTINUITY), (f", attempt {conn.attempt}", theme.MUTED)]
    return Content.assemble(*parts)


def _connected(view: View, width: int) -> Content:
    change = change_of(view)
    point = change.point if change is not None else ""
    took = view.connected_after
    after = "" if took is None else f"in {clockwords.age(took)}"
    if point in CONTINUED:
        return Content.assemble((CONTINUED[point], theme.CONTINUITY), (f" {after}", theme.MUTED))
    if point in LOST:
        error = reason_of(view)
        code = f"{error.code} " if error is not None and error.code else ""
        words = "new connectionId" if width >= 74 else ""
        return Content.assemble((code, theme.WRONG), (words, theme.MUTED))
    return Content.styled(after, theme.MUTED)


def _waiting(view: View, width: int) -> Content:
    conn = view.connection
    error = reason_of(view)
    if width < 74:
        code = str(error.code) if error is not None and error.code else ""
        return Content.styled(code, theme.HEALS)
    wait = waits.retry(view)
    if width >= 110:
        if wait is not None:
            left = (clockwords.left(wait.left), f"bold {theme.HEALS}")
            return Content.assemble("retry in ", left)
        return Content("no retry until Connect" if conn.hold else "")
    why = "" if error is None else coded(error, 30)
    if conn.hold:
        then = "no retry until Connect"
    elif conn.state is S.SUSPENDED and wait is not None:
        then = f"every {clockwords.span(wait.whole)}"
    else:
        then = f"retry {conn.retries}" if conn.retries else ""
    gap = ", " if why and then else ""
    return Content.assemble((why, theme.HEALS), (gap + then, theme.MUTED))


def _closing(_view: View, width: int) -> Content:
    return Content.styled("waiting for CLOSED" if width >= 74 else "", theme.MUTED)


def _closed(view: View, width: int) -> Content:
    error = reason_of(view)
    if error is None or not error.code:
        return Content.styled("nothing is open" if width >= 74 else "", theme.MUTED)
    told = coded(error, 40) if width >= 74 else str(error.code)
    return Content.styled(told, theme.MUTED)


def _failed(view: View, width: int) -> Content:
    error = reason_of(view)
    code = str(error.code) if error is not None and error.code else ""
    after = "no retry will be made" if width >= 74 else ""
    if code and after:
        after = f" {after}"
    return Content.assemble((code, f"bold {theme.WRONG}"), (after, theme.MUTED))


_NEXT: Final[Mapping[S, Callable[[View, int], Content]]] = {
    S.INITIALIZED: _initialized,
    S.CONNECTING: _connecting,
    S.CONNECTED: _connected,
    S.DISCONNECTED: _waiting,
    S.SUSPENDED: _waiting,
    S.CLOSING: _closing,
    S.CLOSED: _closed,
    S.FAILED: _failed,
}


def meaning(view: View) -> Content:
    """The reason in whole sentences, its code in front; empty when there is no reason."""
    error = reason_of(view)
    if error is None:
        return Content("")
    style = theme.WRONG if view.connection.state in {S.FAILED, S.CONNECTED} else theme.HEALS
    code = (f"{error.code} ", style) if error.code else ("", style)
    return Content.assemble(code, sentences(error, view))


def sentences(error: ErrorInfo, view: View) -> str:
    """What an error means for this connection, without its code."""
    special = _MEANINGS.get(error.code)
    told = special(error, view) if special is not None else ""
    if told:
        return told
    known = explain(error.code)
    if known is None:
        said = visible(error.message)
        return f'Not in this program\'s list. The server says: "{said}"' if error.code else said
    return f"{known.meaning} {known.advice}".strip()


def _transport(error: ErrorInfo, view: View) -> str:
    if not error.message.startswith(_TRANSPORT_LOST):
        head = f"{visible(error.message).rstrip('.')}."
    else:
        head = "The transport was lost."
    until = view.connection.suspend_at
    when = None if until is None else clock(view, until)
    return f"{head} The server keeps the state until {when}." if when else head


def _away(_error: ErrorInfo, view: View) -> str:
    head = f"Away longer than {clockwords.span(view.connection.state_ttl)}."
    if resumes_after_ttl(view.connection.params):
        return f"{head} The next connect still tries to resume; channels attach again."
    return f"{head} The next connect starts clean; channels attach again."


def _too_late(_error: ErrorInfo, _view: View) -> str:
    return (
        "Came back too late to recover. This is a new connectionId; messages in between are lost."
    )


def _too_late_classic(error: ErrorInfo, view: View) -> str:
    classic = view.connection.params.dialect is DialectName.CLASSIC
    return _too_late(error, view) if classic else ""


def _slow(error: ErrorInfo, view: View) -> str:
    if error != own.NO_CONNECTED:
        return ""
    limit = clockwords.span(view.connection.params.realtime_request_timeout)
    return f"No CONNECTED within {limit}. It is tried again."


def _fixed(text: str) -> Callable[[ErrorInfo, View], str]:
    return lambda _error, _view: text


_MEANINGS: Final[Mapping[int, Callable[[ErrorInfo, View], str]]] = {
    80003: _transport,
    80002: _away,
    80018: _too_late,
    80008: _too_late_classic,
    50003: _slow,
    40171: _fixed(
        "The token has expired and there is no way to get another. Give a key or an auth URL."
    ),
    40103: _fixed(
        "A key may only travel over an encrypted connection, and TLS is off for this target."
    ),
    40101: _fixed("The server does not know this key. Check appId, keyId and secret."),
    40160: _fixed(
        "This key does not allow that on this channel. Its capability is shown in Connection."
    ),
}


def clock(view: View, mono: float) -> str | None:
    """The person's time of day at a moment of the mono clock, `14:09:08`; None if not known."""
    if view.wall is None:
        return None
    try:
        when = datetime.fromtimestamp((view.wall + mono - view.now) / 1000, view.zone)
    except (OverflowError, OSError, ValueError):
        return None
    return f"{when:%H:%M:%S}"
