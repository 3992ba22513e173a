"""Keys, ids and errors that seem to say what became of a connection, and do not."""

from __future__ import annotations

import base64
import hmac
import json
from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.format import Format
from ablytui.protocol.log import EntryKind
from ablytui.protocol.machine.recoverable import recovery_key
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ChannelState, StateChange
from ablytui.protocol.states import ConnectionState as S
from ablytui.service import events as sv
from tests.support.joined import Make
from tests.support.machine import DETAILS, ID, Bench, in_state, params
from tests.support.service import FORMS, KEY
from tests.support.service import Bench as Service

LOST = {"code": 80018, "statusCode": 400, "message": "unable to resume"}


def jwt(service: Service, lives: int = 3_600) -> str:
    """A token that the key of the bench signs."""
    name, _, secret = KEY.partition(":")
    now = int((service.wall0 + service.mono) / 1000)
    head = {"typ": "JWT", "alg": "HS256", "kid": name}
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in (head, {"iat": now, "exp": now + lives})
    ]
    signed = b".".join(parts)
    mac = base64.urlsafe_b64encode(hmac.digest(secret.encode(), signed, "sha256")).rstrip(b"=")
    return (signed + b"." + mac).decode()


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_a_key_from_before_reauthentication_still_resumes(fmt: str) -> None:
    """RTC8a: JS resumes with the key of its first CONNECTED, so re-auth may not change it."""
    service = Service()
    client = service.dial_raw(f"/?v=6&format={fmt}&accessToken={jwt(service)}", fmt=Format(fmt))
    first = client.connected
    (again, *_) = client.send({"action": 17, "auth": {"accessToken": jwt(service, 7_200)}})
    assert (again["action"], again["connectionId"]) == (4, first["connectionId"])
    assert (
        again["connectionDetails"]["connectionKey"] == first["connectionDetails"]["connectionKey"]
    )
    key = first["connectionDetails"]["connectionKey"]
    for _ in range(3):
        client.lose()
        client = service.dial_raw(
            f"/?v=6&format={fmt}&accessToken={jwt(service)}&resume={key}", fmt=Format(fmt)
        )
        assert client.connected["connectionId"] == first["connectionId"]
        assert "error" not in client.connected


def test_the_client_takes_the_key_of_the_latest_connected() -> None:
    """RTN21, RTN24: an update brings the key that counts from then on."""
    bench = in_state(S.CONNECTED)
    details = DETAILS | {"connectionKey": "conn1!newer"}
    bench.receive({"action": 4, "connectionId": ID, "connectionDetails": details})
    bench.lost()
    assert bench.dials[0]["resume"] == "conn1!newer"


@pytest.mark.parametrize(("dialect", "fmt"), FORMS)
def test_a_new_id_never_comes_under_the_old_key(dialect: str, fmt: str) -> None:
    """RTN15c7: JS looks at the id only if the key has changed too."""
    service = Service()
    first = service.dial(dialect, fmt)
    service.happen(sv.Forget())
    first.lose()
    second = service.dial(dialect, fmt, resume=first.key)
    assert second.connected["connectionId"] != first.connected["connectionId"]
    assert second.key != first.key
    assert second.connected["error"]["code"] in {80008, 80018}


def test_a_new_id_under_the_old_key_is_noticed_by_the_client() -> None:
    """RTN15c7: the id alone decides, whatever the key says."""
    bench = in_state(S.CONNECTED)
    bench.do(e.PublishRequested("chan", ({"data": "x"},), 7))
    bench.receive({"action": 1, "msgSerial": 0})
    bench.lost()
    bench.do(e.SocketOpened(bench.attempt))
    bench.receive({"action": 4, "connectionId": "other", "connectionDetails": DETAILS})
    assert (bench.changes[-1].point, bench.conn.id, bench.conn.msg_serial) == (
        "RTN15c7",
        "other",
        0,
    )


async def test_a_new_id_under_the_old_key_is_remarked_on(make: Make) -> None:
    """A person is told, as other clients would not notice."""
    world = make(format=Format.JSON)
    key = world.session.connection.details.connection_key
    world.core.handle = lambda *_: []  # type: ignore[method-assign] # A fake speaks instead.
    world.wire.ended_by_peer(1006)
    world.pump()
    body = {"action": 4, "connectionId": "other", "connectionDetails": {"connectionKey": key}}
    world.wire.arrive(Format.JSON.opcode, json.dumps(body).encode())
    world.pump()
    texts = [m["text"] for m in world.members(EntryKind.ANOMALY)]
    assert any("new connectionId under the old connectionKey" in text for text in texts)


