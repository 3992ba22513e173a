"""What the compose dialog says: which fields each kind has, and what is made of what is typed.

Pure: from typed texts to the arguments of an action, or to why there are none yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from textual.content import Content

from ablytui.protocol.connection import Connection
from ablytui.protocol.format import Format
from ablytui.protocol.visible import visible
from ablytui.ui.present.datakind import AUTO, Broken, Data, read_data, read_json
from ablytui.ui.present.foresight import Foresight
from ablytui.ui.present.rawframe import Raw, read_raw
from ablytui.ui.present.repeating import Times, read_times
from ablytui.ui.present.rights import Right
from ablytui.ui.theme import CHANNEL, GOOD, HEALS, MUTED, WRONG


@dataclass(frozen=True, slots=True)
class Kind:
    """One tab of the dialog: the action it makes, its word, and the fields it has."""

    action: str
    word: str
    fields: tuple[str, ...]


KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "publish",
        "Publish",
        ("channel", "name", "kind", "data", "id", "clientId", "extras", "times", "every"),
    ),
    Kind("attach", "Attach", ("channel", "rewind", "delta", "params", "modes")),
    Kind("detach", "Detach", ("channel",)),
    Kind("presence", "Presence", ("channel", "action", "clientId", "kind", "data")),
    Kind("send", "Raw frame", ("form", "frame")),
)

KIND: Final[Mapping[str, Kind]] = {kind.action: kind for kind in KINDS}

_PAIR: Final = re.compile(r"([^\s=&]+)=([^\s&]*)")
_PLAIN: Final = ("name", "id", "clientId")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for: `args` of the action, unless `problem` says why there are none.

    `missing`: nothing is wrong with it, something has only not been typed yet.
    """

    args: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    missing: bool = False
    data: Data = Data()
    raw: Raw | None = None
    times: Times = Times()


def asked(action: str, typed: Mapping[str, str]) -> Asked:
    """What the fields of a kind ask for; empty ones are left out."""
    if action == "send":
        raw = read_raw(typed.get("form", "text"), typed.get("frame", ""))
        if raw.problem:
            return Asked(problem=raw.problem, missing=not typed.get("frame"), raw=raw)
        return Asked(raw.arguments, raw=raw)
    if not typed.get("channel"):
        found = _READERS[action]({"channel": "", **typed})
        return Asked(problem="needs a channel", missing=True, data=found.data, times=found.times)
    return _READERS[action](typed)


def _publish(typed: Mapping[str, str]) -> Asked:
    data = read_data(typed.get("kind", AUTO), typed.get("data", ""))
    args: dict[str, Any] = {"channel": typed["channel"]}
    args |= {name: typed[name] for name in _PLAIN if typed.get(name)}
    times = read_times(typed.get("times", ""), typed.get("every", ""))
    problem = data.problem or times.problem
    if typed.get("extras", "").strip():
        extras = read_json(typed["extras"])
        if isinstance(extras, Broken):
            problem = problem or f"extras: not JSON: {extras.why}"
        elif not isinstance(extras, dict):
            problem = problem or 'extras: it is an object, as in {"headers":{}}'
        else:
            args["extras"] = extras
    return Asked(args | data.arguments, problem, data=data, times=times)


def _presence(typed: Mapping[str, str]) -> Asked:
    args: dict[str, Any] = {"channel": typed["channel"], "action": typed.get("action", "enter")}
    if typed.get("clientId"):
        args["clientId"] = typed["clientId"]
    if args["action"] == "get":
        return Asked(args)
    data = read_data(typed.get("kind", AUTO), typed.get("data", ""))
    return Asked(args | data.arguments, data.problem, data=data)


def _attach(typed: Mapping[str, str]) -> Asked:
    args: dict[str, Any] = {"channel": typed["channel"]}
    given, problem = read_pairs(typed.get("params", ""))
    for name in ("rewind", "delta"):
        value = typed.get(name, "").strip()
        if value and value != "none":
            given = {name: value} | given
    if given:
        args["params"] = given
    modes = [mode for mode in typed.get("modes", "").split(",") if mode]
    if modes:
        args["modes"] = modes
    return Asked(args, problem)


