"""Which REST host is asked: the primary, or a fallback when it fails (RSC15, RTN17e).

Knows hosts and when they failed, but not what is asked of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from random import Random
from typing import Final

from ablytui.net.clock import Clock
from ablytui.net.request import Answer, RequestFailed
from ablytui.protocol.answers import is_cloudfront
from ablytui.protocol.hosts import MOST_FALLBACKS, Host, fallbacks, primary_host, rest_host
from ablytui.protocol.params import ConnectParams

Request = Callable[[str], Awaitable[Answer]]
"""Makes the request at an origin, `https://HOST[:PORT]`; raises RequestFailed for no answer."""

_REMEMBERED: Final = 600_000.0
"""`fallbackRetryTimeout` in ms (TO3l10)."""
_LONGEST: Final = 15_000.0
"""`httpMaxRetryDuration` in ms (TO3l6)."""

_SERVER_ERRORS: Final = range(500, 505)


def origin(params: ConnectParams, host: Host | None = None) -> str:
    """Where REST requests go: to the primary of an endpoint, or to another host."""
    name, own_port = host or (rest_host(params.dialect, params.endpoint), None)
    port = params.effective_port if own_port is None else own_port
    name = f"[{name}]" if ":" in name else name
    where = name if port == (443 if params.tls else 80) else f"{name}:{port}"
    return f"{'https' if params.tls else 'http'}://{where}"


class RestHosts:
    """Remembers which host answered last in the place of which primary (RSC15f)."""

    def __init__(self, clock: Clock, random: Random) -> None:
        self._clock = clock
        self._random = random
        self._good: dict[str, tuple[Host, float]] = {}

    async def ask(self, params: ConnectParams, connected: str, request: Request) -> Answer:
        """Make a request at one host after the other until one answers (RSC15a, RSC15l).

        `connected` is the host of the open connection, empty for none: REST goes to the same
        first (RTN17e).

        Raises:
            RequestFailed: None of them answered.
        """
        begun = self._clock.mono()
        answer: Answer | None = None
        failure: RequestFailed | None = None
        for host in self._hosts(params, connected):
            later = bool(answer or failure)
            if later and self._clock.mono() - begun >= _LONGEST:
                break
            try:
                answer, failure = await request(origin(params, host)), None
            except RequestFailed as bad:
                answer, failure = None, bad
                continue
            if not _is_the_hosts(answer):
                if later:
                    self._remember(params, host)
                break
        if answer is None:
            raise failure or RequestFailed("there is no host to ask")
        return answer

    def _hosts(self, params: ConnectParams, connected: str) -> Iterator[Host | None]:
        """None is the primary. At most `httpMaxRetryCount` after the first (TO3l5)."""
        others = fallbacks(params, self._random.random())
        first = self._preferred(params, connected)
        yield first
        then = [host for host in (None, *others) if host != first]
        yield from then[:MOST_FALLBACKS]

    def _preferred(self, params: ConnectParams, connected: str) -> Host | None:
        if connected and connected != primary_host(params.dialect, params.endpoint):
            ports = dict(params.fallback_hosts or ())
            return connected, ports.get(connected)
        host, until = self._good.get(origin(params), (None, 0.0))
        return host if self._clock.mono() < until else None

    def _remember(self, params: ConnectParams, host: Host | None) -> None:
        """RSC15f: for a while, from when it was first needed."""
        known = self._good.get(origin(params))
        if host is None:
            self._good.pop(origin(params), None)
        elif known is None or known[0] != host or known[1] <= self._clock.mono():
            self._good[origin(params)] = (host, self._clock.mono() + _REMEMBERED)


def _is_the_hosts(answer: Answer) -> bool:
    """RSC15l: a failure of the host, not an answer of the service."""
    return answer.status in _SERVER_ERRORS or is_cloudfront(answer.status, answer.headers)
