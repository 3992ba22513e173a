"""What happens to a client, situation by situation: the script of the service and the orders.

Each is a coroutine over a `Stage`. What our client makes of it stands in `ours.json`, what
Ably's clients made of it in `seen.json`; here is only what happens, and which rule decides.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from ablytui.protocol.frame import Opcode
from tests.sdk.stage import Dial, Stage, problem

Play = Callable[[Stage], Awaitable[object]]


@dataclass(frozen=True)
class Situation:
    """`without` names clients that cannot be put into it.

    `shaky` names those that do one thing or another in it, as their own timers happen to run:
    what they do is shown, not held against what was seen.
    """

    name: str
    point: str
    play: Play
    options: dict[str, Any] = field(default_factory=dict)
    prepare: Callable[[Stage], object] = lambda _stage: None
    without: tuple[str, ...] = ()
    shaky: tuple[str, ...] = ()


SITUATIONS: Final[dict[str, Situation]] = {}
ASKS: Final = {"asks": True}
"""The client has a source of tokens: a callback in Ably's clients, a program in ours."""

TOKEN_ERROR: Final = problem(40142, 401)


def add(name: str, point: str, play: Play, **more: Any) -> None:
    """Add one to the table."""
    assert name not in SITUATIONS
    SITUATIONS[name] = Situation(name, point, play, **more)


def situation(name: str, point: str, **more: Any) -> Callable[[Play], Play]:
    """Add the function that is decorated."""

    def named(play: Play) -> Play:
        add(name, point, play, **more)
        return play

    return named


def opens(number: int, act: Callable[[Dial], object]) -> Callable[[Stage], object]:
    """What dial `number` is met with; 0 is every dial."""
    return lambda s: s.opening.update({number: act})


def closes(code: int) -> Callable[[Dial], object]:
    """A close frame with this code."""
    return lambda dial: dial.close(code)


def then(*acts: Callable[[Dial], object]) -> Callable[[Dial], object]:
    """All of these, in order."""

    def act(dial: Dial) -> None:
        for each in acts:
            each(dial)

    return act


def refuses(number: int, status: int) -> Callable[[Stage], object]:
    """Dial `number` is answered with an HTTP status."""
    return lambda s: s.refuse.update({number: status})


def _null(dial: Dial) -> None:
    dial.send({"action": 9, "channel": None, "error": problem(40101, 401)})


async def wait(s: Stage) -> None:
    """Nothing more is done."""
    await s.state("connecting")


async def up(s: Stage) -> Dial:
    """Connected; the dial."""
    await s.state("connected")
    return s.dials[0]


# --- opening ------------------------------------------------------------------------------------

for status in (401, 503):
    add(f"opening: handshake {status}", "RTN14d", wait, prepare=refuses(1, status))
add("opening: ERROR 40101", "RTN14g", wait, prepare=opens(1, lambda d: d.error(40101, 401)))
add("opening: ERROR 50000", "RTN14g", wait, prepare=opens(1, lambda d: d.error(50000, 500)))
add(
    "opening: ERROR 40142, renewable",
    "RTN14b",
    wait,
    options=ASKS,
    prepare=opens(1, lambda d: d.error(40142, 401)),
)
add(
    "opening: ERROR 40142 on every dial, renewable",
    "RTN14b",
    wait,
    options=ASKS,
    prepare=opens(0, lambda d: d.error(40142, 401)),
)
add(
    "opening: ERROR 40142, not renewable",
    "RSA4a2",
    wait,
    options={"token": "a-token", "key": None},
    prepare=opens(1, lambda d: d.error(40142, 401)),
)
add("opening: ERROR with channel null", "RTN14g", wait, prepare=opens(1, _null))
add("opening: the token source fails", "RSA4c1", wait, options={"asks": "fails"})
add("opening: silence", "RTN14c", wait, prepare=opens(1, lambda _d: None))
add("opening: cut", "RTN14d", wait, prepare=opens(1, Dial.cut))
for code in (1000, 1001, 1008, 1011, 4000):
    add(f"opening: close {code}", "RTN14d", wait, prepare=opens(1, closes(code)))
