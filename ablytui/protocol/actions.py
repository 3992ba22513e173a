"""The one table of what a person can do to a connection.

Buttons, keys, palette entries and the commands of `drive` are all made from `ACTIONS`; one
function says why a thing cannot be done now, so that it is grey everywhere or nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ablytui.protocol import events
from ablytui.protocol.auth import TokenProblem, TokenRequest, read_object, read_token, source_of
from ablytui.protocol.connection import Connection
from ablytui.protocol.frame import Opcode
from ablytui.protocol.message import MODES, Flag, PresenceAction
from ablytui.protocol.outgoing import BadArgument, members_of, messages_of, sendable, text_of
from ablytui.protocol.recovery import RecoveryKey, RecoveryProblem, parse
from ablytui.protocol.states import ConnectionState as S


@dataclass(frozen=True, slots=True)
class NotNow:
    """Why an action cannot be done now.

    `moot`: it would change nothing, so a script that asks for it gets its way; a button is grey
    all the same.
    """

    text: str
    moot: bool = False


def _never(_args: Mapping[str, Any]) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done. `to_event` takes the arguments as JSON gives them."""

    id: str
    title: str
    help: str
    parameters: tuple[str, ...]
    reason_not_now: Callable[[Connection], NotNow | None]
    to_event: Callable[[Mapping[str, Any], events.Ref, Connection], events.Wish]
    opens_dialog: bool = False
    """The title ends in three dots because something has to be asked first."""
    asks_only: Callable[[Mapping[str, Any]], bool] = _never
    """With these arguments it only asks for what is known, which is possible at any time."""


_NO_SOCKET: Final = NotNow("no socket is open")


def _connect(c: Connection) -> NotNow | None:
    if c.state is S.CONNECTED:
        return NotNow("already connected", moot=True)
    if c.state is S.CONNECTING:
        return NotNow("already connecting", moot=True)
    return _needs_credential(c)


def _needs_credential(c: Connection) -> NotNow | None:
    known = c.params.has_credential or c.token is not None
    return None if known else NotNow("needs a key or token")


def _close(c: Connection) -> NotNow | None:
    if c.state is S.CLOSING:
        return NotNow("already closing", moot=True)
    if c.state in {S.INITIALIZED, S.CLOSED, S.FAILED}:
        return NotNow("nothing is open", moot=True)
    return None


def _disconnect(c: Connection) -> NotNow | None:
    if c.state in {S.DISCONNECTED, S.SUSPENDED} and not c.hold:
        return None
    if c.state is S.CONNECTING:
        # A token or another host may be on its way, before there is a socket.
        return None
    busy = c.socket is not None or c.fetching is not None
    return None if busy and c.state is not S.CLOSING else _NO_SOCKET


def _drop(c: Connection) -> NotNow | None:
    return None if c.socket is not None else _NO_SOCKET


def _ping(c: Connection) -> NotNow | None:
    return NotNow(f"the connection is {c.state}") if c.state is S.INITIALIZED else _channel(c)


def _channel(c: Connection) -> NotNow | None:
    ended = c.state in {S.SUSPENDED, S.CLOSING, S.CLOSED, S.FAILED}
    return NotNow(f"the connection is {c.state}") if ended else None


def _publish(c: Connection) -> NotNow | None:
    # RTL6c2: without a queue there is nowhere to keep it until the connection is open.
    if not c.params.queue_messages and c.state is not S.CONNECTED:
        return NotNow(f"the connection is {c.state}, and messages are not queued")
    return _channel(c)


def _detach(c: Connection) -> NotNow | None:
    # RTL5j: a suspended channel, as all are then, is detached without a word.
    return None if c.state is S.SUSPENDED else _channel(c)


def _send(c: Connection) -> NotNow | None:
    return None if c.opened else _NO_SOCKET


def _recover_event(args: Mapping[str, Any], ref: int, c: Connection) -> events.Wish:
    key = parse(text_of(args, "key"), c.params.dialect)
    if isinstance(key, RecoveryProblem):
        raise BadArgument(f"key: {key.why}")
    return events.RecoverRequested(key, ref)


def recovery_key_of(args: Mapping[str, Any], c: Connection) -> RecoveryKey | RecoveryProblem:
    """The key of a recover dialog as far as it is typed."""
    return parse(str(args.get("key", "")), c.params.dialect)


def _publish_event(args: Mapping[str, Any], ref: int, _: Connection) -> events.Wish:
    channel = text_of(args, "channel")
    return events.PublishRequested(channel, messages_of(args), ref)


_PRESENCE: Final = {
    "enter": PresenceAction.ENTER,
    "update": PresenceAction.UPDATE,
    "leave": PresenceAction.LEAVE,
}


def _presence_event(args: Mapping[str, Any], ref: int, _: Connection) -> events.Wish:
    wanted = text_of(args, "action")
    if wanted == "get":
        return _members_event(args, ref)
    if wanted not in _PRESENCE:
        raise BadArgument(f"action is one of {', '.join(_PRESENCE)}, get, not {wanted!r}")
    item: dict[str, Any] = {"action": int(_PRESENCE[wanted])}
    item |= members_of(args, ("clientId", "id", "encoding", "data"))
    return events.PresenceRequested(text_of(args, "channel"), sendable(item), ref)


def _members_event(args: Mapping[str, Any], ref: int) -> events.Wish:
    wait = args.get("waitForSync")
    if wait is not None and not isinstance(wait, bool):
        raise BadArgument("waitForSync is true or false")
    narrowed = {}
    for name in ("clientId", "connectionId"):
        narrowed[name] = None if args.get(name) is None else text_of(args, name)
    return events.MembersRequested(
        text_of(args, "channel"),
        ref,
        narrowed["clientId"],
        narrowed["connectionId"],
        wait_for_sync=wait is not False,
    )


