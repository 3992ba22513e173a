"""What the annotations of one message come to, by their types (TM8). PURE.

A type is `namespace:method.version`. Of one that names no method that is known here nothing is
summed up.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

MOST_NAMED: Final = 100
"""ClientIds in one list of a summary; a longer one is `clipped`, and its total is still right."""


@dataclass(frozen=True, slots=True)
class Said:
    """One annotation, as far as a summary is concerned. `removes`: it takes one back."""

    kind: str
    name: str = ""
    client_id: str | None = None
    count: int = 1
    removes: bool = False


class _Method(Protocol):
    def take(self, said: Said) -> bool:
        """Count an annotation; whether that changed something."""

    def wire(self) -> dict[str, Any]:
        """What a summary says of it."""


class _Total:
    """How many there are, whoever said them."""

    def __init__(self) -> None:
        self._total = 0

    def take(self, said: Said) -> bool:
        before = self._total
        self._total = max(0, before + (-1 if said.removes else 1))
        return self._total != before

    def wire(self) -> dict[str, Any]:
        return {"total": self._total}


class _Flag:
    """Who said it, each once."""

    def __init__(self) -> None:
        self.clients: dict[str, None] = {}

    def take(self, said: Said) -> bool:
        client = said.client_id or ""
        if said.removes != (client in self.clients):
            return False
        if said.removes:
            del self.clients[client]
        else:
            self.clients[client] = None
        return True

    def wire(self) -> dict[str, Any]:
        clients = list(self.clients)
        clipped = len(clients) > MOST_NAMED
        return {"total": len(clients), "clientIds": clients[:MOST_NAMED], "clipped": clipped}


class _Distinct:
    """Who said each name, each client once for each name."""

    def __init__(self) -> None:
        self._names: dict[str, _Flag] = {}

    def take(self, said: Said) -> bool:
        changed = self._names.setdefault(said.name, _Flag()).take(said)
        if not self._names[said.name].clients:
            del self._names[said.name]
        return changed

    def wire(self) -> dict[str, Any]:
        return {name: flag.wire() for name, flag in self._names.items()}

    def named_by(self, client: str | None) -> list[str]:
        """The names that a client said."""
        return [name for name, flag in self._names.items() if client in flag.clients]


class _Unique(_Distinct):
    """Who said each name, where a client has one name at a time: another one replaces it."""

    def take(self, said: Said) -> bool:
        if not said.removes:
            for name in self.named_by(said.client_id):
                if name != said.name:
                    super().take(replace(said, name=name, removes=True))
        return super().take(said)


class _Counts:
    """How often each client said one name."""

    def __init__(self) -> None:
        self._clients: dict[str, int] = {}
        self._nobody = 0

    def take(self, said: Said) -> bool:
        if said.removes:
            # Of those without a name nobody knows which one it was.
            return bool(said.client_id and self._clients.pop(said.client_id, 0))
        if said.client_id is None:
            self._nobody += said.count
        else:
            self._clients[said.client_id] = self._clients.get(said.client_id, 0) + said.count
        return said.count > 0

    @property
    def empty(self) -> bool:
        return not self._clients and not self._nobody

    def wire(self) -> dict[str, Any]:
        named = dict(list(self._clients.items())[:MOST_NAMED])
        return {
            "total": sum(self._clients.values()) + self._nobody,
            "clientIds": named,
            "totalUnidentified": self._nobody,
            "clipped": len(self._clients) > MOST_NAMED,
            "totalClientIds": len(self._clients),
        }


class _Multiple:
    """How often each client said each name."""

    def __init__(self) -> None:
        self._names: dict[str, _Counts] = {}

    def take(self, said: Said) -> bool:
        changed = self._names.setdefault(said.name, _Counts()).take(said)
        if self._names[said.name].empty:
            del self._names[said.name]
        return changed

    def wire(self) -> dict[str, Any]:
        return {name: counts.wire() for name, counts in self._names.items()}


_METHODS: Final[dict[str, type[_Method]]] = {
    "total.v1": _Total,
    "flag.v1": _Flag,
    "distinct.v1": _Distinct,
    "unique.v1": _Unique,
    "multiple.v1": _Multiple,
}
NEED_NAME: Final = frozenset({"distinct.v1", "unique.v1", "multiple.v1"})
"""Methods that sum up by name."""

NEED_CLIENT: Final = frozenset({"flag.v1", "distinct.v1", "unique.v1"})
"""Methods that count clients, and so need to know them."""


def method_of(kind: str) -> str:
    """`distinct.v1` of `reaction:distinct.v1`; empty if there is none that is known."""
    method = kind.rpartition(":")[2]
    return method if ":" in kind and method in _METHODS else ""


class Summary:
    """The summary of one message."""

    def __init__(self) -> None:
        self._types: dict[str, _Method] = {}

    def __bool__(self) -> bool:
        return bool(self._types)

    def take(self, said: Said) -> bool:
        """Count an annotation in, or out; whether that changed the summary."""
        method = method_of(said.kind)
        if not method:
            return False
        if said.kind not in self._types:
            self._types[said.kind] = _METHODS[method]()
        return self._types[said.kind].take(said)

    def wire(self) -> dict[str, Any]:
        """The `summary` of `Message.annotations`, by type."""
        return {kind: method.wire() for kind, method in self._types.items()}
