"""Tokens, JWTs, rights and apps: the cases of `cases.py` that are about who may do what."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.sdk.cases import JSON_ONLY, case, listening, refused
from tests.sdk.world import KEY, Of, World

OTHER_RIGHTS = {"open:*": ["*"], "read": ["subscribe", "history"], "in": ["publish", "presence"]}


@case("a token from the service")
async def _(w: World) -> None:
    a = await w.client(token=(await w.token(clientId="bob"))["token"])
    assert (await a.do("state"))["clientId"] == "bob"


@case("a token that the client asks for with its key")
async def _(w: World) -> None:
    a = await w.client()
    given = await a.do("request_token", params=_params(w, ttl=60_000, client_id="amy"))
    assert given["expires"] - given["issued"] == 60_000
    b = await w.other(token=given["token"])
    assert (await b.do("state"))["clientId"] == "amy"


def _params(w: World, **params: Any) -> dict[str, Any]:
    """Token params as the client spells them."""
    if w.kind == "js" and "client_id" in params:
        params["clientId"] = params.pop("client_id")
    return params


@case("a key used for tokens", formats=JSON_ONLY)
async def _(w: World) -> None:
    # The PyPI client asks for a token without its clientId, which then fits no clientId.
    names: dict[str, Any] = {"clientId": "bob"} if w.kind == "js" else {}
    a = await w.client(key=KEY, useTokenAuth=True, **names)
    assert (await a.do("state"))["clientId"] == names.get("clientId")


@case("authCallback: a token, TokenDetails, a TokenRequest, a JWT")
async def _(w: World) -> None:
    signer = await w.client()
    for given in (
        (await w.token())["token"],
        await w.token(clientId="bob"),
        await signer.do("sign", params={}),
        w.jwt(),
    ):
        a = await w.client(tokens=lambda given=given: given)
        await a.do("ping")
        await a.do("close")


@case("a TokenRequest of one client, taken to the service by the other", formats=JSON_ONLY)
async def _(w: World) -> None:
    signed = await (await w.client()).do("sign", params={})
    path = f"/keys/{signed['keyName']}/requestToken"
    first = await w.http("POST", path, signed)
    assert first["keyName"] == signed["keyName"]
    again = await w.http("POST", path, signed)
    assert again["error"]["code"] in {40101, 40105}, "a nonce is good for once"


@case("authUrl: GET with params", formats=JSON_ONLY)
async def _(w: World) -> None:
    heads = []
    token = await w.token(clientId="bob")

    def answer(head: str, _: bytes) -> tuple[str, str]:
        heads.append(head.partition("\r\n")[0])
        return "application/json", json.dumps(token)

    async with w.web(answer) as url:
        a = await w.client(authUrl=url, authParams={"who": "me"})
        assert (await a.do("state"))["clientId"] == "bob"
    assert "who=me" in heads[0]


def _always(kind: str, text: str) -> Callable[[str, bytes], tuple[str, str]]:
    """The same answer to every request."""
    return lambda _head, _body: (kind, text)


@case("authUrl: text and JWT", formats=JSON_ONLY)
async def _(w: World) -> None:
    for kind, text in (("text/plain", (await w.token())["token"]), ("application/jwt", w.jwt())):
        async with w.web(_always(kind, text)) as url:
            await (await w.client(authUrl=url)).do("close")


@case("a JWT that names a client and its rights")
async def _(w: World) -> None:
    rights = json.dumps({"mine": ["subscribe"]})
    a = await w.client(token=w.jwt(x_ably_clientId="bob", x_ably_capability=rights))
    assert (await a.do("state"))["clientId"] == "bob"
    await a.do("attach", channel="mine")
    await refused(40160, a.do("attach", channel="yours"))


@case("tokens that are not good", formats=JSON_ONLY)
async def _(w: World) -> None:
    bad = {
        "nobody.knows-this-token": {40101, 40140, 40143, 40144, 40171, 40400},
        w.jwt(seconds=-5): {40142, 40171},
        w.jwt(key=f"{KEY.partition(':')[0]}:wrong"): {40101, 40144, 40171},
    }
    for token, codes in bad.items():
        a = await w.client(token=token, up=False)
        assert (await a.state("failed"))["reason"]["code"] in codes


@case("an expired token is renewed, and the connection goes on")
async def _(w: World) -> None:
    asked = []

    def tokens() -> str:
        asked.append(1)
        return w.jwt(seconds=1.5 if len(asked) == 1 else 60)

    a = await listening(await w.client(tokens=tokens), w.room)
    first = (await a.do("state"))["id"]
    b = await w.other()
    told = await a.state("disconnected")
    assert told["reason"]["code"] == 40142
    await a.state("connected", 2)
    await b.publish(w.room, {"name": "still here"})
    await a.gets(1)
    assert (await a.do("state"))["id"] == first
    assert len(asked) == 2


@case("an expired token that cannot be renewed", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client(token=w.jwt(seconds=1.5))
    assert (await a.state("failed"))["reason"]["code"] == 40171


@case("authorize: more rights, on the same connection")
async def _(w: World) -> None:
    rights = [{"first": ["*"]}, {"first": ["*"], "second": ["*"]}]

    def tokens() -> str:
        return w.jwt(x_ably_capability=json.dumps(rights.pop(0)))

    a = await w.client(tokens=tokens)
    first = (await a.do("state"))["id"]
    await refused(40160, a.do("attach", channel="second"))
    await a.do("authorize")
    assert a.states == ["connecting", "connected", "update"]
    await a.do("attach", channel="second")
    assert (await a.do("state"))["id"] == first


@case("authorize: fewer rights, and the channel is taken away")
async def _(w: World) -> None:
    rights = [{"one": ["*"], "two": ["*"]}, {"one": ["*"]}]

    def tokens() -> str:
        return w.jwt(x_ably_capability=json.dumps(rights.pop(0)))

    a = await w.client(tokens=tokens)
    await a.do("attach", channel="one")
    await a.do("attach", channel="two")
    await a.do("authorize")
    told = await a.channel("failed")
    assert (told["channel"], told["reason"]["code"]) == ("two", 40160)
    await a.publish("one", {"name": "still"})


@case("rights on publish, presence and history")
async def _(w: World) -> None:
    rights = json.dumps(OTHER_RIGHTS)
    a = await w.client(token=w.jwt(x_ably_clientId="bob", x_ably_capability=rights))
    await a.publish("open:any:thing", {"name": "n"})
    await refused(40160, a.publish("read", {"name": "n"}))
    await a.publish("in", {"name": "n"})
    await a.do("presence", channel="in", action="enter")
    await a.do("history", channel="read")
    await refused(40160, a.do("history", channel="in"))
    await refused(40160, a.do("history", channel="elsewhere"))


@case("a token for any clientId")
async def _(w: World) -> None:
    a = await w.anybody()
    for name in ("amy", "bob"):
        await a.do("presence", channel=w.room, action="enter", clientId=name)
        await a.publish(w.room, {"name": "n", "clientId": name})
    there = await (await w.other()).do("members", channel=w.room)
    assert sorted(m["clientId"] for m in there) == ["amy", "bob"]


@case("a clientId that the token does not allow", formats=JSON_ONLY)
async def _(w: World) -> None:
    a = await w.client(up=False, token=(await w.token(clientId="bob"))["token"], clientId="amy")
    reason = (await a.state("failed"))["reason"]
    assert reason["code"] in {40102, 40012}, reason


async def _app(w: World, *keys: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = await w.http("POST", "/apps", {"keys": list(keys) or [{}]})
    assert "appId" in made, made
    return made


async def _key(w: World, app: dict[str, Any], number: int = 0) -> Of:
    return await w.client(key=app["keys"][number]["keyStr"])


@case("an app for the asking, with a key of few rights")
async def _(w: World) -> None:
    few = json.dumps({"quiet": ["subscribe"]})
    app = await _app(w, {}, {"capability": few})
    full, less = await _key(w, app), await _key(w, app, 1)
    await listening(less, "quiet")
    await full.publish("quiet", {"name": "n"})
    await less.gets(1)
    await refused(40160, less.publish("quiet", {"name": "n"}))
    await refused(40160, less.do("attach", channel="loud"))


@case("apps do not hear each other", formats=JSON_ONLY)
async def _(w: World) -> None:
    one, two = await _key(w, await _app(w)), await _key(w, await _app(w))
    await listening(one, w.room)
    await two.publish(w.room, {"name": "elsewhere"})
    await one.publish(w.room, {"name": "here"})
    assert [m["name"] for m in await one.gets(1)] == ["here"]


@case("an app with members that were always there", formats=JSON_ONLY)
async def _(w: World) -> None:
    members = [{"clientId": "fixture", "data": "d"}]
    body = {"keys": [{}], "channels": [{"name": "fixtures", "presence": members}]}
    app = await w.http("POST", "/apps", body)
    a = await _key(w, app)
    there = await a.do("members", channel="fixtures")
    assert [(m["clientId"], m["data"]) for m in there] == [("fixture", "d")]


@case("an app that is deleted", formats=JSON_ONLY)
async def _(w: World) -> None:
    app = await _app(w)
    a = await _key(w, app)
    key = app["keys"][0]["keyStr"]
    await w.http("DELETE", f"/apps/{app['appId']}", key=key)
    await a.state("failed")
    b = await w.client(up=False, key=key)
    assert (await b.state("failed"))["reason"]["code"] in {40101, 40400, 40300}


@case("a token that is revoked", formats=JSON_ONLY)
async def _(w: World) -> None:
    body = {"keys": [{"revocableTokens": True}]}
    app = await w.http("POST", "/apps", body)
    key = app["keys"][0]["keyStr"]
    name = key.partition(":")[0]
    a = await w.client(token=(await w.token(key=key, clientId="bob"))["token"])
    b = await w.client(token=(await w.token(key=key, clientId="amy"))["token"])
    await w.http("POST", f"/keys/{name}/revokeTokens", {"targets": ["clientId:bob"]}, key=key)
    assert (await a.state("failed"))["reason"]["code"] in {40141, 40171}
    await b.do("ping")
    assert b.states == ["connecting", "connected"]


@case("a token inside a JWT that somebody else signed", formats=JSON_ONLY)
async def _(w: World) -> None:
    inner = (await w.token(clientId="bob"))["token"]
    jwt = w.jwt(key="nobody.knows:this secret of somebody else", x_ably_token=inner)
    a = await w.client(token=jwt)
    await a.do("subscribe", channel=w.room)
    await a.publish(w.room, {"data": "x"})
    assert (await a.gets(1))[0]["clientId"] == "bob"
