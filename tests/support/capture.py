"""A store for tests: a loop that runs when told to, and rows in few words."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ablytui.capture.redact import Redactor
from ablytui.capture.store import SessionInfo, Store
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import EntryKind, Row

TAG_SECRET = b"t" * 32
INFO = SessionInfo(wall0=1_700_000_000_000.0, mono0=5_000.0, version="0.0")


class Loop:
    """What `call_soon` of a loop is, run by hand."""

    def __init__(self) -> None:
        self.calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def call_soon(self, call: Callable[[], None]) -> None:
        self.calls.put(call)

    def until(self, condition: Callable[[], bool], timeout: float = 10.0) -> None:
        """Run what was asked for until `condition` holds; fails the test after `timeout` s."""
        end = time.monotonic() + timeout
        while not condition():
            left = end - time.monotonic()
            assert left > 0, "waited in vain"
            try:
                self.calls.get(timeout=min(left, 0.05))()
            except queue.Empty:
                continue


def make_store(path: Path | None, **options: Any) -> Store:
    """A store whose word nobody hears unless `options` say so."""
    loop = Loop()
    settings: dict[str, Any] = {
        "session": INFO,
        "redactor": Redactor(TAG_SECRET),
        "on_grew": lambda _: None,
        "call_soon": loop.call_soon,
    }
    return Store(path, **{**settings, **options})


def frame(
    payload: bytes = b'{"action":0}',
    *,
    at: int = 0,
    fin: bool = True,
    opcode: Opcode = Opcode.TEXT,
    direction: Direction = Direction.IN,
    **members: Any,
) -> Row:
    """A frame row."""
    members.setdefault("attempt", 1)
    members.setdefault("size", len(payload))
    return Row(
        at, EntryKind.FRAME, direction=direction, opcode=opcode, fin=fin, payload=payload, **members
    )


def special(kind: EntryKind, payload: bytes = b"{}", *, at: int = 0, attempt: int = 1) -> Row:
    """A row that is no frame."""
    return Row(at, kind, attempt, payload=payload, size=len(payload))
