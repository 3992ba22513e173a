from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import threading
from typing import Any

import pytest

from ablytui.net import dialing
from ablytui.net.dialing import connect, dial_failure, plain, resolve
from tests.support.wires import free_port, until


def verification(message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = message
    return error


def tls_error(reason: str) -> ssl.SSLError:
    error = ssl.SSLError(1, reason)
    error.reason = reason
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, "x"), "connection refused"),
        (ConnectionResetError(errno.ECONNRESET, "x"), "connection reset by peer"),
        (BrokenPipeError(errno.EPIPE, "x"), "connection reset by peer"),
        (socket.gaierror(socket.EAI_NONAME, "x"), "no such host"),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "name lookup failed, try again"),
        (UnicodeError("label too long"), "no such host: not a usable name"),
        (TimeoutError(), "timed out"),
        (OSError(errno.ETIMEDOUT, "x"), "timed out"),
        (OSError(errno.EHOSTUNREACH, "x"), "no route to host"),
        (OSError(errno.ENOSPC, "No space left"), "no space left"),
        (OSError("Strange"), "strange"),
        (OSError(), "oserror"),
        (verification("self-signed certificate"), "TLS: certificate not accepted: self-signed"),
        (tls_error("WRONG_VERSION_NUMBER"), "TLS: wrong version number"),
        (ValueError("illegal header"), "illegal header"),
        (ValueError(), "ValueError"),
    ],
)
def test_plain(error: BaseException, words: str) -> None:
    assert plain(error).startswith(words)


def test_a_failure_in_tls_says_so() -> None:
    reset = ConnectionResetError(errno.ECONNRESET, "x")
    failure = dial_failure(reset, {"tcp": 1.0}, tls=True)
    assert (failure.what, failure.tls) == ("TLS: connection reset by peer", True)
    assert failure.phases == {"tcp": 1.0}
    assert dial_failure(reset, {}, tls=False).what == "connection reset by peer"


async def test_an_address_is_not_looked_up() -> None:
    assert await resolve("127.0.0.1", 80) == ([(socket.AF_INET, ("127.0.0.1", 80))], False)


async def test_a_name_is_looked_up() -> None:
    addresses, asked = await resolve("localhost", 80)
    assert asked
    assert (socket.AF_INET, ("127.0.0.1", 80)) in addresses


@pytest.mark.parametrize("name", ["no-such-host.invalid", "a" * 70 + ".test", ""])
async def test_a_name_that_leads_nowhere(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def lookup(host: str, *args: Any, **more: Any) -> Any:
        if host.endswith(".invalid"):  # ask no resolver outside
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return real(host, *args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    phases: dict[str, float] = {}
    with pytest.raises((OSError, UnicodeError)) as caught:
        await connect(name, free_port(), phases)
    assert phases.get("tcp") is None
    assert plain(caught.value)


async def test_a_hanging_lookup_can_be_left_and_holds_nothing_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, release = threading.Event(), threading.Event()

    def hang(*_: Any, **__: Any) -> list[Any]:
        asked.set()
        release.wait(10)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    task = asyncio.get_running_loop().create_task(connect("example.test", 80, {}))
    await until(asked.is_set)
    lookup = next(t for t in threading.enumerate() if t.name == "getaddrinfo")
    assert lookup.daemon
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    release.set()
    await until(lambda: not lookup.is_alive())
    await asyncio.sleep(0)  # the late answer finds nobody, and nothing is raised


async def listening() -> tuple[asyncio.Server, int]:
    server = await asyncio.start_server(lambda _, w: w.close(), "127.0.0.1", 0)
    return server, server.sockets[0].getsockname()[1]


def answering(monkeypatch: pytest.MonkeyPatch, *ports: int) -> None:
    """Every name has an address on 127.0.0.1 for each port."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", p)) for p in ports]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


async def test_the_next_address_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    server, port = await listening()
    answering(monkeypatch, free_port(), port)
    phases: dict[str, float] = {}
    sock = await connect("host.test", 1, phases)
    assert sock.getpeername()[1] == port
    assert list(phases) == ["dns", "tcp"]
    sock.close()
    server.close()
    await server.wait_closed()


async def test_an_address_that_does_not_answer_gives_way(monkeypatch: pytest.MonkeyPatch) -> None:
    server, port = await listening()
    answering(monkeypatch, 1, port)
    monkeypatch.setattr(dialing, "ADDRESS_TIMEOUT", 0.02)
    loop = asyncio.get_running_loop()
    real = loop.sock_connect

    async def sock_connect(sock: socket.socket, address: Any) -> None:
        if address[1] == 1:
            await asyncio.Event().wait()
        await real(sock, address)

    monkeypatch.setattr(loop, "sock_connect", sock_connect)
    sock = await connect("host.test", 1, {})
    assert sock.getpeername()[1] == port
    sock.close()
    server.close()
    await server.wait_closed()


async def test_the_first_addresss_error_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, free_port(), free_port())
    with pytest.raises(ConnectionRefusedError):
        await connect("host.test", 1, {})


async def test_a_name_without_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch)
    with pytest.raises(OSError, match="no address"):
        await connect("host.test", 1, {})
