"""The three clients under one face: Ably's two in processes of their own, ours in this one.

A client takes orders (`do`), and keeps what it told in `lines`: states, channels, messages.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final, Protocol, Self

from ablytui.compose import Parts, Wanted, assemble
from ablytui.protocol.effects import Reply
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.news import Changed, Delivered, News
from ablytui.protocol.params import ConnectParams, from_text
from ablytui.protocol.states import StateChange

HERE: Final = Path(__file__).parent
PATIENCE: Final = 15.0
"""Seconds until an order that nobody answers is given up."""

HOW: Final = (
    "give --python and --node-modules, or ABLY_PYTHON and ABLY_NODE_MODULES; "
    "`python -m tests.sdk --setup DIR` makes both"
)

Line = dict[str, Any]

TIMES: Final = {
    "request": 10_000,
    "disconnected": 15_000,
    "suspended": 30_000,
    "channel": 15_000,
    "ttl": 120_000,
}
"""Ably's defaults of the times that a client is told, in ms."""


class Refused(Exception):
    """An order failed: `code`, `status`, `text`."""

    def __init__(self, order: str, error: Mapping[str, Any]) -> None:
        super().__init__(f"{order}: {error}")
        self.code, self.status = error.get("code"), error.get("statusCode")
        self.text = str(error.get("message"))
        self.cause = error.get("cause")


class Client(Protocol):
    """One connection of one of the clients."""

    kind: str
    lines: list[Line]
    grew: asyncio.Event

    def ask(self, order: str, **args: Any) -> asyncio.Future[Line]:
        """Give an order; its answer is a line with `ok`."""

    async def gone(self) -> None:
        """Leave nothing open."""


async def do(client: Client, order: str, /, **args: Any) -> Any:
    """Give an order and wait for its value. Raises Refused."""
    async with asyncio.timeout(PATIENCE):
        answer = await client.ask(order, **args)
    if not answer["ok"]:
        raise Refused(order, answer["error"])
    return answer.get("value")


async def line(
    client: Client, wanted: Callable[[Line], object], within: float = PATIENCE
) -> Line | None:
    """The first line, told or to come, that is wanted; None after so many seconds without."""
    try:
        async with asyncio.timeout(within):
            while True:
                for told in tuple(client.lines):
                    if wanted(told):
                        return told
                client.grew.clear()
                await client.grew.wait()
    except TimeoutError:
        return None


# --- Ably's -------------------------------------------------------------------------------------


