"""What an action will do before it is done: the machine itself is asked, on the model as it is.

Pure. `step` changes nothing but what it returns, so what it would send is what will be sent: the
serials, the order, what waits and what is refused. Only the IV of an encrypted message is drawn
anew when it is published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ablytui.decoders.payloads import Payloads, for_format
from ablytui.protocol import effects as fx
from ablytui.protocol import events as ev
from ablytui.protocol.actions import ACTION
from ablytui.protocol.codec import encode
from ablytui.protocol.connection import Connection
from ablytui.protocol.credentials import cipher_keys
from ablytui.protocol.format import Format
from ablytui.protocol.machine.publishing import size_of
from ablytui.protocol.machine.step import step
from ablytui.protocol.outgoing import BadArgument

_REF: Final = -1
"""Nobody's wish has this number."""


@dataclass(frozen=True, slots=True)
class Foresight:
    """`sent` are the ProtocolMessages that go out at once, `kept` what waits to be sent.

    `refusal` is why nothing happens. `done`: it is answered at once. `counts` are the bytes that
    `maxMessageSize` is about (TM6), None where nothing is published.
    """

    sent: tuple[Mapping[str, Any], ...] = ()
    kept: Mapping[str, Any] | None = None
    before: int = 0
    """How many wait to be sent before it."""
    refusal: str = ""
    done: bool = False
    counts: int | None = None
    format: Format = Format.JSON

    @property
    def frames(self) -> tuple[Mapping[str, Any], ...]:
        """All of them, in the order in which they go out."""
        return (*self.sent, *((self.kept,) if self.kept is not None else ()))

    @property
    def serial(self) -> int | None:
        """The msgSerial under which the last of them goes out now, if one does."""
        serial = self.sent[-1].get("msgSerial") if self.sent else None
        return serial if isinstance(serial, int) else None

    def payload(self, frame: Mapping[str, Any]) -> bytes:
        """A frame's bytes on the wire."""
        return encode(for_format(dict(frame), self.format), self.format)

    def shown(self, frame: Mapping[str, Any]) -> dict[str, Any]:
        """A frame as its format carries it, bytes in JSON being base64."""
        return for_format(dict(frame), self.format)


def foresee(
    connection: Connection, action_id: str, args: Mapping[str, Any], now: float, iv: bytes
) -> Foresight:
    """What would happen at `now`, in ms on the mono clock. `iv` is 16 bytes, for the looks."""
    action = ACTION[action_id]
    fmt = connection.params.format
    reason = action.reason_not_now(connection)
    if reason is not None and not action.asks_only(args):
        return Foresight(refusal=reason.text, format=fmt)
    try:
        event = _sealed(action.to_event(args, _REF, connection), connection, iv)
    except BadArgument as bad:
        return Foresight(refusal=str(bad), format=fmt)
    counts = size_of(event.messages) if isinstance(event, ev.PublishRequested) else None
    after, effects = step(connection, event, ev.Moment(now, now, 0.5))
    reply = next((e for e in effects if isinstance(e, fx.Reply) and e.ref == _REF), None)
    if reply is not None and reply.error is not None:
        return Foresight(refusal=str(reply.error), counts=counts, format=fmt)
    kept = next((p.message for p in after.queued if p.ref == _REF), None)
    return Foresight(
        sent=tuple(e.message for e in effects if isinstance(e, fx.Send)),
        kept=kept,
        before=len(after.queued) - 1 if kept is not None else 0,
        done=reply is not None,
        counts=counts,
        format=fmt,
    )


def _sealed(wish: ev.Wish, connection: Connection, iv: bytes) -> ev.Wish:
    """RSL5, as it is done when the wish is sent."""
    keys = cipher_keys(connection.params)
    if isinstance(wish, ev.PublishRequested) and wish.channel in keys:
        payloads = Payloads(keys)
        items = tuple(payloads.sealed(wish.channel, item, iv) for item in wish.messages)
        return replace(wish, messages=items)
    if isinstance(wish, ev.PresenceRequested) and wish.channel in keys:
        return replace(wish, item=Payloads(keys).sealed(wish.channel, wish.item, iv))
    return wish
