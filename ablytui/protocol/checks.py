"""What a person may type for a parameter, and what it then means.

A check turns text into the value, or raises ValueError with the end of a sentence that says what
is wrong with it; the caller says where it stands.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlsplit

Check = Callable[[str], Any]
"""Turns what was typed into the value; raises ValueError with a sentence saying what is wrong."""

_KEY: Final = re.compile(r"[^.:\s]+\.[^:\s]+:\S+")


def check_key(value: str) -> str:
    """An API key, `APPID.KEYID:SECRET` (RSC1a); else a sentence that names 40005."""
    if _KEY.fullmatch(value):
        return value
    if value != value.strip() or any(c.isspace() for c in value):
        hint = "it has white space in it"
    elif ":" not in value:
        hint = "the `:SECRET` part is missing"
    elif "." not in value.partition(":")[0]:
        hint = "the name before `:` has no `.`"
    else:
        hint = "a part of it is empty"
    raise ValueError(f"40005: a key looks like appId.keyId:secret, and {hint}")


def optional(value: str) -> str | None:
    """Any text; none for nothing."""
    return value or None


def endpoint(value: str) -> str:
    """A host name, an IP address, a routing name or `nonprod:NAME` (REC1b)."""
    if any(c.isspace() or not c.isprintable() for c in value):
        raise ValueError("a host name has no white space or control character in it")
    if any(c in "/?#@[]" for c in value):
        raise ValueError(f"it is a host name or a routing name, not {value!r}")
    name = value.removeprefix("nonprod:")
    if name.count(":") == 1:
        raise ValueError(
            f"the port has a place of its own, so {name.partition(':')[0]!r} is enough"
        )
    return value


def client_id(value: str) -> str | None:
    """A client id, which is not the wildcard (RSA7c)."""
    if value == "*":
        raise ValueError("40012: a client id may not be `*`; leave it out to be anonymous")
    return value or None


def choice(choices: tuple[str, ...], make: Callable[[str], Any]) -> Check:
    """A check for one of `choices`, which `make` turns into the value."""

    def check(value: str) -> Any:
        if value not in choices:
            raise ValueError(f"it is one of {', '.join(choices)}, not {value!r}")
        return make(value)

    return check


def switch(value: str) -> bool:
    """`true` or `false`."""
    if value not in {"true", "false"}:
        raise ValueError(f"it is true or false, not {value!r}")
    return value == "true"


def number(low: int, high: int) -> Check:
    """A check for a whole number from `low` to `high`."""

    def check(value: str) -> int:
        # Cut first: Python refuses to read more than 4300 digits, and no limit has twelve.
        if not (value.isascii() and value.isdigit() and low <= int(value[:12]) <= high):
            raise ValueError(f"it is a whole number from {low} to {high}, not {value!r}")
        return int(value)

    return check


def port(value: str) -> int | None:
    """A TCP port; none for nothing."""
    return number(1, 65535)(value) if value else None


def key(value: str) -> str | None:
    """An API key; none for nothing."""
    return check_key(value) if value else None


def token(value: str) -> str | None:
    """A token, a JWT, or TokenDetails as JSON; none for nothing."""
    if not value:
        return None
    if value.lstrip().startswith("{"):
        if not token_texts(value):
            raise ValueError("40005: the JSON is no TokenDetails: it has no `token` in it")
        return value.strip()
    if any(not "!" <= char <= "~" for char in value):
        raise ValueError("40005: a token has no white space and only ASCII characters in it")
    if _KEY.fullmatch(value):
        raise ValueError("40005: this is a key, not a token; give it as the key")
    if len(value) > 128 * 1024:
        raise ValueError("40005: a token has at most 128 KiB")
    return value


def token_texts(value: str) -> tuple[str, ...]:
    """The token inside TokenDetails as JSON; nothing where there is none."""
    try:
        body = json.loads(value)
    except (ValueError, RecursionError):
        return ()
    found = body.get("token") if isinstance(body, dict) else None
    return (found,) if isinstance(found, str) and found else ()


def auth_url(value: str) -> str | None:
    """A URL to be asked for tokens; none for nothing."""
    if not value:
        return None
    try:
        parts = urlsplit(value)
        readable = parts.scheme in {"http", "https"} and bool(parts.hostname)
        readable = readable and parts.port != 0
    except ValueError:
        readable = False
    if not readable or any(char.isspace() or not char.isprintable() for char in value):
        raise ValueError(f"it is http://HOST/… or https://HOST/…, not {value!r}")
    return value


def command(value: str) -> str | None:
    """A program with its arguments, quoted as in a shell; none for nothing."""
    if not value.strip():
        return None
    if not _words(value)[0]:
        raise ValueError("the name of the program is empty")
    return value


def _words(value: str) -> list[str]:
    import shlex

    try:
        return shlex.split(value)
    except ValueError:
        raise ValueError("a quote in it is not closed, or it ends in a backslash") from None


def pair(value: str) -> tuple[str, str]:
    """`NAME=VALUE`."""
    name, sign, rest = value.partition("=")
    if not name or not sign:
        raise ValueError(f"it is NAME=VALUE, not {value!r}")
    return name, rest


def pairs(value: str) -> tuple[tuple[str, str], ...]:
    """Several `NAME=VALUE` with white space between them; one that holds some is quoted."""
    return tuple(pair(part) for part in _words(value))


def joined(value: tuple[tuple[str, str], ...]) -> str:
    """Pairs as `pairs` reads them."""
    import shlex

    texts = (f"{name}={rest}" for name, rest in value)
    return " ".join(shlex.quote(part) if _TO_QUOTE.search(part) else part for part in texts)


_TO_QUOTE: Final = re.compile(r"[\s'\"\\]")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def header(value: str) -> tuple[str, str]:
    """`NAME=VALUE` of an HTTP header (RFC 9110 §5.1, §5.5)."""
    name, rest = pair(value)
    if not _HEADER_NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of an HTTP header")
    if any(not char.isprintable() for char in rest):
        raise ValueError(f"the value of {name} has a control character in it")
    return name, rest


def headers(value: str) -> tuple[tuple[str, str], ...]:
    """Several headers, as `pairs`."""
    return tuple(header(part) for part in _words(value))


def host(value: str) -> tuple[str, int | None]:
    """`HOST` or `HOST:PORT`; without a port it is the primary's."""
    name, sign, digits = value.rpartition(":")
    if not sign or "]" in digits or ("::" in value and not value.startswith("[")):
        name, digits = value, ""
    name = name.removeprefix("[").removesuffix("]")
    if not name or any(c in name for c in "/?#@ ") or (sign and digits and not _is_port(digits)):
        raise ValueError(f"it is HOST or HOST:PORT, not {value!r}")
    return name, int(digits) if digits else None


