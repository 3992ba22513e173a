"""What a key or token may do on which channels: reading, matching, intersecting (TK2b). PURE.

A capability maps resources to operations; what a resource is, `protocol.resources` says.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import Flag
from ablytui.protocol.resources import covers, split
from ablytui.service import problems
from ablytui.service.problems import problem
from ablytui.service.wireform import sound

OPERATIONS: Final = frozenset(
    {
        "subscribe",
        "publish",
        "presence",
        "history",
        "stats",
        "channel-metadata",
        "object-subscribe",
        "object-publish",
        "annotation-subscribe",
        "annotation-publish",
        "message-update-own",
        "message-update-any",
        "message-delete-own",
        "message-delete-any",
        "push-subscribe",
        "push-admin",
        "privileged-headers",
    }
)
_ANY: Final = frozenset({"*"})

MODE_NEEDS: Final[Mapping[Flag, str]] = {
    Flag.SUBSCRIBE: "subscribe",
    Flag.PRESENCE_SUBSCRIBE: "subscribe",
    Flag.PUBLISH: "publish",
    Flag.PRESENCE: "presence",
    Flag.ANNOTATION_SUBSCRIBE: "annotation-subscribe",
    Flag.ANNOTATION_PUBLISH: "annotation-publish",
    Flag.OBJECT_SUBSCRIBE: "object-subscribe",
    Flag.OBJECT_PUBLISH: "object-publish",
}
"""The operation that each channel mode needs (TB2d)."""

MOST_RESOURCES: Final = 200
MOST_TEXT: Final = 65_536
"""Characters of a capability as JSON."""


@dataclass(frozen=True, slots=True)
class Capability:
    """Resources and the operations allowed on each; sorted, so that equal ones are equal."""

    rights: tuple[tuple[str, frozenset[str]], ...]

    def operations(self, channel: str) -> frozenset[str]:
        """Everything that is allowed on a channel; `*` in it stands for all."""
        found: frozenset[str] = frozenset()
        for resource, operations in self.rights:
            if covers(resource, channel):
                found |= operations
        return found

    def allows(self, operation: str, channel: str) -> bool:
        """Whether one operation is allowed on a channel."""
        return not self.operations(channel).isdisjoint({operation, "*"})

    def modes(self, channel: str) -> Flag:
        """The channel modes that are possible (RTL4m)."""
        operations = self.operations(channel)
        modes = Flag(0)
        for mode, operation in MODE_NEEDS.items():
            if "*" in operations or operation in operations:
                modes |= mode
        return modes

    def within(self, other: Capability) -> Capability:
        """What both allow (RSA6). A wildcard meets a name in the name."""
        found: dict[str, frozenset[str]] = {}
        for mine, my_operations in self.rights:
            for theirs, their_operations in other.rights:
                resource = _meet(mine, theirs)
                operations = _common(my_operations, their_operations)
                if resource is not None and operations:
                    found[resource] = found.get(resource, frozenset()) | operations
        return _sorted({r: _ANY if "*" in ops else ops for r, ops in found.items()})

    def text(self) -> str:
        """The JSON of it, resources and operations sorted, as TokenDetails carry it (TD5)."""
        return json.dumps(
            {resource: sorted(operations) for resource, operations in self.rights},
            separators=(",", ":"),
            ensure_ascii=False,
        )

    def __bool__(self) -> bool:
        return bool(self.rights)


def _sorted(rights: Mapping[str, frozenset[str]]) -> Capability:
    return Capability(tuple(sorted(rights.items())))


EVERYTHING: Final = _sorted({"*": _ANY})
"""Every operation on every channel: what a key has unless told otherwise."""


def read_capability(value: object) -> Capability | ErrorInfo:
    """A capability from its JSON text, or from the object itself; 40000 if it is none."""
    if isinstance(value, str):
        if len(value) > MOST_TEXT:
            return _bad(f"it has more than {MOST_TEXT} characters")
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return _bad("it is not JSON")
    if not isinstance(value, Mapping) or not value:
        return _bad("it is an object of resources, each with a list of operations")
    if len(value) > MOST_RESOURCES:
        return _bad(f"it has more than {MOST_RESOURCES} resources")
    rights: dict[str, frozenset[str]] = {}
    for resource, operations in value.items():
        error = _bad_right(resource, operations)
        if error is not None:
            return error
        rights[resource] = frozenset(operations)
    return _sorted(rights)


def _bad_right(resource: object, operations: object) -> ErrorInfo | None:
    if not isinstance(resource, str) or not resource or not sound(resource) or "\n" in resource:
        return _bad("a resource is a channel name, perhaps with `*` in it")
    if not isinstance(operations, list) or not operations:
        return _bad(f"{resource[:60]!r} needs a list of operations with something in it")
    for operation in operations:
        if not isinstance(operation, str) or operation not in {"*", *OPERATIONS}:
            named = repr(operation[:40]) if isinstance(operation, str) else "what is no word"
            return _bad(f"{named} is no operation")
    if "*" in operations and len(operations) > 1:
        return _bad(f"{resource[:60]!r} has `*` and more, and `*` is all of them")
    return None


def _bad(why: str) -> ErrorInfo:
    return problem(problems.BAD_REQUEST, f"invalid capability: {why}")


# --- resources ----------------------------------------------------------------------------------


def _meet(one: str, other: str) -> str | None:
    """The resource that covers what both cover; None if there is none."""
    kind, mine = split(one)
    their_kind, theirs = split(other)
    if kind != their_kind:
        if "[*]" not in {kind, their_kind}:
            return None
        kind = their_kind if kind == "[*]" else kind
    if len(mine) > len(theirs):
        mine, theirs = theirs, mine
    if len(mine) < len(theirs):
        if mine[-1] != "*":
            return None
        mine = mine + ["*"] * (len(theirs) - len(mine))
    met: list[str] = []
    for a, b in zip(mine, theirs, strict=True):
        if a != b and "*" not in {a, b}:
            return None
        met.append(b if a == "*" else a)
    return kind + ":".join(met)


def _common(mine: frozenset[str], theirs: frozenset[str]) -> frozenset[str]:
    if "*" in mine:
        return theirs
    return mine if "*" in theirs else mine & theirs