add(
    "opening: DISCONNECTED 80003",
    "RTN14d",
    wait,
    prepare=opens(1, lambda d: d.disconnected(problem(80003, 400))),
)
add(
    "opening: DISCONNECTED, no error",
    "RTN14d",
    wait,
    prepare=opens(1, lambda d: d.disconnected(None)),
)
add(
    "opening: CONNECTED without details",
    "RTN21",
    wait,
    prepare=opens(1, lambda d: d.send({"action": 4, "connectionId": "c1"})),
)
add(
    "opening: garbage, then CONNECTED",
    "RSF1",
    wait,
    prepare=opens(1, then(lambda d: d.raw(b"{no json"), Dial.connected)),
)
add(
    "opening: unknown action, then CONNECTED",
    "RSF1",
    wait,
    prepare=opens(1, then(lambda d: d.send({"action": 99}), Dial.connected)),
)


add(
    "opening: CONNECTED with another clientId",
    "RSA15c",
    wait,
    options={"clientId": "bob"},
    prepare=opens(0, lambda d: d.connected(clientId="amy")),
)


# --- loss ---------------------------------------------------------------------------------------


def lost(name: str, point: str, act: Callable[[Dial], object], **more: Any) -> None:
    """Connected, and then this; every resume finds the same connection."""

    async def play(s: Stage) -> None:
        act(await up(s))

    prepare = more.pop("prepare", opens(2, lambda d: d.connected("c1", "c1!k")))
    add(f"loss: {name}", point, play, prepare=prepare, **more)


lost("cut", "RTN15a", Dial.cut)
for code in (1000, 1001, 1008, 1011, 4000):
    lost(f"close {code}", "RTN15a", closes(code))
lost("DISCONNECTED 80003", "RTN15h3", lambda d: d.disconnected(problem(80003, 400)))
lost("DISCONNECTED, no error", "RTN15h3", lambda d: d.disconnected(None))
lost("DISCONNECTED 50003/503", "RTN17f1", lambda d: d.disconnected(problem(50003, 503)))
lost(
    "DISCONNECTED 40142, renewable", "RTN15h2", lambda d: d.disconnected(TOKEN_ERROR), options=ASKS
)
lost(
    "DISCONNECTED 40142, not renewable",
    "RTN15h1",
    lambda d: d.disconnected(TOKEN_ERROR),
    options={"token": "a-token", "key": None},
)
lost("ERROR 40101", "RTN15j", lambda d: d.error(40101, 401))
lost("ERROR with channel null", "RTN15j", _null)
lost("CLOSED unasked", "RTN12", then(lambda d: d.send({"action": 8}), Dial.close))
lost("and the first resume refused", "RTN14d", Dial.cut, prepare=refuses(2, 503))


def _impatient(stage: Stage) -> None:
    """An idle limit of 200 ms and what the client adds to it, on the first dial only."""
    stage.opening[1] = lambda d: d.connected(maxIdleInterval=200)
    stage.opening[2] = lambda d: d.connected("c1", "c1!k")


add("loss: silence beyond the idle limit", "RTN23a", wait, prepare=_impatient)


@situation("loss: only pings beyond the idle limit", "RTN23a, RTN23b", prepare=_impatient)
async def _(s: Stage) -> None:
    dial = await up(s)
    for _ in range(16):
        dial.raw(b"", Opcode.PING)
        if await s.until(lambda: len(s.dials) > 1, within=0.1):
            return
    dial.cut()


add(
    "connected: maxIdleInterval 0, silence",
    "RTN23a",
    wait,
    prepare=opens(1, lambda d: d.connected(maxIdleInterval=0)),
)


@situation(
    "loss: cut twice within a second", "RTN15a", prepare=opens(0, lambda d: d.connected("c1"))
)
async def _(s: Stage) -> None:
    (await up(s)).cut()
    if second := await s.dial(2):
        await s.state("connected", 2)
        second.cut()


@situation(
    "loss: refused until the TTL is over",
    "RTN14e, RTN14h",
    prepare=opens(1, lambda d: d.connected(connectionStateTtl=700)),
    options={"ttl": 700, "disconnected": 5000},
)
async def _(s: Stage) -> None:
    dial = await up(s)
    s.refuse_all = 503
    dial.cut()
    await s.state("suspended")
    s.refuse_all = 0


# --- answers to a resume ------------------------------------------------------------------------


def resumed(name: str, point: str, answer: Callable[[Dial], object], **more: Any) -> None:
    """Connected with an attached channel and two publishes that nobody ACKed, then cut."""

    async def play(s: Stage) -> None:
        dial = await up(s)
        await s.do("attach", channel="a")
        s.mute.add("MESSAGE")
        await s.publish("x")
        await dial.saw("MESSAGE a #0")
        await s.publish("y")
        await dial.saw("MESSAGE a #1")
        s.mute.remove("MESSAGE")
        dial.cut()
        await s.state("connected", 2)

    add(f"resume: {name}", point, play, prepare=opens(2, answer), **more)


