from __future__ import annotations

import argparse
import asyncio
import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from ablytui.commands import serve
from ablytui.errors import UsageError
from tests.support import drive

KEY = "app.k1:secret"


def options(*args: str) -> Any:
    parser = argparse.ArgumentParser()
    serve.add_options(parser)
    return serve._options(parser.parse_args(args))


def test_the_defaults_are_those_of_the_service() -> None:
    from ablytui.service.options import ServiceOptions

    assert options() == ServiceOptions()


def test_every_option_reaches_the_service() -> None:
    read = options(
        *("--host", "::1", "--port", "8080", "--key", KEY, "--key", "app.k2:x"),
        *("--state-ttl", "1000", "--max-idle", "2000", "--retention", "90s"),
        *("--scenario", "hello", "--max-inbound-rate", "50", "--max-connections", "7"),
        *("--max-channels-per-connection", "8", "--max-message-size", "999"),
    )
    assert (read.max_inbound_rate, read.max_connections) == (50, 7)
    assert (read.max_channels_per_connection, read.max_message_size) == (8, 999)
    assert (read.host, read.port, read.keys) == ("::1", 8080, (KEY, "app.k2:x"))
    assert (read.state_ttl, read.max_idle, read.retention) == (1000, 2000, 90_000)
    assert read.scenario.name == "hello"


@pytest.mark.parametrize(
    ("typed", "ms"), [("500ms", 500), ("90s", 90_000), ("2m", 120_000), ("24h", 86_400_000)]
)
def test_a_retention_is_read(typed: str, ms: int) -> None:
    assert options("--retention", typed).retention == ms


@pytest.mark.parametrize("typed", ["", "2", "0s", "25h", "-1s", "2 m", "9999999999s"])
def test_a_bad_retention_is_refused(typed: str) -> None:
    with pytest.raises(UsageError, match="--retention"):
        options(f"--retention={typed}")


@pytest.mark.parametrize("flag", ["--state-ttl", "--max-idle", "--port", "--max-connections"])
def test_a_bad_number_names_its_flag(flag: str) -> None:
    with pytest.raises(UsageError, match=flag):
        options(flag, "x")


@contextmanager
def served(*args: str) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "ablytui", "serve", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_it_says_where_it_listens_and_a_signal_ends_it(number: int, code: int) -> None:
    with served("--key", KEY) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line.startswith("listening on http://127.0.0.1:")
        assert line.endswith(f" key {KEY}\n")
        process.send_signal(number)
        assert process.wait(30) == code
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_sends_disconnected_and_closes_1001_and_says_nothing(number: int) -> None:
    with served("--key", KEY) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().split()[2].replace("http://", "ws://")
        async with connect(f"{url}/?key={KEY}&v=6", proxy=None) as socket, asyncio.timeout(30):
            assert json.loads(await socket.recv())["action"] == 4
            await asyncio.to_thread(_nothing_much, url.replace("ws://", "http://"))
            process.send_signal(number)
            last = json.loads(await socket.recv())
            assert (last["action"], last["error"]["code"]) == (6, 80003)
            with pytest.raises(ConnectionClosed) as closed:
                await socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1001
        await asyncio.to_thread(process.wait, 30)
        assert process.stdout.read() == ""
        assert process.stderr.read() == ""


def _nothing_much(url: str) -> None:
    """One request, so that the HTTP side is there to be stopped too."""
    with urllib.request.urlopen(f"{url}/time", timeout=30) as answer:
        assert answer.status == 200


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
@pytest.mark.parametrize(("soft", "hard", "then"), [(64, 4_096, 2_100), (64, 256, 256)])
def test_there_is_room_for_all_sockets(soft: int, hard: int, then: int) -> None:
    program = (
        "import resource as r; from ablytui.commands.serve import _room_for;"
        f"r.setrlimit(r.RLIMIT_NOFILE, ({soft}, {hard})); _room_for(2000);"
        "print(*r.getrlimit(r.RLIMIT_NOFILE))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(then), str(hard)]


def test_a_port_in_use_is_one_line() -> None:
    with served() as first:
        assert first.stdout is not None
        port = first.stdout.readline().split()[2].rpartition(":")[2]
        done = subprocess.run(
            [sys.executable, "-m", "ablytui", "serve", "--port", port],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "it is in use" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_address_that_others_reach_is_warned_of() -> None:
    with served("--host", "0.0.0.0") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith("listening on http://0.0.0.0:")
        assert "not this machine alone" in process.stderr.readline()


async def test_verbose_logs_a_line_per_connection_and_frame() -> None:
    with served("-v", "--key", drive.KEY) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        url = process.stdout.readline().split()[2].replace("http://", "ws://")
        async with drive.driving(url, "--until", "connected", "--timeout", "20") as driven:
            assert await driven.end() == 0
        process.terminate()
        log = process.stderr.read()
    lines = log.splitlines()
    assert any(line.startswith("#1 connected ") for line in lines)
    assert any(line.startswith("#1 sent CONNECTED, ") for line in lines)
    assert drive.KEY.partition(":")[2] not in log
