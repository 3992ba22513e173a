"""What a service must do because of the clients there are."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from ablytui.service.events import Stop
from tests.service.test_rest import ask
from tests.support.granting import value
from tests.support.service import FORMS, actions, data_of
from tests.support.service import Bench as Service
from tests.traps.test_continuity import jwt

TWICE = [{"data": "a"}, {"data": "b"}]


# --- spellings ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["accessToken", "access_token"])
def test_a_token_is_taken_under_either_name_and_makes_no_client_classic(name: str) -> None:
    """RTN2e, RSA3c: JS writes `access_token` in the current dialect."""
    service = Service()
    client = service.dial_raw(f"/?v=6&format=json&{name}={jwt(service)}")
    assert client.connected["action"] == 4
    assert "connectionSerial" not in client.connected


@pytest.mark.parametrize("name", ["from_serial", "fromSerial"])
def test_history_until_attach_is_asked_for_under_either_name(name: str) -> None:
    """RTL10b: JS writes `from_serial`, the specification `fromSerial`."""
    service = Service()
    service.peer("c", "one")
    (attached, *_) = service.dial().attach("c")
    service.advance(1_000)
    service.peer("c", "two")
    found = value(ask(service, f"/channels/c/messages?{name}={quote(attached['channelSerial'])}"))
    assert [item["data"] for item in found] == ["one"]


@pytest.mark.parametrize("version", ["2", "3", "4", "5", "6", "7", "60"])
def test_every_current_version_is_served_alike(version: str) -> None:
    """CSV2, RTF1: JS says 6, PY 5; `res` is harmless where nobody reads it (TR4s, v5)."""
    told = []
    for asked in (version, "6"):
        service = Service()
        client = service.dial(v=asked, format="json")
        client.attach("c")
        client.publish("c", 0, *TWICE)
        client.send({"action": 7})
        told.append(client.got)
    assert told[0] == told[1]
    (ack,) = [m for m in told[0] if m["action"] == 1]
    assert [len(entry["serials"]) for entry in ack["res"]] == [2]


# --- DISCONNECTED and ERROR ---------------------------------------------------------------------


def test_disconnected_always_says_why_and_never_by_5xx() -> None:
    """RTN15h: without an error, or with 500 to 504, PY stays `connected` for ever."""
    service = Service(max_idle=15_000)
    first = service.dial()
    service.dial(resume=first.key)
    short = service.dial_raw(f"/?v=6&format=json&accessToken={jwt(service, lives=6)}")
    service.advance(20_000)
    last = service.dial()
    service.happen(Stop())
    for client in (first, short, last):
        message = client.got[-1]
        assert message["action"] == 6
        assert message["error"]["statusCode"] in {400, 401}
        assert client.closed in {1000, 1001}


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_a_client_that_dials_again_after_an_error_is_answered_again(dialect: str, fmt: str) -> None:
    """RTN14g: PY leaves `failed` after 10 s; nothing may pile up for that."""
    service = Service()
    for _ in range(30):
        client = service.dial(dialect, fmt, key="app.kid:wrong")
        assert (actions(client.got), client.closed) == ([9], 1000)
        client.lose()
    assert service.core.realm.sockets == {}
    assert service.core.realm.connections == {}
    assert service.dial(dialect, fmt).connected["action"] == 4


# --- serials of publishers ----------------------------------------------------------------------


@pytest.mark.parametrize("serials", [[5, 6, 0, 1, 5], [0, 0, 0], [9, 3, 7]])
def test_serials_that_jump_back_are_each_answered_once_and_published(serials: list[int]) -> None:
    """RTN19a2: PY re-sends under old serials after a lost resume, and then counts from 0."""
    service = Service()
    first = service.dial()
    first.lose()
    service.core.realm.connections.clear()
    client = service.dial(resume=first.key)
    client.attach("c")
    before = len(client.got)
    for n, serial in enumerate(serials):
        client.publish("c", serial, {"data": str(n)})
    got = client.got[before:]
    assert [m["msgSerial"] for m in got if m["action"] == 1] == serials
    assert data_of(got) == [str(n) for n in range(len(serials))]


def test_only_an_earlier_transport_makes_a_serial_a_duplicate() -> None:
    """RTN19a: the ACK that was lost with the transport is given again, the message is not."""
    service = Service()
    client = service.dial()
    client.attach("c")
    client.publish("c", 0, {"data": "once"})
    client.lose()
    client = service.dial(resume=client.key)
    client.attach("c")
    before = len(client.got)
    client.publish("c", 0, {"data": "once"})
    assert actions(client.got[before:]) == [1]


# --- what is heard ------------------------------------------------------------------------------


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_without_echo_messages_are_hidden_presence_is_not_and_the_ack_comes(
    dialect: str, fmt: str
) -> None:
    """RTN2b, RTL7f, RTP: the ACK is then the only sign of success."""
    service = Service()
    client = service.dial(dialect, fmt, echo="false", clientId="amy", client_id="amy")
    other = service.dial(dialect, fmt)
    for each in (client, other):
        each.attach("c")
    assert actions(client.publish("c", 0, {"data": "x"})) == [1]
    assert data_of(other.got) == ["x"]
    assert 14 in actions(client.presence("c", 1, action=2))


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_detaching_takes_no_answer_from_a_publisher(dialect: str, fmt: str) -> None:
    """RTL11a: a publish needs no attachment, and its ACK may follow DETACHED."""
    service = Service()
    client = service.dial(dialect, fmt)
    client.attach("c")
    assert actions(client.send({"action": 12, "channel": "c"})) == [13]
    assert actions(client.publish("c", 0, {"data": "late"})) == [1]
