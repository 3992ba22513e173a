"""Where tokens come from, with a real server and real programs."""

from __future__ import annotations

import asyncio
import json
import shlex
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest
from aiohttp import web

from ablytui.net.clock import SystemClock
from ablytui.protocol.auth import MAX_TOKEN, TokenDetails, TokenRequest, read_object
from ablytui.protocol.effects import Notice
from ablytui.protocol.events import TokenArrived, TokenFailed
from ablytui.protocol.params import AuthMethod, ConnectParams, DialectName
from ablytui.worker.tokens import Tokens
from tests.support.http import answering, never
from tests.support.wires import free_port, until

KEY = "app.k1:the-secret"


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass
class World:
    """What the fetcher is given, and what it says."""

    secrets: list[str] = field(default_factory=list)
    story: list[Any] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    origin: str = ""
    answer: Callable[[web.Request], web.Response] = lambda _: web.Response(text="tok")

    def __post_init__(self) -> None:
        told: Callable[[Notice], None] = self.story.append
        self.tokens = Tokens(SystemClock(), Random(4), self._secret, told, self.story.append)

    def _secret(self, secret: str) -> None:
        self.secrets.append(secret)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(
            Asked(
                request.method,
                request.path,
                dict(request.query),
                {name.lower(): value for name, value in request.headers.items()},
                await request.read(),
            )
        )
        return self.answer(request)

    async def fetch(self, **given: Any) -> TokenArrived | TokenFailed:
        port = int(self.origin.rpartition(":")[2])
        base: dict[str, Any] = {"endpoint": "127.0.0.1", "port": port, "tls": False}
        held = given.pop("held", None)
        self.story.clear()
        self.tokens.fetch(1, "connect", ConnectParams(**(base | given)), held)
        await until(lambda: self.ended, "an end")
        return self.ended[0]

    @property
    def ended(self) -> list[TokenArrived | TokenFailed]:
        return [x for x in self.story if not isinstance(x, Notice)]

    @property
    def told(self) -> list[Notice]:
        return [x for x in self.story if isinstance(x, Notice)]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    made = World()
    async with answering(made.handle) as made.origin:
        yield made
    await made.tokens.end()


def got(event: TokenArrived | TokenFailed) -> TokenDetails:
    assert isinstance(event, TokenArrived), event
    return event.details


def refused(event: TokenArrived | TokenFailed) -> TokenFailed:
    assert isinstance(event, TokenFailed), event
    return event


# --- hosts ----------------------------------------------------------------------------------------


async def test_rsc15_a_token_comes_from_a_fallback_host(world: World) -> None:
    """The primary does not listen; the fallback gets its own Host header (RSC15j)."""
    world.answer = lambda _: web.json_response({"token": "tok"})
    up, down = int(world.origin.rpartition(":")[2]), free_port()
    event = await world.fetch(key=KEY, port=down, fallback_hosts=(("localhost", up),))
    assert got(event).token == "tok"
    assert world.asked[0].headers["host"] == f"localhost:{up}"
    assert [n.level for n in world.told] == ["warning", "info"]


async def test_rsc15_no_host_answers(world: World) -> None:
    down = free_port()
    event = await world.fetch(key=KEY, port=down, fallback_hosts=(("localhost", down),))
    assert refused(event).error.message.startswith("no answer from the service: ")
    assert [n.level for n in world.told] == ["warning", "warning"]


# --- the service's clock ------------------------------------------------------------------------


def service(world: World, ahead: float, *, token: str = "tok") -> Callable[[web.Request], Any]:
    """A service whose clock is that much ahead, in ms, and which gives tokens."""

    def answer(request: web.Request) -> web.Response:
        if request.path == "/time":
            return web.json_response([int(SystemClock().wall() + ahead)])
        return web.json_response({"token": token})

    world.answer = answer
    return answer


def paths(world: World) -> list[str]:
    return [asked.path for asked in world.asked]