resumed("the same id", "RTN15c6, RTN19a2", lambda d: d.connected("c1", "c1!k2"))
resumed(
    "a new id with an error", "RTN15c7, RTN19a2", lambda d: d.connected(error=problem(80018, 400))
)
resumed("a new id without an error", "RTN15c7", Dial.connected)
resumed(
    "the same id with an error", "RTN15c6", lambda d: d.connected("c1", error=problem(80006, 400))
)
resumed("ERROR 50000", "RTN15c4", lambda d: d.error(50000, 500))
resumed("ERROR 40142, renewable", "RTN15c5", lambda d: d.error(40142, 401), options=ASKS)
resumed(
    "ERROR 40142, not renewable",
    "RTN15c5",
    lambda d: d.error(40142, 401),
    options={"token": "a-token", "key": None},
)


@situation(
    "resume: un-ACKed publishes when suspended",
    "RTN7e",
    prepare=opens(1, lambda d: d.connected(connectionStateTtl=700)),
    options={"ttl": 700, "disconnected": 5000},
)
async def _(s: Stage) -> None:
    dial = await up(s)
    await s.do("attach", channel="a")
    s.mute.add("MESSAGE")
    await s.publish("x")
    await dial.saw("MESSAGE a #0")
    s.refuse_all = 503
    dial.cut()
    await s.state("suspended")
    s.refuse_all = 0


@situation(
    "resume: a cut with a pending ATTACH and DETACH",
    "RTN19b",
    prepare=opens(2, lambda d: d.connected("c1", "c1!k")),
)
async def _(s: Stage) -> None:
    dial = await up(s)
    await s.do("attach", channel="b")
    s.mute |= {"ATTACH", "DETACH"}
    s.ask("attach", "attach a", channel="a")
    await dial.saw("ATTACH a")
    s.ask("detach", "detach b", channel="b")
    await dial.saw("DETACH b")
    s.mute.clear()
    dial.cut()


@situation(
    "resume: after a CONNECTED with another key",
    "RTN24, RTN15b1",
    prepare=opens(2, lambda d: d.connected("c1")),
)
async def _(s: Stage) -> None:
    dial = await up(s)
    dial.connected("c1", "c1!later", maxIdleInterval=10_000)
    await s.state("update")
    dial.cut()


# --- connected ----------------------------------------------------------------------------------


def told(name: str, point: str, act: Callable[[Dial], object], **more: Any) -> None:
    """Connected, the service sends something, and a ping shows what is left."""

    async def play(s: Stage) -> None:
        act(await up(s))
        await s.do("ping")

    add(f"connected: {name}", point, play, **more)


told("CONNECTED with an error", "RTN24", lambda d: d.connected("c1", error=problem(40142, 401)))
told("unknown action", "RSF1", lambda d: d.send({"action": 99}))
told("garbage", "RSF1", lambda d: d.raw(b"\x01{no"))
told("an array", "RSF1", lambda d: d.raw(b'[{"action":0}]'))
told("a frame of the other format", "RTN2a", lambda d: d.raw(b"\x81\xa6action\x00", Opcode.BINARY))
told(
    "ACK of what was never sent",
    "RTN7",
    lambda d: d.send({"action": 1, "msgSerial": 7, "count": 1}),
)
told("ERROR of an unknown channel", "RTL14", lambda d: d.error(40160, 401, channel="nobody"))


@situation("connected: AUTH", "RTN22, RTC8", options=ASKS)
async def _(s: Stage) -> None:
    dial = await up(s)
    dial.send({"action": 17})
    if await dial.saw("AUTH"):
        dial.connected("c1")


@situation("connected: AUTH, and the token source fails", "RTN22, RSA4c3", options={"asks": "once"})
async def _(s: Stage) -> None:
    (await up(s)).send({"action": 17})


@situation("connected: authorize, and the service refuses", "RTC8a3", options=ASKS)
async def _(s: Stage) -> None:
    dial = await up(s)
    s.ask("authorize")
    if await dial.saw("AUTH"):
        dial.error(40101, 401)


@situation("connected: authorize, accepted", "RTC8a1", options=ASKS)
async def _(s: Stage) -> None:
    dial = await up(s)
    s.ask("authorize")
    if await dial.saw("AUTH"):
        dial.connected("c1")


