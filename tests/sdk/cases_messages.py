"""What Ably's clients do with messages that are there already, and with many channels at once."""

from __future__ import annotations

from typing import Any, Final

from tests.sdk.cases import JSON_ONLY, case, listening, refused
from tests.sdk.world import Of, World, b64

ACTIONS: Final = {
    "js": {
        0: "message.create",
        1: "message.update",
        2: "message.delete",
        4: "message.summary",
        5: "message.append",
    }
}


def shown(found: dict[str, Any]) -> tuple[Any, Any]:
    """Action as a number, and data: each client has its own way to write the first."""
    numbers = {name: number for number, name in ACTIONS["js"].items()}
    return numbers.get(found["action"], found["action"]), found["data"]


async def one(a: Of, w: World, **message: Any) -> dict[str, Any]:
    """Publish one message; as its subscriber has it."""
    await a.publish(w.room, {"name": "n", "data": "one", **message})
    (found,) = await a.gets(1)
    return found


for act, number in (("update", 1), ("delete", 2), ("append", 5)):
    for rest in (False, True):

        @case(f"{act} a message" + (" over REST" if rest else ""))
        async def _(w: World, act: str = act, number: int = number, rest: bool = rest) -> None:
            a = await listening(await w.rest_client(clientId="bob"), w.room)
            b = await listening(await w.other(), w.room)
            before = await one(a, w)
            change = {"serial": before["serial"], "data": "two"}
            why = {"description": "why", "metadata": {"k": "v"}}
            version = await a.do(
                "change", channel=w.room, act=act, message=change, operation=why, rest=rest
            )
            for each in (a, b):
                told = (await each.gets(2))[1]
                assert shown(told) == (number, "two")
                assert (told["serial"], told["version"]) == (before["serial"], version)
                assert (told["name"], told["clientId"]) == ("n", "bob")
                assert told["operation"] == {"by": "bob", "why": "why"}
            kept = (1, "onetwo") if act == "append" else (number, "two")
            (page,) = await a.do("history", channel=w.room)
            (there,) = page["items"]
            assert (shown(there), there["version"]) == (kept, version)
            got = await a.do("get_message", channel=w.room, serial=before["serial"])
            assert (shown(got), got["version"]) == (kept, version)


@case("update what was received, whole")
async def _(w: World) -> None:
    a = await listening(await w.client(clientId="bob"), w.room)
    b = await listening(await w.other(clientId="amy"), w.room)
    await one(a, w, data={"n": 1}, extras={"headers": {"x": "1"}})
    (got,) = await b.gets(1)
    names = ("id", "name", "clientId", "connectionId", "timestamp", "extras", "serial")
    whole = {name: got[name] for name in names} | {"data": {"n": 2}}
    if b.client.kind == "py":
        whole = {name: whole[name] for name in ("name", "serial", "data", "extras", "clientId")}
    await b.do("change", channel=w.room, act="update", message=whole)
    told = (await a.gets(2))[1]
    assert (told["data"], told["extras"]) == ({"n": 2}, {"headers": {"x": "1"}})
    assert (told["clientId"], told["connectionId"]) == ("bob", (await a.do("state"))["id"])


@case("append binary data")
async def _(w: World) -> None:
    a = await listening(await w.rest_client(), w.room)
    before = await one(a, w, data=b64(b"\x00"))
    for piece in (b"\x01", b"\xff"):
        change = {"serial": before["serial"], "data": b64(piece)}
        await a.do("change", channel=w.room, act="append", message=change)
    got = await a.do("get_message", channel=w.room, serial=before["serial"])
    assert got["data"] == b64(b"\x00\x01\xff")


@case("a message's versions, page by page")
async def _(w: World) -> None:
    a = await listening(await w.rest_client(), w.room)
    before = await one(a, w)
    made = [before["serial"]]
    for n in range(3):
        change = {"serial": before["serial"], "data": str(n)}
        made.append(await a.do("change", channel=w.room, act="update", message=change))
    pages = await a.do("versions", channel=w.room, serial=before["serial"], query={"limit": 3})
    assert [[m["version"] for m in page["items"]] for page in pages] == [made[:3], made[3:]]
    assert [m["data"] for page in pages for m in page["items"]] == ["one", "0", "1", "2"]


