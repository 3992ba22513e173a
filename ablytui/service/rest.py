"""REST, as far as Ably's clients need it. PURE: a request in, a response out."""

from __future__ import annotations

from typing import Final

from ablytui.protocol.codec import Format
from ablytui.protocol.events import Moment
from ablytui.service import (
    browsers,
    problems,
    restapps,
    restbatch,
    restchannels,
    restkeys,
    reststats,
)
from ablytui.service.events import Effect
from ablytui.service.problems import problem
from ablytui.service.realm import Realm
from ablytui.service.restio import Refused, accepted, answer, only
from ablytui.service.restio import Request as Request
from ablytui.service.restio import Response as Response
from ablytui.service.restio import error_response as error_response

_PARTS: Final = (
    restchannels.route,
    restbatch.route,
    restkeys.route,
    restapps.route,
    reststats.route,
)
"""Each answers for its own paths."""


class Rest:
    """The REST side of a realm."""

    def __init__(self, realm: Realm) -> None:
        self._realm = realm

    def handle(self, request: Request, moment: Moment) -> tuple[Response, list[Effect]]:
        """Answer a request; effects are what its publishing sends to others. Never raises."""
        realm = self._realm
        realm.now, realm.out = moment, []
        response = browsers.preflight(request)
        if response is None:
            response = browsers.readable(request, self._answer(request))
        return response, realm.out

    def _answer(self, request: Request) -> Response:
        fmt = accepted(request)
        try:
            envelope = browsers.envelope(request)
        except Refused as refused:
            return error_response(refused.error, fmt)
        fmt = envelope or fmt
        try:
            response = self._route(request, fmt)
        except Refused as refused:
            response = error_response(refused.error, fmt, refused.headers)
        return response if envelope is None else browsers.enclosed(response, fmt)

    def _route(self, request: Request, fmt: Format) -> Response:
        path = request.target.partition("?")[0]
        if path == "/time":
            only(request, "GET")
            return answer([int(self._realm.now.wall)], fmt)
        for route in _PARTS:
            response = route(self._realm, request, fmt)
            if response is not None:
                return response
        raise Refused(problem(problems.NOT_FOUND, f"there is no {path[:80]!r} here"))
