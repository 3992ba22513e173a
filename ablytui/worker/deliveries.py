"""Between the machine and an application: what is delivered is decoded, what is sent is encrypted.

Knows no socket and no state of a channel; the keys are those of the parameters in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from ablytui.decoders.cipher import IV_BYTES
from ablytui.decoders.payloads import Payloads, Undelivered
from ablytui.protocol import effects as fx
from ablytui.protocol.credentials import cipher_keys
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import FrameArrived, PresenceRequested, PublishRequested, Wish
from ablytui.protocol.news import Delivered
from ablytui.protocol.params import ConnectParams
from ablytui.worker.recorder import Recorder


class Deliveries:
    """Tells of what reaches the application. `random` makes the IVs, so it has to be a good one."""

    def __init__(self, params: ConnectParams, recorder: Recorder, random: Random) -> None:
        self._recorder = recorder
        self._random = random
        self._payloads = Payloads(cipher_keys(params))

    def use(self, params: ConnectParams) -> None:
        """Other parameters are in force."""
        self._payloads.keys = cipher_keys(params)

    # --- what comes in --------------------------------------------------------------------------

    def messages(self, at: int, channel: str, event: FrameArrived) -> ErrorInfo | None:
        """Tell of a frame's messages, or say why none of them can be delivered (RTL18)."""
        try:
            found = self._payloads.messages(channel, event.message)
        except Undelivered as not_now:
            return not_now.error
        if found:
            self._recorder.tell(Delivered(at, "message", channel, found))
        return None

    def presence(self, at: int, effect: fx.DeliverPresence) -> None:
        """Tell of presence items that count."""
        if self._recorder.listened:
            found = self._payloads.presence(effect.channel, effect.items)
            self._recorder.tell(Delivered(at, "presence", effect.channel, found))

    def answer(self, reply: fx.Reply) -> fx.Reply:
        """The reply as it is given: members with their data decoded (RTP11)."""
        if not isinstance(reply.value, fx.Members):
            return reply
        found = self._payloads.presence(reply.value.channel, reply.value.items)
        return replace(reply, value=list(found))

    # --- what goes out --------------------------------------------------------------------------

    def sealed(self, wish: Wish) -> Wish:
        """A wish to publish with its data encrypted, on a channel that has a key (RSL5)."""
        if isinstance(wish, PublishRequested):
            messages = tuple(self._sealed(wish.channel, message) for message in wish.messages)
            return replace(wish, messages=messages)
        if isinstance(wish, PresenceRequested):
            return replace(wish, item=self._sealed(wish.channel, wish.item))
        return wish

    def _sealed(self, channel: str, item: Mapping[str, Any]) -> dict[str, Any]:
        if channel not in self._payloads.keys:
            return dict(item)
        return self._payloads.sealed(channel, item, self._random.randbytes(IV_BYTES))
