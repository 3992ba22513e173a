"""What Ably's clients have to be able to do with the local service; each case is small."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import pytest

from tests.sdk.clients import Refused, line
from tests.sdk.world import KEY, Of, World, b64, serving

Run = Callable[[World], Awaitable[None]]


@dataclass(frozen=True)
class Case:
    """`kinds` are the clients that can do it, `formats` those in which it makes a difference."""

    name: str
    run: Run
    kinds: tuple[str, ...] = ("js", "py")
    formats: tuple[str, ...] = ("json", "msgpack")


CASES: Final[list[Case]] = []
JSON_ONLY: Final = ("json",)


def case(name: str, **more: Any) -> Callable[[Run], Run]:
    """Add the function that is decorated."""

    def named(run: Run) -> Run:
        CASES.append(Case(name, run, **more))
        return run

    return named


async def refused(code: int | tuple[int, ...], doing: Awaitable[Any]) -> Refused:
    """It is refused with this code, or one of these."""
    with pytest.raises(Refused) as caught:
        await doing
    codes = (code,) if isinstance(code, int) else code
    assert caught.value.code in codes, caught.value
    return caught.value


async def listening(client: Of, channel: str) -> Of:
    """The client, subscribed."""
    await client.do("subscribe", channel=channel)
    return client


# --- connecting ---------------------------------------------------------------------------------


@case("connect with a key")
async def _(w: World) -> None:
    a = await w.client()
    found = await a.do("state")
    assert found["id"]
    assert found["key"]
    assert a.states == ["connecting", "connected"]


@case("connect with a clientId", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client(clientId="bob")
    assert (await a.do("state"))["clientId"] == "bob"


@case("a wrong secret", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client(up=False, key=f"{KEY.partition(':')[0]}:wrong")
    assert (await a.state("failed"))["reason"]["code"] == 40101


@case("an unknown key", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client(up=False, key="nobody.nothing:secret")
    assert (await a.state("failed"))["reason"]["code"] in {40101, 40400}


@case("ping")
async def _(w: World) -> None:
    a = await w.client()
    assert await a.do("ping") >= 0


@case("close")
async def _(w: World) -> None:
    a = await w.client()
    await a.do("close")
    await a.state("closed")


@case("close, and connect anew", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client()
    first = (await a.do("state"))["id"]
    await a.do("close")
    await a.state("closed")
    await a.do("connect")
    await a.state("connected", 2)
    assert (await a.do("state"))["id"] != first


@case("stay connected while nothing happens")
async def _(w: World) -> None:
    a = await w.client(request=600)
    assert await line(a.client, lambda told: told.get("event") == "disconnected", 3) is None
    assert a.states == ["connecting", "connected"]


@case("the service's time")
async def _(w: World) -> None:
    a = await w.client()
    assert abs(await a.do("time") - await w.now()) < 5000


# --- messages -----------------------------------------------------------------------------------

DATA: Final = (
    "text",
    "",
    "naïve café 日本語 🙂 \u2028",
    {"a": [1, 2.5, None, True], "ü": {"deep": "x"}},
    [1, "two"],
    b64(b"\x00\xff\x80bytes"),
    None,
)


@case("every kind of data, back to the sender")
async def _(w: World) -> None:
    a = await listening(await w.client(), w.room)
    for data in DATA:
        await a.publish(w.room, {"name": "n", "data": data})
    assert [m["data"] for m in await a.gets(len(DATA))] == list(DATA)
    assert all(m["encoding"] in {None, ""} for m in a.got())


@case("every kind of data, to the other client in the other format")
async def _(w: World) -> None:
    a, b = await w.client(), await listening(await w.other(), w.room)
    for data in DATA:
        await a.publish(w.room, {"name": "n", "data": data})
    assert [m["data"] for m in await b.gets(len(DATA))] == list(DATA)


@case("what a message carries")
async def _(w: World) -> None:
    a = await w.client(clientId="bob")
    b = await listening(await w.other(), w.room)
    extras = {"headers": {"x": "1"}}
    await a.publish(w.room, {"name": "n", "data": "d", "extras": extras})
    (m,) = await b.gets(1)
    assert (m["name"], m["clientId"], m["extras"]) == ("n", "bob", extras)
    assert m["connectionId"] == (await a.do("state"))["id"]
    assert m["id"].startswith(m["connectionId"] + ":")
    assert abs(m["timestamp"] - await w.now()) < 5000
    assert m["serial"]


@case("publish gives serials")
async def _(w: World) -> None:
    a = await listening(await w.client(), w.room)
    given = await a.publish(w.room, {"name": "x"}, {"name": "y"})
    assert given == [m["serial"] for m in await a.gets(2)]
    assert len(set(given)) == 2


@case("a hundred messages, in order")
async def _(w: World) -> None:
    a, b = await w.client(), await listening(await w.other(), w.room)
    answers = [
        a.client.ask("publish", channel=w.room, messages=[{"name": str(n)}]) for n in range(100)
    ]
    for answer in answers:
        assert (await answer)["ok"]
    names = [m["name"] for m in await b.gets(100)]
    if w.kind == "py":
        # Each publish is a task of its own there, and so their order is the scheduler's.
        names.sort(key=int)
    assert names == [str(n) for n in range(100)]


@case("without echo")
async def _(w: World) -> None:
    a = await listening(await w.client(echo=False), w.room)
    b = await listening(await w.other(), w.room)
    await a.publish(w.room, {"name": "mine"})
    await b.publish(w.room, {"name": "yours"})
    assert [m["name"] for m in await b.gets(2)] == ["mine", "yours"]
    assert [m["name"] for m in await a.gets(1)] == ["yours"]


@case("the same id twice is one message")
async def _(w: World) -> None:
    a = await listening(await w.client(), w.room)
    for _ in range(2):
        await a.publish(w.room, {"id": "own-id", "name": "once"})
    await a.publish(w.room, {"name": "last"})
    assert [m["name"] for m in await a.gets(2)] == ["once", "last"]


@case("another's clientId", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client(clientId="bob")
    await refused(40012, a.publish(w.room, {"name": "n", "clientId": "amy"}))


@case("a message that is too large", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client()
    await refused(40009, a.publish(w.room, {"name": "n", "data": "x" * 70_000}))
    await a.do("ping")


# --- REST ---------------------------------------------------------------------------------------


@case("publish over REST")
async def _(w: World) -> None:
    b = await listening(await w.other(), w.room)
    a = await w.rest_client()
    for data in DATA[:-1]:
        await a.do("rest_publish", channel=w.room, messages=[{"name": "n", "data": data}])
    assert [m["data"] for m in await b.gets(len(DATA) - 1)] == list(DATA[:-1])


@case("history, page by page")
async def _(w: World) -> None:
    a = await w.rest_client()
    for n in range(5):
        await a.publish(w.room, {"name": str(n), "data": b64(bytes([n]))})
    pages = await a.do("history", channel=w.room, query={"limit": 2}, all=True)
    assert [[m["name"] for m in page["items"]] for page in pages] == [["4", "3"], ["2", "1"], ["0"]]
    assert pages[0]["items"][0]["data"] == b64(b"\x04")
    (forwards,) = await a.do("history", channel=w.room, query={"direction": "forwards"})
    assert [m["name"] for m in forwards["items"]] == list("01234")


@case("history until the attach", kinds=("js",))
async def _(w: World) -> None:
    a = await w.client()
    await a.publish(w.room, {"name": "before"})
    await a.do("attach", channel=w.room)
    await a.publish(w.room, {"name": "after"})
    (page,) = await a.do("history", channel=w.room, query={"untilAttach": True})
    assert [m["name"] for m in page["items"]] == ["before"]


@case("a channel's status")
async def _(w: World) -> None:
    a = await w.rest_client()
    await a.do("attach", channel=w.room)
    found = await a.do("status", channel=w.room)
    assert found["channelId"] == w.room
    assert found["status"]["isActive"] is True


@case("statistics, of which there are none")
async def _(w: World) -> None:
    a = await w.rest_client()
    assert await a.do("stats") == 0


@case("presence over REST")
async def _(w: World) -> None:
    a = await w.rest_client(clientId="bob")
    await a.do("presence", channel=w.room, action="enter", data={"n": 1})
    await a.do("presence", channel=w.room, action="update", data={"n": 2})
    there = await a.do("rest_members", channel=w.room)
    assert [(m["clientId"], m["data"]) for m in there["items"]] == [("bob", {"n": 2})]
    (page,) = await a.do("presence_history", channel=w.room)
    assert [(m["data"]) for m in page["items"]] == [{"n": 2}, {"n": 1}]


# --- channels -----------------------------------------------------------------------------------


@case("attach and detach, twice")
async def _(w: World) -> None:
    a, b = await listening(await w.client(), w.room), await w.other()
    await a.do("detach", channel=w.room)
    await b.publish(w.room, {"name": "unheard"})
    await a.do("attach", channel=w.room)
    await b.publish(w.room, {"name": "heard"})
    assert [m["name"] for m in await a.gets(1)] == ["heard"]
    changes = [t["event"] for t in a.lines if t["ev"] == "channel"]
    assert changes == ["attaching", "attached", "detaching", "detached", "attaching", "attached"]


@case("a mode that was not asked for")
async def _(w: World) -> None:
    a = await w.client(clientId="bob")
    given = await a.do("attach", channel=w.room, modes=["subscribe"])
    assert [mode.lower() for mode in given["modes"]] == ["subscribe"]
    await refused(40165, a.do("presence", channel=w.room, action="enter"))


@case("publish only")
async def _(w: World) -> None:
    a, b = await w.client(), await listening(await w.other(), w.room)
    await a.do("attach", channel=w.room, modes=["publish"])
    await a.publish(w.room, {"name": "out"})
    await b.gets(1)
    assert a.got() == []


@case("rewind")
async def _(w: World) -> None:
    b = await w.other()
    for n in range(4):
        await b.publish(w.room, {"name": str(n)})
    a = await w.client()
    given = await a.do("attach", channel=w.room, params={"rewind": "2"})
    assert given["params"] == {"rewind": "2"}


@case("rewind delivers")
async def _(w: World) -> None:
    b = await w.other()
    for n in range(4):
        await b.publish(w.room, {"name": str(n)})
    a = await w.client()
    await a.do("subscribe", channel=w.room, params={"rewind": "2"})
    await b.publish(w.room, {"name": "4"})
    assert [m["name"] for m in await a.gets(3)] == ["2", "3", "4"]


@case("a channel name that is none", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client()
    await refused(40010, a.do("attach", channel=":none"))
    assert (await a.channel("failed"))["reason"]["code"] == 40010
    await a.do("ping")


@case("a channel name with everything in it")
async def _(w: World) -> None:
    # The PyPI client writes a blank of a path as a plus, which is a plus to everybody else.
    name = f"{w.room}{'' if w.kind == 'py' else ' '}é/?%20#+&=日"
    a = await listening(await w.rest_client(), name)
    await a.publish(name, {"name": "n"})
    await a.gets(1)
    (page,) = await a.do("history", channel=name)
    assert len(page["items"]) == 1


# --- presence -----------------------------------------------------------------------------------


@case("enter, update, leave, seen by both")
async def _(w: World) -> None:
    a, b = await w.client(clientId="bob"), await w.other()
    for each in (a, b):
        await each.do("watch_presence", channel=w.room)
    for action, data in (("enter", "in"), ("update", {"at": 2}), ("leave", None)):
        await a.do("presence", channel=w.room, action=action, data=data)
    for each in (a, b):
        await each.gets(3, "presence")
        seen = [(m["clientId"], m["data"]) for m in each.got("presence")]
        assert seen == [("bob", "in"), ("bob", {"at": 2}), ("bob", {"at": 2})]
    assert await b.do("members", channel=w.room) == []


@case("who is there, right after entering")
async def _(w: World) -> None:
    a = await w.client(clientId="bob")
    await a.do("presence", channel=w.room, action="enter", data=b64(b"\x01\x02"))
    (member,) = await a.do("members", channel=w.room)
    assert (member["clientId"], member["data"]) == ("bob", b64(b"\x01\x02"))


@case("a room of many, synchronised")
async def _(w: World) -> None:
    a = await w.anybody()
    names = [f"client-{n}" for n in range(150)]
    for name in names:
        await a.do("presence", channel=w.room, action="enter", clientId=name, data=name)
    b = await w.other()
    there = await b.do("members", channel=w.room)
    assert sorted(m["clientId"] for m in there) == sorted(names)
    assert {m["data"] for m in there} == set(names)
    (one,) = await b.do("members", channel=w.room, filter={"clientId": "client-7"})
    assert one["data"] == "client-7"


@case("a close is a leave")
async def _(w: World) -> None:
    a, b = await w.client(clientId="bob"), await w.other()
    await b.do("watch_presence", channel=w.room)
    await a.do("presence", channel=w.room, action="enter")
    await b.gets(1, "presence")
    await a.do("close")
    await b.gets(2, "presence")
    assert await b.do("members", channel=w.room) == []


@case("present again after a cut, and nobody saw it go")
async def _(w: World) -> None:
    a, b = await w.client(clientId="bob"), await w.other()
    await b.do("watch_presence", channel=w.room)
    await a.do("presence", channel=w.room, action="enter", data="d")
    await a.do("drop")
    await a.channel("attached", 2)
    await a.do("ping")
    await a.do("presence", channel=w.room, action="update", data="e")
    assert [m["data"] for m in await b.gets(2, "presence")] == ["d", "e"]
    (member,) = await b.do("members", channel=w.room)
    assert member["data"] == "e"


# --- continuity ---------------------------------------------------------------------------------


@case("resume after a cut: nothing lost, nothing twice")
async def _(w: World) -> None:
    a, b = await listening(await w.client(), w.room), await w.other()
    first = (await a.do("state"))["id"]
    await b.publish(w.room, {"name": "before"})
    await a.gets(1)
    # The service cuts at a rule of its scenario, which this channel's name wakes.
    cut = a.client.ask("publish", channel=f"cut:{w.kind}:{w.fmt}", messages=[{"name": "x"}])
    await a.state("disconnected")
    for n in range(3):
        await b.publish(w.room, {"name": f"gap {n}"})
    await a.state("connected", 2)
    assert (await cut)["ok"], "what was not ACKed is sent again"
    await b.publish(w.room, {"name": "after"})
    names = ["before", "gap 0", "gap 1", "gap 2", "after"]
    assert [m["name"] for m in await a.gets(5)] == names
    assert (await a.do("state"))["id"] == first


@case("a cut while a message comes back: it arrives once")
async def _(w: World) -> None:
    room = f"echo:{w.kind}:{w.fmt}"
    a = await listening(await w.client(), room)
    await a.publish(room, {"name": "once"})
    await a.state("connected", 2)
    await a.publish(room, {"name": "last"})
    assert [m["name"] for m in await a.gets(2)] == ["once", "last"]


@case("a restarted service: another connection, and it says so", formats=JSON_ONLY)
async def _(w: World) -> None:
    port = str(w.free_port())
    async with serving("--port", port):
        w.port = int(port)
        a = await listening(await w.client(), w.room)
        first = (await a.do("state"))["id"]
    async with serving("--port", port):
        told = await a.state("connected", 2)
        assert told["reason"]["code"] in {80008, 80018}
        assert (await a.do("state"))["id"] != first
        await a.publish(w.room, {"name": "here"})
        assert [m["name"] for m in await a.gets(1)] == ["here"]


@case("recover in another process", kinds=("js",))
async def _(w: World) -> None:
    process = await w.another_process(w.kind)
    options: dict[str, Any] = {"host": "127.0.0.1", "port": w.port, "format": w.fmt, "key": KEY}
    old = Of(await process.client(**options))
    await listening(old, w.room)
    b = await w.other()
    await b.publish(w.room, {"name": "before"})
    await old.gets(1)
    key = await old.do("recovery_key")
    first = (await old.do("state"))["id"]
    process.kill()
    await b.publish(w.room, {"name": "in the gap"})
    a = await w.client(recover=key)
    assert (await a.do("state"))["id"] == first
    assert json.loads(key)["connectionKey"].startswith(first)
    await listening(a, w.room)
    assert [m["name"] for m in await a.gets(1)] == ["in the gap"]


@case("a recovery key of nothing", kinds=("js",), formats=JSON_ONLY)
async def _(w: World) -> None:
    key = json.dumps({"connectionKey": "no!such", "msgSerial": 3, "channelSerials": {}})
    a = await w.client(recover=key)
    assert (await a.state("connected"))["reason"]["code"] in {80008, 80018}


# --- more than one ------------------------------------------------------------------------------


@case("twenty connections hear everything, in order", formats=JSON_ONLY)
async def _(w: World) -> None:
    clients = [await (w.client() if n % 2 else w.other()) for n in range(20)]
    for each in clients:
        await listening(each, w.room)
    for n in range(20):
        await clients[n].publish(w.room, {"name": str(n)})
    for each in clients:
        assert [m["name"] for m in await each.gets(20)] == [str(n) for n in range(20)]


@case("without echo, but one's own presence")
async def _(w: World) -> None:
    a = await w.client(clientId="b é", echo=False)
    await a.do("watch_presence", channel=w.room)
    await a.do("presence", channel=w.room, action="enter", data="here")
    (m,) = await a.gets(1, "presence")
    assert (m["clientId"], m["data"]) == ("b é", "here")


@case("publish without an attach")
async def _(w: World) -> None:
    a, b = await w.client(), await listening(await w.other(), w.room)
    await a.publish(w.room, {"name": "n"})
    await b.gets(1)
    assert not [told for told in a.lines if told["ev"] == "channel" and told["event"] == "attached"]


@case("the same id twice over REST is one message")
async def _(w: World) -> None:
    a, b = await w.rest_client(), await listening(await w.other(), w.room)
    for _ in range(2):
        await a.do("rest_publish", channel=w.room, messages=[{"id": "own", "name": "once"}])
    await b.publish(w.room, {"name": "last"})
    assert [m["name"] for m in await b.gets(2)] == ["once", "last"]


@case("two cuts in a row, with publishes all the while", formats=JSON_ONLY)
async def _(w: World) -> None:
    a, b = await w.client(), await listening(await w.other(), w.room)
    answers = []
    for n in range(30):
        answers.append(a.client.ask("publish", channel=w.room, messages=[{"name": str(n)}]))
        if n in {10, 20}:
            await a.do("drop")
            await a.state("connected", 2 if n == 10 else 3)
    if w.kind == "js":
        for answer in answers:
            assert (await answer)["ok"]
    # The PyPI client loses track of ACKs once it has sent something again, so there is nothing
    # to wait for but what was heard.
    names = [m["name"] for m in await b.gets(30)]
    assert sorted(names, key=int) == [str(n) for n in range(30)]
