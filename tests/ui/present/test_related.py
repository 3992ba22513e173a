from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ablytui.capture.redact import Redactor
from ablytui.capture.store import SessionInfo, Store
from ablytui.ui.present import related as module
from ablytui.ui.present.related import related
from ablytui.ui.widgets.frames_pane import NoRows
from tests.support.rows import IN, OUT, frame


def log(tmp_path: Path, *messages: dict[str, Any]) -> Any:
    store = Store(
        tmp_path / "x.ablycap",
        session=SessionInfo(0.0, 0.0, "test"),
        redactor=Redactor(b"t" * 32, secrets=()),
        on_grew=lambda _: None,
        call_soon=lambda call: None,
    )
    for at, message in enumerate(messages):
        store.append(frame(at, OUT if message["action"] in {10, 12} else IN, message))
    store.flush()
    reader = store.reader()
    yield reader
    reader.close()
    store.close()


STORY = (
    {"action": 10, "channel": "a"},
    {"action": 11, "channel": "a"},
    {"action": 15, "channel": "b"},
    {"action": 15, "channel": "a"},
    {"action": 14, "channel": "a"},
    {"action": 15, "channel": "a"},
    {"action": 15, "channel": "a"},
    {"action": 0},
)


@pytest.fixture
def reader(tmp_path: Path) -> Any:
    yield from log(tmp_path, *STORY)


def named(reader: Any, n: int, attached: int | None = None) -> list[tuple[str, int]]:
    return [(each.section, each.entry.n) for each in related(reader.row(n), reader, attached)]


def test_what_came_on_a_channel_since_it_was_attached(reader: Any) -> None:
    assert named(reader, 2) == [("on this channel since", n) for n in (4, 5, 6)]


def test_what_made_the_channel_so(reader: Any) -> None:
    assert named(reader, 7) == [("same channel", 2)]
    assert named(reader, 3) == []


def test_what_has_no_channel_has_no_kin(reader: Any) -> None:
    assert named(reader, 8) == []
    assert named(reader, 1) == []


def test_far_back_only_what_is_known(reader: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REACH", 3)
    assert named(reader, 7) == []
    assert named(reader, 7, attached=2) == [("same channel", 2)]
    assert named(reader, 2) == [("on this channel since", 4)]


def test_a_log_that_cannot_be_searched(reader: Any) -> None:
    assert related(reader.row(7), NoRows()) == []
