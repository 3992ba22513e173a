"""What `drive` promises to a script, seen from outside: orders, answers, events and times."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ablytui.drive.goal import Goal
from ablytui.protocol.frame import Opcode
from ablytui.protocol.states import ConnectionState as S
from tests.support.joined import KEY
from tests.support.twin import Line, Twin, twin

DIALECTS = ("current", "classic")
SPOKEN = [(d, f) for d in DIALECTS for f in ("json", "msgpack")]
JSON = ("--format", "json")
TTL = 120_000

MEMBERS: dict[str, set[str]] = {
    "ready": {"version", "dialect"},
    "state": {"previous", "current", "event", "reason", "point"},
    "upgrade": {"attempt", "host", "url"},
    "handshake": {"attempt", "status", "headers", "phases"},
    "frame": {"seq", "dir", "opcode", "fin", "size"},
    "socket": {"attempt", "closeCode", "closeReason", "by", "clean"},
    "channel": {"channel", "previous", "current", "event", "resumed", "reason"},
    "message": {"channel", "data", "id"},
    "presence": {"channel", "action", "clientId", "connectionId", "data"},
    "anomaly": {"text"},
    "notice": {"level", "message"},
    "verdict": {"asked", "outcome", "oldId", "newId", "error", "channels", "final", "text"},
    "result": {"ref", "ok"},
}
STATE = "state id key clientId errorReason msgSerial recoveryKey host dialect channels"


def spoken(dialect: str, fmt: str) -> tuple[str, ...]:
    return ("--dialect", dialect, "--format", fmt)


def good(line: Line) -> Any:
    """The value of an answer that has to be a good one."""
    assert line["ok"], line
    assert "error" not in line
    return line["value"]


def bad(line: Line, code: int = 40000) -> str:
    """The text of an answer that has to be a refusal."""
    assert not line["ok"], line
    assert "value" not in line
    assert line["error"]["code"] == code
    assert line["error"]["statusCode"]
    message: str = line["error"]["message"]
    assert message
    return message


def check_all(drive: Twin) -> None:
    """Every line has the members of its kind, and stands in its place."""
    lines = drive.lines
    assert lines[0]["ev"] == "ready"
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    for line in lines:
        assert line.keys() >= MEMBERS[line["ev"]], line
    frames = drive.all("frame")
    assert [f["seq"] for f in frames] == sorted({f["seq"] for f in frames})
    for frame in frames:
        assert "message" in frame or "undecodable" in frame or frame["opcode"] in {"ping", "pong"}
    for state in drive.all("state"):
        assert state["current"] != "initialized"
        assert state["point"]
        assert state["event"] == state["current"] or state["previous"] == state["current"]
    dials = [line["attempt"] for line in drive.all("upgrade")]
    assert dials == list(range(1, len(dials) + 1))


# --- the answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(("dialect", "fmt"), SPOKEN)
async def test_every_order_has_its_answer(dialect: str, fmt: str) -> None:
    async with twin(*spoken(dialect, fmt), "--client-id", "me") as drive:
        do = drive.do
        assert good(await do("connect")) is None
        assert good(await do("ping")).keys() == {"rtt"}
        attached = good(await do("attach", channel="a", params={"rewind": "1"}))
        assert attached.keys() == {"state", "resumed", "channelSerial"}
        assert (attached["state"], attached["resumed"]) == ("attached", False)
        good(await do("attach", channel="b", modes=["subscribe", "PUBLISH"]))
        one = good(await do("publish", channel="a", name="n", data={"k": [1]}, id="mine:0"))
        assert one.keys() == {"msgSerial", "serials"}
        two = good(await do("publish", channel="a", messages=[{"data": "x"}, {"name": "y"}]))
        assert (one["msgSerial"], two["msgSerial"]) == (0, 1)
        assert len(one["serials"]), len(two["serials"]) == (1, 2)
        good(await do("presence", channel="a", action="enter", data="hi"))
        good(await do("presence", channel="a", action="update", data={"k": 1}))
        (member,) = good(await do("presence", channel="a", action="get"))
        assert (member["clientId"], member["data"]) == ("me", {"k": 1})
        good(await do("presence", channel="a", action="leave"))
        assert good(await do("presence", channel="a", action="get")) == []
        value = good(await do("state"))
        assert list(value) == STATE.split()
        assert value["channels"]["b"].keys() == {"state", "channelSerial", "modes"}
        assert value["channels"]["b"]["modes"] == ["publish", "subscribe"]
        assert "*" in value["key"]
        assert "*" in value["recoveryKey"]
        key = good(await do("recovery_key"))
        assert "*" not in key
        assert good(await do("send", text='{"action":0}')) is None
        assert good(await do("send", hex="81 a6 61 63 74 69 6f 6e 00")) is None
        assert good(await do("detach", channel="b"))["state"] == "detached"
        for order in ("drop", "connect", "disconnect", "connect", "close", "close"):
            assert good(await do(order)) is None
        assert good(await do("recovery_key")) is None
        assert good(await do("recover", key=key)) is None
        drive.world.advance(300)
        messages = drive.all("message")
        assert [m.get("data") for m in messages] == [{"k": [1]}, "x", None]
        assert (messages[0]["name"], messages[0]["id"]) == ("n", "mine:0")
        assert [p["action"] for p in drive.all("presence")] == ["enter", "update", "leave"]
        assert [v["asked"] for v in drive.all("verdict")][-1] == "recover"
        assert await drive.end() == 0
        check_all(drive)
        assert KEY.partition(":")[2] not in drive.raw.getvalue().decode()


def frame(**message: Any) -> bytes:
    return json.dumps(message).encode()


async def _reach(drive: Twin, state: str) -> None:
    """Bring a drive that is connected, or was told not to connect, into a state that lasts."""
    world = drive.world
    if state == "connecting":
        world.mute = True
        await drive.do("drop")
    elif state == "disconnected":
        world.reachable = False
        await drive.do("drop")
    elif state == "held":
        await drive.do("disconnect")
    elif state == "suspended":
        world.reachable = False
        await drive.do("drop")
        world.advance(TTL, 1_000)
    elif state == "closing":
        world.mute = True
        await drive.ask("close", "reach")
    elif state == "closed":
        await drive.do("close")
    elif state == "failed":
        error = {"code": 40000, "statusCode": 400, "message": "as the test says"}
        world.wire.arrive(Opcode.TEXT, frame(action=9, error=error))
    now = "disconnected" if state == "held" else state
    assert good(await drive.do("state"))["state"] == now
    world.mute, world.reachable = True, True


NAMES = ["initialized", "connecting", "connected", "disconnected", "held"]
NAMES += ["suspended", "closing", "closed", "failed"]
OK, NO, OPEN = "ok", "no", "open"
ASKS = ("recovery_key", "state")
TABLE: dict[str, tuple[dict[str, Any], list[str]]] = {
    # in a world that answers nothing: done at once, refused at once, or still open
    "connect": ({}, [OPEN, OPEN, OK, OPEN, OPEN, OPEN, OPEN, OPEN, OPEN]),
    "close": ({}, [OK, OPEN, OPEN, OK, OK, OK, OPEN, OK, OK]),
    "disconnect": ({}, [NO, OK, OK, OK, NO, OK, NO, NO, NO]),
    "drop": ({}, [NO, OK, OK, NO, NO, NO, OK, NO, NO]),
    "ping": ({}, [NO, OPEN, OPEN, OPEN, OPEN, NO, NO, NO, NO]),
    "send": ({"text": "x"}, [NO, OK, OK, NO, NO, NO, OK, NO, NO]),
    "publish": ({"channel": "c"}, [OPEN, OPEN, OPEN, OPEN, OPEN, NO, NO, NO, NO]),
    "attach": ({"channel": "c"}, [OPEN, OPEN, OPEN, OPEN, OPEN, NO, NO, NO, NO]),
    "recovery_key": ({}, [OK] * 9),
    "state": ({}, [OK] * 9),
    "recover": ({"key": "bad"}, [NO] * 9),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("state", NAMES)
async def test_every_order_in_every_state(dialect: str, state: str) -> None:
    expected = {order: row[NAMES.index(state)] for order, (_, row) in TABLE.items()}
    alone = [order for order, outcome in expected.items() if outcome != NO and order not in ASKS]
    # What changes nothing goes together, in one world; of the rest each has a world of its own.
    for orders in ([order for order in TABLE if order not in alone], *([one] for one in alone)):
        first = ("--no-connect",) if state == "initialized" else ()
        async with twin(*JSON, "--dialect", dialect, *first) as drive:
            await _reach(drive, state)
            for order in orders:
                await drive.ask(order, order, **TABLE[order][0])
                answer = drive.result(order)
                outcome = OPEN if answer is None else OK if answer["ok"] else NO
                assert (order, outcome) == (order, expected[order])
                if answer is not None and outcome == NO:
                    bad(answer)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("state", NAMES)
async def test_recover_from_every_state(dialect: str, state: str) -> None:
    args = (*JSON, "--dialect", dialect)
    async with twin(*args) as first:
        await first.do("attach", channel="a")
        key = good(await first.do("recovery_key"))
        at_once = ("--no-connect",) if state == "initialized" else ()
        async with twin(*args, *at_once, other=first) as drive:
            await _reach(drive, state)
            drive.world.mute = False
            told = len(drive.all("state"))
            assert good(await drive.do("recover", key=key)) is None
            assert drive.states[told:][-2:] == ["connecting", "connected"]
            if state == "connected":
                assert drive.states[told] == "disconnected"
                assert drive.all("socket")[-1]["closeCode"] == 1000
            drive.world.advance(300)
            (verdict,) = [v for v in drive.all("verdict") if v["asked"] == "recover"]
            assert verdict["outcome"] == "recovered"
            assert good(await drive.do("state"))["id"] == good(await first.do("state"))["id"]
            sent = [f.get("message", {}).get("action") for f in drive.all("frame")]
            assert (7 in sent) is (state in {"closing", "closed"}), "CLOSE is only sent when asked"
            check_all(drive)


@pytest.mark.parametrize(("dialect", "fmt"), SPOKEN)
async def test_an_unreadable_key_touches_nothing(dialect: str, fmt: str) -> None:
    foreign = "abc:1:2" if dialect == "current" else '{"connectionKey":"k","msgSerial":0}'
    async with twin(*spoken(dialect, fmt)) as drive:
        await drive.do("attach", channel="a")
        before = good(await drive.do("state"))
        for key in ("", "x", "[]", '{"a":1}', foreign, "{" * 5_000, None, 5, ["k"]):
            bad(await drive.do("recover", key=key))
        bad(await drive.do("recover"))
        assert good(await drive.do("state")) == before
        assert drive.states == ["connecting", "connected"]


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_recover_fails_what_was_not_acknowledged(dialect: str) -> None:
    async with twin(*JSON, "--dialect", dialect) as drive:
        key = good(await drive.do("recovery_key"))
        drive.world.mute = True
        await drive.ask("publish", "sent", channel="a")
        await drive.ask("disconnect")
        await drive.ask("publish", "queued", channel="a")
        drive.world.mute = False
        good(await drive.do("recover", key=key))
        for ref in ("sent", "queued"):
            answer = drive.result(ref)
            assert answer is not None
            assert "replaced by recover" in bad(answer)


async def test_a_recovery_key_that_cannot_be_read_at_the_start_is_told() -> None:
    async with twin("--recover", "not a key") as drive:
        (notice,) = drive.all("notice")
        assert notice["level"] == "error"
        assert "recover" not in drive.all("upgrade")[0]["url"]
        assert drive.states[-1] == "connected"


# --- when a thing is done -----------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_connect_is_done_at_the_next_connected_and_fails_with_what_came_instead(
    dialect: str,
) -> None:
    async with twin(*JSON, "--dialect", dialect, "--no-connect") as drive:
        drive.world.mute = True
        await drive.ask("connect", 1)
        await drive.ask("connect", 2)
        assert drive.result(1) is drive.result(2) is None
        await drive.ask("close", 3)
        drive.world.mute = False
        drive.world.advance(10_000)
        await drive.say()
        assert (drive.states[-1], good(drive.result(3) or {})) == ("closed", None)
        for ref in (1, 2):
            assert not (drive.result(ref) or {})["ok"]
        drive.world.reachable = False
        await drive.ask("connect", 4)
        drive.world.advance(TTL, 1_000)
        assert drive.states[-1] == "suspended"
        assert bad(drive.result(4) or {}, 80002)


@pytest.mark.parametrize(
    "dialect", [pytest.param("current", id="current"), pytest.param("classic", id="classic")]
)
async def test_a_hold_runs_on_to_suspended_and_dials_nothing(dialect: str) -> None:
    async with twin(*JSON, "--dialect", dialect) as drive:
        good(await drive.do("disconnect"))
        await drive.ask("publish", "waits", channel="a")
        await drive.ask("ping", "waits too")
        assert drive.result("waits") is drive.result("waits too") is None
        drive.world.advance(TTL - 100, 1_000)
        assert drive.states[-1] == "disconnected"
        drive.world.advance(200, 100)
        assert drive.states[-1] == "suspended"
        assert all("retryIn" not in line for line in drive.all("state"))
        for ref in ("waits", "waits too"):
            assert not (drive.result(ref) or {})["ok"]
        drive.world.advance(3 * TTL, 5_000)
        assert len(drive.all("upgrade")) == 1
        good(await drive.do("connect"))
        assert len(drive.all("upgrade")) == 2


async def test_a_hold_while_a_retry_is_due_stops_it() -> None:
    async with twin() as drive:
        await _reach(drive, "disconnected")
        drive.world.mute = False
        assert "retryIn" in drive.all("state")[-1]
        dials = len(drive.all("upgrade"))
        good(await drive.do("disconnect"))
        drive.world.advance(60_000, 1_000)
        assert len(drive.all("upgrade")) == dials


async def test_quit_answers_what_is_open_and_itself_last() -> None:
    async with twin(*JSON) as drive:
        drive.world.mute = True
        for ref, order in enumerate(("ping", "attach", "publish")):
            await drive.ask(order, ref, channel="a")
        await drive.say(b'{"do":"quit","ref":"q"}', b'{"do":"ping","ref":"late"}')
        assert await drive.end() == 0
        refs = [line["ref"] for line in drive.all("result") if line["ref"] in (0, 1, 2, "q")]
        assert sorted(refs[:-1]) == [0, 1, 2]
        assert drive.lines[-1]["ref"] == "q"
        assert drive.result("late") is None
        assert all(f.get("message", {}).get("action") != 7 for f in drive.all("frame"))


@pytest.mark.parametrize(
    "ref", [None, True, 0, 1.5, "é\u0000\u202e", [1, {"a": None}], {"x": [[]]}, KEY]
)
async def test_a_ref_comes_back_as_it_was(ref: Any) -> None:
    async with twin("--no-connect") as drive:
        line = json.dumps({"do": "close", "ref": ref}).encode()
        await drive.say(line, b'{"do":"fly","ref":%s}' % json.dumps(ref).encode())
        done, refused = [a for a in drive.all("result") if a["ref"] != "read up to here 2"][-2:]
        assert good(done) is None
        assert "there is no 'fly'" in bad(refused)
        if ref != KEY:
            assert done["ref"] == refused["ref"] == ref
        assert KEY.encode() not in drive.raw.getvalue(), "but for a secret, which is masked"


# --- times --------------------------------------------------------------------------------------


def takes(drive: Twin, done: Callable[[], object], most: int = 5_000) -> int:
    """How many ms pass until it is done."""
    for ms in range(most):
        if done():
            return ms
        drive.world.advance(1, 1)
    raise AssertionError("never done")


REQUEST = ("--realtime-request-timeout", "300")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("order", "code"), [("ping", 50003), ("attach", 90007), ("detach", 90007), ("close", None)]
)
async def test_the_request_timeout_is_kept_by_each_order(
    dialect: str, order: str, code: int | None
) -> None:
    async with twin(*JSON, *REQUEST, "--dialect", dialect) as drive:
        if order == "detach":
            good(await drive.do("attach", channel="a"))
        drive.world.mute = True
        await drive.ask(order, "it", channel="a")
        assert takes(drive, lambda: drive.result("it")) == 300
        answer = drive.result("it") or {}
        assert good(answer) is None if code is None else bad(answer, code)


async def test_the_request_timeout_is_kept_by_a_dial() -> None:
    async with twin(*REQUEST, "--no-connect", "--no-fallback") as drive:
        drive.world.mute = True
        await drive.ask("connect")
        assert takes(drive, lambda: drive.states[-1] == "disconnected") == 300
        assert drive.all("state")[-1]["reason"]["code"] == 50003


async def test_the_idle_limit_is_the_services_and_the_request_timeout() -> None:
    async with twin(*REQUEST, max_idle=400) as drive:
        drive.world.mute = True
        assert takes(drive, lambda: "disconnected" in drive.states) == 700
        socket = drive.all("socket")[0]
        assert (socket["by"], socket["attempt"]) == ("us", 1)


async def test_a_suspended_channel_attaches_again_in_its_time() -> None:
    async with twin(*JSON, *REQUEST, "--channel-retry-timeout", "1000") as drive:
        drive.world.mute = True
        await drive.ask("attach", channel="a")
        takes(drive, lambda: drive.all("channel")[-1]["current"] == "suspended")
        again = takes(drive, lambda: drive.all("channel")[-1]["current"] == "attaching")
        assert 800 <= again <= 1_000


@pytest.mark.parametrize("dialect", DIALECTS)
async def test_retries_come_when_they_were_announced(dialect: str) -> None:
    retry = ("--disconnected-retry-timeout", "300", "--suspended-retry-timeout", "450")
    args = (*JSON, *retry, "--connection-state-ttl", "2000", "--no-connect", "--no-fallback")
    async with twin(*args, "--dialect", dialect) as drive:
        drive.world.reachable = False
        await drive.ask("connect")
        factors = iter((1, 4 / 3, 5 / 3, 2, 2))
        passed = 0
        while drive.states[-1] == "disconnected":
            announced, factor = drive.all("state")[-1]["retryIn"], next(factors)
            assert 0.8 * 300 * factor - 1 <= announced <= 300 * factor + 1
            count = len(drive.states)
            waited = takes(drive, lambda: len(drive.states) > count)  # noqa: B023
            passed += waited
            assert "suspended" in drive.states or abs(waited - announced) <= 1
        assert (drive.states[-1], passed) == ("suspended", 2_000)
        for _ in range(3):
            assert drive.all("state")[-1]["retryIn"] == 450
            count = len(drive.states)
            assert takes(drive, lambda: len(drive.states) > count) == 450  # noqa: B023
            assert drive.states[-2:] == ["connecting", "suspended"]


@pytest.mark.parametrize(("flag", "resumes"), [((), True), (("--strict-ttl",), False)])
async def test_a_strict_ttl_ends_what_can_be_resumed(flag: tuple[str, ...], resumes: bool) -> None:
    async with twin(*JSON, *flag, state_ttl=1_000) as drive:
        await drive.do("disconnect")
        assert takes(drive, lambda: drive.states[-1] == "suspended") == 1_000
        good(await drive.do("connect"))
        assert ("resume=" in drive.all("upgrade")[-1]["url"]) is resumes


# --- flags --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "query"),
    [
        (("--client-id", "me"), "clientId=me"),
        (("--client-id", "me", "--dialect", "classic"), "client_id=me"),
        (("--format", "json"), "format=json"),
        (("--format", "json", "--dialect", "classic"), "protocol=json"),
        (("--no-echo",), "echo=false"),
        (("--heartbeats",), "heartbeats=true"),
        (("--param", "a=b c"), "a=b%20c"),
        (("--param", "v=3"), "v=3"),
        (("--resume", "a-key-of-before"), "resume=a-ke"),
        (
            ("--resume", "k", "--connection-serial", "7", "--dialect", "classic"),
            "&connection_serial=7",
        ),
    ],
)
async def test_a_flag_is_seen_in_the_uri(args: tuple[str, ...], query: str) -> None:
    async with twin(*args) as drive:
        assert query in drive.all("upgrade")[0]["url"]


async def test_no_queue_messages_refuses_at_once() -> None:
    async with twin("--no-queue-messages", "--no-connect") as drive:
        assert "not queued" in bad(await drive.do("publish", channel="a", data="x"))
    async with twin("--no-connect") as drive:
        await drive.ask("publish", "queued", channel="a", data="x")
        assert drive.result("queued") is None
        await drive.do("connect")
        assert good(drive.result("queued") or {})["msgSerial"] == 0


async def test_a_cipher_key_is_used_both_ways() -> None:
    key = "MDEyMzQ1Njc4OWFiY2RlZg=="
    async with (
        twin(*JSON, "--cipher", f"a={key}") as drive,
        twin(*JSON, other=drive) as without,
    ):
        await drive.do("attach", channel="a")
        await without.do("attach", channel="a")
        good(await drive.do("publish", channel="a", data={"k": 1}))
        assert drive.all("message")[0]["data"] == {"k": 1}
        assert "cipher+aes-128-cbc" in without.all("message")[0]["encoding"]
        assert key.encode() not in drive.raw.getvalue()


# --- exit codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("goal", "orders", "code"),
    [
        (Goal(), (), 0),
        (Goal(), ("close",), 0),
        (Goal(S.CONNECTED), (), 0),
        (Goal(S.CLOSED), ("close",), 0),
        (Goal(expect="clean"), (), 0),
        (Goal(expect="resumed"), ("drop",), 0),
        (Goal(expect="resumed"), ("close",), 1),
        (Goal(expect="recovered"), ("drop",), 1),
        (Goal(S.CONNECTED, "resumed"), ("drop",), 0),
    ],
)
async def test_the_exit_code(dialect: str, goal: Goal, orders: tuple[str, ...], code: int) -> None:
    async with twin(*JSON, "--dialect", dialect, goal=goal) as drive:
        for order in orders:
            await drive.ask(order)
        drive.world.advance(1_000)
        assert await drive.end() == code


@pytest.mark.parametrize(("expect", "code"), [("refused", 0), ("resumed", 3), (None, 3)])
async def test_a_refusal_is_a_failure_unless_it_was_expected(expect: str | None, code: int) -> None:
    async with twin(*JSON, goal=Goal(expect=expect)) as drive:
        drive.world.mute = True
        await drive.ask("drop")
        drive.world.advance(1_000)
        error = {"code": 40101, "statusCode": 401, "message": "no"}
        drive.world.wire.arrive(Opcode.TEXT, frame(action=9, error=error))
        drive.world.advance(300)
        assert await drive.end() == code
