"""Where tokens come from: an auth URL, an auth command, or a key by way of the service itself.

Each request for a token is a task, which ends in one event for the machine; how long it may take
is the machine's to say. What was asked of whom is told as it happens; a token is made known as a
secret before anything can be told that holds it.
"""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePath
from random import Random
from typing import Final, Literal
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from ablytui import __version__
from ablytui.net.clock import Clock
from ablytui.net.command import CommandFailed, Finished, run
from ablytui.net.request import Answer, RequestFailed, request
from ablytui.net.tasks import spawn
from ablytui.protocol.answers import error_of_answer, time_of_answer
from ablytui.protocol.auth import (
    MAX_TOKEN,
    TokenDetails,
    TokenProblem,
    TokenRequest,
    read_json,
    read_text,
    read_token,
    signed_request,
    source_of,
)
from ablytui.protocol.effects import Notice, Purpose
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import TokenArrived, TokenFailed
from ablytui.protocol.params import AuthMethod, ConnectParams, DialectName
from ablytui.worker.rest import RestHosts, origin

_OPEN: Final = 4_000.0
"""`httpOpenTimeout` in ms (TO3l3)."""
_JSON: Final = "application/json"
_TEXT: Final = frozenset({"text/plain", "application/jwt"})
_WANTED: Final[dict[Purpose, str]] = {
    "connect": "to connect",
    "authorize": "to authorize",
    "renew": "because the service asks",
}


