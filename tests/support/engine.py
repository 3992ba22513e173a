"""A stand-in for a Session: answers when a test says so, and tells what a test tells it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

from ablytui.protocol.connection import Connection
from ablytui.protocol.effects import Reply
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.log import EntryKind, Row, state_members
from ablytui.protocol.news import Changed, Logged, News
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState, StateChange


class FakeEngine:
    """Keeps what it was asked in `asked`; `tell` hands news to the subscribers."""

    def __init__(self, params: ConnectParams | None = None) -> None:
        self.connection = Connection(params or ConnectParams(key="app.k1:secret"))
        self.asked: list[tuple[str, dict[str, Any], asyncio.Future[Reply]]] = []
        self.refusing: str | None = None
        self.raising: Exception | None = None
        self.on_ask: Callable[[str], None] = lambda _name: None
        self.started = False
        self.closed = False
        self._n = 0
        self._told: dict[asyncio.Future[Reply], Callable[[Reply], None] | None] = {}
        self._fns: list[Callable[[News], None]] = []

    def start(self) -> None:
        self.started = True

    def do(
        self,
        action_id: str,
        args: Mapping[str, Any] | None = None,
        told: Callable[[Reply], None] | None = None,
    ) -> asyncio.Future[Reply]:
        if self.raising is not None:
            raise self.raising
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self.asked.append((action_id, dict(args or {}), future))
        self._told[future] = told
        if self.refusing is not None:
            self.answer(future, Reply(1, error=ErrorInfo(40000, 400, self.refusing)))
        self.on_ask(action_id)
        return future

    def recovery_key(self) -> str | None:
        return "RECOVERY-SECRET"

    def subscribe(self, fn: Callable[[News], None], *, rows: bool = False) -> Callable[[], None]:
        assert rows
        self._fns.append(fn)
        return lambda: self._fns.remove(fn)

    async def close(self) -> None:
        self.closed = True
        for _, _, future in self.asked:
            if not future.done():
                self.answer(future, Reply(1, error=ErrorInfo(40000, 400, "ended")))

    def answer(self, future: asyncio.Future[Reply], reply: Reply) -> None:
        """Answer what was asked."""
        future.set_result(reply)
        if told := self._told[future]:
            told(reply)

    def tell(self, news: News) -> None:
        for fn in tuple(self._fns):
            fn(news)

    def log(self, kind: EntryKind, members: Mapping[str, Any], at: int = 1000) -> None:
        payload = json.dumps(members).encode()
        self._n += 1
        self.tell(Logged(self._n, Row(at, kind, payload=payload, size=len(payload))))

    def become(self, state: ConnectionState, **changes: Any) -> None:
        change = StateChange(self.connection.state, state, state)
        self.connection = self.connection.evolve(state=state, **changes)
        self.log(EntryKind.STATE, state_members(change))
        self.tell(Changed(self.connection, change))
