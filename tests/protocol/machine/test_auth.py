"""The token before the socket, its renewal, and what ends for want of one (RSA4, RTN14b, RTN15h)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import ConnectParams, DialectName
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, params
from tests.support.tokens import EXPIRED, arrive, by_token, connected, fail, fetches

ERROR = {"action": 9, "error": EXPIRED}
DISCONNECTED = {"action": 6, "error": EXPIRED}
BOTH = pytest.mark.parametrize("frame", [ERROR, DISCONNECTED], ids=["ERROR", "DISCONNECTED"])


def reason(bench: Bench) -> ErrorInfo:
    found = bench.changes[-1].reason
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("dialect", "name"),
    [(DialectName.CURRENT, "accessToken"), (DialectName.CLASSIC, "access_token")],
)
def test_the_token_comes_before_the_socket(dialect: DialectName, name: str) -> None:
    bench = Bench(by_token(dialect))
    bench.do(e.ConnectRequested())
    assert (bench.state, bench.dials, fetches(bench)) == (S.CONNECTING, [], ["connect"])
    assert bench.attempt == 0
    arrive(bench, "tok.1")
    assert bench.dials[0][name] == "tok.1"
    assert "key" not in bench.dials[0]
    bench.connected()
    assert bench.state is S.CONNECTED


def test_a_given_token_is_used_at_once_and_the_key_stays_at_home() -> None:
    bench = Bench(params(token='{"token":"tok"}'))
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["accessToken"] == "tok"
    assert "key" not in bench.dials[0]


@BOTH
def test_rtn14b_a_rejected_token_is_renewed_once(frame: dict[str, Any]) -> None:
    bench = Bench(by_token(token="old"))
    bench.do(e.ConnectRequested(), e.SocketOpened(1))
    bench.receive(frame)
    assert (bench.changes, fetches(bench), bench.open) == ([], ["connect"], set())
    arrive(bench, "new")
    assert bench.dials[0]["accessToken"] == "new"
    bench.do(e.SocketOpened(2))
    bench.receive(frame)
    (change,) = bench.changes
    assert (change.current, change.point) == (S.DISCONNECTED, "RTN14b")
    assert (reason(bench).code, change.retry_in) == (40142, 13_500)
    assert fetches(bench) == []
    bench.later(13_500)
    assert fetches(bench) == ["connect"], "the rejected one is not tried again"
    arrive(bench, "third")
    bench.receive(frame)
    assert bench.state is S.DISCONNECTED, "no loop of token and error"


def test_rtn14b_connected_makes_the_next_rejection_the_first() -> None:
    bench = Bench(by_token(token="old"))
    bench.do(e.ConnectRequested())
    bench.receive(ERROR)
    arrive(bench)
    bench.connected()
    assert bench.conn.error_reason is None
    bench.lost()
    bench.receive(ERROR)
    assert (bench.state, fetches(bench)) == (S.CONNECTING, ["connect"])


def test_rtn14b_a_refused_handshake_can_say_it_too() -> None:
    bench = Bench(by_token(token="old"))
    bench.do(e.ConnectRequested())
    bench.refused(status=401, refused=True, error=ErrorInfo(40142, 401, "expired"))
    assert (bench.state, fetches(bench)) == (S.CONNECTING, ["connect"])


@BOTH
@pytest.mark.parametrize("given", [params(), by_token(auth_url=None, token="t")])
def test_rsa4a2_without_a_way_to_another_token_it_has_failed(
    frame: dict[str, Any], given: Any
) -> None:
    bench = Bench(given)
    bench.do(e.ConnectRequested())
    bench.receive(frame)
    (change,) = bench.changes
    assert (change.current, change.point, reason(bench).code) == (S.FAILED, "RSA4a2", 40171)
    assert reason(bench).cause == ErrorInfo(40142, 401, "expired")


def test_rsa4a1_a_token_that_cannot_be_renewed_is_told_of_at_the_start() -> None:
    (notice,) = Bench(by_token(auth_url=None, token="t")).effects
    assert isinstance(notice, fx.Notice)
    assert (notice.level, notice.code) == ("info", 40171)
    assert "https://help.ably.io/error/40171" in notice.message
    assert Bench(by_token(token="t")).effects == []
    assert Bench(params(token="t")).effects == []


@pytest.mark.parametrize("point", ["RSA4c2", "RTN14c"])
def test_rsa4c2_no_token_is_a_failed_attempt(point: str) -> None:
    bench = Bench(by_token())
    bench.do(e.ConnectRequested())
    if point == "RSA4c2":
        fail(bench)
    else:
        bench.later(9_999)
        assert bench.state is S.CONNECTING
        bench.later(1)
        assert any(isinstance(x, fx.CancelFetch) for x in bench.last)
    (change,) = bench.changes
    assert (change.current, change.point, change.retry_in) == (S.DISCONNECTED, "RSA4c2", 13_500)
    assert (reason(bench).code, reason(bench).status_code) == (80019, 401)
    assert reason(bench).cause.code == (40170 if point == "RSA4c2" else 50003)  # type: ignore[union-attr]
    bench.later(13_500)
    assert fetches(bench) == ["connect"]


def test_rsa4c2_after_the_ttl_it_goes_on_being_suspended() -> None:
    bench = Bench(by_token(connection_state_ttl=1_000))
    bench.do(e.ConnectRequested(8))
    bench.later(1_000)
    assert (bench.state, bench.conn.fetching, bench.error(8)) == (S.SUSPENDED, None, 80002)
    bench.later(30_000)
    fail(bench)
    assert (bench.state, reason(bench).code) == (S.SUSPENDED, 80019)


def test_rsa4d_a_403_is_final() -> None:
    bench = Bench(by_token())
    bench.do(e.ConnectRequested())
    fail(bench, 403, forbidden=True)
    (change,) = bench.changes
    assert (change.current, change.point) == (S.FAILED, "RSA4d")
    assert (reason(bench).code, reason(bench).status_code) == (80019, 403)
    assert reason(bench).cause is not None


def test_rtn15h2_a_token_that_ends_while_connected_is_renewed_and_the_connection_resumed() -> None:
    bench = connected()
    bench.receive(DISCONNECTED)
    first, second = bench.changes
    assert (first.current, first.point) == (S.DISCONNECTED, "RTN15h2")
    assert (second.current, first.retry_in, first.reason.code) == (S.CONNECTING, None, 40142)  # type: ignore[union-attr]
    assert (bench.dials, fetches(bench)) == ([], ["connect"])
    arrive(bench, "tok-2")
    assert bench.dials[0]["accessToken"] == "tok-2"
    assert bench.dials[0]["resume"] == "conn1!key"
    bench.connected()
    assert bench.changes[0].point == "RTN15c6"


@pytest.mark.parametrize("second", ["no token", "rejected"])
def test_rtn15h2_without_a_good_one_it_is_disconnected(second: str) -> None:
    bench = connected()
    bench.receive(DISCONNECTED)
    if second == "no token":
        fail(bench)
    else:
        arrive(bench)
        bench.receive(ERROR)
    assert bench.state is S.DISCONNECTED
    assert reason(bench).code == (80019 if second == "no token" else 40142)
    assert "retry" in bench.timers


def test_rtn15h1_without_a_way_to_another_token_it_has_failed() -> None:
    bench = connected(by_token(auth_url=None, token="t"))
    bench.receive(DISCONNECTED)
    assert (bench.state, bench.changes[0].point) == (S.FAILED, "RTN15h1")
    assert (reason(bench).code, reason(bench).cause.code) == (40171, 40142)  # type: ignore[union-attr]


def test_rtn15c5_a_token_error_in_answer_to_a_resume() -> None:
    bench = connected()
    bench.lost()
    assert bench.dials[0]["resume"] == "conn1!key"
    bench.receive(ERROR)
    arrive(bench, "tok-2")
    assert bench.dials[0] | {"resume": "conn1!key", "accessToken": "tok-2"} == bench.dials[0]


def test_rtn15j_any_other_error_takes_the_token_with_it() -> None:
    bench = connected()
    bench.receive({"action": 9, "error": {"code": 40101, "statusCode": 401, "message": "no"}})
    assert (bench.state, reason(bench).code) == (S.FAILED, 40101)
    bench.do(e.ConnectRequested())
    assert fetches(bench) == ["connect"]


def test_a_given_token_is_tried_again_where_there_is_no_other() -> None:
    bench = connected(by_token(auth_url=None, token="t"))
    bench.receive({"action": 9, "error": {"code": 40101, "statusCode": 401, "message": "no"}})
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["accessToken"] == "t"


@pytest.mark.parametrize("where", ["given", "fetched", "in band"])
def test_rsa15c_the_token_of_another_client(where: str) -> None:
    other = '{"token":"t","clientId":"ann"}'
    given = by_token(client_id="bob", token=other if where == "given" else None)
    bench = connected(given) if where == "in band" else Bench(given)
    bench.do(e.ConnectRequested())
    if where == "in band":
        bench.receive({"action": 17})
    if where != "given":
        arrive(bench, client_id="ann")
    assert (bench.state, bench.changes[-1].point) == (S.FAILED, "RSA15c")
    assert reason(bench).code == 40102
    assert bench.dials == []


@pytest.mark.parametrize("client_id", ["bob", "*", None])
def test_rsa15b_a_token_for_this_client_or_for_any(client_id: str | None) -> None:
    bench = Bench(by_token(client_id="bob"))
    bench.do(e.ConnectRequested())
    arrive(bench, client_id=client_id)
    assert bench.dials


def test_close_while_a_token_is_fetched_closes_at_once() -> None:
    bench = Bench(by_token())
    bench.do(e.ConnectRequested(5))
    number = bench.conn.fetching
    bench.do(e.CloseRequested(6))
    assert [c.current for c in bench.changes] == [S.CLOSING, S.CLOSED]
    assert fx.CancelFetch(1) in bench.last
    assert (bench.reply(6) is not None, bench.error(5)) == (True, 80017)
    assert bench.do(e.TokenArrived(number or 0, TokenDetails("late"))) == ()
    assert bench.conn.token is None


def test_disconnect_while_a_token_is_fetched_holds() -> None:
    bench = Bench(by_token())
    bench.do(e.ConnectRequested(), e.DisconnectRequested(6))
    assert (bench.state, bench.conn.fetching, bench.conn.hold) == (S.DISCONNECTED, None, True)
    assert bench.reply(6) is not None
    bench.later(60_000)
    assert bench.state is S.DISCONNECTED


def test_other_credentials_are_other_tokens() -> None:
    bench = connected()
    bench.do(e.CloseRequested())
    bench.receive({"action": 8})
    bench.do(e.ParamsChanged(by_token(client_id="me"), 3))
    assert bench.conn.token == TokenDetails("tok-1"), "the credential is the same"
    bench.do(e.ParamsChanged(by_token(auth_url="http://localhost/other"), 4))
    assert bench.conn.token is None
    bench.do(e.ParamsChanged(by_token(auth_url=None, token="t"), 5))
    assert bench.conn.token == TokenDetails("t")
    assert [type(x) for x in bench.last] == [fx.Notice, fx.Reply]


# --- the service's clock --------------------------------------------------------------------------


def ends(at: float, **more: Any) -> ConnectParams:
    """A token that ends at that wall time, and a way to another."""
    text = json.dumps({"token": "given", "issued": 1, "expires": at})
    return by_token(token=text, **more)


def test_rsa4b1_our_own_clock_ends_no_token() -> None:
    bench = Bench(ends(1))
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["accessToken"] == "given"


def test_rsa10k_the_time_is_asked_before_a_token_is_used_that_ends() -> None:
    bench = Bench(ends(1, query_time=True))
    bench.do(e.ConnectRequested())
    (asked,) = [x for x in bench.last if isinstance(x, fx.FetchToken)]
    assert asked.held
    assert asked.held.token == "given"
    bench.do(e.TokenArrived(asked.number, TokenDetails("new", expires=2 * 10**12), 5.0))
    assert bench.dials[0]["accessToken"] == "new"
    assert bench.conn.ahead == 5.0


@pytest.mark.parametrize(("left", "fetched"), [(1, False), (0, True), (-1, True)])
def test_rsa4b1_with_the_services_time_known_it_is_judged_here(left: int, fetched: bool) -> None:
    bench = Bench(by_token(query_time=True))
    bench.do(e.ConnectRequested())
    assert bench.conn.fetching is not None
    expires = int(bench.wall) + 5_000 + left
    bench.do(e.TokenArrived(bench.conn.fetching, TokenDetails("t", expires=expires), 5_000.0))
    bench.connected()
    bench.lost()
    assert bool(fetches(bench)) is fetched
    assert bool(bench.dials) is not fetched


def test_rsa4b1_a_token_without_an_end_or_a_successor_is_used() -> None:
    bench = Bench(by_token(token="opaque", query_time=True))
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["accessToken"] == "opaque"
    bench = Bench(ends(1, auth_url=None, query_time=True))
    bench.do(e.ConnectRequested())
    assert bench.dials[0]["accessToken"] == "given"


def test_rsa10k_another_service_has_another_clock() -> None:
    bench = Bench(by_token(query_time=True))
    bench.do(e.ConnectRequested())
    assert bench.conn.fetching is not None
    bench.do(e.TokenArrived(bench.conn.fetching, TokenDetails("t"), 5.0))
    bench.refused()
    bench.do(e.ParamsChanged(replace(bench.conn.params, client_id="me")))
    assert bench.conn.ahead == 5.0
    bench.do(e.ParamsChanged(replace(bench.conn.params, port=7)))
    assert bench.conn.ahead is None
