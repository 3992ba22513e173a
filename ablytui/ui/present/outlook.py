"""Everything the compose dialog and the compose row say of what stands in their fields. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textual.content import Content

from ablytui.protocol.actions import ACTION
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode
from ablytui.ui.present.compose import Asked, asked, data_note, nameless, size_note
from ablytui.ui.present.drafts import Typed
from ablytui.ui.present.foresight import Foresight, foresee
from ablytui.ui.present.rawframe import hex_look, raw_note
from ablytui.ui.present.repeating import Times
from ablytui.ui.present.rights import right_of
from ablytui.ui.present.sendwords import missing, then
from ablytui.ui.present.view import View
from ablytui.ui.present.wirelook import look
from ablytui.ui.theme import HEALS, MUTED, WRONG

Bytes = tuple[Mapping[str, Any], Format, bytes]
"""A frame of the engine: what it says, in which format, and its payload."""

_NOTHING = Content("")


@dataclass(frozen=True, slots=True)
class Outlook:
    """What would be done with the fields as they stand, and what is said of that.

    `why_not` is why nothing can be sent; `waits`: it is kept until there is a connection.
    """

    args: Mapping[str, Any] = field(default_factory=dict)
    times: Times = Times()
    why_not: str = ""
    waits: bool = False
    doubt: str = ""
    """What a person may not have meant; it is sent all the same."""
    note: Content = _NOTHING
    frame: Content = _NOTHING
    then: Content = _NOTHING
    frames: tuple[Bytes, ...] = ()
    serial: int | None = None


def outlook(action: str, typed: Typed, view: View, iv: bytes, room: tuple[int, int]) -> Outlook:
    """For these texts; `room` are the cells and rows that there are for the frame."""
    connection = view.connection
    found = asked(action, typed)
    if action == "send":
        return _raw(found, view, room)
    kind = typed.get("kind", "")
    anonymous = nameless(action, found.args, connection)
    problem = found.problem or anonymous
    if problem:
        harmless = found.missing or problem == anonymous
        reason = ACTION[action].reason_not_now(connection)
        why = reason.text if reason is not None and harmless else problem
        said = missing(why) if harmless else Content.styled(f"✕ {why}", WRONG)
        if found.data.problem == why:
            # It stands under the data already.
            said = missing("nothing can be sent as it stands")
        return Outlook(why_not=why, note=_note(action, kind, found, None, view), then=said)
    seen = foresee(connection, action, found.args, view.now, iv)
    name = str(found.args.get("channel", ""))
    right = right_of(action, connection, name)
    return Outlook(
        args=found.args,
        times=found.times,
        why_not=seen.refusal,
        waits=seen.kept is not None and not seen.sent,
        doubt=found.data.doubt,
        note=_note(action, kind, found, seen, view),
        frame=_frames(seen, view, room),
        then=then(action, found.args, seen, connection=connection, right=right, times=found.times),
        frames=tuple((frame, seen.format, seen.payload(frame)) for frame in seen.frames),
        serial=seen.serial,
    )


def _note(action: str, kind: str, found: Asked, seen: Foresight | None, view: View) -> Content:
    """What is said of the data; of modes when none is chosen, for that too asks for something."""
    if action == "attach":
        said = "" if found.args.get("modes") else "no modes chosen: the usual four, or as before"
        return Content.styled(said, MUTED)
    return data_note(kind, found.data, seen, view.connection.params.format)


def _frames(seen: Foresight, view: View, room: tuple[int, int]) -> Content:
    """Each frame, and how large they are."""
    if not seen.frames:
        return _NOTHING
    width, rows = room
    each = rows if len(seen.frames) == 1 else 2
    drawn = [look(seen.shown(frame), width, each) for frame in seen.frames]
    limit = view.connection.details.max_message_size
    return Content("\n").join([*drawn, size_note(seen, limit)])


def _raw(found: Asked, view: View, room: tuple[int, int]) -> Outlook:
    """A frame made by hand: the engine takes no part, and says only whether there is a socket."""
    raw = found.raw
    assert raw is not None  # it is what was asked for
    note = raw_note(raw)
    fmt = view.connection.params.format
    if raw.payload and raw.opcode is not fmt.opcode:
        note = note.append(Content.styled(f"  the connection's format is {fmt.value}", HEALS))
    reason = ACTION["send"].reason_not_now(view.connection)
    why = reason.text if reason is not None else found.problem
    drawn = _NOTHING
    if raw.payload and raw.opcode is Opcode.BINARY:
        drawn = hex_look(raw.payload, *room)
        if raw.message is not None:
            drawn = Content("\n").join([look(raw.message, *room), drawn])
    seen = foresee(view.connection, "send", found.args, view.now, b"")
    said = (
        (missing(why) if found.missing and reason is None else Content.styled(f"✕ {why}", WRONG))
        if why
        else then(
            "send",
            found.args,
            seen,
            connection=view.connection,
            right=right_of("send", view.connection, ""),
            times=Times(),
        )
    )
    return Outlook(args=found.args, why_not=why, note=note, frame=drawn, then=said)