@situation("connected: AUTH, and nobody answers it", "RTC8", options=ASKS)
async def _(s: Stage) -> None:
    (await up(s)).send({"action": 17})


# --- publishing ---------------------------------------------------------------------------------


def acked(name: str, point: str, *answers: dict[str, Any]) -> None:
    """Three publishes are on their way, then these answers come."""

    async def play(s: Stage) -> None:
        s.mute.add("MESSAGE")
        dial = await up(s)
        for number, message in enumerate("xyz"):
            await s.publish(message)
            await dial.saw(f"MESSAGE a #{number}")
        dial.send(*answers)

    add(f"publish: {name}", point, play)


acked("ACK with count 3", "RTN7a", {"action": 1, "msgSerial": 0, "count": 3})
acked("ACK in order", "RTN7a", *({"action": 1, "msgSerial": n, "count": 1} for n in range(3)))
acked("ACK that passes over the first", "RTN7a", {"action": 1, "msgSerial": 1, "count": 2})
acked("NACK, no error", "RTN7a", {"action": 2, "msgSerial": 0, "count": 3})
acked(
    "NACK 40160", "RTN7a", {"action": 2, "msgSerial": 0, "count": 3, "error": problem(40160, 401)}
)
acked("ACK twice", "RTN7a", *({"action": 1, "msgSerial": n, "count": 2} for n in (0, 0, 1)))
acked("ACK without count", "RTN7a", *({"action": 1, "msgSerial": n} for n in range(3)))


@situation("publish: while connecting", "RTL6c2", prepare=opens(1, lambda _d: None))
async def _(s: Stage) -> None:
    await s.state("connecting")
    await s.publish("x")
    await s.publish("y")
    await s.taken()
    if dial := await s.dial(1):
        dial.connected()


@situation(
    "publish: while connecting, without a queue",
    "RTL6c2",
    options={"queue": False},
    prepare=opens(1, lambda _d: None),
)
async def _(s: Stage) -> None:
    await s.state("connecting")
    await s.publish("x")
    await s.taken()
    if dial := await s.dial(1):
        dial.connected()


@situation(
    "publish: un-ACKed at a loss, without a queue",
    "RTN7d",
    options={"queue": False},
    prepare=opens(2, lambda d: d.connected("c1", "c1!k")),
)
async def _(s: Stage) -> None:
    s.mute.add("MESSAGE")
    dial = await up(s)
    await s.publish("x")
    await dial.saw("MESSAGE a #0")
    s.mute.clear()
    dial.cut()


@situation(
    "publish: while connecting, and the attempt fails",
    "RTL6c2, RTN19a",
    prepare=opens(1, lambda _d: None),
)
async def _(s: Stage) -> None:
    await s.state("connecting")
    dial = await s.dial(1)
    await s.publish("x")
    await s.publish("y")
    await s.taken()
    if dial:
        dial.cut()


@situation(
    "publish: while disconnected, behind what is un-ACKed",
    "RTN19a, RTL6c2",
    prepare=refuses(2, 503),
)
async def _(s: Stage) -> None:
    s.opening[3] = lambda d: d.connected("c1", "c1!k")
    s.mute.add("MESSAGE")
    dial = await up(s)
    await s.publish("x")
    await dial.saw("MESSAGE a #0")
    s.mute.clear()
    dial.cut()
    await s.state("disconnected", 2)
    await s.publish("y")


@situation("publish: when failed", "RTL6c4", prepare=opens(1, lambda d: d.error(40101, 401)))
async def _(s: Stage) -> None:
    await s.state("failed")
    await s.publish("x")


# --- channels -----------------------------------------------------------------------------------


def attached(name: str, point: str, act: Callable[[Dial], object], **more: Any) -> None:
    """Attached to a channel, then this, once; later ATTACHes are answered again."""

    async def play(s: Stage) -> None:
        dial = await up(s)
        await s.do("attach", channel="a")
        act(dial)

    add(f"channel: {name}", point, play, **more)


attached(
    "DETACHED unasked",
    "RTL13a",
    lambda d: d.send({"action": 13, "channel": "a", "error": problem(90198, 500)}),
)
attached("ERROR", "RTL14", lambda d: d.error(40160, 401, channel="a"))
attached(
    "ATTACHED again",
    "RTL12",
    lambda d: d.send(
        {"action": 11, "channel": "a", "channelSerial": "s9", "error": problem(80006, 400)}
    ),
)
attached(
    "ATTACHED again, RESUMED",
    "RTL12",
    lambda d: d.send({"action": 11, "channel": "a", "channelSerial": "s9", "flags": 4}),
)


