"""The faults of the local service as the screen is offered them.

The one place that knows both: the service's table and orders, and what the screen draws.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from ablytui.errors import ConfigError
from ablytui.net.clock import Clock
from ablytui.protocol.catalogue import meaning_of
from ablytui.protocol.closecodes import CLOSE_CODES
from ablytui.protocol.connection import Connection
from ablytui.protocol.events import Moment
from ablytui.protocol.foresight import Ahead, foresee
from ablytui.protocol.hosts import is_loopback
from ablytui.service.acts import Act
from ablytui.service.faultkinds import PLACES, Fault, Param
from ablytui.service.faults import FAULT, FAULTS
from ablytui.service.faultvalues import raw_of
from ablytui.service.lasting import Standing
from ablytui.service.matching import Order, Rule, read_order
from ablytui.service.orders import ENDING
from ablytui.service.rules import closing_code
from ablytui.service.tables import Table
from ablytui.ui.faultbook import Blank, Forecast, InForce, Offer


class Service(Protocol):
    """What is needed of the local service."""

    @property
    def port(self) -> int:
        """Where it listens."""

    @property
    def standing(self) -> tuple[Standing, ...]:
        """The faults that are in force."""

    def reason_not_now(self, order: Order) -> str:
        """Why nothing would come of an order."""

    def inject(self, order: Order) -> str:
        """Do it; why not, or the empty text."""

    def lift(self, number: int) -> bool:
        """Take one out of force."""


def _offer(fault: Fault) -> Offer:
    return Offer(
        word=fault.word,
        does=fault.does,
        then=fault.then,
        point=fault.point,
        blanks=tuple(map(_blank, fault.params)),
        lasts=fault.lasting or not fault.now,
    )


def _blank(param: Param) -> Blank:
    return Blank(
        name=param.name,
        label=param.label or param.name,
        help=param.help,
        default=param.sample if param.default is None else str(param.default),
        unit=param.unit,
        choices=param.choices,
        words=tuple(PLACES[each] for each in param.choices),
    )


OFFERS: Final = tuple(map(_offer, FAULTS))


class Desk:
    """Makes faults at one service; `clock` is the time at which something is foreseen."""

    def __init__(self, service: Service, clock: Clock) -> None:
        self._service, self._clock = service, clock

    @property
    def offers(self) -> Sequence[Offer]:
        """Every fault, in the order of the table."""
        return OFFERS

    @property
    def in_force(self) -> tuple[InForce, ...]:
        """What is in force now."""
        return tuple(
            InForce(
                each.number,
                each.word,
                each.what,
                each.since,
                each.by_hand,
                each.fired,
                each.times,
                each.until,
            )
            for each in self._service.standing
        )

    def forecast(self, word: str, typed: Mapping[str, str], connection: Connection) -> Forecast:
        """What would come of it."""
        asked, problems = asked_for(FAULT[word], typed)
        wire = json.dumps(asked, ensure_ascii=False)
        if problems:
            return Forecast(wire, problems)
        try:
            order = read_order(Table(asked, word))
        except ConfigError as bad:
            name, _, said = bad.message.removeprefix(f"{word}: ").partition(": ")
            return Forecast(wire, {name: said.partition("allowed is ")[2] or said})
        now = Moment(self._clock.mono(), self._clock.wall(), 0.5)
        return Forecast(
            wire,
            why_not=self._service.reason_not_now(order),
            changes=foresee(connection, ahead(order), now),
            notes=_notes(order),
        )

    def inject(self, word: str, typed: Mapping[str, str]) -> str:
        """Make it; why that was not done, or the empty text."""
        asked, problems = asked_for(FAULT[word], typed)
        if problems:
            return "; ".join(f"{name}: {problem}" for name, problem in problems.items())
        try:
            order = read_order(Table(asked, word))
        except ConfigError as bad:
            return bad.message
        return self._service.inject(order)

    def lift(self, number: int) -> bool:
        """Take one out of force; whether it was there."""
        return self._service.lift(number)

    def serves(self, connection: Connection) -> bool:
        """Whether this is the service that is connected to."""
        params = connection.params
        there = is_loopback(params.endpoint) or params.endpoint == "localhost"
        return there and params.port == self._service.port


def asked_for(fault: Fault, typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What is asked for, as a file or a request would have it, and by field what is wrong."""
    asked: dict[str, Any] = {"do": fault.word}
    match: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for param in fault.params:
        try:
            raw = raw_of(param, typed.get(param.name, ""))
        except ValueError as bad:
            problems[param.name] = str(bad)
            continue
        # What is not said is as the table has it.
        if raw is None or raw == param.default:
            continue
        (match if param.match else asked)[param.name] = raw
    if match:
        asked["match"] = match
    return asked, problems


def ahead(order: Order) -> list[Ahead]:
    """What a client would get of it at once."""
    if isinstance(order, Rule):
        return []
    coming = [Ahead(order.message)] if order.message else []
    if order.word in ENDING:
        coming.append(Ahead(code=closing_code(order)))
    return coming


def _notes(order: Order) -> tuple[str, ...]:
    """What the codes mean."""
    act: Act = order.act if isinstance(order, Rule) else order
    found = []
    error = act.message.get("error")
    code = error.get("code") if isinstance(error, Mapping) else None
    meaning = meaning_of(code) if isinstance(code, int) else None
    if meaning is not None:
        found.append(f"{code}: {meaning.meaning}")
    closes = closing_code(act) if act.word in {*ENDING, "accept_and_close"} else None
    if closes is not None and closes != 1000 and closes in CLOSE_CODES:
        found.append(f"{closes}: {CLOSE_CODES[closes].name}, {CLOSE_CODES[closes].meaning}.")
    return tuple(found)
