"""No byte of a secret is left behind: not by any scenario, format or dialect, nor in a picture."""

from __future__ import annotations

import base64
import json
import random
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from ablytui.net.clock import SystemClock
from ablytui.service.options import ServiceOptions
from ablytui.service.scenario import Scenario, load
from ablytui.service.server import Server
from tests.support import app
from tests.support.drive import KEY, Drive, driving
from tests.support.leaks import leaks, shapes
from tests.support.shoot import FOLDER
from tests.support.wires import until

FASTER = 12
"""Scenarios are played so many times faster than they are shown."""


def hurried(scenario: Scenario) -> Scenario:
    return replace(
        scenario,
        steps=tuple(replace(step, at=step.at // FASTER) for step in scenario.steps),
        streams=tuple(replace(s, every=max(s.every // FASTER, 1)) for s in scenario.streams),
    )


async def secret_of(drive: Drive) -> str:
    """The connectionKey, which stands in clear only in the line that was asked for."""
    key: str = (await drive.do("recovery_key"))["value"]
    return str(json.loads(key)["connectionKey"]) if key[0] == "{" else key.partition(":")[0]


def on_disk(path: Path) -> list[bytes]:
    return [file.read_bytes() for file in path.parent.glob(f"{path.name}*")]


CONNECTED_TO_THE_END = [
    ("hello", "current"),
    ("hello", "classic"),
    ("steady", "current"),
    ("steady", "classic"),
    ("drop-and-resume", "current"),
    ("classic-resume", "classic"),
]
"""Scenarios after which there is a recovery key to be asked for, in a dialect they are meant for."""


@pytest.mark.parametrize("format_", ["json", "msgpack"])
@pytest.mark.parametrize(("name", "dialect"), CONNECTED_TO_THE_END)
async def test_after_a_scenario_no_secret_is_left(
    name: str, format_: str, dialect: str, tmp_path: Path
) -> None:
    scenario, path = hurried(load(name)), tmp_path / "x.ablycap"
    server = Server(
        ServiceOptions(keys=(KEY,), scenario=scenario), clock=SystemClock(), random=random.Random(7)
    )
    fired: list[object] = []
    server.watch = fired.append
    await server.start()
    options = ("--dialect", dialect, "--format", format_, "--capture", str(path))
    try:
        async with driving(f"ws://127.0.0.1:{server.port}", *options) as drive:
            await drive.do("connect")
            secrets = {KEY, KEY.partition(":")[2], await secret_of(drive)}
            for channel in scenario.client.channels:
                await drive.do("attach", channel=channel)
            # What a service must not do: say the secrets where no place for them is.
            for secret in tuple(secrets):
                server.publish(scenario.client.channels[0], f"in clear: {secret}!")
            await drive.until(
                lambda line: line["ev"] == "message" and len(fired) >= len(scenario.steps)
            )
            await drive.do("connect")
            secrets.add(await secret_of(drive))
            await drive.do("ping")
            await until(lambda: any(b"in clear" in content for content in on_disk(path)))
            while_open = on_disk(path)
            await drive.do("close")
            assert await drive.end() == 0
    finally:
        await server.stop()
    assert len(while_open) > 1, "there was a -wal to look at"
    asked_for = sum(b"msgSerial" in line or b'"value":"' in line for line in _keys(drive.raw))
    assert asked_for == 2
    told = b"\n".join(line for line in drive.raw.splitlines() if line not in _keys(drive.raw))
    assert b"in clear: " in told
    assert leaks(secrets, told, *while_open, *on_disk(path)) == []


def _keys(raw: bytes) -> list[bytes]:
    """The answers whose value is a recovery key."""
    lines = [line for line in raw.splitlines() if line.startswith(b'{"ev":"result"')]
    return [line for line in lines if isinstance(json.loads(line).get("value"), str)]


def test_no_picture_holds_a_secret_in_any_shape() -> None:
    pictures = [path.read_bytes() for path in FOLDER.glob("*.svg")]
    assert pictures
    assert leaks((app.SECRET, app.KEY), *pictures) == []


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_secret_is_found_however_it_is_written(before: str) -> None:
    secret = "the/secret+of this?test"
    found = [
        f"{before}{secret}",
        f"{before}{quote(secret, safe='')}",
        base64.b64encode(f"{before}{secret}, and on".encode()).decode(),
    ]
    for text in found:
        assert leaks([secret], text.encode()), text
    assert leaks([secret], b"the/*******************") == []
    assert all(len(shape) > 8 for shape in shapes(secret))
