"""Which fault rule strikes: the first that matches, at most its `times`. PURE.

What was asked for by hand comes before a scenario's rules, the latest first; what a step of the
scenario asked for comes after them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ablytui.protocol.coerce import integer
from ablytui.service.acts import Act
from ablytui.service.matching import Match, Rule

PASS: Final = "passthrough"  # noqa: S105 - no password


@dataclass(slots=True)
class Entry:
    """A rule that is in force, and how often it has matched and fired. `number` is its own.

    `waiting` is for how many connections its moment has yet to come.
    """

    number: int
    rule: Rule
    by_hand: bool = False
    matched: int = 0
    fired: int = 0
    waiting: int = 0
    lifted: bool = False

    @property
    def most(self) -> int | None:
        """How often it fires at most; None for no limit."""
        # What waits for a moment after connecting fires once if nothing else is said.
        once = self.rule.times is None and self.rule.on == "delay_after_ws_connect"
        return 1 if once else self.rule.times

    @property
    def spent(self) -> bool:
        """Whether it can never fire again."""
        count = self.rule.match.count
        if count is not None and self.matched >= count:
            return True
        return self.most is not None and self.fired >= self.most


class Rules:
    """The rules that are in force. `number` gives each of them a number of its own."""

    def __init__(self, rules: Iterable[Rule], number: Callable[[], int]) -> None:
        self._number = number
        self._entries = [Entry(number(), rule) for rule in rules]
        self._mute: set[tuple[int, int]] = set()

    def __iter__(self) -> Iterator[Entry]:
        """Those that can still fire, or still swallow."""
        going = {number for _, number in self._mute}
        return (e for e in self._entries if not e.spent or e.waiting or e.number in going)

    def replace(self, rules: Iterable[Rule], *, hand: bool = False) -> None:
        """Other rules for the scenario's; those made by hand stay, unless `hand` says otherwise."""
        self.lift(lambda entry: hand or not entry.by_hand)
        self._entries += [Entry(self._number(), rule) for rule in rules]

    def add(self, rule: Rule, *, by_hand: bool) -> int:
        """One more rule; its number."""
        entry = Entry(self._number(), rule, by_hand)
        # Nobody comes to know of those that are spent.
        kept = [each for each in self if each.number != entry.number]
        self._entries = [entry, *kept] if by_hand else [*kept, entry]
        return entry.number

    def lift(self, which: Callable[[Entry], bool]) -> bool:
        """Take rules out of force; whether there were any."""
        kept = []
        for entry in self._entries:
            entry.lifted = which(entry)
            if not entry.lifted:
                kept.append(entry)
        lifted = len(kept) < len(self._entries)
        self._entries = kept
        numbers = {entry.number for entry in kept}
        self._mute = {(s, n) for s, n in self._mute if n in numbers}
        return lifted

    def watches(self, on: str) -> bool:
        """Whether any rule that can still do something is about this."""
        return any(entry.rule.on == on for entry in self)

    def connect(self, query: Mapping[str, str]) -> Entry | None:
        """The rule for a WebSocket request."""
        return self._first("ws_connect", lambda match: _asks(match, query))

    def frame(self, on: str, socket: int, message: Mapping[Any, Any]) -> Entry | None:
        """The rule for a frame. One that swallows onwards keeps doing so on that socket.

        It has fired once for that, however much it swallows.
        """
        if self._mute:
            for entry in self._entries:
                if entry.rule.on == on and (socket, entry.number) in self._mute:
                    return entry
        found = self._first(on, lambda match: _is(match, message))
        if found is not None and found.rule.act.word == "suppress_onwards":
            self._mute.add((socket, found.number))
        return found

    def swallows(self, on: str, socket: int) -> bool:
        """Whether what is no message goes the way of those that are swallowed onwards."""
        return bool(self._mute) and any(
            entry.rule.on == on and (socket, entry.number) in self._mute for entry in self._entries
        )

    def request(self, method: str, path: str) -> Entry | None:
        """The rule for an HTTP request."""
        return self._first(
            "http_request",
            lambda match: match.method in {None, method} and (match.path or "") in path,
        )

    def after_connect(self) -> list[Entry]:
        """The timed rules that a new connection starts; each counts as fired, and waits."""
        started = [
            entry
            for entry in self._entries
            if entry.rule.on == "delay_after_ws_connect" and _fire(entry)
        ]
        for entry in started:
            entry.waiting += 1
        return started

    def ended(self, socket: int) -> bool:
        """Forget a socket; whether a rule swallowed there."""
        left = {(s, n) for s, n in self._mute if s != socket}
        swallowed = len(left) < len(self._mute)
        self._mute = left
        return swallowed

    def _first(self, on: str, matches: Callable[[Match], bool]) -> Entry | None:
        for entry in self._entries:
            if entry.rule.on != on or not matches(entry.rule.match):
                continue
            entry.matched += 1
            if entry.rule.match.count not in {None, entry.matched}:
                continue
            if _fire(entry):
                return entry
        return None


def _fire(entry: Entry) -> bool:
    if entry.most is not None and entry.fired >= entry.most:
        return False
    entry.fired += 1
    return True


def _asks(match: Match, query: Mapping[str, str]) -> bool:
    return all(name in query and value in {"*", query[name]} for name, value in match.query)


def _is(match: Match, message: Mapping[Any, Any]) -> bool:
    action_fits = match.action is None or integer(message.get("action")) == match.action
    return action_fits and match.channel in {None, message.get("channel")}


def closing_code(act: Act) -> int | None:
    """The close code of an act that ends the socket; None where TCP is just cut."""
    return None if act.word == "cut" else act.close_code
