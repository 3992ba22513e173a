"""REST under `/apps`: an app made for the asking, and unmade, as in Ably's sandbox. PURE."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote

from ablytui.protocol.codec import Format
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import PresenceAction
from ablytui.service import problems
from ablytui.service.apps import App, describe, make_app, read_wanted
from ablytui.service.items import read_items
from ablytui.service.problems import problem
from ablytui.service.publishing import present
from ablytui.service.realm import Realm, bad_channel
from ablytui.service.restio import (
    Refused,
    Request,
    Response,
    answer,
    from_here,
    identify,
    only,
    read_body,
)
from ablytui.service.sizes import size_of
from ablytui.service.wireform import give_out

_PATH: Final = re.compile(r"/apps(?:/([^/]+))?")
_SAID: Final = ("clientId", "data", "encoding")
_UNUSED: Final = 3_600_000
"""Ms without a request or a connection after which an app gives way to a new one."""


def route(realm: Realm, request: Request, fmt: Format) -> Response | None:
    """Make or unmake an app; None for another path. Raises Refused."""
    match = _PATH.fullmatch(request.target.partition("?")[0])
    if match is None:
        return None
    if match[1] is not None:
        only(request, "DELETE")
        return _delete(realm, request, unquote(match[1]))
    only(request, "POST")
    return answer(_make(realm, request), fmt, status=201)


def _make(realm: Realm, request: Request) -> Any:
    from_here(request)
    body, _ = read_body(request)
    wanted = read_wanted(body)
    if isinstance(wanted, ErrorInfo):
        raise Refused(wanted)
    if len(realm.apps) >= realm.options.max_apps:
        _make_room(realm)
    if len(realm.apps) >= realm.options.max_apps:
        text = f"the service holds {realm.options.max_apps} apps: delete one"
        raise Refused(problem(problems.TOO_OFTEN, text))
    app = make_app(wanted, realm.ids, int(realm.now.wall))
    app.used = realm.now.mono
    realm.apps[app.id] = app
    try:
        channels = [_furnish(realm, app, name, members) for name, members in wanted.channels]
    except Refused:
        del realm.apps[app.id]
        raise
    realm.note(f"app {app.id} made, with {len(app.keys)} keys")
    return describe(app, channels)


def _furnish(realm: Realm, app: App, name: object, members: tuple[Any, ...]) -> dict[str, Any]:
    """A channel with members that nobody entered and that stay; what is said of it."""
    error = bad_channel(name)
    channel = realm.channel(app.id, str(name)) if error is None else error
    items = read_items(members, Format.JSON)
    if isinstance(channel, ErrorInfo):
        raise Refused(channel)
    if isinstance(items, ErrorInfo):
        raise Refused(items)
    if len(items) > realm.options.max_members:
        text = f"a channel holds at most {realm.options.max_members} members here"
        raise Refused(problem(problems.TOO_MANY_MEMBERS, text))
    if sum(size_of(item) for item in items) > realm.options.max_message_size:
        raise Refused(problem(problems.TOO_LARGE, "the members are too large"))
    for item in items:
        if "clientId" not in item:
            raise Refused(problem(problems.NO_CLIENT_ID, "a member needs a clientId"))
        item["action"] = int(PresenceAction.ENTER)
    owner = realm.ids(10)
    said = [{k: v for k, v in give_out(item, Format.JSON).items() if k in _SAID} for item in items]
    present(realm, channel, items, f"{owner}:0", owner)
    return {"name": channel.name, "presence": said}


def _delete(realm: Realm, request: Request, name: str) -> Response:
    identity = identify(realm, request)
    if identity.app != name or identity.grant is not None:
        raise Refused(problem(problems.NOT_ACCEPTED, "deleting an app needs a key of it"))
    if realm.apps[name].given:
        text = "the service was started with this app, and ends with it"
        raise Refused(problem(problems.FORBIDDEN, text))
    _unmake(realm, name)
    return Response(204, (), b"")


def _make_room(realm: Realm) -> None:
    """Let go of the app that was used least of late, if it is long ago."""
    live = {transport.connection.identity.app for transport in realm.sockets.values()}
    idle = [a for a in realm.apps.values() if not a.given and a.id not in live]
    oldest = min(idle, key=lambda app: app.used, default=None)
    if oldest is not None and oldest.used < realm.now.mono - _UNUSED:
        _unmake(realm, oldest.id)


def _unmake(realm: Realm, name: str) -> None:
    """An app goes, with its connections, tokens and channels."""
    error = problem(problems.NOT_ACCEPTED, f"the app {name} has been deleted")
    for connection in list(realm.connections.values()):
        if connection.identity.app != name:
            continue
        if connection.transport is not None:
            realm.fail(connection.transport, error)
        else:
            realm.end(connection)
    for channel in realm.apps.pop(name).channels.values():
        channel.members.clear()
    realm.tokens.forget(name)
    realm.note(f"app {name} deleted")