@situation("channel: DETACHED while attaching", "RTL13b", prepare=lambda s: s.mute.add("ATTACH"))
async def _(s: Stage) -> None:
    dial = await up(s)
    s.ask("attach", channel="a")
    await dial.saw("ATTACH a")
    s.mute.clear()
    dial.send({"action": 13, "channel": "a", "error": problem(90198, 500)})


@situation("channel: ATTACH unanswered", "RTL4f, RTL13b", prepare=lambda s: s.mute.add("ATTACH"))
async def _(s: Stage) -> None:
    await up(s)
    await s.do("attach", channel="a")
    s.mute.clear()


@situation("channel: DETACH unanswered", "RTL5f", prepare=lambda s: s.mute.add("DETACH"))
async def _(s: Stage) -> None:
    await up(s)
    await s.do("attach", channel="a")
    await s.do("detach", channel="a")


@situation(
    "channel: the serial of the latest message",
    "RTL15b, RTL4c1",
    prepare=opens(2, lambda d: d.connected("c1", "c1!k")),
)
async def _(s: Stage) -> None:
    dial = await up(s)
    await s.do("subscribe", "attach", channel="a")
    for n in range(2):
        dial.send(
            {
                "action": 15,
                "channel": "a",
                "channelSerial": f"m{n}",
                "messages": [{"name": f"n{n}"}],
            }
        )
    await s.until(lambda: len(s.client.lines) > 5)
    dial.cut()


@situation("channel: a message while detached", "RTL17")
async def _(s: Stage) -> None:
    dial = await up(s)
    await s.do("subscribe", "attach", channel="a")
    await s.do("detach", channel="a")
    dial.send({"action": 15, "channel": "a", "channelSerial": "m", "messages": [{"name": "late"}]})
    await s.do("ping")


@situation("channel: ATTACHED unasked after a detach", "RTL5k")
async def _(s: Stage) -> None:
    dial = await up(s)
    await s.do("attach", channel="a")
    await s.do("detach", channel="a")
    dial.send({"action": 11, "channel": "a", "channelSerial": "s9"})


@situation("channel: attach twice at once", "RTL4h")
async def _(s: Stage) -> None:
    await up(s)
    s.ask("attach", channel="a")
    s.ask("attach", channel="a")


@situation("channel: detach while attaching", "RTL5i", prepare=lambda s: s.mute.add("ATTACH"))
async def _(s: Stage) -> None:
    dial = await up(s)
    s.ask("attach", channel="a")
    await dial.saw("ATTACH")
    s.ask("detach", channel="a")
    await s.taken()
    dial.send({"action": 11, "channel": "a", "channelSerial": "s1"})


@situation("channel: attach while connecting", "RTL4i", prepare=opens(1, lambda _d: None))
async def _(s: Stage) -> None:
    dial = await s.dial(1)
    s.ask("attach", channel="a")
    await s.taken()
    if dial:
        dial.connected()


@situation(
    "presence: enter while attaching",
    "RTP16b",
    options={"clientId": "bob"},
    prepare=lambda s: s.mute.add("ATTACH"),
)
async def _(s: Stage) -> None:
    dial = await up(s)
    s.ask("presence", "enter", channel="a", action="enter", data="d")
    if await dial.saw("ATTACH"):
        dial.send({"action": 11, "channel": "a", "channelSerial": "s1"})


@situation("presence: enter without a clientId", "RTP8j")
async def _(s: Stage) -> None:
    await up(s)
    await s.do("presence", "enter", channel="a", action="enter", data="d")


@situation("channel: when the connection fails", "RTL3a")
async def _(s: Stage) -> None:
    dial = await up(s)
    await s.do("attach", channel="a")
    dial.error(40101, 401)


@situation("channel: when the connection is closed", "RTL3b")
async def _(s: Stage) -> None:
    await up(s)
    await s.do("attach", channel="a")
    await s.do("close")


def entered(name: str, point: str, again: Callable[[Dial], object], **flags: int) -> None:
    """Present on a channel, echoed with an id; then cut, and attached again."""

    async def play(s: Stage) -> None:
        dial = await up(s)
        await s.do("attach", channel="a")
        s.mute.add("PRESENCE")
        s.ask("presence", "enter", channel="a", action="enter", data="d")
        await dial.saw("PRESENCE")
        item = {
            "id": "c1:0:0",
            "action": 2,
            "clientId": "bob",
            "connectionId": "c1",
            "timestamp": 1,
            "data": "d",
        }
        dial.send({"action": 14, "channel": "a", "channelSerial": "p1", "presence": [item]})
        dial.send({"action": 1, "msgSerial": 0, "count": 1})
        await s.until(lambda: "enter: ok" in s._answers)
        s.mute.clear()
        dial.cut()

    add(f"presence: {name}", point, play, options={"clientId": "bob"}, prepare=opens(2, again))