class Tokens:
    """Fetches tokens by number. `clock` and `random` sign requests made from a key.

    `secret` is told each token first, then `told` each step, and `done` how it ended.
    """

    def __init__(
        self,
        clock: Clock,
        random: Random,
        secret: Callable[[str], None],
        told: Callable[[Notice], None],
        done: Callable[[TokenArrived | TokenFailed], None],
    ) -> None:
        self._clock = clock
        self._random = random
        self._secret = secret
        self._told = told
        self._done = done
        self._ahead: dict[str, float] = {}
        self._hosts = RestHosts(clock, random)
        self._connected = ""
        self._running: dict[int, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[None]] = set()

    def fetch(
        self,
        number: int,
        purpose: Purpose,
        params: ConnectParams,
        held: TokenDetails | None = None,
        connected: str = "",
    ) -> None:
        """Begin; `done` is called once, unless it is cancelled before.

        With `held` that token is what comes, unless it has ended by the service's clock.
        `connected` is the host that is connected to, empty for none (RTN17e).
        """
        self._connected = connected
        work = self._fetch(number, purpose, params, held)
        self._running[number] = spawn(work, name=f"token {number}")

    def cancel(self, number: int) -> None:
        """Give one up."""
        task = self._running.pop(number, None)
        if task is not None:
            self._leaving.add(task)
            task.add_done_callback(self._leaving.discard)
            task.cancel()

    async def end(self) -> None:
        """Give all up and wait for their ends."""
        for number in tuple(self._running):
            self.cancel(number)
        await asyncio.gather(*self._leaving, return_exceptions=True)

    async def _fetch(
        self, number: int, purpose: Purpose, params: ConnectParams, held: TokenDetails | None
    ) -> None:
        event: TokenArrived | TokenFailed
        try:
            details = await self._obtain(purpose, params, held)
            self._secret(details.token)
            event = TokenArrived(number, details, self._ahead.get(origin(params)))
        except TokenProblem as bad:
            event = TokenFailed(number, bad.error, forbidden=bad.error.status_code == 403)
        if self._running.pop(number, None) is not None:
            self._done(event)

    async def _obtain(
        self, purpose: Purpose, params: ConnectParams, held: TokenDetails | None
    ) -> TokenDetails:
        source = source_of(params)
        what = _WANTED[purpose]
        if held is not None and not await self._has_ended(params, held):
            return held
        given: TokenDetails | TokenRequest
        if source == "auth_url":
            given = await self._from_url(params, what)
        elif source == "auth_command":
            given = await self._from_command(params.auth_command or "", what)
        elif params.key:
            given = await self._signed(params, params.key)
        else:
            raise TokenProblem("there is no key, auth URL or auth command")
        if isinstance(given, TokenRequest):
            return await self._exchange(params, given, what)
        return given

    # --- a key ----------------------------------------------------------------------------------

    async def _signed(self, params: ConnectParams, key: str) -> TokenRequest:
        """RSA9: signed with the key, which itself stays here."""
        nonce = f"{self._random.getrandbits(128):032x}"
        ahead = await self._known_ahead(params) if params.query_time else None
        timestamp = int(self._clock.wall() + (ahead or 0))
        return signed_request(key, timestamp=timestamp, nonce=nonce, client_id=params.client_id)

    async def _exchange(
        self, params: ConnectParams, asked: TokenRequest, what: str
    ) -> TokenDetails:
        """RSA8e: POST /keys/KEYNAME/requestToken gives a token for a signed request."""
        if asked.mac:
            self._secret(asked.mac)
        path = f"/keys/{quote(asked.key_name, safe='')}/requestToken"
        body = json.dumps(asked.to_wire()).encode()
        headers = {"Content-Type": _JSON, **_headers(params)}
        answer = await self._ask_service(
            "POST", path, params, headers, body=body, what=f"for a token {what}"
        )
        if answer.status not in {200, 201}:
            raise _refused("the service", answer)
        with _said_by("the service"):
            given = read_json(answer.body)
            if isinstance(given, TokenRequest):
                raise TokenProblem("it is a TokenRequest again")
        return given

    # --- the service's clock --------------------------------------------------------------------

    async def _has_ended(self, params: ConnectParams, held: TokenDetails) -> bool:
        """RSA4b1: whether a token's time is over; by our own clock alone nobody can say."""
        ahead = await self._known_ahead(params)
        if ahead is None or held.expires is None or held.expires > self._clock.wall() + ahead:
            return False
        text = "The token in hand has ended by the service's clock, so another one is fetched"
        self._told(Notice("info", text))
        return True

    async def _known_ahead(self, params: ConnectParams) -> float | None:
        """RSA9d, RSA10k: asked once of each service, then remembered. None: it does not say."""
        service = origin(params)
        if service not in self._ahead:
            try:
                headers = _headers(params)
                answer = await self._ask_service(
                    "GET", "/time", params, headers, what="for its time"
                )
            except TokenProblem:
                return None
            time = time_of_answer(answer.body) if answer.status == 200 else None
            if time is None:
                text = "The service does not say what time it is; the clock of this machine is used"
                self._told(Notice("warning", text))
                return None
            self._ahead[service] = ahead = time - self._clock.wall()
            self._told(Notice("info", f"The service's clock is {_by(ahead)} this machine's"))
        return self._ahead[service]

    # --- an auth URL ----------------------------------------------------------------------------

    async def _from_url(self, params: ConnectParams, what: str) -> TokenDetails | TokenRequest:
        """RSA8c: the parameters in the query of a GET or the form of a POST."""
        sent = dict(params.auth_params)
        if params.client_id:
            sent["clientId"] = params.client_id
        url, body = params.auth_url or "", None
        headers = {"Accept": "application/json, text/plain, application/jwt"}
        headers |= dict(params.auth_headers)
        if params.auth_method is AuthMethod.POST:
            body = urlencode(sent).encode()
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
        elif sent:
            url = _with_query(url, sent)
        answer = await self._ask(params.auth_method, url, headers, body, f"for a token {what}")
        if not 200 <= answer.status < 300:
            raise _refused("the auth URL", answer)
        with _said_by("the auth URL"):
            return _read(answer)

    async def _ask_service(
        self,
        method: str,
        path: str,
        params: ConnectParams,
        headers: dict[str, str],
        *,
        body: bytes | None = None,
        what: str,
    ) -> Answer:
        """A request to Ably itself, or to one of its fallbacks (RSC15)."""

        def at(where: str) -> Awaitable[Answer]:
            return self._request(method, where + path, headers, body, what, opens_within=_OPEN)

        try:
            return await self._hosts.ask(params, self._connected, at)
        except RequestFailed as bad:
            raise TokenProblem(f"no answer from the service: {bad}") from None

    async def _ask(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, what: str
    ) -> Answer:
        """A request to somebody else, whose host is named where there is no answer."""
        try:
            return await self._request(method, url, headers, body, what)
        except RequestFailed as bad:
            host = urlsplit(url).netloc.rpartition("@")[2]
            raise TokenProblem(f"no answer from {host}: {bad}") from None

    async def _request(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        body: bytes | None,
        what: str,
        *,
        opens_within: float | None = None,
    ) -> Answer:
        """One request, told when it is over; of its URL the query is left out."""
        place = urlsplit(url)
        host = place.netloc.rpartition("@")[2]
        name = f"{method} {urlunsplit((place.scheme, host, place.path, '', ''))} {what}"
        begun = self._clock.mono()
        try:
            answer = await request(
                method,
                url,
                headers=headers,
                body=body,
                limit=MAX_TOKEN,
                opens_within=opens_within,
            )
        except RequestFailed as bad:
            self._tell("warning", f"{name}: {bad}", begun)
            raise
        except asyncio.CancelledError:
            self._tell("warning", f"{name}: given up", begun)
            raise
        level: Literal["info", "warning"] = "info" if answer.status < 400 else "warning"
        kind = f" {answer.content_type}" if answer.content_type else ""
        self._tell(level, f"{name}: {answer.status}{kind}, {len(answer.body)} bytes", begun)
        return answer

    # --- an auth command ------------------------------------------------------------------------

    async def _from_command(self, line: str, what: str) -> TokenDetails | TokenRequest:
        """RSA8d, in the place of a callback: any program, whose standard output is the token."""
        words = shlex.split(line)
        name = f"Ran {PurePath(words[0]).name} for a token {what}"
        begun = self._clock.mono()
        try:
            ended = await run(words, limit=MAX_TOKEN)
        except CommandFailed as bad:
            self._tell("warning", f"{name}: {bad}", begun)
            raise TokenProblem(f"the auth command cannot be run: {bad}") from None
        except asyncio.CancelledError:
            self._tell("warning", f"{name}: given up", begun)
            raise
        said = f": {ended.complaint}" if ended.complaint else ""
        if ended.code:
            self._tell("warning", f"{name}: exit code {ended.code}{said}", begun)
            raise _command_failed(ended, said)
        self._tell("info", f"{name}: {len(ended.output)} bytes", begun)
        with _said_by("the auth command"):
            return read_token(ended.output)

    def _tell(self, level: Literal["info", "warning"], text: str, begun: float) -> None:
        ms = self._clock.mono() - begun
        self._told(Notice(level, f"{text}, {ms:.0f} ms"))


