"""The two dialects as values: what differs between them is a field here, never an `if` elsewhere.

`CURRENT` is Ably's specification 6.1 with wire version 6; `CLASSIC` is the WebSocket transport
that preceded it, with one `connectionSerial` a connection and a table of close codes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from ablytui.protocol.closecodes import classic_outcome
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import ConnectParams, DialectName

_UNAUTHORIZED: Final = ErrorInfo(40100, 401, "Unauthorized")
_TLS_FAILED: Final = ErrorInfo(80000, 400, "The TLS handshake failed (1015)")


def _recoverable(_code: int) -> ErrorInfo | None:
    return None


@dataclass(frozen=True, slots=True)
class Dialect:
    """The rules that a connection asks its dialect for."""

    name: DialectName
    resumes_after_ttl: bool
    """RTN14h: resume for as long as a key is held; else go clean once the TTL has passed."""
    keeps_identity_when_suspended: bool
    """RTN8d and RTN9d, else RTN8c and RTN9c of version 1.2."""
    channels_survive_resume: bool
    """After a good resume the channels are still attached, and nothing is sent (v1.2)."""
    sends_channel_serial: bool
    """RTL4c1."""
    counts_connection_serial: bool
    """The serial of the whole connection is kept and filters duplicates (RTN10, v1.2)."""
    answers_pings_without_id: bool
    """A HEARTBEAT without an id may be the answer to a ping (0.8), else never (RTN13e)."""
    refusal: ErrorInfo | None
    """A refused handshake ends in `failed` with this; None: it is one more failed attempt."""
    tls_failure: ErrorInfo | None
    close_outcome: Callable[[int], ErrorInfo | None]
    """For a close code the reason of `failed`; None: the connection was lost and is retried."""


CURRENT: Final = Dialect(
    name=DialectName.CURRENT,
    resumes_after_ttl=True,
    keeps_identity_when_suspended=True,
    channels_survive_resume=False,
    sends_channel_serial=True,
    counts_connection_serial=False,
    answers_pings_without_id=False,
    refusal=None,
    tls_failure=None,
    close_outcome=_recoverable,
)

CLASSIC: Final = Dialect(
    name=DialectName.CLASSIC,
    resumes_after_ttl=False,
    keeps_identity_when_suspended=False,
    channels_survive_resume=True,
    sends_channel_serial=False,
    counts_connection_serial=True,
    answers_pings_without_id=True,
    refusal=_UNAUTHORIZED,
    tls_failure=_TLS_FAILED,
    close_outcome=classic_outcome,
)

_DIALECTS: Final[Mapping[DialectName, Dialect]] = {d.name: d for d in (CURRENT, CLASSIC)}


def dialect_of(params: ConnectParams) -> Dialect:
    """The rules in force for these parameters."""
    return _DIALECTS[params.dialect]


def resumes_after_ttl(params: ConnectParams) -> bool:
    """RTN14h, unless the person asked for the rule before it."""
    return dialect_of(params).resumes_after_ttl and not params.strict_ttl