class Sdk:
    """A process with one of Ably's clients in it; any number of connections."""

    def __init__(self, kind: str, argv: list[str]) -> None:
        self.kind = kind
        self.version = self.runtime = ""
        self.uncaught: list[str] = []
        self.argv = argv
        self._refs = itertools.count(1)
        self._open: dict[int, asyncio.Future[Line]] = {}
        self._clients: dict[str, SdkClient] = {}
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        hidden = {"ABLY_API_KEY", "ABLY_TOKEN", "PYTHONPATH"}
        env = {name: value for name, value in os.environ.items() if name not in hidden}
        process = self._process = await asyncio.create_subprocess_exec(
            *self.argv,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=1 << 24,
            env=env,
        )
        assert process.stdout is not None
        first = await asyncio.wait_for(process.stdout.readline(), 60)
        if not first:
            raise SystemExit(f"{' '.join(self.argv)}: does not start; {HOW}")
        ready = json.loads(first)
        self.version, self.runtime = ready["version"], ready["runtime"]
        self._reading = asyncio.get_running_loop().create_task(self._read())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._reading is not None
        if self._process.returncode is None:
            self._process.kill()
        await self._reading
        self._process.stdin.close()
        await self._process.wait()

    def kill(self) -> None:
        """End the process as a power cut would."""
        assert self._process is not None
        self._process.kill()

    async def _read(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            told = json.loads(raw)
            if "ref" in told:
                future = self._open.pop(told["ref"], None)
                if future is not None and not future.done():
                    future.set_result(told)
            elif told["ev"] == "uncaught":
                self.uncaught.append(told["message"])
            elif told["on"] in self._clients:
                self._clients[told["on"]].told(told)
        for future in self._open.values():
            if not future.done():
                future.set_exception(ConnectionError(f"the process of {self.kind} has ended"))

    def order(self, order: str, args: Mapping[str, Any]) -> asyncio.Future[Line]:
        """Write an order; its answer."""
        assert self._process is not None
        assert self._process.stdin is not None
        ref = next(self._refs)
        future = self._open[ref] = asyncio.get_running_loop().create_future()
        text = json.dumps({"do": order, "ref": ref, **args})
        self._process.stdin.write(text.encode() + b"\n")
        return future

    async def client(self, *, connect: bool = True, **options: Any) -> SdkClient:
        """A connection of its own. `tokens` is called for each token that is asked for."""
        tokens = options.pop("tokens", None)
        label = f"c{next(self._refs)}"
        if tokens is not None:
            options["asks"] = True
        client = self._clients[label] = SdkClient(self, label, {**TIMES, **options}, tokens)
        await do(client, "make", connect=connect)
        return client

    def forget(self, label: str) -> None:
        """Nothing more is told of this one."""
        self._clients.pop(label, None)


class SdkClient:
    """One connection inside the process."""

    def __init__(
        self,
        sdk: Sdk,
        label: str,
        options: Mapping[str, Any],
        tokens: Callable[[], Any] | None,
    ) -> None:
        self.kind = sdk.kind
        self.lines: list[Line] = []
        self.grew = asyncio.Event()
        self._sdk, self._label, self._options, self._tokens = sdk, label, options, tokens

    def ask(self, order: str, **args: Any) -> asyncio.Future[Line]:
        more = {"on": self._label, "options": self._options}
        return self._sdk.order(order, {**more, **args})

    def told(self, told: Line) -> None:
        """Keep a line; answer one that asks for a token."""
        self.lines.append(told)
        self.grew.set()
        if told["ev"] == "token" and self._tokens is not None:
            try:
                answer = {"token": self._tokens()}
            except Refused as refused:
                bad = {"code": refused.code, "statusCode": refused.status, "message": refused.text}
                answer = {"error": bad}
            self.ask("token", ask=told["ask"], **answer)

    async def gone(self) -> None:
        with suppress(Refused):
            await do(self, "gone")
        self._sdk.forget(self._label)


# --- ours ---------------------------------------------------------------------------------------

_SAME: Final = {"host": "endpoint", "key": "key", "token": "token", "clientId": "client_id"}
_TIMES: Final = {
    "request": "realtime_request_timeout",
    "disconnected": "disconnected_retry_timeout",
    "suspended": "suspended_retry_timeout",
    "channel": "channel_retry_timeout",
    "ttl": "connection_state_ttl",
}


class Ours:
    """The engine of this project under the same face. `tokens` is a program here."""

    kind = "ours"
    version = runtime = "this tree"

    async def client(self, *, connect: bool = True, **options: Any) -> OurClient:
        """A session of its own, connecting unless told not to."""
        o = {**TIMES, **options}
        typed = {ours: str(o[name]) for name, ours in (_SAME | _TIMES).items() if name in o}
        typed |= {"port": str(o["port"]), "tls": "false", "format": o["format"]}
        if "recover" in o:
            typed["recover"] = o["recover"]
        for name, ours in (("queue", "queue_messages"), ("echo", "echo")):
            if name in o:
                typed[ours] = str(o[name]).lower()
        if "program" in o:
            typed["auth_command"] = o["program"]
        params = from_text(typed, ConnectParams(auto_connect=connect, fallback_hosts=()))
        client = OurClient(await assemble(Wanted(params=params)))
        client.parts.session.start()
        return client


class OurClient:
    """One Session."""

    kind = "ours"

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.lines: list[Line] = []
        self.grew = asyncio.Event()
        self._forget = parts.session.subscribe(self._news, rows=True)

    def ask(self, order: str, **args: Any) -> asyncio.Future[Line]:
        session = self.parts.session
        answer: asyncio.Future[Line] = asyncio.get_running_loop().create_future()
        if order == "recovery_key":
            answer.set_result({"ok": True, "value": session.recovery_key()})
            return answer
        if order == "state":
            answer.set_result({"ok": True, "value": None})
            return answer
        if order == "subscribe":
            order = "attach"
        if order == "members":
            order, args = "presence", {**args, "action": "get"}

        def told(done: asyncio.Future[Reply]) -> None:
            reply = done.result()
            if not answer.done():
                ok = reply.error is None
                outcome = {"value": reply.value} if ok else {"error": _error(reply.error)}
                answer.set_result({"ok": ok, **outcome})

        session.do(order, args).add_done_callback(told)
        return answer

    def _news(self, news: News) -> None:
        if isinstance(news, Changed):
            change = news.change
            told: Line = {
                "ev": "state",
                "previous": change.previous,
                "current": change.current,
                "event": change.event,
                "reason": _error(change.reason),
            }
            if isinstance(change, StateChange):
                told |= {"retryIn": change.retry_in, "point": change.point}
            else:
                told |= {"ev": "channel", "channel": change.channel, "resumed": change.resumed}
            self.lines.append(told)
        elif isinstance(news, Delivered):
            self.lines += [
                {"ev": news.kind, "channel": news.channel, "message": dict(item)}
                for item in news.items
            ]
        self.grew.set()

    async def gone(self) -> None:
        self._forget()
        await self.parts.close()


def _error(error: ErrorInfo | None) -> dict[str, Any] | None:
    if error is None:
        return None
    cause = None if error.cause is None else error.cause.code
    wire = {"code": error.code, "statusCode": error.status_code, "message": error.message}
    return {**wire, "cause": cause}


# --- where Ably's are ---------------------------------------------------------------------------


def find(python: str | None, modules: str | None) -> dict[str, Sdk]:
    """Those of Ably's clients that are there, by "js" and "py"."""
    python = python or os.environ.get("ABLY_PYTHON")
    modules = modules or os.environ.get("ABLY_NODE_MODULES")
    found = {}
    node = shutil.which("node")
    if modules and node and (folder := _modules(Path(modules))):
        found["js"] = Sdk("js", [node, str(HERE / "js_driver.mjs"), str(folder)])
    if python and shutil.which(python):
        found["py"] = Sdk("py", [python, "-I", str(HERE / "py_driver.py")])
    return found


def _modules(folder: Path) -> Path | None:
    """The folder whose node_modules has `ably`, from it or from node_modules itself."""
    for place in (folder, folder.parent):
        if (place / "node_modules" / "ably" / "package.json").is_file():
            return place.resolve()
    return None


def setup(folder: Path) -> None:
    """Make both environments in a folder and say how to use them."""
    folder.mkdir(parents=True, exist_ok=True)
    venv.create(folder / "python", with_pip=True, clear=True)
    python = folder / "python" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "ably>=3.1"], check=True)
    npm = shutil.which("npm")
    if npm is None:
        sys.exit("npm is not here: install Node.js, or use --python alone")
    (folder / "node").mkdir(exist_ok=True)
    (folder / "node" / "package.json").write_text('{"private": true}\n', "utf-8")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "ably@^2.28"]
    subprocess.run(command, cwd=folder / "node", check=True)
    print(f"export ABLY_PYTHON={python.resolve()}")
    print(f"export ABLY_NODE_MODULES={(folder / 'node' / 'node_modules').resolve()}")


@asynccontextmanager
async def running(sdks: Mapping[str, Sdk]) -> AsyncIterator[Mapping[str, Sdk]]:
    """All of them started, and ended at the end."""
    async with asyncio.TaskGroup() as group:
        for sdk in sdks.values():
            group.create_task(sdk.__aenter__())
    try:
        yield sdks
    finally:
        for sdk in sdks.values():
            await sdk.__aexit__()
