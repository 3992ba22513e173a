"""The parts put together: a real service, a real session, and `drive` as a process beside them."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ablytui import compose
from ablytui.capture.store import Reader, Store, open_capture
from ablytui.errors import CaptureError
from ablytui.protocol.log import EntryKind
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.service.scenario import load
from ablytui.ui.playbill import Playing
from tests.support.drive import KEY, Drive, driving, serving
from tests.support.terminal import terminal

FORMATS = pytest.mark.parametrize("format_", ["json", "msgpack"])
DIALECTS = pytest.mark.parametrize("dialect", ["current", "classic"])


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - the condition may be anything
            await asyncio.sleep(0.005)


# --- in this process ----------------------------------------------------------------------------


async def test_the_local_service_is_filled_in_and_connected_to() -> None:
    parts = await compose.assemble(compose.Wanted(ConnectParams()), local=True)
    seen: list[int] = []
    try:
        parts.grown.subscribe(seen.append)
        assert parts.session.connection.params.endpoint == "127.0.0.1"
        parts.session.start()
        await until(lambda: parts.session.connection.state is S.CONNECTED)
        await until(lambda: seen and seen[-1] >= 4)
        late: list[int] = []
        parts.grown.subscribe(late.append)
        await until(lambda: late)
    finally:
        await parts.close()
    assert not parts.store.path.exists()


async def test_the_screen_gets_a_session_that_runs_and_a_scenario_its_channels() -> None:
    scenario = load("hello")
    launch = compose.launch(compose.Wanted(ConnectParams()), local=True, scenario=scenario)
    assert (launch.local, launch.scenario) == (True, "hello")
    runtime = await launch.open()
    try:
        channels = runtime.session.connection.channels
        assert set(channels) == set(scenario.client.channels)
        await until(lambda: runtime.session.connection.state is S.CONNECTED)
        assert runtime.recording is None
    finally:
        await runtime.close()
        await launch.close()


async def test_the_screen_hears_and_holds_what_the_scenario_does() -> None:
    launch = compose.launch(
        compose.Wanted(ConnectParams()), local=True, scenario=load("drop-and-resume")
    )
    runtime = await launch.open()
    heard: list[Playing] = []
    try:
        assert runtime.player is not None
        runtime.player.subscribe(heard.append)
        await until(lambda: runtime.session.connection.state is S.CONNECTED)
        runtime.player.control("pause")
        assert heard[-1].paused
        runtime.player.control("skip")
        await until(lambda: heard[-1].fault)
        assert (heard[-1].step, heard[-1].steps) == (2, 6)
        assert "TCP is cut" in heard[-1].caption
        await until(lambda: runtime.session.connection.attempt == 2)
    finally:
        await runtime.close()
        await launch.close()


async def test_another_scenario_is_played_on_the_same_service() -> None:
    launch = compose.launch(compose.Wanted(ConnectParams()), local=True)
    assert [b.name for b in launch.bills()][:2] == ["hello", "steady"]
    first = await launch.open()
    address = first.session.connection.params.port
    await first.close()
    assert launch.play is not None
    other = launch.play("bad-key", True)
    assert (other.local, other.scenario) == (True, "bad-key")
    second = await other.open()
    try:
        assert second.session.connection.params.port == address
        await until(lambda: second.session.connection.state is S.FAILED)
        assert second.player is not None
        heard: list[Playing] = []
        second.player.subscribe(heard.append)
        second.player.control("skip")
        await until(lambda: heard[-1].step == 2)
    finally:
        await second.close()
        await other.close()


async def test_a_log_that_cannot_be_read_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Path] = []

    def unreadable(store: Store) -> Reader:
        made.append(store.path)
        raise CaptureError("there is no more room")

    monkeypatch.setattr(Store, "reader", unreadable)
    params = ConnectParams(key=KEY, endpoint="127.0.0.1", tls=False)
    launch = compose.launch(compose.Wanted(params), local=False)
    with pytest.raises(CaptureError, match="no more room"):
        await launch.open()
    await launch.close()
    assert [path.exists() for path in made] == [False]


async def test_a_capture_that_cannot_be_made_stops_the_service_too(tmp_path: Path) -> None:
    wanted = compose.Wanted(ConnectParams(), capture=str(tmp_path / "no" / "x.ablycap"))
    with pytest.raises(CaptureError, match="there is no folder"):
        await compose.assemble(wanted, local=True)


# --- drive as a process -------------------------------------------------------------------------


@FORMATS
@DIALECTS
async def test_a_connection_is_driven_and_its_story_told(format_: str, dialect: str) -> None:
    options = ("--format", format_, "--dialect", dialect, "--client-id", "ann")
    async with serving() as url, driving(url, *options) as drive:
        assert (await drive.do("connect"))["ok"]
        assert (await drive.do("attach", channel="room"))["value"]["state"] == "attached"
        done = await drive.do("publish", channel="room", name="n", data={"x": ["é", None]})
        assert done["value"]["msgSerial"] == 0
        told = await drive.until(lambda line: line["ev"] == "message")
        assert (told["channel"], told["name"], told["data"]) == ("room", "n", {"x": ["é", None]})
        assert "encoding" not in told
        assert (await drive.do("presence", channel="room", action="enter", data="hi"))["ok"]
        told = await drive.until(lambda line: line["ev"] == "presence")
        assert (told["action"], told["clientId"], told["data"]) == ("enter", "ann", "hi")
        assert (await drive.do("ping"))["value"]["rtt"] >= 0
        state = (await drive.do("state"))["value"]
        assert (state["state"], state["clientId"], state["dialect"]) == (
            "connected",
            "ann",
            dialect,
        )
        assert (await drive.do("drop"))["ok"]
        verdict = await drive.until(lambda line: line["ev"] == "verdict")
        assert (verdict["asked"], verdict["outcome"]) == ("resume", "resumed")
        assert (await drive.do("close"))["ok"]
        assert await drive.end() == 0
        _check_the_lines(drive)
    assert KEY.partition(":")[2].encode() not in drive.raw


def _check_the_lines(drive: Drive) -> None:
    assert drive.lines[0]["ev"] == "ready"
    times = [line["at"] for line in drive.lines]
    assert times == sorted(times)
    story = [(line["previous"], line["current"]) for line in drive.all("state")]
    assert story[:4] == [
        ("initialized", "connecting"),
        ("connecting", "connected"),
        ("connected", "disconnected"),
        ("disconnected", "connecting"),
    ]
    assert story[-1] == ("closing", "closed")
    numbers = [line["seq"] for line in drive.all("frame")]
    assert numbers == sorted(set(numbers))
    for line in drive.lines:
        assert "undecodable" not in line


@FORMATS
@DIALECTS
async def test_a_connection_is_recovered_by_another_process(format_: str, dialect: str) -> None:
    options = ("--format", format_, "--dialect", dialect)
    async with serving() as url:
        async with driving(url, *options) as first:
            await first.do("attach", channel="room")
            key = (await first.do("recovery_key"))["value"]
            connection = (await first.do("state"))["value"]["id"]
            # The key stands in clear in the answer that was asked for, and nowhere else.
            secret = json.loads(key)["connectionKey"] if key.startswith("{") else key.split(":")[0]
            assert first.raw.count(secret.encode()) == 1
            assert (await first.do("quit"))["ok"]
        goal = ("--expect", "recovered", "--until", "connected", "--timeout", "20")
        async with driving(url, *options, "--recover", key, *goal) as second:
            assert await second.end() == 0
            verdict = second.all("verdict")[0]
            assert (verdict["asked"], verdict["newId"]) == ("recover", connection)
            assert secret.encode() not in second.raw


async def test_an_expectation_that_is_not_met_is_told_by_the_exit_code() -> None:
    async with serving() as url:
        recover = '{"connectionKey":"nobody!knows-this-key","msgSerial":0,"channelSerials":{}}'
        goal = ("--expect", "recovered", "--timeout", "20")
        async with driving(url, "--recover", recover, *goal) as drive:
            assert await drive.end() == 1
            assert drive.all("verdict")[0]["outcome"] == "lost"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("--expect", "clean", "--until", "connected", "--timeout", "20"), 0),
        (("--until", "closed", "--timeout", "0.3"), 4),
        (("--no-connect",), 0),
        (("--no-connect", "--until", "connected"), 1),
        (("--param", "key=app.k1:wrong", "--until", "connected", "--timeout", "20"), 3),
    ],
)
async def test_exit_codes(args: tuple[str, ...], code: int) -> None:
    async with serving() as url, driving(url, *args) as drive:
        assert await drive.end() == code


async def test_nobody_there_is_told_and_retried() -> None:
    async with serving() as url:
        pass
    async with driving(url, "--until", "disconnected", "--timeout", "20") as drive:
        assert await drive.end() == 0
        (ended,) = drive.all("socket")
        assert "refused" in ended["error"]
        assert drive.all("state")[-1]["retryIn"] > 0


async def test_a_capture_holds_the_story_and_no_secret(tmp_path: Path) -> None:
    path = tmp_path / "x.ablycap"
    async with serving() as url, driving(url, "--capture", str(path)) as drive:
        await drive.do("attach", channel="room")
        await drive.do("publish", channel="room", data="hello there")
        secret = json.loads((await drive.do("recovery_key"))["value"])["connectionKey"]
        assert (await drive.do("close"))["ok"]
        assert await drive.end() == 0
    content = path.read_bytes()
    assert b"hello there" in content
    for hidden in (KEY, KEY.partition(":")[2], secret):
        assert hidden.encode() not in content
    reader = open_capture(path)
    try:
        frames = [line["seq"] for line in drive.all("frame")]
        entries = reader.rows(1, 1_000)
        assert [e.n for e in entries if e.kind is EntryKind.FRAME] == frames
    finally:
        reader.close()


async def test_a_capture_that_is_not_whole_is_told_and_ends_nothing_else(tmp_path: Path) -> None:
    publish = json.dumps({"do": "publish", "channel": "c", "data": "x" * 4_000}) + "\n"
    lines = publish * 300 + '{"do":"ping","ref":"last"}\n'
    async with serving() as url:
        command = (sys.executable, "-m", "ablytui", "drive", url, "--key", KEY)
        # Files of this process may not grow beyond 400 KiB: sooner or later nothing can be added.
        process = await asyncio.create_subprocess_exec(
            *("sh", "-c", 'ulimit -f 800; exec "$@"', "sh", *command),
            *("--capture", str(tmp_path / "x.ablycap"), "--events", "result,notice"),
            stdin=-1,
            stdout=-1,
            stderr=-1,
        )
        out, err = await process.communicate(lines.encode())
    told = [json.loads(line) for line in out.splitlines()]
    assert next(line for line in told if line.get("ref") == "last")["ok"]
    (notice,) = [line for line in told if line["ev"] == "notice"]
    assert notice["level"] == "error"
    assert notice["message"].startswith("The recording ended: ")
    assert process.returncode == 1
    assert err.startswith(b"ablytui: the capture is not whole: ")
    assert err.count(b"\n") == 1


async def test_revealed_secrets_are_printed() -> None:
    async with serving() as url, driving(url, "--reveal", "--until", "connected") as drive:
        assert await drive.end() == 0
    (connected,) = [
        line for line in drive.all("frame") if line.get("message", {}).get("action") == 4
    ]
    assert "*" not in connected["message"]["connectionDetails"]["connectionKey"]


async def test_without_a_credential_nothing_is_dialled() -> None:
    parts = await compose.assemble(compose.Wanted(ConnectParams(endpoint="127.0.0.1", tls=False)))
    try:
        parts.session.start()
        assert parts.session.connection.state is S.INITIALIZED
    finally:
        await parts.close()


# --- on a terminal ------------------------------------------------------------------------------


async def test_the_inspector_opens_on_a_terminal_connects_and_leaves() -> None:
    async with serving() as url, terminal("connect", url, "--key", KEY) as screen:
        at = await screen.until(b"RTN6")
        screen.press(b"q")
        await screen.until(b"Close and quit", after=at)
        screen.press(b"\r")
        assert await screen.code() == 0
        assert KEY.partition(":")[2].encode() not in screen.shown
        assert b"Traceback" not in screen.shown


async def test_ctrl_c_asks_and_a_second_one_closes_and_leaves() -> None:
    async with terminal() as screen:
        at = await screen.until(b"RTN6")
        screen.press(b"\x03")
        at = await screen.until(b"Close and quit", after=at)
        screen.press(b"\x03")
        assert await screen.code() == 0
        assert b"to quit the app" not in screen.shown
        await screen.until(SHOWN_AGAIN, after=at)


SHOWN_AGAIN = b"\x1b[?1049l"
"""The terminal shows what it showed before the screen was there."""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGHUP, None], ids=str)
async def test_a_signal_or_a_lost_terminal_closes_the_capture(
    how: signal.Signals | None, tmp_path: Path
) -> None:
    path = tmp_path / "kept.ablycap"
    async with terminal("--capture", str(path)) as screen:
        await screen.until(b"RTN6")
        if how is None:
            screen.hang_up()
        else:
            screen.process.send_signal(how)
        assert await screen.code() == 128 + (how or signal.SIGHUP)
        if how is not None:
            await screen.until(SHOWN_AGAIN)
        assert b"Traceback" not in screen.shown
    assert list(tmp_path.iterdir()) == [path], "nothing beside it"  # noqa: ASYNC240
    with contextlib.closing(open_capture(path)) as reader:
        assert reader.last() > 3


async def test_a_capture_that_cannot_be_made_is_one_line_after_the_screen(tmp_path: Path) -> None:
    path = tmp_path / "taken.ablycap"
    path.write_bytes(b"something else")
    async with terminal("connect", "127.0.0.1", "--capture", str(path)) as screen:
        assert await screen.code() == 2
        await screen.until(b"taken.ablycap")
        assert b"Traceback" not in screen.shown
    assert path.read_bytes() == b"something else"


CIPHER = "AAECAwQFBgcICQoLDA0ODw=="


async def test_presence_options_and_ciphers_from_outside() -> None:
    options = ("--format", "json", "--cipher", f"room={CIPHER}", "--client-id")
    async with serving() as url, driving(url, *options, "amy") as amy:
        asked = {"params": {"rewind": "1"}, "modes": ["presence", "publish", "subscribe"]}
        attached = await amy.do("attach", channel="room", **asked)
        assert attached["value"]["state"] == "attached"
        (out,) = [
            f["message"] for f in amy.all("frame") if f.get("message", {}).get("action") == 10
        ]
        assert (out["params"], out["flags"]) == ({"rewind": "1"}, 458_752)
        state = await amy.do("state")
        assert state["value"]["channels"]["room"]["modes"] == ["presence", "publish", "subscribe"]
        assert (await amy.do("attach", channel="room", params={}, modes=[]))["ok"]
        assert [c["event"] for c in amy.all("channel")][-2:] == ["attaching", "attached"]
        assert (await amy.do("presence", channel="room", action="enter", data={"seat": 4}))["ok"]
        async with driving(url, *options, "bob") as bob:
            got = await bob.do("presence", channel="room", action="get")
            (member,) = got["value"]
            assert member["clientId"] == "amy"
            assert member["data"] == {"seat": 4}
            assert {"connectionId", "id", "timestamp", "action"} <= member.keys()
            assert (await bob.do("publish", channel="room", data="clear text"))["ok"]
            message = await amy.until(lambda line: line["ev"] == "message")
            assert message["data"] == "clear text"
            assert "encoding" not in message
            assert (await amy.do("presence", channel="room", action="leave"))["ok"]
            left = await bob.until(lambda x: x["ev"] == "presence" and x["action"] == "leave")
            assert left["clientId"] == "amy"
            assert await bob.end() == 0
        assert await amy.end() == 0
    for drive in (amy, bob):
        assert CIPHER.encode() not in drive.raw
    assert [line["action"] for line in amy.all("presence")] == ["enter", "leave"]
    frames = [line["message"] for line in amy.all("frame") if "message" in line]
    assert not any("clear text" in str(frame) for frame in frames)
