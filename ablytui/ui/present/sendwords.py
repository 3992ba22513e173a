"""The line `then` of the compose dialog: what is expected to follow, or why nothing can."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from textual.content import Content

from ablytui.protocol.connection import Connection
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.states import ChannelState
from ablytui.protocol.visible import visible
from ablytui.ui.present.foresight import Foresight
from ablytui.ui.present.repeating import Times
from ablytui.ui.present.rights import Right
from ablytui.ui.theme import HEALS, MUTED, PLAIN, WRONG

_ANSWER: Final = "an ACK or NACK is expected"


def then(
    action: str,
    args: Mapping[str, Any],
    seen: Foresight,
    *,
    connection: Connection,
    right: Right,
    times: Times,
) -> Content:
    """What follows if it is sent now."""
    if seen.refusal:
        return Content.styled(f"✕ {visible(seen.refusal)}", WRONG)
    name = str(args.get("channel", ""))
    channel = connection.channels.get(name)
    state = channel.state if channel is not None else ChannelState.INITIALIZED
    words = _WORDS[action](args, seen, state)
    careful = _waits(seen) or action == "send"
    found: list[Content | tuple[str, str]] = [(words, HEALS if careful else PLAIN)]
    if times.many:
        found.append((f"  {times.words(seen.serial)}", PLAIN))
    if times.many and args.get("id"):
        found.append(("  the same id each time, so it is delivered once", HEALS))
    if right.allowed is False and seen.frames and action != "attach":
        found.append((f"  {right.code} is to be expected: {right.words}", HEALS))
    return Content.assemble(*found)


def _waits(seen: Foresight) -> bool:
    return seen.kept is not None and not seen.sent


def _queued(seen: Foresight) -> str:
    behind = f" behind {seen.before} more" if seen.before else ""
    return f"queued{behind} and sent once connected; then {_ANSWER}"


def _publish(_args: Mapping[str, Any], seen: Foresight, state: ChannelState) -> str:
    if seen.serial is None:
        return _queued(seen)
    without = "" if state is ChannelState.ATTACHED else ", the channel not attached"
    return f"sent as #{seen.serial}{without}; {_ANSWER}"


def _attach(_args: Mapping[str, Any], seen: Foresight, state: ChannelState) -> str:
    if seen.sent:
        again = "attached already: ATTACH goes again with what differs; "
        return f"{again if state is ChannelState.ATTACHED else ''}ATTACHED or ERROR is expected"
    if seen.done:
        return "attached already; nothing is sent"
    return {
        ChannelState.ATTACHING: "its ATTACH is under way; nothing more is sent",
        ChannelState.DETACHING: "it is detaching; ATTACH follows after DETACHED",
    }.get(state, "not connected: ATTACH is sent once connected")


def _detach(_args: Mapping[str, Any], seen: Foresight, state: ChannelState) -> str:
    if seen.sent:
        return "DETACHED is expected"
    if seen.done and state in {ChannelState.INITIALIZED, ChannelState.DETACHED}:
        return "not attached; nothing is sent"
    if seen.done:
        return "detached at once; nothing is sent"
    if state is ChannelState.ATTACHING:
        return "it is attaching; DETACH follows after ATTACHED"
    return "its DETACH is under way; nothing more is sent"


def _presence(args: Mapping[str, Any], seen: Foresight, state: ChannelState) -> str:
    if args.get("action") == "get":
        return _get(seen)
    if any(frame.get("action") == ProtocolAction.ATTACH for frame in seen.sent):
        return f"not attached; ctrl+s attaches and sends; then {_ANSWER}"
    if seen.serial is not None:
        return f"sent as #{seen.serial}; {_ANSWER}"
    if state is ChannelState.ATTACHING and not seen.before:
        return f"sent after ATTACHED; then {_ANSWER}"
    return _queued(seen)


def _get(seen: Foresight) -> str:
    if seen.done:
        return "nothing is sent: the members are known"
    if seen.sent:
        return "not attached; ctrl+s attaches and lists who is there"
    return "listed as soon as the channel is attached and in sync"


def _send(_args: Mapping[str, Any], _seen: Foresight, _state: ChannelState) -> str:
    return (
        "sent as it stands, past the engine, which numbers nothing and waits for nothing; "
        "the service may close the connection"
    )


_WORDS: Final[Mapping[str, Callable[[Mapping[str, Any], Foresight, ChannelState], str]]] = {
    "publish": _publish,
    "attach": _attach,
    "detach": _detach,
    "presence": _presence,
    "send": _send,
}


def missing(why: str) -> Content:
    """A form that is not complete yet; nothing is wrong with it."""
    return Content.styled(why, MUTED)