entered("members after a resume", "RTP17i", lambda d: d.connected("c1", "c1!k"))
entered(
    "members after a lost state",
    "RTP17i, RTP17g1",
    lambda d: d.connected(error=problem(80018, 400)),
)


# --- closing and pinging ------------------------------------------------------------------------


@situation("close: while connecting", "RTN12f", prepare=opens(1, lambda _d: None))
async def _(s: Stage) -> None:
    dial = await s.dial(1)
    s.ask("close")
    await s.taken()
    if dial:
        dial.connected()


@situation("close: connected", "RTN12a")
async def _(s: Stage) -> None:
    await up(s)
    await s.do("close")


@situation("close: unanswered", "RTN12b", prepare=lambda s: s.mute.add("CLOSE"))
async def _(s: Stage) -> None:
    await up(s)
    await s.do("close")


@situation(
    "close: disconnected",
    "RTN12d",
    prepare=lambda s: setattr(s, "refuse_all", 503),
    options={"disconnected": 3000},
)
async def _(s: Stage) -> None:
    await s.state("disconnected")
    await s.do("close")


@situation(
    "close: suspended",
    "RTN12d",
    prepare=lambda s: setattr(s, "refuse_all", 503),
    options={"ttl": 500, "suspended": 3000, "disconnected": 5000},
)
async def _(s: Stage) -> None:
    await s.state("suspended")
    await s.do("close")


@situation("close: and connect again", "RTN11d")
async def _(s: Stage) -> None:
    await up(s)
    await s.do("attach", channel="a")
    await s.do("close")
    s.ask("connect")
    await s.state("connected", 2)
    await s.publish("x")


@situation(
    "close: and connect before it is closed",
    "RTN11b",
    prepare=lambda s: s.mute.add("CLOSE"),
    shaky=("py",),
)
async def _(s: Stage) -> None:
    await up(s)
    s.ask("close")
    await s.state("closing")
    s.ask("connect")


@situation("ping: connected", "RTN13a")
async def _(s: Stage) -> None:
    await up(s)
    await s.do("ping")


@situation("ping: unanswered", "RTN13c", prepare=lambda s: s.mute.add("HEARTBEAT"))
async def _(s: Stage) -> None:
    await up(s)
    await s.do("ping")


@situation("ping: answered with another id", "RTN13e", prepare=lambda s: s.mute.add("HEARTBEAT"))
async def _(s: Stage) -> None:
    dial = await up(s)
    s.ask("ping")
    await dial.saw("HEARTBEAT")
    dial.send({"action": 0, "id": "another"}, {"action": 0})


@situation("ping: while connecting", "RTN13d", prepare=opens(1, lambda _d: None))
async def _(s: Stage) -> None:
    dial = await s.dial(1)
    s.ask("ping")
    await s.taken()
    if dial:
        dial.connected()


@situation("ping: while disconnected", "RTN13d", prepare=refuses(1, 503))
async def _(s: Stage) -> None:
    await s.state("disconnected")
    s.ask("ping")


@situation("ping: closed", "RTN13b")
async def _(s: Stage) -> None:
    await up(s)
    await s.do("close")
    await s.do("ping")


# --- recovering ---------------------------------------------------------------------------------

_RECOVER: Final = '{"connectionKey":"old!k","msgSerial":6,"channelSerials":{"a":"s7"}}'


def recovering(name: str, point: str, answer: Callable[[Dial], object]) -> None:
    """Begun with a recovery key; then a publish and an attach tell what was kept."""

    async def play(s: Stage) -> None:
        await up(s)
        messages = [{"name": "x", "data": "x"}]
        await s.do("publish", "publish x", channel="a", messages=messages)
        await s.do("attach", channel="a")

    add(
        f"recover: {name}",
        point,
        play,
        options={"recover": _RECOVER},
        prepare=opens(1, answer),
        without=("py",),
    )


recovering("found", "RTN16f, RTN16j", lambda d: d.connected("old", "old!k2"))
recovering("not found", "RTN16l, RTN15c7", lambda d: d.connected(error=problem(80018, 400)))