@case("change what is not there", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.rest_client()
    change = {"serial": "nothing", "data": "x"}
    for rest in (False, True):
        doing = a.do("change", channel=w.room, act="update", message=change, rest=rest)
        await refused(40400, doing)
    await refused(40400, a.do("get_message", channel=w.room, serial="nothing"))


@case("change without the right", formats=JSON_ONLY)
async def _(w: World) -> None:
    b = await listening(await w.other(), w.room)
    before = await one(b, w)
    rights = '{"*":["subscribe","publish","message-update-own"]}'
    told = await w.token(clientId="bob", capability=rights)
    a = await w.client(token=told["token"])
    change = {"serial": before["serial"], "data": "x"}
    await refused(40160, a.do("change", channel=w.room, act="update", message=change))
    await refused(40160, a.do("change", channel=w.room, act="delete", message=change))


MODES: Final = ["publish", "subscribe", "annotation_publish", "annotation_subscribe"]


@case("annotations and their summary")
async def _(w: World) -> None:
    a = await w.rest_client(clientId="bob")
    await a.do("subscribe", channel=w.room, modes=MODES)
    await a.do("watch_annotations", channel=w.room)
    b = await listening(await w.other(), w.room)
    before = await one(a, w)
    serial, kind = before["serial"], "reaction:distinct.v1"
    for rest, name in ((False, "up"), (True, "down")):
        note = {"type": kind, "name": name, "data": {"n": 1}}
        await a.do("annotate", channel=w.room, serial=serial, note=note, rest=rest)
    notes = await a.gets(2, "annotation")
    assert [(n["name"], n["clientId"], n["data"]) for n in notes] == [
        ("up", "bob", {"n": 1}),
        ("down", "bob", {"n": 1}),
    ]
    assert {(n["messageSerial"], n["type"], n["action"]) for n in notes} == {
        (serial, kind, "annotation.create")
    }
    told = (await b.gets(3))[2]
    once = {"total": 1, "clientIds": ["bob"], "clipped": False}
    assert shown(told) == (4, None)
    assert (told["serial"], told["name"]) == (serial, "n")
    assert told["summary"] == {kind: {"up": once, "down": once}}
    (there,) = (await a.do("history", channel=w.room))[0]["items"]
    assert there["summary"] == told["summary"]
    note = {"type": kind, "name": "up"}
    await a.do("annotate", channel=w.room, serial=serial, note=note, act="delete")
    assert (await b.gets(4))[3]["summary"] == {kind: {"down": once}}
    pages = await a.do("list_annotations", channel=w.room, serial=serial, query={"limit": 2})
    assert [[n["name"] for n in page["items"]] for page in pages] == [["up", "down"], ["up"]]
    assert pages[1]["items"][0]["action"] == "annotation.delete"


@case("annotate without modes asked for, and without the right", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await listening(await w.client(clientId="bob"), w.room)
    before = await one(a, w)
    note = {"type": "seen:flag.v1"}
    await a.do("annotate", channel=w.room, serial=before["serial"], note=note)
    assert (await a.gets(2))[1]["summary"]["seen:flag.v1"]["clientIds"] == ["bob"]
    told = await w.token(clientId="amy", capability='{"*":["subscribe"]}')
    b = await w.client(token=told["token"])
    await refused(40160, b.do("annotate", channel=w.room, serial=before["serial"], note=note))


@case("presence over REST, page by page")
async def _(w: World) -> None:
    a = await w.anybody()
    for n in range(5):
        await a.do("presence", channel=w.room, action="enter", clientId=f"c{n}", data=str(n))
    r = await w.rest_client()
    first = await r.do("rest_members", channel=w.room, query={"limit": 3})
    assert (len(first["items"]), first["next"]) == (3, True)


@case("publish to many channels", kinds=("js",))
async def _(w: World) -> None:
    rooms = [f"{w.room}:{n}" for n in range(2)]
    a = await w.client()
    for room in rooms:
        await listening(a, room)
    spec = {"channels": [*rooms, ":none"], "messages": [{"name": "x"}, {"data": "y"}]}
    found = await a.do("batch", spec=spec)
    assert (found["successCount"], found["failureCount"]) == (2, 1)
    assert [len(r.get("serials", [])) for r in found["results"]] == [2, 2, 0]
    assert found["results"][2]["error"]["code"] == 40010
    assert [m["data"] for m in await a.gets(4)] == [None, "y"] * 2


@case("who is present on many channels", kinds=("js",))
async def _(w: World) -> None:
    a = await w.client(clientId="bob")
    await a.do("presence", channel=w.room, action="enter", data=b64(b"\x01"))
    found = await a.do("batch_presence", channels=[w.room, "empty"])
    there, empty = found["results"]
    assert [m["clientId"] for m in there["presence"]] == ["bob"]
    assert empty == {"channel": "empty", "presence": []}


@case("any request")
async def _(w: World) -> None:
    a = await listening(await w.rest_client(), w.room)
    found = await a.do("request", method="GET", path="/channels", query={"by": "id"})
    assert w.room in found["items"]
    assert found["status"] == 200
    found = await a.do("request", method="GET", path="/nowhere")
    assert (found["status"], int(found["code"])) == (404, 40400)
    found = await a.do("request", method="PATCH", path="/time", body={})
    assert (found["status"], int(found["code"])) == (405, 40500)


LONG = "the same long text again and again, of which little changes but the end: "
_CHANGING: Any = [
    *(LONG + str(n) for n in range(3)),
    *({"said": LONG, "number": n} for n in range(2)),
    *(b64(LONG.encode() + bytes([n, 255])) for n in range(2)),
    "short",
    LONG,
]


@case("messages as deltas to the one before")
async def _(w: World) -> None:
    a, plain = await w.client(), await w.other()
    given = await a.do("attach", channel=w.room, params={"delta": "vcdiff"})
    assert given["params"] == {"delta": "vcdiff"}
    for client in (a, plain):
        await client.do("subscribe", channel=w.room)
    for data in _CHANGING:
        await plain.publish(w.room, {"data": data})
    got = await a.gets(len(_CHANGING))
    assert [m["data"] for m in got] == _CHANGING
    deltas = [(m.get("extras") or {}).get("delta") for m in got]
    assert deltas[0] is None
    assert deltas[1] == {"from": got[0]["id"], "format": "vcdiff"}
    assert [delta is not None for delta in deltas] == [
        *(False, True, True),
        *(True, True),
        *(True, True),
        *(False, False),
    ]
    whole = await plain.gets(len(_CHANGING))
    assert [(m.get("extras") or {}).get("delta") for m in whole] == [None] * len(_CHANGING)
