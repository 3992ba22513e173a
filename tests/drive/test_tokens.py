"""Tokens through `ablytui drive` as a process, against servers that do what a test says."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from aiohttp import web

from tests.support.drive import Drive, Line, driving
from tests.support.http import answering, never
from tests.support.wires import Accepted, ScriptedServer, until

EXPIRED = {"code": 40142, "statusCode": 401, "message": "expired"}
CONNECTED = {
    "action": 4,
    "connectionId": "id1",
    "connectionDetails": {"connectionKey": "id1!key-of-this-one", "maxIdleInterval": 0},
}
QUICK = ("--disconnected-retry-timeout", "50", "--realtime-request-timeout", "3000")


def token_of(connection: Accepted) -> str:
    return parse_qs(urlsplit(connection.resource).query)["accessToken"][0]


class Service:
    """A service that takes every token but those it is told not to."""

    def __init__(self) -> None:
        self.rejects: set[str] = set()
        self.sockets: list[Accepted] = []
        self.frames: list[dict[str, Any]] = []
        self.on_auth: Callable[[Accepted, str], None] = lambda c, _: c.send(json.dumps(CONNECTED))

    @property
    def tokens(self) -> list[str]:
        """The token of each connection."""
        return [token_of(each) for each in self.sockets]

    def accept(self, connection: Accepted) -> None:
        self.sockets.append(connection)
        if token_of(connection) in self.rejects:
            connection.send(json.dumps({"action": 9, "error": EXPIRED}))
        else:
            connection.send(json.dumps(CONNECTED))

    def frame(self, connection: Accepted, frame: Any) -> None:
        if frame.opcode == 1:
            message = json.loads(frame.payload)
            self.frames.append(message)
            if message["action"] == 17:
                self.on_auth(connection, message["auth"]["accessToken"])

    def say(self, message: dict[str, Any], *, close: bool = False) -> None:
        self.sockets[-1].send(json.dumps(message))
        if close:
            self.sockets[-1].wire.close(1000)


class Source:
    """An auth URL that gives `tok-1-of-this-test`, `tok-2-…` and so on."""

    def __init__(self) -> None:
        self.count = 0
        self.instead: Callable[[], web.Response] | None = None

    async def answer(self, _request: web.Request) -> web.StreamResponse:
        self.count += 1
        if self.instead is not None:
            return self.instead()
        return web.Response(text=token(self.count))


def token(number: int) -> str:
    return f"tok-{number}-of-this-test"


@asynccontextmanager
async def world(*args: str, source: str = "url") -> AsyncIterator[tuple[Drive, Service, Source]]:
    service, tokens = Service(), Source()
    async with (
        ScriptedServer(service.accept, service.frame) as server,
        answering(tokens.answer) as origin,
    ):
        credential = ("--auth-url", f"{origin}/auth") if source == "url" else ()
        url = f"ws://127.0.0.1:{server.port}"
        async with driving(url, *credential, *QUICK, "--format", "json", *args, key=None) as drive:
            yield drive, service, tokens


async def state(drive: Drive, name: str, count: int = 1) -> Line:
    """The line of that state, the `count`-th of its kind."""

    def of_that(line: Line) -> bool:
        return bool(line["ev"] == "state" and line["event"] == name)

    await drive.until(lambda _: sum(map(of_that, drive.lines)) >= count)
    return [line for line in drive.lines if of_that(line)][count - 1]


async def test_the_token_comes_first_and_is_never_shown() -> None:
    async with world("--events", "state,notice,upgrade,handshake,frame") as (drive, service, _):
        await state(drive, "connected")
        assert service.tokens == [token(1)]
        kinds = [line["ev"] for line in drive.lines if line["ev"] != "ready"]
        assert kinds[:3] == ["state", "notice", "upgrade"]
        assert "for a token to connect: 200 text/plain" in drive.all("notice")[0]["message"]
        assert await drive.end() == 0
        assert token(1).encode() not in drive.raw


async def test_rtn14b_a_rejected_token_is_renewed() -> None:
    async with world("--token", "the-first-token") as (drive, service, _):
        service.rejects.add("the-first-token")
        await state(drive, "connected")
        assert service.tokens == ["the-first-token", token(1)]
        assert [line["event"] for line in drive.all("state")] == ["connecting", "connected"]
        service.rejects |= {token(1), token(2)}
        service.say({"action": 6, "error": EXPIRED}, close=True)
        again = await drive.until(lambda line: line.get("point") == "RTN14b")
        assert (again["event"], again["reason"]["code"]) == ("disconnected", 40142)
        assert again["retryIn"] > 0
        await state(drive, "connected", 2)
        assert service.tokens[2:] == [token(2), token(3)]


async def test_rtn15h2_expired_while_connected() -> None:
    async with world() as (drive, service, _):
        await state(drive, "connected")
        service.say({"action": 6, "error": EXPIRED}, close=True)
        await state(drive, "connected", 2)
        story = [(line["event"], line["point"]) for line in drive.all("state")][2:]
        assert [name for name, _ in story] == ["disconnected", "connecting", "connected"]
        assert [point for _, point in story][::2] == ["RTN15h2", "RTN15c6"]
        assert service.tokens == [token(1), token(2)]
        assert "resume=id1%21key-of-this-one" in service.sockets[1].resource


async def test_rtn15c5_a_resume_whose_token_was_rejected_has_one_verdict() -> None:
    async with world("--token", "the-first-token") as (drive, service, _):
        await state(drive, "connected")
        service.rejects.add("the-first-token")
        await drive.do("drop")
        verdict = await drive.until(lambda line: line["ev"] == "verdict")
        assert (verdict["outcome"], verdict["oldId"], verdict["newId"]) == ("resumed", "id1", "id1")
        assert service.tokens == ["the-first-token", "the-first-token", token(1)]


@pytest.mark.parametrize("when", ["connecting", "connected"])
async def test_rsa4a2_no_way_to_another_token(when: str) -> None:
    async with world("--token", "the-only-token", source="none") as (drive, service, _):
        notice = await drive.until(lambda line: line["ev"] == "notice")
        assert (notice["level"], notice["code"]) == ("info", 40171)
        assert "https://help.ably.io/error/40171" in notice["message"]
        await state(drive, "connected")
        if when == "connecting":
            service.rejects.add("the-only-token")
            await drive.do("drop")
        else:
            service.say({"action": 6, "error": EXPIRED}, close=True)
        failed = await state(drive, "failed")
        assert failed["point"] == ("RSA4a2" if when == "connecting" else "RTN15h1")
        assert (failed["reason"]["code"], failed["reason"]["cause"]["code"]) == (40171, 40142)
        assert await drive.end() == 3


@pytest.mark.parametrize(
    ("instead", "event", "status"),
    [
        (lambda: web.Response(status=403), "failed", 403),
        (lambda: web.Response(status=500), "disconnected", 401),
        (lambda: web.Response(text="two words"), "disconnected", 401),
        (lambda: web.Response(text="<p>", content_type="text/html"), "disconnected", 401),
    ],
    ids=["403", "500", "garbage", "html"],
)
async def test_rsa4c_rsa4d_an_auth_url_without_a_token(
    instead: Callable[[], web.Response], event: str, status: int
) -> None:
    service, source = Service(), Source()
    source.instead = instead
    async with (
        ScriptedServer(service.accept) as server,
        answering(source.answer) as origin,
        driving(f"ws://127.0.0.1:{server.port}", "--auth-url", origin, *QUICK, key=None) as drive,
    ):
        line = await state(drive, event)
        assert (line["reason"]["code"], line["reason"]["statusCode"]) == (80019, status)
        assert line["reason"]["cause"]["code"] == 40170
        if event == "disconnected":
            source.instead = None
            await state(drive, "connected")
            assert token_of(service.sockets[0]).startswith("tok-")
        else:
            assert service.sockets == []
            assert (await drive.do("state"))["value"]["errorReason"]["code"] == 80019


@pytest.mark.parametrize("way", ["url", "command"])
async def test_rsa4c_a_source_that_does_not_answer_in_time(way: str) -> None:
    async with ScriptedServer() as server, answering(never) as origin:
        program = f"{sys.executable} -c 'import signal; signal.pause()'"
        args = ("--auth-url", origin) if way == "url" else ("--auth-command", program)
        url = f"ws://127.0.0.1:{server.port}"
        limit = ("--realtime-request-timeout", "200")
        async with driving(url, *args, *limit, key=None) as drive:
            line = await state(drive, "disconnected")
            assert (line["reason"]["code"], line["reason"]["cause"]["code"]) == (80019, 50003)
            notice = await drive.until(lambda line: line["ev"] == "notice")
            assert "given up" in notice["message"]
            assert await drive.end() == 0


async def test_an_auth_command_and_client_ids() -> None:
    printed = json.dumps({"token": "from-a-program", "clientId": "ann"})
    program = f'{sys.executable} -c \'print(r"""{printed}""")\''
    for client_id, event in (("ann", "connected"), ("bob", "failed")):
        args = ("--auth-command", program, "--client-id", client_id)
        async with world(*args, source="none") as (drive, service, _):
            line = await state(drive, event)
            if event == "connected":
                assert service.tokens == ["from-a-program"]
            else:
                assert (line["point"], line["reason"]["code"]) == ("RSA15c", 40102)


async def test_rtc8a_authorize_in_band() -> None:
    async with world() as (drive, service, _):
        await state(drive, "connected")
        assert (await drive.do("authorize"))["ok"]
        assert (await drive.do("authorize", token="given-by-a-person"))["ok"]
        sent = [frame["auth"]["accessToken"] for frame in service.frames]
        assert sent == [token(2), "given-by-a-person"]
        assert [line["event"] for line in drive.all("state")][2:] == ["update", "update"]
        assert len(service.sockets) == 1
        await drive.do("drop")
        await state(drive, "connected", 2)
        assert service.tokens[1] == "given-by-a-person"
        assert await drive.end() == 0
        for secret in (token(2), "given-by-a-person"):
            assert secret.encode() not in drive.raw


async def test_rtc8a2_a_refused_token_in_band() -> None:
    async with world() as (drive, service, _):
        await state(drive, "connected")
        error = {"code": 40102, "statusCode": 401, "message": "another client"}
        service.on_auth = lambda connection, _: connection.send(
            json.dumps({"action": 9, "error": error})
        )
        answer = await drive.do("authorize", token="somebody-else's")
        assert (answer["ok"], answer["error"]["code"]) == (False, 40102)
        assert (await state(drive, "failed"))["point"] == "RTC8a2"


async def test_rtn22_the_service_asks_for_a_token() -> None:
    async with world() as (drive, service, _):
        await state(drive, "connected")
        service.say({"action": 17})
        await state(drive, "update")
        await until(lambda: service.frames, "AUTH")
        assert service.frames == [{"action": 17, "auth": {"accessToken": token(2)}}]


async def test_rsa4c3_no_token_for_an_open_connection() -> None:
    async with world() as (drive, _, source):
        await state(drive, "connected")
        source.instead = lambda: web.Response(status=500)
        answer = await drive.do("authorize")
        assert (answer["ok"], answer["error"]["code"]) == (False, 80019)
        value = (await drive.do("state"))["value"]
        assert (value["state"], value["errorReason"]["code"]) == ("connected", 80019)


async def test_rtc8c_authorize_from_closed() -> None:
    async with world("--no-connect") as (drive, service, _):
        assert (await drive.do("authorize", token="the-one-i-want"))["ok"]
        assert service.tokens == ["the-one-i-want"]
        assert drive.all("state")[0]["point"] == "RTC8c"
        await drive.do("close")
        assert (await drive.do("authorize"))["ok"]
        assert service.tokens[1] == token(1)


async def test_a_key_beside_a_token_renews_it() -> None:
    service = Service()
    service.rejects.add("the-first-token")
    key = "app.k1:the-secret-of-this-test"
    async with ScriptedServer(service.accept) as server:
        url = f"ws://127.0.0.1:{server.port}"
        async with driving(url, "--token", "the-first-token", *QUICK, key=key) as drive:
            # The scripted server upgrades everything: what it was asked is what counts.
            line = await state(drive, "disconnected")
            assert line["reason"]["code"] == 80019
            notice = await drive.until(lambda line: line["ev"] == "notice")
            assert "/keys/app.k1/requestToken" in notice["message"]
            assert b"the-secret-of-this-test" not in drive.raw
        assert server.heads[1].startswith(b"POST /keys/app.k1/requestToken HTTP/1.1")


AHEAD = 3_600_000


@pytest.mark.parametrize(("asks", "ended"), [(True, True), (False, False)])
async def test_rsa4b1_a_token_that_ended_by_the_services_clock_is_renewed_first(
    asks: bool, ended: bool
) -> None:
    """The service is an hour ahead; only who asks for its time knows that the token has ended."""
    now = round(time.time() * 1000)
    held = {"token": "held-of-this-test", "issued": now, "expires": now + AHEAD // 2}
    seen: list[tuple[str, str, Any]] = []

    async def answer(request: web.Request) -> web.StreamResponse:
        # The service's two halves have one address; both are told apart by their paths here.
        if request.path == "/time":
            seen.append(("time", "", None))
            return web.json_response([round(time.time() * 1000) + AHEAD])
        if request.path.endswith("/requestToken"):
            seen.append(("token", request.path, await request.json()))
            return web.json_response({"token": "new-of-this-test", "expires": now + 9 * AHEAD})
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        seen.append(("socket", request.query["accessToken"], None))
        await socket.send_json(CONNECTED)
        async for _ in socket:
            pass
        return socket

    given = ("--query-time",) if asks else ()
    key = "app.k1:the-secret-of-this-test"
    async with answering(answer) as origin:
        url = origin.replace("http", "ws")
        async with driving(
            *(url, "--token", json.dumps(held), *QUICK, *given, "--format", "json"), key=key
        ) as drive:
            await state(drive, "connected")
            assert await drive.end() == 0
    kinds = [kind for kind, _, _ in seen]
    assert kinds == (["time", "token", "socket"] if ended else ["socket"])
    assert seen[-1][1] == ("new-of-this-test" if ended else "held-of-this-test")
    if ended:
        _, path, body = seen[1]
        assert path == "/keys/app.k1/requestToken"
        assert abs(body["timestamp"] - now - AHEAD) < 60_000
