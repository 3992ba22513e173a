"""ErrorInfo (TI): the reason of every change of state, and of every refusal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ablytui.protocol.coerce import integer, mapping, plain, text


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """One Ably error.

    `code` is Ably's (80003), `status_code` is HTTP's (400); either may be 0 when a peer left it
    out. `cause` is client-made (RSA4c1).
    """

    code: int
    status_code: int
    message: str
    cause: ErrorInfo | None = None
    href: str | None = None
    request_id: str | None = None
    server_id: str | None = None
    detail: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.code} {self.message}" if self.code else self.message

    @property
    def is_token_error(self) -> bool:
        """A token error is known by its code alone, 40140 to 40149 (RTN15h, RSA4)."""
        return 40140 <= self.code < 40150

    def to_wire(self) -> dict[str, Any]:
        """The object as Ably writes it, without the members that have no value."""
        wire: dict[str, Any] = {
            "code": self.code,
            "statusCode": self.status_code,
            "message": self.message,
        }
        if self.href:
            wire["href"] = self.href
        if self.request_id:
            wire["requestId"] = self.request_id
        if self.server_id:
            wire["serverId"] = self.server_id
        if self.detail:
            wire["detail"] = dict(self.detail)
        if self.cause is not None:
            wire["cause"] = self.cause.to_wire()
        return wire


def error_from_wire(value: object, *, depth: int = 0) -> ErrorInfo | None:
    """Read an ErrorInfo from whatever a peer put in its place; None if it is absent.

    Wrong types never raise: a string becomes the message, a missing code becomes 0. The oldest
    description of the protocol calls the text `reason`.
    """
    if value is None:
        return None
    if not isinstance(value, Mapping):
        return ErrorInfo(0, 0, plain(str(value)))
    cause = value.get("cause")
    return ErrorInfo(
        code=integer(value.get("code")) or 0,
        status_code=integer(value.get("statusCode")) or 0,
        message=text(value.get("message")) or text(value.get("reason")) or "no message given",
        cause=error_from_wire(cause, depth=depth + 1) if depth < 4 else None,
        href=text(value.get("href")),
        request_id=text(value.get("requestId")),
        server_id=text(value.get("serverId")),
        detail=tuple(
            (plain(str(k)), plain(str(v))) for k, v in mapping(value.get("detail")).items()
        ),
    )