def test_a_changed_key_alone_is_no_loss() -> None:
    """RTN15c6: the same id is the same connection."""
    bench = in_state(S.CONNECTED)
    bench.lost()
    bench.connected(connectionDetails=DETAILS | {"connectionKey": "conn1!another"})
    assert bench.changes[-1].point == "RTN15c6"
    assert bench.conn.key == "conn1!another"


def test_a_clean_connected_clears_the_reason_and_history_keeps_it() -> None:
    """RTN25: `errorReason` is of the present; what happened stays announced."""
    bench = in_state(S.CONNECTED)
    bench.lost()
    bench.connected("other", error=LOST)
    assert bench.conn.error_reason is not None
    assert bench.conn.error_reason.code == 80018
    bench.receive({"action": 4, "connectionId": "other", "connectionDetails": DETAILS})
    assert bench.conn.error_reason is None
    announced = [x.change for x in bench.effects if hasattr(x, "change")]
    reasons = [c.reason.code for c in announced if isinstance(c, StateChange) and c.reason]
    assert reasons == [80003, 80018]


@pytest.mark.parametrize(
    ("dialect", "changes", "resumes"),
    [
        (DialectName.CURRENT, {}, True),
        (DialectName.CURRENT, {"strict_ttl": True}, False),
        (DialectName.CLASSIC, {}, False),
    ],
)
def test_after_the_ttl_the_dialect_decides_and_not_an_old_test_suite(
    dialect: DialectName, changes: dict[str, Any], *, resumes: bool
) -> None:
    """RTN14h, RTN8d: a current client keeps its key in `suspended` and resumes; RTN15g was classic.

    RTN16g2: no recovery key there, in either.
    """
    bench = in_state(S.SUSPENDED, params(dialect, **changes))
    assert recovery_key(bench.conn) is None
    if resumes:
        assert (bench.conn.key, bench.conn.id) == (DETAILS["connectionKey"], ID)
    bench.later(30_000)
    assert bench.state is S.CONNECTING
    assert ("resume" in dialled(bench)[-1]) is resumes


def dialled(bench: Bench) -> list[dict[str, str]]:
    return [dict(x.target.query) for x in bench.effects if isinstance(x, fx.Dial)]


@pytest.mark.parametrize(
    "lose",
    [
        lambda bench: bench.lost(),
        lambda bench: bench.receive({"action": 6, "error": {"code": 80003, "statusCode": 400}}),
        lambda bench: bench.receive({"action": 6}),
    ],
    ids=["socket", "DISCONNECTED", "without an error"],
)
def test_disconnected_is_always_passed_through_and_says_no_wait_if_there_is_none(lose: Any) -> None:
    """RTN15h2i, RTN15a: the state is seen, and `retryIn` is not the back-off's value."""
    bench = in_state(S.CONNECTED)
    lose(bench)
    first, second = bench.changes
    assert (first.current, second.current) == (S.DISCONNECTED, S.CONNECTING)
    assert first.retry_in is None
    assert first.reason is not None


@pytest.mark.parametrize("fmt", Format)
async def test_a_resumed_connection_may_have_lost_a_channel_and_both_are_shown(
    make: Make, fmt: Format
) -> None:
    """RTL12, RTN15c6: continuity is per channel."""
    world = make(format=fmt)
    for name in ("kept", "gone"):
        world.do("attach", channel=name)
        world.publish(name, "before")
    gone = world.core.realm.find("app", "gone")
    assert gone is not None
    world.do("drop")
    world.wire.ended_by_peer(1006)
    gone.forget("999@9999999999999-0")
    world.pump()
    world.advance(2_000)
    (verdict,) = world.members(EntryKind.VERDICT)[-1:]
    assert (verdict["outcome"], verdict["oldId"]) == ("partial", verdict["newId"])
    assert {n: c["resumed"] for n, c in verdict["channels"].items()} == {
        "kept": True,
        "gone": False,
    }
    told = [m for m in world.members(EntryKind.CHANNEL) if m["channel"] == "gone"]
    assert (told[-1]["current"], told[-1]["resumed"]) == (ChannelState.ATTACHED, False)
