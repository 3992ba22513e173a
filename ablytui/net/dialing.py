"""From a host name to a connected TCP socket, each phase timed, each error in plain words."""

from __future__ import annotations

import asyncio
import errno
import functools
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from ablytui.net.listener import Failure

ADDRESS_TIMEOUT: Final = 2.5
"""Seconds for one address of a host while there is a further one to try."""

Address = tuple[int, Any]
"""Family and socket address, as `getaddrinfo` gives them."""

_WORDS: Final = {
    errno.ECONNREFUSED: "connection refused",
    errno.ECONNRESET: "connection reset by peer",
    errno.EPIPE: "connection reset by peer",
    errno.ECONNABORTED: "connection aborted",
    errno.ETIMEDOUT: "timed out",
    errno.EHOSTUNREACH: "no route to host",
    errno.ENETUNREACH: "network unreachable",
    errno.ENETDOWN: "network down",
    errno.EACCES: "not permitted",
    errno.EPERM: "not permitted",
    errno.EADDRNOTAVAIL: "address not available",
    errno.EMFILE: "too many open files",
    errno.ENFILE: "too many open files",
}


def plain(error: BaseException) -> str:
    """What went wrong with a socket, in a few words and without numbers or addresses."""
    if isinstance(error, socket.gaierror):
        again = error.errno == socket.EAI_AGAIN
        return "name lookup failed, try again" if again else "no such host"
    if isinstance(error, UnicodeError):
        return "no such host: not a usable name"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"TLS: certificate not accepted: {error.verify_message or 'verification failed'}"
    if isinstance(error, ssl.SSLError):
        return f"TLS: {(error.reason or 'handshake failed').replace('_', ' ').lower()}"
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, OSError):
        if error.errno in _WORDS:
            return _WORDS[error.errno]
        return (error.strerror or str(error) or type(error).__name__).lower()
    return str(error) or type(error).__name__


def dial_failure(error: Exception, phases: dict[str, float], *, tls: bool) -> Failure:
    """The failure of a dial that has not come to HTTP. `tls`: it was TLS's turn."""
    what = plain(error)
    if tls and not what.startswith("TLS"):
        what = f"TLS: {what}"
    return Failure(what, tls=tls, phases=dict(phases))


@functools.cache
def default_context() -> ssl.SSLContext:
    """The system's trust store, loaded once (it takes tens of ms)."""
    return ssl.create_default_context()


async def resolve(host: str, port: int) -> tuple[list[Address], bool]:
    """The addresses of a host, and whether a name had to be looked up.

    Looks up on a daemon thread: unlike one of the loop's executor, a lookup that hangs does not
    hold up the end of the program.

    Raises:
        OSError: No such host, or the lookup failed.
        UnicodeError: The name cannot be encoded.
    """
    lookup = functools.partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        found, asked = await _in_thread(lookup), True
    else:
        found, asked = lookup(flags=socket.AI_NUMERICHOST), False
    return [(family, address) for family, _, _, _, address in found], asked


async def _in_thread(work: Callable[[], list[Any]]) -> list[Any]:
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def settle(found: list[Any], error: Exception | None) -> None:
        if answer.done():  # cancelled meanwhile
            return
        if error is None:
            answer.set_result(found)
        else:
            answer.set_exception(error)

    def run() -> None:
        found: list[Any] = []
        error: Exception | None = None
        try:
            found = work()
        except Exception as caught:  # noqa: BLE001  # carried over to the awaiting side
            error = caught
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=run, name="getaddrinfo", daemon=True).start()
    return await answer


async def connect(host: str, port: int, phases: dict[str, float]) -> socket.socket:
    """A connected, non-blocking TCP socket. Writes "dns" and "tcp", in ms, into `phases`.

    Tries a host's addresses one after the other. Cancelling leaves no socket behind.

    Raises:
        OSError: No address could be reached; the first address's error.
        UnicodeError: The name cannot be encoded.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    addresses, asked = await resolve(host, port)
    if asked:
        phases["dns"] = (loop.time() - began) * 1e3
    began = loop.time()
    first: OSError | None = None
    for i, (family, address) in enumerate(addresses):
        try:
            limit = ADDRESS_TIMEOUT if i + 1 < len(addresses) else None
            async with asyncio.timeout(limit):
                sock = await _connect(family, address)
        except OSError as error:
            first = first or error
        else:
            phases["tcp"] = (loop.time() - began) * 1e3
            return sock
    raise first or OSError(errno.EADDRNOTAVAIL, "no address")


async def _connect(family: int, address: Any) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, address)
    except BaseException:
        sock.close()
        raise
    return sock
