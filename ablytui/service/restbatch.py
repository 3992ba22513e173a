"""REST on many channels at once: publish, and who is present (RSC22, RSC24). PURE."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ablytui.protocol.codec import Format
from ablytui.protocol.coerce import sequence
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.service import problems
from ablytui.service.auth import Identity, may
from ablytui.service.problems import problem
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.restio import (
    Refused,
    Request,
    Response,
    answer,
    existing,
    identify,
    only,
    read_body,
)
from ablytui.service.restmessages import publish_to
from ablytui.service.wireform import give_out_all, read_query, sound

MOST_CHANNELS: Final = 100
MOST_MESSAGES: Final = 10_000
"""Of one request: channels over all that is to be published, and messages over all channels."""


def route(realm: Realm, request: Request, fmt: Format) -> Response | None:
    """Answer `POST /messages` and `GET /presence`; None for another path. Raises Refused."""
    path = request.target.partition("?")[0]
    if path == "/messages":
        only(request, "POST")
        return _publish(realm, identify(realm, request), request, fmt)
    if path == "/presence":
        only(request, "GET")
        return _presence(realm, identify(realm, request), request, fmt)
    return None


def _publish(realm: Realm, identity: Identity, request: Request, fmt: Format) -> Response:
    body, spoken = read_body(request)
    specs = body if isinstance(body, list) else [body]
    total = written = 0
    for spec in specs:
        channels = spec.get("channels") if isinstance(spec, Mapping) else None
        channels = [channels] if isinstance(channels, str) else channels
        if not isinstance(channels, list) or not channels or "messages" not in spec:
            text = "each part of the body is an object with channels and messages"
            raise Refused(problem(problems.BAD_REQUEST, text))
        total += len(channels)
        written += len(channels) * len(sequence(spec["messages"]) or [None])
    if not 0 < total <= MOST_CHANNELS:
        text = f"a request publishes to 1 to {MOST_CHANNELS} channels"
        raise Refused(problem(problems.BAD_REQUEST, text))
    if written > MOST_MESSAGES:
        text = f"{written} messages over all channels, and {MOST_MESSAGES} are the most"
        raise Refused(problem(problems.TOO_LARGE, text))
    results = [_publish_spec(realm, identity, spec, spoken) for spec in specs]
    return answer(results if isinstance(body, list) else results[0], fmt, status=201)


def _publish_spec(
    realm: Realm, identity: Identity, spec: Mapping[str, Any], spoken: Format
) -> dict[str, Any]:
    channels = spec["channels"]
    results = []
    for name in [channels] if isinstance(channels, str) else channels:
        result = bad_channel(name) or publish_to(realm, identity, name, spec["messages"], spoken)
        results.append(_result(name, result))
    return _counted(results)


def _presence(realm: Realm, identity: Identity, request: Request, fmt: Format) -> Response:
    names = (read_query(request.target) or {}).get("channels", "").split(",")
    if not any(names) or len(names) > MOST_CHANNELS:
        text = f"channels is 1 to {MOST_CHANNELS} names of channels, with commas between"
        raise Refused(problem(problems.BAD_REQUEST, text))
    results = []
    for name in names:
        error = bad_channel(name) or may(identity, "subscribe", name)
        channel = existing(realm, identity, name) if error is None else None
        members = give_out_all(channel.members if channel is not None else (), fmt)
        results.append(_result(name, error or {"channel": name, "presence": members}))
    return answer(_counted(results), fmt)


def _result(name: object, result: dict[str, Any] | ErrorInfo) -> dict[str, Any]:
    if isinstance(result, ErrorInfo):
        # What cannot be written is not repeated.
        channel = name if isinstance(name, str) and sound(name) else ""
        return {"channel": channel, "error": result.to_wire()}
    return result


def _counted(results: list[dict[str, Any]]) -> dict[str, Any]:
    failed = sum("error" in result for result in results)
    return {
        "successCount": len(results) - failed,
        "failureCount": failed,
        "results": results,
    }
