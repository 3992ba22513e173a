"""Between the machine and an application: what is delivered is decoded, what is sent is encrypted.

Knows no socket and no state of a channel; the keys are those of the parameters in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any, Final

from ablytui.decoders.cipher import IV_BYTES
from ablytui.decoders.payloads import Payloads, Undelivered
from ablytui.protocol import effects as fx
from ablytui.protocol.credentials import cipher_keys
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.events import FrameArrived, PresenceRequested, PublishRequested, Wish
from ablytui.protocol.news import Delivered
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.visible import elide
from ablytui.worker.recorder import Recorder

_MOST_TOLD: Final = 100
"""Of what is told once each, so that hostile names of channels and steps fill no memory."""

_LONGEST: Final = 200
"""Cells of a name in a line for the person."""


class Deliveries:
    """Tells of what reaches the application. `random` makes the IVs, so it has to be a good one."""

    def __init__(self, params: ConnectParams, recorder: Recorder, random: Random) -> None:
        self._recorder = recorder
        self._random = random
        self._params = params
        self._payloads = Payloads(cipher_keys(params))
        self._stopped: set[tuple[str, str]] = set()

    def use(self, params: ConnectParams) -> None:
        """These parameters are in force, perhaps others than before."""
        if params is self._params:
            return
        self._params = params
        self._payloads.keys = cipher_keys(params)
        self._stopped.clear()

    # --- what comes in --------------------------------------------------------------------------

    def messages(self, at: int, channel: str, event: FrameArrived) -> ErrorInfo | None:
        """Tell of a frame's messages, or say why none of them can be delivered (RTL18)."""
        try:
            found = self._payloads.messages(channel, event.message)
        except Undelivered as not_now:
            return not_now.error
        if found:
            self._say_where_it_stopped(at, channel, found)
            self._recorder.tell(Delivered(at, "message", channel, found))
        return None

    def presence(self, at: int, effect: fx.DeliverPresence) -> None:
        """Tell of presence items that count."""
        if self._recorder.listened:
            found = self._payloads.presence(effect.channel, effect.items)
            self._say_where_it_stopped(at, effect.channel, found)
            self._recorder.tell(Delivered(at, "presence", effect.channel, found))

    def _say_where_it_stopped(
        self, at: int, channel: str, found: tuple[dict[str, Any], ...]
    ) -> None:
        """RSL6b: a chain that is not undone to its end is delivered so, and told of.

        Once for each channel and what is left of the chain: the next will stop there too.
        """
        for item in found:
            if "problem" not in item:
                continue
            left = (elide(channel, _LONGEST), elide(item["encoding"], _LONGEST))
            if left in self._stopped or len(self._stopped) >= _MOST_TOLD:
                continue
            self._stopped.add(left)
            text = (
                f"What comes on channel {left[0]!r} is not decoded to its end, "
                f"{left[1]!r} is left: {elide(item['problem'], _LONGEST)}"
            )
            self._recorder.notice(at, fx.Notice("warning", text))

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
