"""What a client asked for in its URI, and how data is written in the format it asked for. PURE.

Every spelling of a query parameter that an SDK ever used is read here, and the dialect is told
from them. Inside the service, binary `data` is `bytes`; only here does it become base64.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from ablytui.protocol.codec import Format
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import DialectName
from ablytui.protocol.uri import Mode
from ablytui.service import problems
from ablytui.service.problems import problem

_CLASSIC_ONLY: Final = ("protocol", "client_id", "connection_serial", "connectionSerial")
_SERIALS: Final = ("connection_serial", "connectionSerial", "timeSerial")
_VERSION: Final = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")
_NUMBER: Final = re.compile(r"[0-9]{1,9}")
MAX_FIELDS: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """The handshake as the service reads it. `problem` is set where it cannot be served.

    `heartbeats` None: the client said nothing, so it may be one that does not count pings
    (RTN23b). `serial` is classic's `connection_serial` as written. Times in ms.
    """

    dialect: DialectName = DialectName.CURRENT
    format: Format = Format.JSON
    key: str | None = None
    token: str | None = None
    client_id: str | None = None
    echo: bool = True
    heartbeats: bool | None = None
    mode: Mode = "clean"
    continue_key: str = ""
    serial: str | None = None
    remain_present_for: int | None = None
    agent: str = ""
    query: tuple[tuple[str, str], ...] = ()
    problem: ErrorInfo | None = None


def sound(text: str) -> bool:
    """Whether a string can be written at all; half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _whole(text: str) -> str:
    """Text of a request head: bytes beyond ASCII arrive as surrogates, and are read as UTF-8."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def read_query(target: str) -> dict[str, str] | None:
    """The query of a request target; of a parameter given twice the first. None if too many."""
    try:
        pairs = parse_qsl(
            urlsplit(_whole(target)).query,
            keep_blank_values=True,
            errors="replace",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        return None
    query: dict[str, str] = {}
    for name, value in pairs:
        query.setdefault(name, value)
    return query


def read_handshake(target: str, headers: Mapping[str, str]) -> Asked:
    """Read a WebSocket request. `headers` has lower-case names. Never raises."""
    query = read_query(target)
    if query is None:
        text = f"more than {MAX_FIELDS} query parameters"
        return Asked(problem=problem(problems.BAD_REQUEST, text))
    fmt, bad_format = _format(query)
    dialect, bad_version = _dialect(query)
    key, token = credentials(query, headers)
    mode, continue_key = _mode(query)
    heartbeats = query.get("heartbeats")
    remain = query.get("remainPresentFor", "")
    return Asked(
        dialect=dialect,
        format=fmt,
        key=key,
        token=token,
        client_id=_first(query, "clientId", "client_id"),
        echo=(_first(query, "echo", "echoMessages") or "true") != "false",
        heartbeats=None if heartbeats is None else heartbeats == "true",
        mode=mode,
        continue_key=continue_key,
        serial=_first(query, *_SERIALS),
        remain_present_for=int(remain) if _NUMBER.fullmatch(remain) else None,
        agent=_first(query, "agent", "lib") or headers.get("ably-agent", ""),
        query=tuple(query.items()),
        problem=bad_version or bad_format,
    )


def _first(query: Mapping[str, str], *names: str) -> str | None:
    return next((query[name] for name in names if query.get(name)), None)


def _dialect(query: Mapping[str, str]) -> tuple[DialectName, ErrorInfo | None]:
    version = query.get("v", "")
    classic = "." in version or not version
    classic = classic or any(name in query for name in (*_CLASSIC_ONLY, "timeSerial"))
    dialect = DialectName.CLASSIC if classic else DialectName.CURRENT
    if version and not _VERSION.fullmatch(version):
        return dialect, problem(
            problems.BAD_VERSION, f"v is a protocol version such as 1.2 or 6, not {version[:40]!r}"
        )
    if dialect is DialectName.CURRENT and int(version) < 2:
        return dialect, problem(problems.BAD_VERSION, f"protocol version {version} is not served")
    return dialect, None


def _format(query: Mapping[str, str]) -> tuple[Format, ErrorInfo | None]:
    for name in ("format", "protocol"):
        value = query.get(name, "")
        if value in {Format.JSON, Format.MSGPACK}:
            return Format(value), None
        if value:
            text = f"{name} is json or msgpack, not {value[:40]!r}"
            return Format.JSON, problem(problems.BAD_VALUE, text)
    return (Format.MSGPACK if query.get("binary") == "true" else Format.JSON), None


def _mode(query: Mapping[str, str]) -> tuple[Mode, str]:
    if query.get("resume"):
        return "resume", query["resume"]
    if query.get("recover"):
        return "recover", query["recover"]
    return "clean", ""


def credentials(
    query: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[str | None, str | None]:
    """Key and token, from the query or from an `Authorization` header (RSC1a, RTN2e)."""
    key = _first(query, "key")
    token = _first(query, "accessToken", "access_token")
    scheme, _, value = _whole(headers.get("authorization", "")).partition(" ")
    if key or token:
        return key, token
    if scheme.lower() == "basic":
        return from_base64(value), None
    if scheme.lower() == "bearer":
        return None, from_base64(value)
    return None, None


def from_base64(value: str) -> str:
    """The text in base64, or the value itself if it is none."""
    try:
        return base64.b64decode(value.strip(), validate=True).decode("utf-8")
    except (ValueError, UnicodeDecodeError):
        return _whole(value.strip())


# --- data ---------------------------------------------------------------------------------------


def take_in(item: dict[str, Any], fmt: Format) -> dict[str, Any]:
    """An item as the service keeps it: a last step `base64` of a JSON publisher undone (RSL4c1).

    What does not decode stays as it is: the rest of the chain is the subscriber's business.
    """
    data, encoding = item.get("data"), item.get("encoding")
    if fmt is not Format.JSON or not isinstance(data, str) or not isinstance(encoding, str):
        return item
    rest, slash, last = encoding.rpartition("/")
    if last != "base64":
        return item
    try:
        compact = "".join(data.split()).rstrip("=")
        raw = base64.b64decode(compact + "=" * (-len(compact) % 4), validate=True)
    except (binascii.Error, ValueError):
        return item
    changed = {**item, "data": raw}
    if slash:
        changed["encoding"] = rest
    else:
        del changed["encoding"]
    return changed


def give_out(item: Mapping[str, Any], fmt: Format) -> Mapping[str, Any]:
    """An item as a subscriber of this format reads it; the item itself if nothing changes."""
    data = item.get("data")
    if fmt is Format.MSGPACK or not isinstance(data, bytes):
        return item
    encoding = item.get("encoding")
    chain = f"{encoding}/base64" if encoding else "base64"
    return {**item, "data": base64.b64encode(data).decode(), "encoding": chain}


def give_out_all(items: Iterable[Mapping[str, Any]], fmt: Format) -> list[Mapping[str, Any]]:
    """`give_out` for each."""
    return [give_out(item, fmt) for item in items]