def read_pairs(text: str) -> tuple[dict[str, str], str]:
    """`rewind=10 delta=vcdiff`, parted by blanks or `&`; and what is wrong, empty for nothing."""
    parts = [part for part in re.split(r"[\s&]+", text) if part]
    wrong = next((part for part in parts if not _PAIR.fullmatch(part)), None)
    if wrong is not None:
        return {}, f"params: name=value, parted by blanks; {wrong[:30]!r} is not"
    return dict(part.split("=", 1) for part in parts), ""


def _detach(typed: Mapping[str, str]) -> Asked:
    return Asked({"channel": typed["channel"]})


_READERS: Final = {
    "publish": _publish,
    "attach": _attach,
    "detach": _detach,
    "presence": _presence,
}


def nameless(action: str, args: Mapping[str, Any], connection: Connection) -> str:
    """RTP8j: presence is somebody's; why it is nobody's yet, empty where it is."""
    if action != "presence" or args.get("action") == "get" or args.get("clientId"):
        return ""
    if connection.params.client_id:
        return ""
    return "needs a clientId" if connection.client_id in {None, "*"} else ""


# --- notes --------------------------------------------------------------------------------------


def data_note(kind: str, data: Data, seen: Foresight | None, fmt: Format) -> Content:
    """What the data is worth, and how it will travel."""
    if data.problem:
        return Content.styled(f"✕ {visible(data.problem)}", WRONG)
    if data.value is None:
        return Content.styled("no data", MUTED)
    if data.doubt:
        worth = (f"! {visible(data.doubt)}  ", HEALS)
    elif data.encoding == "json":
        worth = ("✓ valid JSON  ", GOOD)
    elif isinstance(data.value, bytes):
        worth = (f"✓ {len(data.value):,} bytes  ", GOOD)
    else:
        worth = ("✓ valid JSON  " if kind == "json" else "", GOOD)
    return Content.assemble(worth, (f"sent {_travels(data, seen, fmt)}", MUTED))


def _travels(data: Data, seen: Foresight | None, fmt: Format) -> str:
    """`as encoding json, 32 B`, of the item that is on the wire."""
    item = _item(seen)
    encoding = item.get("encoding", data.encoding)
    value = item.get("data", data.value)
    size = len(value if isinstance(value, bytes) else str(value).encode("utf-8", "replace"))
    if encoding:
        return f"as encoding {visible(str(encoding))}, {size:,} B"
    what = "MessagePack bin" if isinstance(value, bytes) else "a string"
    if isinstance(value, bytes) and fmt is Format.JSON:
        return f"as encoding base64, {(size + 2) // 3 * 4:,} B"
    return f"as {what} with no encoding, {size:,} B"


def _item(seen: Foresight | None) -> Mapping[str, Any]:
    for frame in reversed(seen.frames if seen is not None else ()):
        shown = seen.shown(frame) if seen is not None else {}
        for name in ("messages", "presence"):
            if shown.get(name):
                item: Mapping[str, Any] = shown[name][0]
                return item
    return {}


def channel_note(connection: Connection, name: str, right: Right) -> Content:
    """The state of the channel that is named, and what is known of the right to it."""
    if not name:
        return Content("")
    channel = connection.channels.get(name)
    if channel is None:
        state = Content.styled("○ not attached", MUTED)
    else:
        look = CHANNEL[channel.state]
        reason = f"  {visible(str(channel.reason))}" if channel.reason else ""
        state = Content.assemble((f"{look.glyph} {channel.state}", look.text), (reason, MUTED))
    if not right.words:
        return state
    return Content.assemble(state, (f"  {right.words}", MUTED if right.allowed else HEALS))


def size_note(seen: Foresight, limit: int | None) -> Content:
    """How large the frames are, and what of them counts against `maxMessageSize` (TM6)."""
    sizes = " and ".join(f"{len(seen.payload(frame)):,} B" for frame in seen.frames)
    form = " as MessagePack" if seen.format is Format.MSGPACK else ""
    words = f"{sizes}{form}"
    if seen.counts is not None and limit:
        words += f"; the message has {seen.counts:,} of {limit:,} B allowed"
    return Content.styled(words, MUTED)
