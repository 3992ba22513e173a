"""The PyPI `ably` client, obeying orders: one JSON object a line in, one a line out.

Runs in an environment of its own, so nothing of this project is imported here. It is told
nothing of Ably and decides nothing; the cases are in the other modules.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import logging
import platform
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any

import ably
from ably.realtime.connectionmanager import ConnectionManager
from ably.transport.defaults import Defaults
from ably.types.annotation import Annotation
from ably.types.channelmode import ChannelMode
from ably.types.channeloptions import ChannelOptions
from ably.types.message import Message
from ably.types.operations import MessageOperation
from ably.types.options import VCDiffDecoder
from ably.types.tokendetails import TokenDetails
from ably.util.exceptions import AblyException

logging.disable(logging.CRITICAL)

clients: dict[str, Any] = {}
asked: dict[int, asyncio.Future[Any]] = {}
watched: set[tuple[str, str]] = set()
kept: set[asyncio.Task[Any]] = set()
given_options: dict[str, dict[str, Any]] = {}


def write(line: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def plain(value: Any) -> Any:
    if isinstance(value, (bytes, bytearray)):
        return {"$b64": base64.b64encode(value).decode()}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    return str(value)


def given(value: Any) -> Any:
    if isinstance(value, dict):
        if "$b64" in value:
            return base64.b64decode(value["$b64"])
        return {k: given(v) for k, v in value.items()}
    return [given(item) for item in value] if isinstance(value, list) else value


def error(bad: BaseException | None) -> dict[str, Any] | None:
    if bad is None:
        return None
    cause = getattr(bad, "cause", None)
    return {
        "code": getattr(bad, "code", None),
        "statusCode": getattr(bad, "status_code", None),
        "message": f"{getattr(bad, 'message', None) or bad}" or type(bad).__name__,
        "cause": getattr(cause, "code", None),
    }


def told(m: Any) -> dict[str, Any]:
    names = {
        "id": "id",
        "name": "name",
        "data": "data",
        "encoding": "encoding",
        "clientId": "client_id",
        "connectionId": "connection_id",
        "timestamp": "timestamp",
        "extras": "extras",
        "serial": "serial",
        "action": "action",
    }
    shown = {wire: plain(getattr(m, name, None)) for wire, name in names.items()}
    action = getattr(m, "action", None)
    shown["action"] = None if action is None else int(action)
    made: Any = getattr(m, "version", None)
    shown["version"] = getattr(made, "serial", None)
    if getattr(made, "description", None):
        shown["operation"] = {"by": made.client_id, "why": made.description}
    if summary := getattr(getattr(m, "annotations", None), "summary", None):
        shown["summary"] = plain(summary)
    return shown


def noted(a: Annotation) -> dict[str, Any]:
    return {
        "action": ("annotation.create", "annotation.delete")[int(a.action)],
        "type": a.type,
        "name": a.name,
        "clientId": a.client_id,
        "count": a.count,
        "data": plain(a.data),
        "messageSerial": a.message_serial,
        "serial": a.serial,
        "id": a.id,
    }


def asker(on: str) -> Any:
    async def ask(params: Any) -> Any:
        number = len(asked)
        future = asked[number] = asyncio.get_running_loop().create_future()
        write({"on": on, "ev": "token", "ask": number, "params": plain(params)})
        return await future

    return ask


class Undelta(VCDiffDecoder):  # type: ignore[misc]
    """The plugin for deltas (PC3): as much of VCDIFF (RFC 3284) as copies and additions need."""

    def decode(self, delta: bytes, base: bytes) -> bytes:
        rest = iter(delta[6:])
        for _ in range(3):
            self.number(rest)
        size = self.number(rest)
        next(rest)
        lengths = [self.number(rest) for _ in range(3)]
        data, instructions, addresses = (
            iter(bytes(itertools.islice(rest, length))) for length in lengths
        )
        made = b""
        while len(made) < size:
            adds, length = next(instructions) == 1, self.number(instructions)
            if adds:
                made += bytes(itertools.islice(data, length))
            else:
                start = self.number(addresses)
                made += base[start : start + length]
        return made

    @staticmethod
    def number(digits: Iterator[int]) -> int:
        value = 0
        for digit in digits:
            value = value * 128 + (digit & 127)
            if digit < 128:
                break
        return value


def options(order: dict[str, Any]) -> dict[str, Any]:
    o = order["options"]
    made: dict[str, Any] = {
        "endpoint": o["host"],
        "port": o["port"],
        "tls": False,
        "fallback_hosts": [],
        "use_binary_protocol": o["format"] == "msgpack",
        "vcdiff_decoder": Undelta(),
    }
    same = {
        "key": "key",
        "token": "token",
        "authUrl": "auth_url",
        "authMethod": "auth_method",
        "authParams": "auth_params",
        "clientId": "client_id",
        "queue": "queue_messages",
        "useTokenAuth": "use_token_auth",
    }
    made |= {name: o[wire] for wire, name in same.items() if wire in o}
    if "tokenDetails" in o:
        made["token_details"] = TokenDetails.from_dict(o["tokenDetails"])
    if o.get("asks"):
        made["auth_callback"] = asker(order["on"])
    if o.get("echo") is False:
        made["transport_params"] = {"echo": "false"}
    return made


def realtime(order: dict[str, Any]) -> ably.AblyRealtime:
    o = order["options"]
    client = ably.AblyRealtime(
        auto_connect=False,
        realtime_request_timeout=o["request"],
        disconnected_retry_timeout=o["disconnected"],
        suspended_retry_timeout=o["suspended"],
        channel_retry_timeout=o["channel"],
        **options(order),
    )
    # The library dials port 80 or 443 whatever `port` says, and takes a port only as a part of
    # the host, where its REST half adds one of its own. So the two halves get what each can use.
    client.options.get_host = lambda: f"{o['host']}:{o['port']}"
    with_ttl(client.connection.connection_manager, o["ttl"])
    return client


def with_ttl(manager: ConnectionManager, ttl: int) -> None:
    """connectionStateTtl is a constant of the library; make it one of this client."""
    start = manager.start_suspend_timer

    def started() -> None:
        usual, Defaults.connection_state_ttl = Defaults.connection_state_ttl, ttl
        try:
            start()
        finally:
            Defaults.connection_state_ttl = usual

    manager.start_suspend_timer = started


def watch(on: str, client: ably.AblyRealtime) -> None:
    def changed(change: Any) -> None:
        write(
            {
                "on": on,
                "ev": "state",
                "previous": change.previous.value,
                "current": change.current.value,
                "event": change.event.value,
                "reason": error(change.reason),
                "retryIn": None,
            }
        )

    client.connection.on(changed)


def channel(client: Any, order: dict[str, Any]) -> Any:
    wanted: dict[str, Any] = {}
    if order.get("params"):
        wanted["params"] = order["params"]
    if order.get("modes"):
        wanted["modes"] = [ChannelMode[mode.upper()] for mode in order["modes"]]
    found = client.channels.get(order["channel"], ChannelOptions(**wanted) if wanted else None)
    name = (order["on"], order["channel"])
    if name not in watched:
        watched.add(name)

        def changed(change: Any) -> None:
            write(
                {
                    "on": order["on"],
                    "ev": "channel",
                    "channel": order["channel"],
                    "previous": change.previous.value,
                    "current": change.current.value,
                    "event": "update"
                    if change.current == change.previous
                    else change.current.value,
                    "resumed": bool(change.resumed),
                    "reason": error(change.reason),
                }
            )

        found.on(changed)
    return found


def page(found: Any) -> dict[str, Any]:
    return {"items": [told(m) for m in found.items], "next": found.has_next()}


async def make(_: Any, order: dict[str, Any]) -> None:
    client = clients[order["on"]] = realtime(order)
    watch(order["on"], client)
    if order.get("connect", True):
        client.connect()


async def connect(client: Any, _: dict[str, Any]) -> None:
    client.connect()


async def close(client: Any, _: dict[str, Any]) -> None:
    await client.connection.close()


async def ping(client: Any, _: dict[str, Any]) -> Any:
    return await client.connection.ping()


async def attach(client: Any, order: dict[str, Any]) -> Any:
    it = channel(client, order)
    await it.attach()
    modes = [mode.name.lower() for mode in it.modes or []]
    return plain({"params": it.params, "modes": modes})


async def detach(client: Any, order: dict[str, Any]) -> None:
    await channel(client, order).detach()


async def subscribe(client: Any, order: dict[str, Any]) -> None:
    name = order["channel"]
    await channel(client, order).subscribe(
        lambda m: write({"on": order["on"], "ev": "message", "channel": name, "message": told(m)})
    )


def messages(order: dict[str, Any]) -> list[Message]:
    found = []
    for item in given(order["messages"]):
        item["client_id"] = item.pop("clientId", None)
        found.append(Message(**item))
    return found


async def publish(client: Any, order: dict[str, Any]) -> Any:
    items = messages(order)
    result = await channel(client, order).publish(items if len(items) > 1 else items[0])
    return getattr(result, "serials", None)


async def rest_publish(_: Any, order: dict[str, Any]) -> Any:
    async with ably.AblyRest(**options(order)) as rest:
        await rest.channels.get(order["channel"]).publish(messages(order))


@asynccontextmanager
async def over(client: Any, order: dict[str, Any]) -> AsyncIterator[Any]:
    """The channel, of the connection or of a client that has REST alone."""
    if not order.get("rest"):
        yield channel(client, order)
        return
    async with ably.AblyRest(**options(order)) as rest:
        yield rest.channels.get(order["channel"])


async def change(client: Any, order: dict[str, Any]) -> Any:
    what = given(order["message"])
    names = {"clientId": "client_id", "connectionId": "connection_id"}
    message = Message(**{names.get(k, k): v for k, v in what.items()})
    operation = MessageOperation.from_dict(order.get("operation"))
    async with over(client, order) as it:
        done = await getattr(it, f"{order['act']}_message")(message, operation)
    return getattr(done, "version_serial", None)


async def get_message(client: Any, order: dict[str, Any]) -> Any:
    return told(await channel(client, order).get_message(order["serial"]))


async def versions(client: Any, order: dict[str, Any]) -> Any:
    query = order.get("query", {})
    found = await channel(client, order).get_message_versions(order["serial"], query)
    pages = [page(found)]
    while found.has_next():
        found = await found.next()
        pages.append(page(found))
    return pages


async def annotate(client: Any, order: dict[str, Any]) -> None:
    names = {"clientId": "client_id"}
    note = Annotation(**{names.get(k, k): v for k, v in given(order["note"]).items()})
    async with over(client, order) as it:
        await getattr(it.annotations, order.get("act", "publish"))(order["serial"], note)


async def list_annotations(client: Any, order: dict[str, Any]) -> Any:
    query = order.get("query", {})
    found = await channel(client, order).annotations.get(order["serial"], query)
    pages = [{"items": [noted(a) for a in found.items]}]
    while found.has_next():
        found = await found.next()
        pages.append({"items": [noted(a) for a in found.items]})
    return pages


async def watch_annotations(client: Any, order: dict[str, Any]) -> None:
    def heard(a: Annotation) -> None:
        line = {"on": order["on"], "ev": "annotation", "channel": order["channel"]}
        write({**line, "message": noted(a)})

    await channel(client, order).annotations.subscribe(heard)


async def request(_: Any, order: dict[str, Any]) -> Any:
    async with ably.AblyRest(**options(order)) as rest:
        found = await rest.request(
            order["method"], order["path"], "3", order.get("query"), order.get("body")
        )
        return {"status": found.status_code, "items": found.items, "code": found.error_code}


async def presence(client: Any, order: dict[str, Any]) -> None:
    it, data = channel(client, order).presence, given(order.get("data"))
    if "clientId" in order:
        await getattr(it, f"{order['action']}_client")(order["clientId"], data)
    else:
        await getattr(it, order["action"])(data)


async def members(client: Any, order: dict[str, Any]) -> Any:
    asked_for = order.get("filter", {})
    found = await channel(client, order).presence.get(
        client_id=asked_for.get("clientId"), connection_id=asked_for.get("connectionId")
    )
    return [told(m) for m in found]


async def watch_presence(client: Any, order: dict[str, Any]) -> None:
    name = order["channel"]
    await channel(client, order).presence.subscribe(
        lambda m: write({"on": order["on"], "ev": "presence", "channel": name, "message": told(m)})
    )


async def history(client: Any, order: dict[str, Any]) -> Any:
    found = await channel(client, order).history(**order.get("query", {}))
    pages = [page(found)]
    while order.get("all") and found.has_next():
        found = await found.next()
        pages.append(page(found))
    return pages


async def presence_history(client: Any, order: dict[str, Any]) -> Any:
    async with ably.AblyRest(**options(order)) as rest:
        it = rest.channels.get(order["channel"]).presence
        return [page(await it.history(**order.get("query", {})))]


async def rest_members(_: Any, order: dict[str, Any]) -> Any:
    async with ably.AblyRest(**options(order)) as rest:
        return page(
            await rest.channels.get(order["channel"]).presence.get(**order.get("query", {}))
        )


async def status(client: Any, order: dict[str, Any]) -> Any:
    found = await channel(client, order).status()
    return {"channelId": found.channel_id, "status": {"isActive": found.status.is_active}}


async def time(client: Any, _: dict[str, Any]) -> Any:
    return await client.time()


async def stats(_: Any, order: dict[str, Any]) -> Any:
    async with ably.AblyRest(**options(order)) as rest:
        return len((await rest.stats()).items)


async def request_token(client: Any, order: dict[str, Any]) -> Any:
    return (await client.auth.request_token(order.get("params"))).to_dict()


async def sign(client: Any, order: dict[str, Any]) -> Any:
    return (await client.auth.create_token_request(order.get("params"))).to_dict()


async def authorize(client: Any, order: dict[str, Any]) -> Any:
    return (await client.auth.authorize(order.get("params"), order.get("auth"))).to_dict()


async def state(client: Any, _: dict[str, Any]) -> Any:
    it = client.connection
    details = it.connection_details
    return {
        "state": it.state.value,
        "id": it.connection_manager.connection_id,
        "key": details.connection_key if details else None,
        "error": error(it.error_reason),
        "clientId": client.auth.client_id,
    }


async def token(_: Any, order: dict[str, Any]) -> None:
    future = asked[order["ask"]]
    if bad := order.get("error"):
        future.set_exception(AblyException(bad["message"], bad["statusCode"], bad["code"]))
    else:
        future.set_result(order["token"])


async def drop(client: Any, _: dict[str, Any]) -> None:
    """As a broken network: the transport's socket is cut, the client is not asked."""
    client.connection.connection_manager.transport.websocket.transport.abort()


async def gone(client: Any, order: dict[str, Any]) -> None:
    del clients[order["on"]]
    client.connection.off()
    client.connection.connection_manager.request_state("closing")


async def obey(order: dict[str, Any]) -> None:
    answer: dict[str, Any] = {"ref": order["ref"], "ok": True}
    try:
        answer["value"] = await globals()[order["do"]](clients.get(order["on"]), order)
    except Exception as bad:  # noqa: BLE001
        answer |= {"ok": False, "error": error(bad)}
    write(answer)


async def main() -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda *_: None)
    reader = asyncio.StreamReader(limit=1 << 24)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    write({"ev": "ready", "version": version("ably"), "runtime": platform.python_version()})
    async for line in reader:
        task = asyncio.create_task(obey(json.loads(line)))
        kept.add(task)
        task.add_done_callback(kept.discard)


if __name__ == "__main__":
    asyncio.run(main())