@pytest.mark.parametrize("ahead", [3_600_000, -3_600_000])
async def test_rsa10k_the_service_is_asked_once_and_its_time_signed(
    world: World, ahead: int
) -> None:
    service(world, ahead)
    for _ in range(2):
        event = await world.fetch(key=KEY, query_time=True)
        assert isinstance(event, TokenArrived)
        assert event.ahead == pytest.approx(ahead, abs=10_000)
        stamp = json.loads(world.asked[-1].body)["timestamp"]
        assert stamp == pytest.approx(SystemClock().wall() + ahead, abs=10_000)
    assert paths(world) == ["/time", "/keys/app.k1/requestToken", "/keys/app.k1/requestToken"]
    asked = world.asked[0]
    assert (asked.method, asked.body) == ("GET", b"")
    assert "authorization" not in asked.headers


async def test_rsa9d_without_the_parameter_nobody_is_asked(world: World) -> None:
    service(world, 3_600_000)
    event = await world.fetch(key=KEY)
    assert isinstance(event, TokenArrived)
    assert event.ahead is None
    assert paths(world) == ["/keys/app.k1/requestToken"]
    stamp = json.loads(world.asked[-1].body)["timestamp"]
    assert stamp == pytest.approx(SystemClock().wall(), abs=10_000)


@pytest.mark.parametrize("body", ["[]", "{}", "now", '["x"]', ""])
async def test_rsa9d_a_service_without_a_clock_is_told_of(world: World, body: str) -> None:
    def answer(request: web.Request) -> web.Response:
        if request.path == "/time":
            return web.Response(text=body)
        return web.json_response({"token": "tok"})

    world.answer = answer
    assert got(await world.fetch(key=KEY, query_time=True)).token == "tok"
    assert [n.level for n in world.told] == ["info", "warning", "info"]
    assert "clock of this machine" in world.told[1].message


@pytest.mark.parametrize(
    ("left", "ahead", "token"),
    [
        (60_000, 0, "held"),
        (-60_000, 0, "new"),
        (60_000, 3_600_000, "new"),
        (-60_000, -3_600_000, "held"),
    ],
)
async def test_rsa4b1_a_token_in_hand_is_judged_by_the_services_clock(
    world: World, left: int, ahead: int, token: str
) -> None:
    service(world, ahead, token="new")
    held = TokenDetails("held", expires=int(SystemClock().wall() + left))
    event = await world.fetch(key=KEY, query_time=True, held=held)
    assert got(event).token == token


async def test_rsa4b1_a_token_that_cannot_be_judged_is_used(world: World) -> None:
    world.answer = lambda _: web.Response(status=500)
    held = TokenDetails("held", expires=1)
    event = await world.fetch(key=KEY, query_time=True, held=held)
    assert got(event).token == "held"
    assert paths(world) == ["/time"]


# --- an auth URL --------------------------------------------------------------------------------


async def test_rsa8c1a_a_get_has_its_parameters_in_the_query(world: World) -> None:
    event = await world.fetch(
        auth_url=f"{world.origin}/auth?kept=1&user=old",
        auth_params=(("user", "me & you"), ("clientId", "overridden")),
        auth_headers=(("X-Session", "s 1"),),
        client_id="bob",
    )
    assert got(event) == TokenDetails("tok")
    (asked,) = world.asked
    assert (asked.method, asked.path, asked.body) == ("GET", "/auth", b"")
    assert asked.query == {"kept": "1", "user": "me & you", "clientId": "bob"}
    assert asked.headers["x-session"] == "s 1"
    assert "application/json" in asked.headers["accept"]


async def test_rsa8c1b_a_post_has_them_in_a_form(world: World) -> None:
    await world.fetch(
        auth_url=f"{world.origin}/auth?kept=1",
        auth_params=(("user", "me & you"),),
        auth_method=AuthMethod.POST,
    )
    (asked,) = world.asked
    assert (asked.method, asked.query, asked.body) == ("POST", {"kept": "1"}, b"user=me+%26+you")
    assert asked.headers["content-type"] == "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("kind", "body", "details"),
    [
        ("text/plain", "tok", TokenDetails("tok")),
        ("application/jwt", "a.b.c", TokenDetails("a.b.c")),
        ("application/json", '"tok"', TokenDetails("tok")),
        (
            "application/json",
            '{"token":"tok","expires":"5","clientId":"me"}',
            TokenDetails("tok", expires=5, client_id="me"),
        ),
    ],
)
async def test_an_answer_is_read_by_its_content_type(
    world: World, kind: str, body: str, details: TokenDetails
) -> None:
    world.answer = lambda _: web.Response(text=body, content_type=kind)
    assert got(await world.fetch(auth_url=world.origin)) == details
    assert world.secrets == [details.token]