def _headers(params: ConnectParams) -> dict[str, str]:
    """Of every request to the service itself."""
    return {
        "Accept": _JSON,
        "X-Ably-Version": "6" if params.dialect is DialectName.CURRENT else "1.2",
        "Ably-Agent": f"ablytui/{__version__}",
    }


def _by(ahead: float) -> str:
    return f"{abs(ahead):.0f} ms {'ahead of' if ahead >= 0 else 'behind'}"


def _with_query(url: str, more: dict[str, str]) -> str:
    """The URL with further parameters; they win over those of the same name (RSA8c2)."""
    parts = urlsplit(url)
    kept = [(n, v) for n, v in parse_qsl(parts.query, keep_blank_values=True) if n not in more]
    query = urlencode([*kept, *more.items()])
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _read(answer: Answer) -> TokenDetails | TokenRequest:
    """RSA8c: by the content type of the answer."""
    kind = answer.content_type
    if kind == _JSON:
        return read_json(answer.body)
    if kind in _TEXT:
        return read_text(answer.body)
    found = f"its content type is {kind}" if kind else "it has no content type"
    raise TokenProblem(f"{found}; it is one of {', '.join((_JSON, *sorted(_TEXT)))}")


def _refused(who: str, answer: Answer) -> TokenProblem:
    """An answer that is no success: Ably's error in it, or its status."""
    error = error_of_answer(answer.status, answer.headers, answer.body[:MAX_TOKEN])
    if error is not None:
        if answer.status == 403:
            error = replace(error, status_code=403)
        return TokenProblem(str(error), error)
    text = f"{who} answered HTTP {answer.status}"
    return TokenProblem(text, ErrorInfo(40170, answer.status, text))


def _command_failed(ended: Finished, said: str) -> TokenProblem:
    """A program that fails may print the error it got, as JSON; RSA4d reads its status."""
    try:
        read_token(ended.output)
    except TokenProblem as bad:
        if bad.error.code != 40170:
            return bad
    return TokenProblem(f"the auth command ended with exit code {ended.code}{said}")


@contextmanager
def _said_by(who: str) -> Iterator[None]:
    """Say whose answer is no token."""
    try:
        yield
    except TokenProblem as bad:
        if bad.error.code != 40170:
            raise
        raise TokenProblem(f"the answer of {who} is no token: {bad}") from None
