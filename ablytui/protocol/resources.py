"""Resources of a capability, and the channels that they cover (TK2b). PURE.

A resource is a channel name of which whole segments, parted by `:`, may be `*`; a last `*` stands
for one segment or more. `[meta]`, `[queue]` or `[*]` in front of it name another kind of thing
than channels, or every kind.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Final

_KIND: Final = re.compile(r"(\[[^\]]*\])?(.*)", re.DOTALL)


def split(resource: str) -> tuple[str, list[str]]:
    """The kind in brackets, empty for channels, and the segments of the name."""
    match = _KIND.fullmatch(resource)
    assert match is not None  # it matches everything
    return match[1] or "", match[2].split(":")


@lru_cache(1_024)
def covers(resource: str, channel: str) -> bool:
    """Whether what is allowed on a resource is allowed on a channel. Asked for each message."""
    kind, pattern = split(resource)
    if kind not in {"", "[*]"}:
        return False
    name = channel.split(":")
    open_end = pattern[-1] == "*"
    if len(name) < len(pattern) or (len(name) > len(pattern) and not open_end):
        return False
    return all(asked in {"*", given} for asked, given in zip(pattern, name, strict=False))


def allows(capability: str | None, operation: str, channel: str) -> bool | None:
    """What a token's capability, as JSON text (TD5), says of an operation on a channel.

    None where it says nothing: there is no capability, or it cannot be read.
    """
    try:
        rights = json.loads(capability or "")
    except (ValueError, RecursionError):
        return None
    if not isinstance(rights, dict) or not rights:
        return None
    return any(
        covers(resource, channel)
        for resource, operations in rights.items()
        if isinstance(operations, list) and ("*" in operations or operation in operations)
    )
