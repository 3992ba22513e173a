"""Whether this client may do a thing on a channel, as far as it can know before it asks.

An attached channel says which modes were granted (RTL4m); a token may say what it is good for
(TD5, RSA8g). A key says nothing of itself.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ablytui.protocol.coerce import mapping, text
from ablytui.protocol.connection import Connection
from ablytui.protocol.message import Flag
from ablytui.protocol.resources import allows
from ablytui.protocol.states import ChannelState


@dataclass(frozen=True, slots=True)
class Right:
    """`allowed` is None where nobody said; `words` are empty then. `code` is the refusal due."""

    allowed: bool | None = None
    words: str = ""
    code: int = 0


_NEEDS: Final[Mapping[str, tuple[Flag, str]]] = {
    "publish": (Flag.PUBLISH, "publish"),
    "presence": (Flag.PRESENCE, "presence"),
    "attach": (Flag.SUBSCRIBE, "subscribe"),
}
"""By action: the mode of an attached channel, and the operation of a capability."""

NOT_CAPABLE: Final = 40160
NOT_IN_MODES: Final = 40165
_CLAIM: Final = "x-ably-capability"


def right_of(action: str, connection: Connection, name: str) -> Right:
    """The right that an action needs on a channel."""
    need = _NEEDS.get(action)
    if need is None or not name:
        return Right()
    mode, operation = need
    channel = connection.channels.get(name)
    if channel is not None and channel.state is ChannelState.ATTACHED and channel.modes:
        if channel.modes & mode:
            return Right(allowed=True, words=f"{operation} allowed")
        if channel.asked_modes and not channel.asked_modes & mode:
            return Right(False, f"{operation} not among the modes asked for", NOT_IN_MODES)
        return Right(False, f"{operation} not allowed by the capability", NOT_CAPABLE)
    said = allows(_capability(connection), operation, name)
    if said is None:
        return Right()
    if said:
        return Right(allowed=True, words=f"{operation} allowed by the token")
    return Right(False, f"{operation} not allowed by the token", NOT_CAPABLE)


def _capability(connection: Connection) -> str | None:
    """Of the token in hand: what came with it, or what its claims say. Trusted by nobody."""
    token = connection.token
    if token is None:
        return None
    return token.capability or _claimed(token.token)


def _claimed(token: str) -> str | None:
    parts = token.split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError, binascii.Error):
        return None
    said = mapping(claims).get(_CLAIM)
    return json.dumps(said) if isinstance(said, Mapping) else text(said)
