"""Why the buttons that are grey are grey, all together in a few words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from ablytui.protocol.actions import Action
from ablytui.protocol.connection import Connection
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.reasons import reason_of
from ablytui.ui.present.view import View

_SHUT: Final = frozenset({S.CLOSED, S.FAILED})


def why_grey(actions: Iterable[Action], connection: Connection, width: int) -> str:
    """`Disconnect, Drop: no socket is open`; the longest form of it that fits in `width`."""
    return next((form for form in _forms(actions, connection) if len(form) <= width), "")


def _forms(actions: Iterable[Action], connection: Connection) -> Iterator[str]:
    titles: dict[str, list[str]] = {}
    for action in actions:
        reason = action.reason_not_now(connection)
        if reason is not None:
            titles.setdefault(reason.text, []).append(action.title)
    told = [f"{', '.join(names)}: {text}" for text, names in titles.items()]
    if not told:
        return
    yield "; ".join(told)
    # What keeps from connecting at all is the news; the rest follows from it.
    if connection.state is S.INITIALIZED and told[0].startswith("Connect"):
        yield told[0]
        yield f"Connect: {next(iter(titles))}"
    if connection.state in _SHUT:
        yield "greyed: the socket is closed"
    elif connection.socket is None:
        yield "greyed: no socket is open"
    yield told[0]
    yield few_words(sum(map(len, titles.values())), next(iter(titles)), connection)


def few_words(count: int, reason: str, connection: Connection) -> str:
    """`4 off: no socket`, for the narrowest row."""
    return f"{count} off: {'no socket' if connection.socket is None else reason}"


def suggested(view: View) -> str | None:
    """The id of the action that is the natural next one, if a retry can help.

    A refusal for what was asked (400xx to 403xx) ends every attempt in the same way.
    """
    if view.connection.state not in {S.DISCONNECTED, S.SUSPENDED, S.CLOSED, S.FAILED}:
        return None
    reason = reason_of(view)
    refused = (
        view.connection.state is S.FAILED and reason is not None and 40000 <= reason.code < 40400
    )
    return None if refused else "connect"
