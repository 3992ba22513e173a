"""From what happens to rows of the log, and from rows to subscribers.

The one place where a row is made. What leaves here is masked: the store does that in `append`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ablytui.capture.store import Store
from ablytui.net.listener import Ended, Failure, Handshake
from ablytui.protocol.codec import Head, Undecodable, encode
from ablytui.protocol.effects import Anomaly, Notice
from ablytui.protocol.format import Format
from ablytui.protocol.frame import WireFrame
from ablytui.protocol.log import (
    EntryKind,
    Row,
    channel_members,
    state_members,
)
from ablytui.protocol.news import Logged, News, Told
from ablytui.protocol.observe.fold import Observer
from ablytui.protocol.observe.verdict import Verdict, verdict_members
from ablytui.protocol.states import ChannelChange, StateChange
from ablytui.protocol.uri import Target

Subscriber = Callable[[News], None]


class Recorder:
    """Appends rows, lets the observer judge them, and tells who listens."""

    def __init__(
        self,
        store: Store,
        observer: Observer,
        now: Callable[[], int],
        drained: Callable[[], None],
        failed: Callable[[str], None],
    ) -> None:
        self.store = store
        store.follow(self._masked, drained, now, failed)
        self.observer = observer
        self._plain: list[Subscriber] = []
        self._rows: list[Subscriber] = []
        self._found: list[Verdict | Anomaly] = []
        self._ready: list[tuple[int, Row]] = []
        self._duplicates: set[int] = set()

    def subscribe(self, fn: Subscriber, *, rows: bool) -> Callable[[], None]:
        """Tell `fn` all news, or all but the rows. Returns how to stop that."""
        where = self._rows if rows else self._plain
        where.append(fn)
        return lambda: where.remove(fn)

    @property
    def listened(self) -> bool:
        """Whether anybody wants to know of every row and delivery."""
        return bool(self._rows)

    @property
    def found(self) -> bool:
        """Whether the observer has something to say that is not a row yet."""
        return bool(self._found)

    def tell(self, news: News) -> None:
        """Hand one piece of news to everybody."""
        for fn in (*self._plain, *self._rows):
            fn(news)

    def _masked(self, n: int, row: Row) -> None:
        if self._rows:
            self._ready.append((n, row))

    def append(self, row: Row) -> int:
        """Write a row. Its payload is masked from here on, or once its fragments are whole."""
        return self.store.append(row)

    def publish(self, n: int, row: Row, *, duplicate: bool = False) -> None:
        """Let an appended row be seen: by the observer, then by who listens for rows.

        Listeners get each row once it is masked, and so, behind a fragment, a little later.
        """
        found = self.observer.feed(n, row, duplicate)
        if found:
            self._found.extend(found)
        if duplicate and self._rows:
            self._duplicates.add(n)
        while self._ready:
            at, ready = self._ready.pop(0)
            news = Logged(at, ready, at in self._duplicates)
            self._duplicates.discard(at)
            for fn in tuple(self._rows):
                fn(news)

    def conclude(self, at: int) -> None:
        """Append what the observer found since the last time, each directly after its cause."""
        self._found.extend(self.observer.tick(at))
        while self._found:
            found = self._found.pop(0)
            if isinstance(found, Verdict):
                self.note(at, EntryKind.VERDICT, verdict_members(found))
            else:
                members = {"text": found.text, "by": found.by}
                if found.point:
                    members["point"] = found.point
                self.note(at, EntryKind.ANOMALY, members)

    def note(
        self,
        at: int,
        kind: EntryKind,
        members: Mapping[str, Any],
        *,
        attempt: int = 0,
        channel: str | None = None,
        error: int | None = None,
    ) -> None:
        """Append a row that is not a frame; its payload is the members as JSON."""
        payload = encode(members, Format.JSON)
        size = len(payload)
        row = Row(
            at,
            kind,
            attempt=attempt,
            channel=channel,
            error=error,
            size=size,
            wire=size,
            payload=payload,
        )
        self.publish(self.append(row), row)

    # --- what happens ---------------------------------------------------------------------------

    def change(self, at: int, attempt: int, change: StateChange | ChannelChange) -> None:
        """A state row or a channel row."""
        error = change.reason.code if change.reason else None
        if isinstance(change, StateChange):
            members = state_members(change)
            self.note(at, EntryKind.STATE, members, attempt=attempt, error=error)
        else:
            members = channel_members(change)
            channel = change.channel
            self.note(at, EntryKind.CHANNEL, members, attempt=attempt, channel=channel, error=error)

    def notice(self, at: int, notice: Notice) -> None:
        """A line for the person: a row, and news for who does not read rows."""
        members: dict[str, Any] = {"level": notice.level, "message": notice.message}
        if notice.code is not None:
            members["code"] = notice.code
        if notice.fault:
            members["fault"] = notice.fault
        if notice.name:
            members["name"] = notice.name
        self.note(at, EntryKind.NOTICE, members, error=notice.code)
        self.tell(Told(notice))

    def upgrade(self, at: int, attempt: int, target: Target) -> None:
        """A dial begins. The store masks the secrets of its URL, at equal length, as it does all."""
        members = {
            "attempt": attempt,
            "host": target.host,
            "url": target.url,
            "mode": target.mode,
        }
        self.note(at, EntryKind.UPGRADE, members, attempt=attempt)

    def handshake(self, at: int, attempt: int, answer: Handshake | Failure) -> None:
        """The service answered the upgrade, with 101 or otherwise."""
        members = {
            "attempt": attempt,
            "status": answer.status,
            "headers": dict(answer.headers),
            "phases": {name: round(ms, 3) for name, ms in answer.phases.items()},
        }
        self.note(at, EntryKind.HANDSHAKE, members, attempt=attempt)

    def socket(self, at: int, attempt: int, end: Ended | Failure, *, by_us: bool) -> None:
        """A socket has ended, or a dial came to nothing."""
        members: dict[str, Any] = {
            "attempt": attempt,
            "closeCode": end.code if isinstance(end, Ended) else None,
            "closeReason": end.reason if isinstance(end, Ended) else "",
            "by": "us" if by_us else "peer",
            "clean": end.clean if isinstance(end, Ended) else False,
        }
        error = end.error if isinstance(end, Ended) else end.what
        if error:
            members["error"] = error
        self.note(at, EntryKind.SOCKET, members, attempt=attempt)


def frame_row(
    at: int,
    attempt: int,
    frame: WireFrame,
    head: Head | Undecodable | None,
) -> Row:
    """The row of one frame; the columns of its message where it completes one."""
    known = head if isinstance(head, Head) else _NO_HEAD
    size = len(frame.payload)
    # By position, because a row is made for every frame.
    return Row(
        at,
        EntryKind.FRAME,
        attempt,
        frame.direction,
        frame.opcode,
        frame.fin,
        frame.origin,
        known.action,
        known.channel,
        known.msg_serial,
        known.count,
        None if known.error is None else known.error.code,
        known.flags,
        size,
        frame.wire,
        frame.payload,
    )


_NO_HEAD = Head()
