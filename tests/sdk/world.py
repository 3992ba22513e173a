"""What a case of the service's suite is given: the service, and clients of either kind.

Cases are written once; the world says which of Ably's clients and which format they run with.
"""

from __future__ import annotations

import asyncio
import base64
import json
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, Final

import jwt

from tests.sdk.clients import Line, Sdk, SdkClient, do, line
from tests.support.drive import KEY, serving
from tests.support.wires import free_port

__all__ = ["KEY", "World", "b64", "serving"]

OTHER: Final = {"js": "py", "py": "js", "json": "msgpack", "msgpack": "json"}
QUICK: Final = {"disconnected": 300, "suspended": 500, "channel": 300}


def b64(data: bytes) -> dict[str, str]:
    """Binary data as the clients' lines have it."""
    return {"$b64": base64.b64encode(data).decode()}


class Of:
    """A client with the orders as methods; each waits for its answer, or raises Refused."""

    def __init__(self, client: SdkClient) -> None:
        self.client = client
        self.lines = client.lines

    async def do(self, order: str, **args: Any) -> Any:
        """Give any order."""
        return await do(self.client, order, **args)

    async def state(self, state: str, times: int = 1) -> Line:
        """The n-th change to this state."""
        found: list[Line] = []

        def nth(_: Line) -> bool:
            found[:] = [t for t in self.lines if t["ev"] == "state" and t["event"] == state]
            return len(found) >= times

        told = await line(self.client, nth)
        assert told is not None, f"{state} in vain: {self.states}"
        return found[times - 1]

    @property
    def states(self) -> list[str]:
        """All states so far."""
        return [told["event"] for told in self.lines if told["ev"] == "state"]

    async def channel(self, state: str, times: int = 1) -> Line:
        """The n-th change of a channel to this state."""
        found: list[Line] = []

        def nth(_: Line) -> bool:
            found[:] = [t for t in self.lines if t["ev"] == "channel" and t["event"] == state]
            return len(found) >= times

        told = await line(self.client, nth)
        assert told is not None, f"channel {state} in vain: {self.lines}"
        return found[times - 1]

    def got(self, ev: str = "message") -> list[dict[str, Any]]:
        """The messages (or presence) so far."""
        return [told["message"] for told in self.lines if told["ev"] == ev]

    async def gets(self, count: int, ev: str = "message") -> list[dict[str, Any]]:
        """So many messages, as soon as they are there."""
        if count:
            await line(self.client, lambda _: len(self.got(ev)) >= count)
        assert len(self.got(ev)) == count, f"{count} {ev} in vain: {self.got(ev)}"
        return self.got(ev)

    async def publish(self, channel: str, *messages: Mapping[str, Any]) -> Any:
        """Publish one message, or several as one."""
        return await self.do("publish", channel=channel, messages=list(messages))


class World:
    """One run of one case: `kind` is the client under test, `fmt` its format."""

    def __init__(
        self,
        sdks: Mapping[str, Sdk],
        url: str,
        kind: str,
        fmt: str,
        name: str,
        stack: AsyncExitStack,
    ) -> None:
        self.sdks, self.kind, self.fmt = sdks, kind, fmt
        self.port = int(url.rpartition(":")[2])
        self.room = f"{name}:{kind}:{fmt}".replace(" ", "-")
        """A channel of this run alone."""
        self._stack = stack

    async def client(self, *, up: bool = True, **options: Any) -> Of:
        """A client of the kind under test, with the key unless other credentials are given."""
        kind, fmt = options.pop("kind", self.kind), options.pop("fmt", self.fmt)
        if not {"key", "token", "tokenDetails", "tokens", "authUrl"} & options.keys():
            options["key"] = KEY
        base = {"host": "127.0.0.1", "port": self.port, "format": fmt, **QUICK}
        client = await self.sdks[kind].client(**(base | options))
        self._stack.push_async_callback(client.gone)
        made = Of(client)
        if up:
            await made.state("connected")
        return made

    async def rest_client(self, **options: Any) -> Of:
        """One that may use REST: the PyPI client sends no key over plain HTTP (RSA1)."""
        if self.kind == "py":
            names = {"clientId": options["clientId"]} if "clientId" in options else {}
            options["token"] = (await self.token(**names))["token"]
        return await self.client(**options)

    async def anybody(self) -> Of:
        """One that may take any clientId (RSA7b4): the PyPI client wants to be told so as well."""
        told: dict[str, Any] = {"clientId": "*"} if self.kind == "py" else {}
        return await self.client(token=(await self.token(clientId="*"))["token"], **told)

    async def other(self, **options: Any) -> Of:
        """A client of the other kind, if it is there, in the other format."""
        kind = OTHER[self.kind] if OTHER[self.kind] in self.sdks else self.kind
        return await self.client(kind=kind, fmt=OTHER[self.fmt], **options)

    async def http(
        self, method: str, path: str, body: Any = None, key: str = KEY, bearer: str = ""
    ) -> Any:
        """A request to the service: the decoded answer, or the error in it under `error`."""
        given = f"Bearer {bearer}" if bearer else "Basic " + base64.b64encode(key.encode()).decode()
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": given, "Content-Type": "application/json"}
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, data, headers, method=method)

        def ask() -> Any:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as refused:
                with refused:
                    return json.loads(refused.read())

        return await asyncio.get_running_loop().run_in_executor(None, ask)

    async def token(self, key: str = KEY, **params: Any) -> dict[str, Any]:
        """TokenDetails that the service gave for a key."""
        name = key.partition(":")[0]
        body = {"keyName": name, "timestamp": await self.now(), **params}
        found: dict[str, Any] = await self.http("POST", f"/keys/{name}/requestToken", body, key=key)
        assert "token" in found, found
        return found

    async def now(self) -> int:
        """The service's time in ms."""
        return int((await self.http("GET", "/time"))[0])

    def jwt(self, seconds: float = 60, key: str = KEY, **claims: Any) -> str:
        """A JWT signed with a key; `x-ably-…` claims with underscores for dashes."""
        name, _, secret = key.partition(":")
        now = time.time()
        whole = {"iat": int(now), "exp": now + seconds}
        whole |= {claim.replace("_", "-"): value for claim, value in claims.items()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", jwt.InsecureKeyLengthWarning)
            return jwt.encode(whole, secret, algorithm="HS256", headers={"kid": name})

    @asynccontextmanager
    async def web(self, answer: Callable[[str, bytes], tuple[str, str]]) -> AsyncIterator[str]:
        """An HTTP server for an authUrl; `answer` takes the request's head and body."""

        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            lengths = [h for h in head.lower().split("\r\n") if h.startswith("content-length:")]
            size = int(lengths[0].split(":")[1]) if lengths else 0
            kind, text = answer(head, await reader.readexactly(size))
            writer.write(
                f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(text)}\r\n"
                f"Connection: close\r\n\r\n{text}".encode()
            )
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/token"
        finally:
            server.close()

    async def another_process(self, kind: str) -> Sdk:
        """A process of a client of its own, ended with the case or before."""
        running = Sdk(kind, self.sdks[kind].argv)
        return await self._stack.enter_async_context(running)

    @staticmethod
    def free_port() -> int:
        """A port for a service of the case's own."""
        return free_port()
