"""The filter language: what a person types, as a condition on the rows of a capture. PURE.

Terms stand side by side or with `and`; `|` or `or` lets one of two do; `-` or `not` turns the next
term round; brackets group. A term is one of

* `in`, `out`: the direction, seen from the client;
* `channel:NAME`, where `*` stands for anything;
* `action:NAME` or the bare name of an action, of an opcode (`text` `binary` `cont` `ping` `pong`
  `close`) or of a kind of row (`state`, `handshake`, `verdict` …);
* `error`: whatever carries an error, or is an anomaly; `undecodable`: data that is no message;
* anything else, bare or in double quotes: stands in the payload, byte for byte.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ablytui.errors import ConfigError
from ablytui.protocol.frame import Opcode
from ablytui.protocol.log import EntryKind
from ablytui.protocol.message import ProtocolAction

_TOKEN: Final = re.compile(
    r"""\s*(?:(?P<sign>[()|])|(?P<not>-)|(?P<word>(?:[^\s()|":]+:)?(?:"[^"]*"?|[^\s()|"]+)))"""
)
_KINDS: Final[Mapping[str, EntryKind]] = {kind.name.lower(): kind for kind in EntryKind}
_ACTIONS: Final[Mapping[str, int]] = {a.name.lower(): int(a) for a in ProtocolAction}
_OPCODES: Final[Mapping[str, int]] = {
    "text": Opcode.TEXT,
    "binary": Opcode.BINARY,
    "cont": Opcode.CONT,
    "ping": Opcode.PING,
    "pong": Opcode.PONG,
}
DEEPEST: Final = 50
"""Brackets within brackets that are read."""


class FilterError(ConfigError):
    """What was typed is no filter; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter that was read. `sql` may be asked of a reader's `numbers`."""

    text: str
    condition: str
    values: tuple[Any, ...]
    needles: tuple[str, ...]
    """The texts that it looks for, to be marked where they stand on a screen."""
    hides_states: bool
    """The person has said `-state`; otherwise changes of state always stay."""

    def sql(self) -> tuple[str, list[Any]]:
        """The condition and its values."""
        return self.condition, list(self.values)


def channel_term(name: str) -> str:
    """The term for one channel, whatever its name; a quote in it is matched by anything."""
    name = name.replace('"', "*")
    return f'channel:"{name}"' if re.search(r"[\s()|]", name) else f"channel:{name}"


def parse(text: str) -> Filter | None:
    """Read a filter; None for an empty one. Raises FilterError."""
    tokens = _tokens(text)
    if not tokens:
        return None
    reader = _Reader(tokens)
    condition = reader.alternatives(0)
    if reader.peek() is not None:
        raise FilterError(f"a bracket closes at {reader.place} that was not opened")
    return Filter(
        text.strip(), condition, tuple(reader.values), tuple(reader.needles), reader.hides_states
    )


def _tokens(text: str) -> list[tuple[str, str, int]]:
    tokens = []
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            # A lone hyphen, or quotes in the middle of a word.
            raise FilterError(f"{stripped[at:].strip()[:12]!r} at {at + 1} is no term")
        kind = found.lastgroup or ""
        tokens.append((kind, found.group(kind), found.start(kind) + 1))
        at = found.end()
    return tokens


class _Reader:
    """Reads tokens by descent, gathering values in the order of their question marks."""

    def __init__(self, tokens: list[tuple[str, str, int]]) -> None:
        self._tokens = tokens
        self._next = 0
        self._turned = False
        self.values: list[Any] = []
        self.needles: list[str] = []
        self.hides_states = False

    def peek(self) -> tuple[str, str] | None:
        """The next token's kind and text."""
        if self._next >= len(self._tokens):
            return None
        kind, text, _ = self._tokens[self._next]
        return kind, text

    @property
    def place(self) -> int:
        """Where the next token stands, from 1; of the end, behind the last one."""
        if self._next < len(self._tokens):
            return self._tokens[self._next][2]
        _, text, at = self._tokens[-1]
        return at + len(text)

    def alternatives(self, depth: int) -> str:
        """Terms with `|` or `or` between them."""
        if depth > DEEPEST:
            raise FilterError(f"more than {DEEPEST} brackets stand within each other")
        parts = [self._together(depth)]
        while self.peek() in {("sign", "|"), ("word", "or")}:
            self._next += 1
            parts.append(self._together(depth))
        return parts[0] if len(parts) == 1 else f"({' or '.join(parts)})"

    def _together(self, depth: int) -> str:
        parts = [self._turnable(depth)]
        while (token := self.peek()) not in {None, ("sign", "|"), ("sign", ")"), ("word", "or")}:
            if token == ("word", "and"):
                self._next += 1
            parts.append(self._turnable(depth))
        return parts[0] if len(parts) == 1 else f"({' and '.join(parts)})"

    def _turnable(self, depth: int) -> str:
        token = self.peek()
        if token in {("not", "-"), ("word", "not")}:
            self._next += 1
            self._turned = not self._turned
            turned = self._turnable(depth)
            self._turned = not self._turned
            return f"not {turned}"
        if token == ("sign", "("):
            opened = self.place
            self._next += 1
            inner = self.alternatives(depth + 1)
            if self.peek() != ("sign", ")"):
                raise FilterError(f"the bracket that opens at {opened} is not closed")
            self._next += 1
            return f"({inner})"
        if token is None or token[0] == "sign" or token[1] in {"and", "or"}:
            raise FilterError(f"a term is missing at {self.place}")
        self._next += 1
        return self._term(token[1])

    def _term(self, word: str) -> str:
        name, colon, value = word.partition(":")
        if not word.startswith('"') and colon and name.lower() in _NAMED:
            if not value.strip('"'):
                raise FilterError(f"{name}: needs a value")
            return _NAMED[name.lower()](self, value.strip('"'))
        bare = word.lower()
        if bare in _BARE:
            if bare == "state" and self._turned:
                self.hides_states = True
            return _BARE[bare]
        return self._text(word.strip('"'))

    def _text(self, value: str) -> str:
        if not value:
            raise FilterError("a text in quotes needs a letter")
        self.values.append(value.encode())
        if not self._turned:
            self.needles.append(value)
        return "instr(payload, ?) > 0"

    def channel(self, value: str) -> str:
        """A channel by its name, `*` for anything in it."""
        self.values.append(re.sub(r"([\[?])", r"[\1]", value))
        if not self._turned and "*" not in value:
            self.needles.append(value)
        # Null stays false under `not`, which `in` alone would not give.
        among = "select id from channel where name glob ?"
        return f"(channel is not null and channel in ({among}))"

    def action(self, value: str) -> str:
        """An action by name or number."""
        number = _ACTIONS.get(value.lower(), int(value) if value.isdecimal() else None)
        if number is None or number > 2**31:
            raise FilterError(f"{value!r} is no action; it is a number, or {', '.join(_ACTIONS)}")
        return _acts(number)

    def direction(self, value: str) -> str:
        """`in` or `out`."""
        if value.lower() not in {"in", "out"}:
            raise FilterError(f"direction: is in or out, not {value!r}")
        return _BARE[value.lower()]

    def text(self, value: str) -> str:
        """Stands in the payload."""
        return self._text(value)


_NAMED: Final[Mapping[str, Callable[[_Reader, str], str]]] = {
    "channel": _Reader.channel,
    "action": _Reader.action,
    "direction": _Reader.direction,
    "text": _Reader.text,
}
_FRAME: Final = int(EntryKind.FRAME)


def _acts(number: int) -> str:
    return f"(kind = {_FRAME} and action is {number})"


_BARE: Final[Mapping[str, str]] = {
    **{name: _acts(number) for name, number in _ACTIONS.items()},
    **{name: f"(kind = {_FRAME} and opcode is {int(op)})" for name, op in _OPCODES.items()},
    **{name: f"kind = {int(kind)}" for name, kind in _KINDS.items()},
    # The action CLOSE asks for the end, the opcode makes it: who looks for one wants both.
    "close": f"(kind = {_FRAME} and (opcode is {int(Opcode.CLOSE)}"
    f" or action is {int(ProtocolAction.CLOSE)}))",
    "undecodable": f"(kind = {_FRAME} and action is null"
    f" and opcode in ({int(Opcode.TEXT)}, {int(Opcode.BINARY)}))",
    "in": "dir is 0",
    "out": "dir is 1",
    "error": f"(error is not null or kind = {int(EntryKind.ANOMALY)}"
    f" or action is {int(ProtocolAction.ERROR)})",
}
