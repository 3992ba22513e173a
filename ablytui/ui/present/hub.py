"""The words in the middle of the diagram: what is waited for, and how that goes."""

from __future__ import annotations

from dataclasses import dataclass

from ablytui.protocol.backoff import coefficient
from ablytui.protocol.connection import Connection
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui import theme
from ablytui.ui.present import clockwords, waits
from ablytui.ui.present.view import View


@dataclass(frozen=True, slots=True)
class Word:
    """A text and its style; `short` is for ten cells."""

    text: str
    style: str = theme.MUTED
    short: str | None = None

    def within(self, width: int) -> str:
        """The longest form that fits; empty when none does."""
        for form in (self.text, self.short or ""):
            if len(form) <= width:
                return form
        return ""


@dataclass(frozen=True, slots=True)
class Hub:
    """`head`, `value`, a bar, and two lines below; each may be absent."""

    head: Word | None = None
    value: Word | None = None
    bar: float | None = None
    feet: tuple[Word, ...] = ()
    foot: Word | None = None
    """Head and feet in one word, where there is room for only one."""


def hub(view: View) -> Hub:
    """What stands there now."""
    state = view.connection.state
    if state is S.CONNECTING:
        return _connecting(view)
    if state in {S.DISCONNECTED, S.SUSPENDED}:
        return _waiting(view)
    if state is S.CONNECTED and view.connected_after is not None:
        return Hub(value=Word(f"in {clockwords.age(view.connected_after)}"))
    return Hub()


def _connecting(view: View) -> Hub:
    conn = view.connection
    head = Word(f"attempt {conn.attempt}", theme.PLAIN)
    mode = "" if conn.mode == "clean" else conn.mode
    feet = (Word(mode, theme.CONTINUITY),) if mode else ()
    foot = Word(
        f"{conn.attempt}, {mode}" if mode else f"{conn.attempt}",
        theme.CONTINUITY if mode else theme.MUTED,
        short=mode,
    )
    wait = waits.patience(view)
    if wait is None:
        return Hub(head=head, feet=feet, foot=foot)
    told = clockwords.of(wait.whole - wait.left, wait.whole)
    value = Word(told, f"bold {theme.PRIMARY}", short=told.replace(" of ", "/"))
    return Hub(head, value, wait.fraction, feet, foot)


def _waiting(view: View) -> Hub:
    conn = view.connection
    wait = waits.retry(view)
    if wait is None:
        return (
            Hub(head=Word("no retry"), value=Word("on hold", theme.HEALS)) if conn.hold else Hub()
        )
    value = Word(clockwords.left(wait.left), f"bold {theme.HEALS}")
    head = Word("next try in")
    if conn.state is S.SUSPENDED:
        every = Word(f"every {clockwords.span(wait.whole)}", theme.PLAIN)
        return Hub(head, value, wait.fraction, (every,), Word(every.text))
    number, slower = conn.retries, backoff_text(conn)
    if not number:
        return Hub(head, value, wait.fraction)
    feet = [Word(f"retry {number}", theme.PLAIN)]
    if slower:
        feet.append(Word(f"backoff {slower}"))
    foot = Word(f"{number}, ×{slower}" if slower else f"{number}")
    return Hub(head, value, wait.fraction, tuple(feet), foot)


def backoff_text(conn: Connection) -> str:
    """RTB1a: by how much the wait has grown: `4/3`, `5/3`, `2`; empty while it has not."""
    thirds = round(coefficient(conn.retries) * 3)
    if thirds == 3:
        return ""
    return f"{thirds}/3" if thirds % 3 else f"{thirds // 3}"