def host_text(name: str, port: int | None) -> str:
    """A host as `host` reads it."""
    shown = f"[{name}]" if ":" in name and port is not None else name
    return shown if port is None else f"{shown}:{port}"


def _is_port(digits: str) -> bool:
    return digits.isascii() and digits.isdigit() and 1 <= int(digits[:6]) <= 65535


NO_HOSTS: Final = "none"
"""What is typed for a list without a host; nothing typed leaves the default."""


def hosts(value: str) -> tuple[tuple[str, int | None], ...] | None:
    """Several hosts with white space between them; none for the default's."""
    if not value.strip():
        return None
    return () if value == NO_HOSTS else tuple(host(part) for part in value.split())


def web_address(value: str) -> str:
    """An http or https URL; nothing for the default's."""
    if value and not re.fullmatch(r"https?://[^\s/?#]+\S*", value):
        raise ValueError(f"it is http://… or https://…, not {value!r}")
    return value


_CIPHER: Final = re.compile(
    r"\s*(?P<channel>\S(?:.*?\S)??)=(?P<key>[A-Za-z0-9+/_-]+={0,2})(?=\s|$)", re.DOTALL
)


def cipher(value: str) -> tuple[str, str]:
    """`CHANNEL=BASE64KEY`: a key of 128 or 256 bits, base64 or base64url (RSL5a, RSE1)."""
    match = _CIPHER.fullmatch(value)
    if match is None:
        raise ValueError("it is CHANNEL=BASE64KEY")
    channel, text = match["channel"], match["key"]
    bits = _bits(text)
    if bits not in {128, 256}:
        found = "no base64" if bits is None else f"{bits} bits"
        raise ValueError(
            f"the key of channel {channel!r} has 128 or 256 bits in base64, and this is {found}"
        )
    return channel, text


def _bits(text: str) -> int | None:
    try:
        return len(cipher_key(text)) * 8
    except ValueError:
        return None


def cipher_key(text: str) -> bytes:
    """The bytes of a key. Raises ValueError for what is no base64."""
    digits = text.rstrip("=").replace("-", "+").replace("_", "/")
    return base64.b64decode(digits + "=" * (-len(digits) % 4), validate=True)


def ciphers(value: str) -> tuple[tuple[str, str], ...]:
    """Several `CHANNEL=BASE64KEY` with white space between them."""
    if "'" in value or '"' in value:
        return tuple(cipher(part) for part in _words(value))
    found: list[tuple[str, str]] = []
    at = 0
    while value[at:].strip():
        # A channel's name may have white space in it, so the keys are what is looked for.
        match = _CIPHER.match(value, at)
        if match is None:
            raise ValueError("it is CHANNEL=BASE64KEY")
        found.append(cipher(match.group()))
        at = match.end()
    return tuple(found)


def serial(value: str) -> int | None:
    """A connection serial: -1 says that nothing was received; none for nothing."""
    if not value:
        return None
    digits = value.removeprefix("-")
    wrong = not (digits.isascii() and digits.isdigit() and len(digits) < 19)
    if wrong or int(value) < -1:
        raise ValueError(f"it is a whole number, -1 or more, not {value!r}")
    return int(value)