def _asks_for_members(args: Mapping[str, Any]) -> bool:
    return args.get("action") == "get"


def _send_event(args: Mapping[str, Any], ref: int, _: Connection) -> events.Wish:
    if args.get("text") is not None and args.get("hex") is not None:
        raise BadArgument("text and hex: a frame is one of them; give one")
    if isinstance(args.get("text"), str):
        return events.SendRequested(Opcode.TEXT, args["text"].encode("utf-8", "replace"), ref)
    if not isinstance(args.get("hex"), str):
        raise BadArgument("text or hex is missing or not a string")
    try:
        payload = bytes.fromhex(args["hex"])
    except ValueError:
        raise BadArgument("hex is not pairs of hexadecimal digits") from None
    return events.SendRequested(Opcode.BINARY, payload, ref)


def _attach_event(args: Mapping[str, Any], ref: int, _: Connection) -> events.Wish:
    params, modes = args.get("params"), args.get("modes")
    return events.AttachRequested(
        text_of(args, "channel"),
        ref,
        None if params is None else _channel_params(params),
        None if modes is None else _channel_modes(modes),
    )


def _channel_params(params: object) -> tuple[tuple[str, str], ...]:
    """RTL4k: texts by name; a number is written as its digits."""
    if not isinstance(params, Mapping):
        raise BadArgument("params is not an object")
    pairs = []
    for name, value in params.items():
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            raise BadArgument(f"params: {name} is not a string")
        pairs.append((name, str(value)))
    return tuple(pairs)


_MODE_NAMES: Final = {flag.name: flag for flag in MODES if flag.name}


def _channel_modes(modes: object) -> int:
    """RTL4l: the flags of these modes, which are written in capitals or small letters."""
    if not isinstance(modes, list):
        raise BadArgument("modes is not an array")
    asked = Flag(0)
    for mode in modes:
        flag = _MODE_NAMES.get(mode.upper()) if isinstance(mode, str) else None
        if flag is None:
            allowed = ", ".join(_MODE_NAMES).lower()
            raise BadArgument(f"modes: each is one of {allowed}, not {mode!r}")
        asked |= flag
    return int(asked)


def _authorize_event(args: Mapping[str, Any], ref: int, c: Connection) -> events.Wish:
    given = args.get("token")
    if given is None:
        if source_of(c.params) is None:
            raise BadArgument("token: there is no key, auth URL or auth command to get one from")
        return events.AuthorizeRequested(None, ref)
    try:
        token = (
            read_object(given) if isinstance(given, dict) else read_token(text_of(args, "token"))
        )
    except TokenProblem as bad:
        raise BadArgument(f"token: {bad}") from None
    if isinstance(token, TokenRequest):
        raise BadArgument("token: it is a TokenRequest, which an auth URL or command may give")
    return events.AuthorizeRequested(token, ref)


ACTIONS: Final[tuple[Action, ...]] = (
    Action(
        "connect",
        "Connect",
        "Open the connection, or skip the wait before the next attempt",
        (),
        _connect,
        lambda _a, ref, _c: events.ConnectRequested(ref),
    ),
    Action(
        "disconnect",
        "Disconnect",
        "Close the socket with 1000 and no CLOSE: the service keeps the state, nothing is dialled",
        (),
        _disconnect,
        lambda _a, ref, _c: events.DisconnectRequested(ref),
    ),
    Action(
        "drop",
        "Drop",
        "Abort the socket without a word, as a broken network does; it is dialled again",
        (),
        _drop,
        lambda _a, ref, _c: events.DropRequested(ref),
    ),
    Action(
        "recover",
        "Recover",
        "Take up a connection from its recovery key, also one of another process",
        ("key",),
        _needs_credential,
        _recover_event,
        opens_dialog=True,
    ),
    Action(
        "close",
        "Close",
        "End the connection with CLOSE: its state is gone, nothing can be resumed",
        (),
        _close,
        lambda _a, ref, _c: events.CloseRequested(ref),
    ),
    Action(
        "ping",
        "Ping",
        "Measure the time to a HEARTBEAT's answer",
        (),
        _ping,
        lambda _a, ref, _c: events.PingRequested(ref),
    ),
    Action(
        "attach",
        "Attach",
        "Attach a channel",
        ("channel", "params", "modes"),
        _channel,
        _attach_event,
        opens_dialog=True,
    ),
    Action(
        "detach",
        "Detach",
        "Detach a channel",
        ("channel",),
        _detach,
        lambda a, ref, _c: events.DetachRequested(text_of(a, "channel"), ref),
        opens_dialog=True,
    ),
    Action(
        "publish",
        "Message",
        "Publish a message on a channel",
        ("channel", "name", "data", "id", "clientId", "extras", "messages"),
        _publish,
        _publish_event,
        opens_dialog=True,
    ),
    Action(
        "presence",
        "Presence",
        "Enter, update or leave the presence of a channel, or get who is there",
        ("channel", "action", "data", "clientId", "connectionId", "waitForSync"),
        _channel,
        _presence_event,
        opens_dialog=True,
        asks_only=_asks_for_members,
    ),
    Action(
        "authorize",
        "Authorize",
        "Get a new token and use it at once, on the open connection too",
        ("token",),
        _needs_credential,
        _authorize_event,
    ),
    Action(
        "send",
        "Send frame",
        "Send one frame exactly as written",
        ("text", "hex"),
        _send,
        _send_event,
        opens_dialog=True,
    ),
)
"""In the order of the buttons."""

ACTION: Final[Mapping[str, Action]] = {action.id: action for action in ACTIONS}
