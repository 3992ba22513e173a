"""What a scenario does to a session, and what is told of it."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.errors import ServiceError
from ablytui.playing import Player, bill, credential, with_credential
from ablytui.protocol.effects import Notice
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.service.acts import Act
from ablytui.service.firings import Fired
from ablytui.service.scenario import Scenario, by_name, names, parse
from ablytui.service.script import Progress
from ablytui.ui.playbill import Playing
from tests.support.app import FakeSession, connection_in

KEY = "app.k1:the-secret"
NAMES = tuple(name for name, _ in names())


class FakeService:
    def __init__(self) -> None:
        self.watch: Any = None
        self.scenario: Scenario | None = by_name("drain")
        self.progress: Progress | None = Progress("drain", 0, 5, False, False)
        self.asked: list[Any] = []

    def control(self, word: str) -> None:
        self.asked.append(word)

    def play(self, scenario: Scenario | None) -> None:
        self.asked.append(scenario.name if scenario else None)

    def token(self, ttl: int) -> str:
        self.asked.append(ttl)
        return "app.token"


class Client(FakeSession):
    def __init__(self) -> None:
        super().__init__(connection_in(S.CONNECTED))
        self.notices: list[Notice] = []

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice)


def player() -> tuple[Player, FakeService, Client, list[Playing]]:
    heard: list[Playing] = []
    service, client = FakeService(), Client()
    made = Player(service, client, KEY)
    made.subscribe(heard.append)
    return made, service, client, heard


async def test_who_listens_is_told_at_once_and_of_each_step() -> None:
    made, service, client, heard = player()
    assert heard == [Playing("Drain", 0, 5, by_name("drain").description, name="drain")]
    service.progress = Progress("drain", 1, 5, False, False)
    service.watch(Fired("A caption.", Act("say")))
    assert heard[-1] == Playing("Drain", 1, 5, "A caption.", name="drain")
    service.watch(Fired("", Act("cut")))
    assert heard[-1] == Playing("Drain", 1, 5, "A caption.", name="drain")
    service.progress = Progress("drain", 1, 5, True, True)
    service.watch(None)
    assert heard[-1] == Playing("Drain", 1, 5, "A caption.", paused=True, holds=True, name="drain")
    made.control("go")
    assert service.asked == ["go"]
    made.begin()
    assert client.wishes == [("attach", {"channel": "demo:drain"})]


@pytest.mark.parametrize(
    ("fired", "text", "sign"),
    [
        (Fired("Why.", Act("suppress"), 1, "ACK"), "ACK swallowed: Why.", "withheld"),
        (Fired("", Act("cut")), "TCP cut", "withheld"),
        (Fired("Why.", Act("inject_to_client")), "frame injected: Why.", "added"),
        (Fired("", Act("error"), by_hand=True), "ERROR sent: by you", "added"),
        (Fired("", Act("suppress"), by_hand=True, sets=True), "suppress, from now on: by you", ""),
        (Fired("", Act("lift", what="slow"), by_hand=True), "slow lifted: by you", ""),
        (Fired("", Act("publish"), by_hand=True), "publish: by you", ""),
    ],
)
async def test_a_fault_is_a_row_of_the_log(fired: Fired, text: str, sign: str) -> None:
    _, service, client, heard = player()
    service.watch(fired)
    assert [(n.message, n.fault) for n in client.notices] == [(text, sign)]
    assert heard[-1].fault == bool(fired.caption)


async def test_what_the_client_does_goes_the_way_of_every_wish() -> None:
    _, service, client, _ = player()
    service.watch(Fired("", Act("client", action="ping")))
    service.watch(Fired("", Act("client_params", credential="key", params=(("echo", "false"),))))
    assert client.wishes == [("ping", {})]
    assert client.notices == []
    params = client.connection.params
    assert (params.key, params.echo) == (KEY, False)


@pytest.mark.parametrize(
    ("word", "key", "token"),
    [
        ("key", KEY, ""),
        ("wrong secret", "app.k1:terces-ehtx", ""),
        ("unknown key", "app.nobody:the-secret", ""),
        ("token", KEY, "app.token"),
        ("token only", "", "app.token"),
    ],
)
def test_credentials(word: str, key: str, token: str) -> None:
    found = credential(word, KEY, FakeService(), 5)
    assert (found["key"], found.get("token", "")) == (key, token)


def test_the_credential_of_a_scenario_goes_over_the_parameters() -> None:
    scenario = parse('description = "x"\n[client]\ncredential = "token only"', "x", "x")
    params = with_credential(scenario, KEY, FakeService(), ConnectParams(key="a.b:c"))
    assert (params.key, params.token) == (None, "app.token")


def test_a_bill_says_how_long_it_takes() -> None:
    assert bill(by_name("drain")).seconds == 24
    assert bill(by_name("steady")).seconds is None
    assert bill(by_name("drain")).shows[0] == "connecting"


async def test_no_room_for_a_token_is_a_row_of_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    _, service, client, _ = player()

    def full(_: int) -> str:
        raise ServiceError("the service holds as many tokens as it can")

    monkeypatch.setattr(service, "token", full)
    service.watch(Fired("Now.", Act("client_params", credential="token")))
    (notice,) = client.notices
    assert (notice.level, notice.fault) == ("error", "")
    assert "as many tokens as it can" in notice.message


async def test_another_scenario_brings_its_title_and_its_channels() -> None:
    _, service, client, heard = player()
    service.watch(Fired("Old.", Act("say")))
    service.scenario = by_name("flood")
    service.progress = Progress("flood", 0, 3, False, False)
    service.watch(None)
    assert heard[-1] == Playing("Flood", 0, 3, by_name("flood").description, name="flood")
    assert client.wishes == [("attach", {"channel": "demo:flood"})]
    service.scenario = service.progress = None
    service.watch(None)
    assert heard[-1] == Playing("")


async def test_another_scenario_is_played_by_name_and_none_by_none() -> None:
    made, service, _, _ = player()
    made.play("hello")
    made.play("")
    assert service.asked == ["hello", None]


def test_a_bill_says_what_wants_a_connection_of_its_own() -> None:
    own = {name for name in NAMES if bill(by_name(name)).own}
    assert {"bad-key", "token-expiry", "classic-resume"} <= own
    assert not {"hello", "drain", "drop-and-resume", "flood"} & own


async def test_without_a_scenario_nothing_is_told() -> None:
    heard: list[Playing] = []
    service, client = FakeService(), Client()
    service.scenario = service.progress = None
    Player(service, client, KEY).subscribe(heard.append)
    service.watch(None)
    assert heard == []
