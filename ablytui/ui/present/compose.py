"""What the compose dialog says: which fields each kind has, and what will be sent.

Pure: from typed texts to the arguments of an action, or to why there are none yet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from textual.content import Content

from ablytui.protocol.connection import Connection
from ablytui.protocol.visible import visible
from ablytui.ui.theme import CHANNEL, MUTED


@dataclass(frozen=True, slots=True)
class Kind:
    """One tab of the dialog: the action it makes, its word, and the fields it has."""

    action: str
    word: str
    fields: tuple[str, ...]


KINDS: Final[tuple[Kind, ...]] = (
    Kind("publish", "Publish", ("channel", "name", "data", "id")),
    Kind("attach", "Attach", ("channel",)),
    Kind("detach", "Detach", ("channel",)),
    Kind("presence", "Presence", ("channel", "action", "data", "clientId")),
    Kind("send", "Raw frame", ("as", "data")),
)

KIND: Final[Mapping[str, Kind]] = {kind.action: kind for kind in KINDS}


def arguments(action: str, typed: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of the action, as `drive` would be given them. Empty texts are left out."""
    if action == "send":
        return {typed.get("as") or "text": typed.get("data", "")}
    fields = KIND[action].fields
    given: dict[str, Any] = {name: typed[name] for name in fields if typed.get(name)}
    if "data" in given:
        given["data"] = data_value(given["data"])
    return given


def data_value(text: str) -> Any:
    """A JSON object or array is sent as one; anything else is the text itself (RSL4)."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict | list) else text


def missing(action: str, typed: Mapping[str, str]) -> str:
    """What still has to be typed; empty for nothing."""
    if action == "send":
        data = typed.get("data", "")
        if typed.get("as") != "hex":
            return "" if data else "the frame is empty"
        try:
            return "" if bytes.fromhex(data) else "the frame is empty"
        except ValueError:
            return "not pairs of hexadecimal digits"
    return "" if typed.get("channel") else "needs a channel"


def nameless(action: str, typed: Mapping[str, str], connection: Connection) -> str:
    """RTP8j: presence is somebody's; why it is nobody's yet, empty where it is."""
    if action != "presence" or typed.get("clientId") or connection.params.client_id:
        return ""
    return "needs a clientId" if connection.client_id in {None, "*"} else ""


def data_note(action: str, typed: Mapping[str, str]) -> Content:
    """How the data will travel."""
    text = typed.get("data", "")
    if action == "send":
        return _frame_note(text, typed.get("as") or "text")
    if not text:
        return Content.styled("no data", MUTED)
    size = f"{len(text.encode('utf-8', 'replace'))} B"
    if isinstance(data_value(text), str):
        broken = text.lstrip()[:1] in {"{", "["}
        word = ("not valid JSON  ", "$text-warning") if broken else ""
        return Content.assemble(word, (f"sent as a string, {size}", MUTED))
    return Content.assemble(
        ("✓ valid JSON  ", "$text-success"), (f"sent as encoding json, {size}", MUTED)
    )


def _frame_note(text: str, form: str) -> Content:
    if form != "hex":
        size = len(text.encode("utf-8", "replace"))
        return Content.styled(f"one text frame, {size} B, exactly as written", MUTED)
    try:
        size = len(bytes.fromhex(text))
    except ValueError as bad:
        return Content.styled(f"✕ {bad}", "$text-error")
    return Content.styled(f"one binary frame, {size} B, exactly as written", MUTED)


def channel_note(connection: Connection, name: str) -> Content:
    """The state of the channel that is named."""
    if not name:
        return Content("")
    channel = connection.channels.get(name)
    if channel is None:
        return Content.styled("not attached", MUTED)
    look = CHANNEL[channel.state]
    reason = f"  {visible(str(channel.reason))}" if channel.reason else ""
    return Content.assemble((f"{look.glyph} {channel.state}", look.text), (reason, MUTED))
