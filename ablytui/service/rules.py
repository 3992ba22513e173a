"""Which fault rule strikes: the first that matches, at most its `times`. PURE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ablytui.protocol.coerce import integer
from ablytui.service.acts import Act
from ablytui.service.scenario import Match, Rule

PASS: Final = "passthrough"  # noqa: S105 - no password


class Rules:
    """The rules of one scenario, and how often each has matched and fired."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._rules = rules
        self._matched = [0] * len(rules)
        self._fired = [0] * len(rules)
        self._mute: set[tuple[int, int]] = set()

    def watches(self, on: str) -> bool:
        """Whether any rule is about this."""
        return any(rule.on == on for rule in self._rules)

    def connect(self, query: Mapping[str, str]) -> Rule | None:
        """The rule for a WebSocket request."""
        return self._first("ws_connect", lambda match: _asks(match, query))

    def frame(self, on: str, socket: int, message: Mapping[Any, Any]) -> Rule | None:
        """The rule for a frame. One that swallows onwards keeps doing so on that socket."""
        for number, rule in enumerate(self._rules):
            if rule.on == on and (socket, number) in self._mute:
                return rule
        found = self._first(on, lambda match: _is(match, message))
        if found is not None and found.act.word == "suppress_onwards":
            self._mute.add((socket, self._rules.index(found)))
        return found

    def request(self, method: str, path: str) -> Rule | None:
        """The rule for an HTTP request."""
        return self._first(
            "http_request",
            lambda match: match.method in {None, method} and (match.path or "") in path,
        )

    def after_connect(self) -> list[Rule]:
        """The timed rules that a new connection starts; each counts as fired."""
        return [
            rule
            for number, rule in enumerate(self._rules)
            if rule.on == "delay_after_ws_connect" and self._fire(number)
        ]

    def ended(self, socket: int) -> None:
        """Forget a socket."""
        self._mute = {(s, n) for s, n in self._mute if s != socket}

    def _first(self, on: str, matches: Callable[[Match], bool]) -> Rule | None:
        for number, rule in enumerate(self._rules):
            if rule.on != on or not matches(rule.match):
                continue
            self._matched[number] += 1
            if rule.match.count not in {None, self._matched[number]}:
                continue
            if self._fire(number):
                return rule
        return None

    def _fire(self, number: int) -> bool:
        rule = self._rules[number]
        # What waits for a moment after connecting fires once if nothing else is said.
        most = 1 if rule.times is None and rule.on == "delay_after_ws_connect" else rule.times
        if most is not None and self._fired[number] >= most:
            return False
        self._fired[number] += 1
        return True


def _asks(match: Match, query: Mapping[str, str]) -> bool:
    return all(name in query and value in {"*", query[name]} for name, value in match.query)


def _is(match: Match, message: Mapping[Any, Any]) -> bool:
    action_fits = match.action is None or integer(message.get("action")) == match.action
    return action_fits and match.channel in {None, message.get("channel")}


def closing_code(act: Act) -> int | None:
    """The close code of an act that ends the socket; None where TCP is just cut."""
    return None if act.word == "disconnect" else act.close_code