async def test_a_token_is_a_secret_before_anything_is_told(world: World) -> None:
    event = await world.fetch(auth_url=f"{world.origin}/auth?token=hidden")
    assert world.story[-1] is event
    (notice,) = world.told
    assert notice.level == "info"
    assert notice.message.startswith(f"GET {world.origin}/auth for a token to connect: 200 text/")
    assert "hidden" not in notice.message


@pytest.mark.parametrize(
    ("status", "kind", "body", "code", "words", "forbidden"),
    [
        (500, "text/plain", "no", 40170, "the auth URL answered HTTP 500", False),
        (403, "text/plain", "no", 40170, "the auth URL answered HTTP 403", True),
        (401, "application/json", '{"error":{"code":40101,"message":"who?"}}', 40101, "who?", False),
        (403, "application/json", '{"error":{"code":40160,"statusCode":401,"message":"n"}}', 40160, "n", True),
        (200, "application/json", '{"error":{"code":40300,"statusCode":403,"message":"n"}}', 40300, "n", True),
        (200, "text/html", "<p>", 40170, "content type is text/html; it is one of", False),
        (200, "text/plain", "<html>", 40170, "the answer of the auth URL is no token: it is a page", False),
        (200, "text/plain", '{"token":"t"}', 40170, "it is JSON", False),
        (200, "application/json", "{}", 40170, "neither TokenDetails nor", False),
        (200, "application/json", "tok", 40170, "begins like JSON", False),
        (200, "text/plain", "", 40170, "is empty", False),
        (200, "text/plain", "x" * (MAX_TOKEN + 1), 40170, "longer than", False),
    ],
)  # fmt: skip
async def test_rsa4c_rsa4d_answers_that_are_no_token(
    world: World, status: int, kind: str, body: str, code: int, words: str, forbidden: bool
) -> None:
    world.answer = lambda _: web.Response(status=status, text=body, content_type=kind)
    event = refused(await world.fetch(auth_url=world.origin))
    assert (event.error.code, event.forbidden) == (code, forbidden)
    assert words in event.error.message
    assert world.secrets == []
    assert world.told[0].level == ("info" if status < 400 else "warning")


async def test_nobody_answers(world: World) -> None:
    event = refused(await world.fetch(auth_url=f"http://127.0.0.1:{free_port()}/"))
    assert event.error.message.startswith("no answer from 127.0.0.1:")
    assert world.told[0].level == "warning"


async def test_a_fetch_that_is_given_up_ends_without_a_word_to_the_machine(world: World) -> None:
    async with answering(never) as origin:
        world.tokens.fetch(1, "renew", ConnectParams(auth_url=origin))
        await asyncio.sleep(0)
        await world.tokens.end()
    assert world.ended == []
    assert all(notice.level == "warning" for notice in world.told)


# --- a TokenRequest, and a key ------------------------------------------------------------------


def issue(request: web.Request) -> web.Response:
    """An auth server that signs, and the service that exchanges."""
    if request.path == "/auth":
        body = {"keyName": "app.k1", "timestamp": "12", "nonce": "n" * 16, "mac": "m=", "ttl": "60"}
        return web.json_response(body)
    return web.json_response({"token": "issued", "issued": 1, "expires": 2}, status=201)


