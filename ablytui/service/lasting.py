"""The faults that are in force: rules, silence, slowness; listed, counted and lifted. PURE."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from ablytui.protocol.events import Moment
from ablytui.protocol.message import action_name
from ablytui.service.acts import Act
from ablytui.service.faults import LIFT, LIFTS
from ablytui.service.matching import Rule
from ablytui.service.rules import PASS, Entry, Rules


@dataclass(frozen=True, slots=True)
class Standing:
    """One fault that is in force. `since` and `until` are wall times in ms.

    `what` says on what, in a few words. `times` None is without a limit, and so is `until`;
    `fired` None: it is not counted.
    """

    number: int
    word: str
    what: str
    since: float
    by_hand: bool = False
    fired: int | None = None
    times: int | None = None
    until: float | None = None


@dataclass(slots=True)
class _Held:
    """Silence of `sockets`, or slowness of all, which has none."""

    number: int
    act: Act
    by_hand: bool
    sockets: set[int]


class Lasting:
    """What is in force. `changed` is called whenever that is something else."""

    def __init__(self, changed: Callable[[], None]) -> None:
        self._numbers = itertools.count(1)
        self._changed = changed
        self.rules = Rules((), self._number)
        self._held: list[_Held] = []
        self._times: dict[int, tuple[float, float | None]] = {}
        self._mute: frozenset[int] = frozenset()
        self.slow = 0
        """Ms by which every frame to a client is late."""

    def _number(self) -> int:
        return next(self._numbers)

    # --- what holds back ------------------------------------------------------------------------

    @property
    def holds(self) -> bool:
        """Whether there is silence or slowness."""
        return bool(self._held)

    def mute(self, socket: int) -> bool:
        """Whether nothing is sent on a socket."""
        return socket in self._mute

    def _hold(self) -> None:
        self._mute = frozenset[int]().union(*(h.sockets for h in self._held))
        late = [held.act.delay for held in self._held if held.act.word == "slow"]
        self.slow = late[-1] if late else 0

    # --- what comes and goes --------------------------------------------------------------------

    def scenario(self, rules: Iterable[Rule], *, afresh: bool) -> None:
        """Another scenario: its rules, and nothing of the last one; `afresh`: nothing by hand."""
        self._held = [] if afresh else [held for held in self._held if held.by_hand]
        self.rules.replace(rules, hand=afresh)
        self._hold()
        self._changed()

    def add_rule(self, rule: Rule, moment: Moment, *, by_hand: bool) -> int:
        """A rule from now on; its number."""
        number = self.rules.add(rule, by_hand=by_hand)
        self._begin(number, rule.lasts, moment)
        return number

    def add(self, act: Act, sockets: Iterable[int], moment: Moment, *, by_hand: bool) -> int:
        """Silence for these sockets, or slowness for all; its number."""
        if act.word == "slow":
            self._held = [held for held in self._held if held.act.word != "slow"]
        number = self._number()
        if act.word != "slow":
            silent = _Held(number, act, by_hand, set(sockets))
            # The same again, as of a rule that fires at each frame, takes the place of the last.
            self._held = [h for h in self._held if not _same(h, silent)]
            self._held.append(silent)
        elif act.delay:
            self._held.append(_Held(number, act, by_hand, set()))
        self._hold()
        self._begin(number, act.lasts, moment)
        return number

    def _begin(self, number: int, lasts: int | None, moment: Moment) -> None:
        there = {each.number for each in self}
        self._times = {n: times for n, times in self._times.items() if n in there}
        self._times[number] = (moment.wall, None if lasts is None else moment.wall + lasts)
        self._changed()

    def lift(self, number: int) -> bool:
        """Take one out of force; whether it was there."""
        held = [each for each in self._held if each.number != number]
        lifted = self.rules.lift(lambda e: e.number == number) or len(held) < len(self._held)
        self._held = held
        self._hold()
        if lifted:
            self._changed()
        return lifted

    def undo(self, act: Act) -> bool:
        """What `lift` and the words of LIFTS say; whether there was anything to lift."""
        words = LIFTS.get(act.word, ()) if act.word != LIFT else (act.what,) if act.what else ()
        wanted = [each.number for each in self if not words or each.word in words]
        for number in wanted:
            self.lift(number)
        return bool(wanted)

    def ended(self, socket: int) -> None:
        """A socket is gone; silence for nobody is over."""
        swallowed = self.rules.ended(socket)
        if socket in self._mute:
            for held in self._held:
                held.sockets.discard(socket)
            self._held = [h for h in self._held if h.sockets or h.act.word == "slow"]
            self._hold()
            swallowed = True
        if swallowed:
            self._changed()

    # --- told -----------------------------------------------------------------------------------

    def __iter__(self) -> Iterator[Standing]:
        """What is in force, those that were asked for by hand first."""
        yield from sorted(self._all(), key=lambda each: not each.by_hand)

    def _all(self) -> Iterator[Standing]:
        for held in self._held:
            since, until = self._times.get(held.number, (0.0, None))
            what = f"{held.act.delay} ms" if held.act.word == "slow" else _sockets(held.sockets)
            yield Standing(
                held.number, held.act.word, what, since, by_hand=held.by_hand, until=until
            )
        for entry in self.rules:
            if entry.rule.act.word != PASS:
                yield self._rule(entry)

    def _rule(self, entry: Entry) -> Standing:
        since, until = self._times.get(entry.number, (0.0, None))
        return Standing(
            entry.number,
            entry.rule.act.word,
            about(entry.rule),
            since,
            by_hand=entry.by_hand,
            fired=entry.fired,
            times=entry.most,
            until=until,
        )


def _same(one: _Held, other: _Held) -> bool:
    return (one.act, one.by_hand, one.sockets) == (other.act, other.by_hand, other.sockets)


def _sockets(sockets: Collection[int]) -> str:
    return "1 connection" if len(sockets) == 1 else f"{len(sockets)} connections"


def about(rule: Rule) -> str:
    """What a rule is about, in a few words: `ACK demo:x, to the client, 500 ms`."""
    match, act = rule.match, rule.act
    parts: list[str] = []
    if rule.on.startswith("ws_frame"):
        name = "any frame" if match.action is None else action_name(match.action)
        parts.append(f"{name} {match.channel}" if match.channel else name)
        parts.append("to the client" if rule.on.endswith("client") else "to the service")
    elif rule.on == "http_request":
        parts.append(" ".join(each for each in (match.method, match.path) if each) or "any request")
    elif rule.on == "delay_after_ws_connect":
        parts.append(f"{match.delay} ms after a handshake")
    elif match.query:
        parts.append(" ".join(f"{name}={value}" for name, value in match.query))
    if match.count is not None:
        parts.append(f"number {match.count}")
    if act.word in {"delay", "http_delay"}:
        parts.append(f"{act.delay} ms")
    elif act.word in {"refuse_connection", "http_respond"}:
        parts.append(f"HTTP {act.status}")
    elif act.word in {"accept_and_close", "close"}:
        parts.append(f"close {act.close_code}")
    return ", ".join(parts)
