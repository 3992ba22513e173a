"""Plays every situation with every client, and says where Ably's clients differ from ours.

Ours has to do what `ours.json` says, which is what the specification says. What Ably's clients
did, and in which version, is kept in `seen.json`, so that a later version's change is noticed.
"""

from __future__ import annotations

import asyncio
import json
import textwrap
from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.sdk.clients import HERE, Client, Ours, Refused, Sdk
from tests.sdk.remarks import EVERYWHERE, REMARKS
from tests.sdk.situations import SITUATIONS, Situation
from tests.sdk.stage import KEY, SHORT, Stage, Story

OURS: Final = HERE / "ours.json"
SEEN: Final = HERE / "seen.json"
AT_ONCE: Final = 10
"""Situations of one client that are played at the same time."""

Stories = dict[str, dict[str, list[str]]]


async def play(maker: Sdk | Ours, situation: Situation) -> Story:
    """One situation with one client."""
    stage = Stage()
    situation.prepare(stage)
    async with stage.server as server:
        options = _options(maker, situation, server.port)
        client: Client = await maker.client(**options)
        stage.client = client
        try:
            await situation.play(stage)
            await stage.over()
            return stage.story()
        finally:
            await client.gone()


def _options(maker: Sdk | Ours, situation: Situation, port: int) -> dict[str, Any]:
    options = {"host": "127.0.0.1", "port": port, "format": "json", "key": KEY}
    options |= SHORT | situation.options
    if options["key"] is None or "asks" in options:
        del options["key"]
    if asks := options.pop("asks", None):
        if maker.kind == "ours":
            options["program"] = _PROGRAMS[asks]
        else:
            options["tokens"] = _tokens(asks)
        if asks == "once":
            # The first one is at hand, so that the source is asked only for the second.
            options["token"] = "the-first-token"
    return options


_PROGRAMS: Final = {True: "echo a-token", "fails": "false", "once": "false"}


def _tokens(asks: Any) -> Any:
    def token() -> str:
        if asks is True:
            return "a-token"
        raise Refused("token", {"code": 50000, "statusCode": 500, "message": "no token today"})

    return token


async def stories(maker: Sdk | Ours, names: Iterable[str], before: Stories) -> Stories:
    """All of them with one client, some at a time.

    One that is not as before is played again by itself, twice at most: a machine that has much
    to do can be late for a timer of a few hundred ms.
    """
    gate = asyncio.Semaphore(AT_ONCE)
    told: Stories = {}
    wanted = [SITUATIONS[name] for name in names if maker.kind not in SITUATIONS[name].without]

    async def one(situation: Situation) -> None:
        async with gate:
            told[situation.name] = (await play(maker, situation)).as_data()

    async with asyncio.TaskGroup() as group:
        for situation in wanted:
            group.create_task(one(situation))
    for situation in wanted:
        for _ in range(2):
            if before.get(situation.name) in (None, told[situation.name]):
                break
            await one(situation)
    return {situation.name: told[situation.name] for situation in wanted}


def expected() -> Stories:
    """What ours has to do."""
    found: Stories = json.loads(OURS.read_text("utf-8")) if OURS.exists() else {}
    return found


def seen() -> dict[str, Any]:
    """What Ably's clients did when it was last written down, by client."""
    found: dict[str, Any] = json.loads(SEEN.read_text("utf-8")) if SEEN.exists() else {}
    return found


def write_ours(told: Stories) -> None:
    """Make ours what is expected. To be read before it is committed."""
    _write(OURS, expected() | told)


def write_seen(sdk: Sdk, told: Stories) -> None:
    """Write down what one of Ably's clients did."""
    whole = seen()
    before = whole.get(sdk.kind, {}).get("stories", {})
    whole[sdk.kind] = {"version": sdk.version, "stories": before | told}
    _write(SEEN, whole)


def _write(path: Any, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")


def changes(before: Stories, now: Stories, what: str) -> list[str]:
    """A line for each story that is not what it was."""
    found = []
    for name, story in now.items():
        if what[:4].strip() in SITUATIONS[name].shaky:
            continue
        for part in sorted(story.keys() | before.get(name, {}).keys()):
            was, came = before.get(name, {}).get(part, []), story.get(part, [])
            if was != came:
                found.append(f"{what}, {name}, {part}:\n    was {_row(was)}\n    now {_row(came)}")
    return found


def table(ours: Stories, theirs: Mapping[str, Stories]) -> str:
    """Each situation, what ours did, and what each of Ably's did otherwise."""
    rows = []
    for name, story in ours.items():
        rows.append(f"{name}  [{SITUATIONS[name].point}]")
        for part in _PARTS:
            if part in story:
                rows.append(_cell("ours", part, story[part]))
            for kind, told in theirs.items():
                if name in told and told[name].get(part, []) != story.get(part, []):
                    rows.append(_cell(kind, part, told[name].get(part, [])))
        if name in REMARKS:
            rows.append(f"  note: {REMARKS[name]}")
        same = [k for k, told in theirs.items() if told.get(name) == story]
        rows += [f"  the same: {', '.join(same)}"] if same else []
        rows.append("")
    rows += [f"everywhere: {remark}" for remark in EVERYWHERE]
    return "\n".join(rows)


_PARTS: Final = ("states", "channels", "answers", "dials")


def _cell(kind: str, part: str, told: list[str]) -> str:
    head = f"  {kind:4} {part:8} "
    joined = _row(told)
    return textwrap.fill(
        joined, 130, initial_indent=head, subsequent_indent=" " * len(head), break_long_words=False
    )


def _row(told: list[str]) -> str:
    return " | ".join(told) or "–"