async def test_rsa8e_a_token_request_is_exchanged_at_the_service(world: World) -> None:
    world.answer = issue
    assert got(await world.fetch(auth_url=f"{world.origin}/auth")).token == "issued"
    exchange = world.asked[1]
    assert (exchange.method, exchange.path) == ("POST", "/keys/app.k1/requestToken")
    assert json.loads(exchange.body) == {
        "keyName": "app.k1",
        "timestamp": 12,
        "nonce": "n" * 16,
        "mac": "m=",
        "ttl": 60,
    }
    assert exchange.headers["x-ably-version"] == "6"
    assert exchange.headers["ably-agent"].startswith("ablytui/")
    assert "authorization" not in exchange.headers
    assert world.secrets == ["m=", "issued"]


@pytest.mark.parametrize("dialect", DialectName)
async def test_rsa9_a_key_signs_and_stays_at_home(world: World, dialect: DialectName) -> None:
    world.answer = issue
    event = await world.fetch(key=KEY, token="old", client_id="me", dialect=dialect)
    assert got(event).token == "issued"
    (asked,) = world.asked
    assert b"the-secret" not in asked.body
    sent = read_object(json.loads(asked.body))
    assert isinstance(sent, TokenRequest)
    assert sent.mac == sent.signature("the-secret")
    assert (sent.client_id, len(sent.nonce or "") >= 16) == ("me", True)
    assert abs((sent.timestamp or 0) - SystemClock().wall()) < 60_000


async def test_every_request_has_a_nonce_of_its_own(world: World) -> None:
    world.answer = issue
    await world.fetch(key=KEY, token="old")
    world.story.clear()
    await world.fetch(key=KEY, token="old")
    first, second = (json.loads(asked.body)["nonce"] for asked in world.asked)
    assert first != second


@pytest.mark.parametrize(
    ("status", "body", "code", "forbidden"),
    [
        (401, {"error": {"code": 40101, "statusCode": 401, "message": "wrong mac"}}, 40101, False),
        (403, {"error": {"code": 40300, "statusCode": 403, "message": "blocked"}}, 40300, True),
        (500, {}, 40170, False),
        (200, {"keyName": "app.k1", "mac": "m"}, 40170, False),
    ],
)
async def test_the_service_gives_no_token(
    world: World, status: int, body: Any, code: int, forbidden: bool
) -> None:
    world.answer = lambda _: web.json_response(body, status=status)
    event = refused(await world.fetch(key=KEY, token="old"))
    assert (event.error.code, event.forbidden) == (code, forbidden)


# --- an auth command ----------------------------------------------------------------------------


def command(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


@pytest.mark.parametrize(
    ("printed", "token"),
    [("tok", "tok"), ('{"token":"tok","issued":1}', "tok"), ('{"keyName":"app.k1","mac":"m"}', "issued")],
)  # fmt: skip
async def test_rsa8d_what_a_command_prints(world: World, printed: str, token: str) -> None:
    world.answer = issue
    assert got(await world.fetch(auth_command=command(f"print({printed!r})"))).token == token
    name = Path(sys.executable).name
    assert world.told[0].message.startswith(f"Ran {name} for a token to connect: ")
    assert "print" not in world.told[0].message


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit('not today')", "exit code 1: not today"),
        ("import os; os.kill(os.getpid(), 15)", "exit code -15"),
        ("print()", "the answer of the auth command is no token: it is empty"),
        ("print('two words')", "no white space"),
        (f"print('x' * {MAX_TOKEN + 1})", "longer than"),
    ],
)
async def test_a_command_without_a_token(world: World, code: str, words: str) -> None:
    event = refused(await world.fetch(auth_command=command(code)))
    assert words in event.error.message
    assert (event.error.code, event.forbidden) == (40170, False)


async def test_a_command_that_is_not_there(world: World) -> None:
    event = refused(await world.fetch(auth_command="/nowhere/to-be-found --now"))
    assert "there is no program '/nowhere/to-be-found'" in event.error.message


async def test_rsa4d_a_command_can_say_403(world: World) -> None:
    body = json.dumps({"error": {"code": 40300, "statusCode": 403, "message": "never"}})
    event = refused(
        await world.fetch(auth_command=command(f"print({body!r}); raise SystemExit(1)"))
    )
    assert (event.error.code, event.forbidden) == (40300, True)
