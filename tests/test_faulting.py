"""Faults as the screen is offered them, on a service of sockets' size but without one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from ablytui.faulting import OFFERS, Desk, asked_for
from ablytui.protocol.states import ConnectionState as S
from ablytui.service.faults import FAULT, FAULTS, NAMES
from ablytui.service.lasting import Standing
from ablytui.service.matching import Order, read_order
from ablytui.service.tables import Table
from ablytui.ui.faultbook import InForce
from tests.support.app import PARAMS, connection_in
from tests.support.clock import FakeClock


class FakeService:
    port = 8080

    def __init__(self) -> None:
        self.standing: tuple[Standing, ...] = ()
        self.orders: list[Order] = []
        self.lifted: list[int] = []
        self.why = ""

    def reason_not_now(self, order: Order) -> str:
        return self.why

    def inject(self, order: Order) -> str:
        self.orders.append(order)
        return self.why

    def lift(self, number: int) -> bool:
        self.lifted.append(number)
        return number == 3


@pytest.fixture
def service() -> FakeService:
    return FakeService()


@pytest.fixture
def desk(service: FakeService) -> Desk:
    return Desk(service, FakeClock())


def defaults(word: str, **more: str) -> dict[str, str]:
    offer = next(offer for offer in OFFERS if offer.word == word)
    return {blank.name: blank.default for blank in offer.blanks} | more


def test_the_offers_are_the_table() -> None:
    assert tuple(offer.word for offer in OFFERS) == NAMES
    for offer, fault in zip(OFFERS, FAULTS, strict=True):
        assert [blank.name for blank in offer.blanks] == [param.name for param in fault.params]
        assert (offer.does, offer.then) == (fault.does, fault.then)
        assert offer.lasts == (not fault.now or fault.word in {"silence", "slow"})


@pytest.mark.parametrize("word", NAMES)
def test_what_stands_in_the_fields_at_first_can_be_made(
    word: str, desk: Desk, service: FakeService
) -> None:
    more = {"channel": "a"} if word in {"channel_error", "detached"} else {}
    typed = defaults(word, **more)
    connection = connection_in(S.CONNECTED)
    assert desk.forecast(word, typed, connection).problems == {}
    assert desk.inject(word, typed) == ""
    asked, _ = asked_for(FAULT[word], typed)
    assert service.orders == [read_order(Table(asked, word))]


@pytest.mark.parametrize(
    ("word", "typed", "problems"),
    [
        ("close", {"closeCode": "1006"}, {"closeCode": "allowed: 1000-1003, 1007-1014, 3000-4999"}),
        ("channel_error", {}, {"channel": "needed: its name"}),
        (
            "inject_to_client",
            {"message": "{"},
            {
                "message": "not JSON at character 2: Expecting property name enclosed in double quotes"
            },
        ),
        ("send_raw", {"text": "a", "hex": "0a"}, {"text": "either text or hex"}),
        ("suppress", {"action": "NONE", "times": "0"}, {"action": "", "times": ""}),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    word: str, typed: dict[str, str], problems: dict[str, str], desk: Desk, service: FakeService
) -> None:
    found = desk.forecast(word, {**defaults(word), **typed}, connection_in(S.CONNECTED))
    assert found.problems.keys() == problems.keys()
    for name, said in problems.items():
        assert found.problems[name].startswith(said)
    assert desk.inject(word, {**defaults(word), **typed}) != ""
    assert service.orders == []


def test_what_will_come_of_it_is_foreseen_and_explained(desk: Desk, service: FakeService) -> None:
    service.why = "no client is connected"
    found = desk.forecast("disconnected", defaults("disconnected"), connection_in(S.CONNECTED))
    assert [str(change.current) for change in found.changes[:2]] == ["disconnected", "connecting"]
    assert found.why_not == "no client is connected"
    assert found.notes[0].startswith("80003: ")
    assert found.wire == '{"do": "disconnected"}'
    found = desk.forecast("close", defaults("close", closeCode="1011"), connection_in(S.CONNECTED))
    assert found.notes == ("1011: internal error, the server met something unexpected.",)
    assert found.wire == '{"do": "close", "closeCode": 1011}'


def test_what_is_in_force_is_told(desk: Desk, service: FakeService) -> None:
    service.standing = (Standing(3, "slow", "5 ms", 7.0, True, None, None, 9.0),)
    assert desk.in_force == (InForce(3, "slow", "5 ms", 7.0, True, None, None, 9.0),)
    assert desk.lift(3)
    assert not desk.lift(4)
    assert service.lifted == [3, 4]


@pytest.mark.parametrize(
    ("there", "serves"),
    [
        ({}, True),
        ({"endpoint": "localhost"}, True),
        ({"port": 8081}, False),
        ({"endpoint": "main"}, False),
    ],
)
def test_only_its_own_service_is_served(there: dict[str, Any], serves: bool, desk: Desk) -> None:
    assert desk.serves(connection_in(S.CONNECTED, params=replace(PARAMS, **there))) is serves
