"""Every refusal of the service, as an Ably error with a sentence for people. PURE.

One table: a code is written here and nowhere else in the service.
"""

from __future__ import annotations

from typing import Final

from ablytui.protocol.coerce import plain
from ablytui.protocol.errorinfo import ErrorInfo

BAD_REQUEST: Final = 40000
BAD_VALUE: Final = 40003
BAD_KEY: Final = 40005
TOO_LARGE: Final = 40009
BAD_CHANNEL: Final = 40010
BAD_CLIENT_ID: Final = 40012
BAD_DATA: Final = 40013
BAD_VERSION: Final = 40017
NOT_ACCEPTED: Final = 40101
INCOMPATIBLE: Final = 40102
BAD_TIME: Final = 40104
NONCE_USED: Final = 40105
TOO_MANY_CONNECTIONS: Final = 40111
TOO_MANY_CHANNELS: Final = 40114
TOKEN_REVOKED: Final = 40141
TOKEN_EXPIRED: Final = 40142
UNKNOWN_TOKEN: Final = 40143
BAD_JWT: Final = 40144
NOT_ALLOWED: Final = 40160
NEEDS_CLIENT_ID: Final = 40161
KEY_NEEDED: Final = 40162
MODE_MISSING: Final = 40165
FORBIDDEN: Final = 40300
NOT_FOUND: Final = 40400
METHOD_NOT_ALLOWED: Final = 40500
TOO_OFTEN: Final = 42910
TOO_FAST: Final = 42911
MUCH_TOO_FAST: Final = 42921
DISCONNECTED: Final = 80003
BACKLOG_EXPIRED: Final = 80006
BACKLOG_FULL: Final = 80007
STATE_GONE: Final = 80008
OTHER_AUTH: Final = 80011
UNKNOWN_SERIAL: Final = 80012
UNKNOWN_KEY: Final = 80018
NO_CLIENT_ID: Final = 91000
TOO_MANY_MEMBERS: Final = 91003
NOT_MUTABLE: Final = 93002

_STATUS: Final = {
    TOO_LARGE: 413,
    NOT_ACCEPTED: 401,
    INCOMPATIBLE: 401,
    BAD_TIME: 401,
    NONCE_USED: 401,
    TOO_MANY_CONNECTIONS: 403,
    TOO_MANY_CHANNELS: 403,
    TOKEN_REVOKED: 401,
    TOKEN_EXPIRED: 401,
    UNKNOWN_TOKEN: 401,
    BAD_JWT: 401,
    NOT_ALLOWED: 401,
    NEEDS_CLIENT_ID: 401,
    KEY_NEEDED: 401,
    MODE_MISSING: 401,
    FORBIDDEN: 403,
    NOT_FOUND: 404,
    METHOD_NOT_ALLOWED: 405,
    TOO_OFTEN: 429,
    TOO_FAST: 429,
    MUCH_TOO_FAST: 429,
}


def problem(code: int, message: str, status: int | None = None) -> ErrorInfo:
    """The error of a code with its usual HTTP status; 400 where the table names no other."""
    return ErrorInfo(code, status or _STATUS.get(code, 400), plain(message))
