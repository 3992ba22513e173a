"""`authorize` in every state (RTC8), AUTH from the service (RTN22), and tokens that do not come."""

from __future__ import annotations

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.auth import TokenDetails
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import DETAILS, ID, Bench, in_state, params
from tests.support.tokens import EXPIRED, arrive, by_token, connected, fail, fetches

NEW = TokenDetails("new")
AUTH = {"action": 17, "auth": {"accessToken": "new"}}
CONNECTED = {"action": 4, "connectionId": ID, "connectionDetails": DETAILS}


def test_rtc8a_in_band_with_a_token_that_is_given() -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(NEW, 9))
    assert (bench.sent, bench.changes, fetches(bench)) == ([AUTH], [], [])
    assert bench.reply(9) is None
    bench.receive(CONNECTED)
    assert [str(c.event) for c in bench.changes] == ["update"]
    assert bench.reply(9) is not None
    assert bench.error(9) is None
    assert "auth" not in bench.timers
    bench.lost()
    assert bench.dials[0]["accessToken"] == "new"


def test_rtc8a_in_band_from_the_source() -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(None, 9))
    assert (bench.sent, fetches(bench)) == ([], ["authorize"])
    arrive(bench, "new")
    assert bench.sent == [AUTH]
    bench.receive(CONNECTED)
    assert bench.error(9) is None


def test_rsa10a_with_a_key_it_changes_over_to_tokens() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.AuthorizeRequested(None, 9))
    arrive(bench, "new")
    assert bench.sent == [AUTH]
    bench.receive(CONNECTED)
    bench.lost()
    assert bench.dials[0]["accessToken"] == "new"
    assert "key" not in bench.dials[0]
    bench.receive({"action": 9, "error": EXPIRED})
    assert (bench.state, fetches(bench)) == (S.CONNECTING, ["connect"]), "the key renews it"


def test_rtc8a1_a_lost_capability_fails_its_channel_only() -> None:
    bench = connected()
    bench.attached("chan")
    bench.do(e.AuthorizeRequested(NEW, 9))
    bench.receive({"action": 9, "channel": "chan", "error": {"code": 40160, "statusCode": 401}})
    bench.receive(CONNECTED)
    assert (bench.state, bench.conn.channels["chan"].state) == (S.CONNECTED, "failed")
    assert bench.error(9) is None


@pytest.mark.parametrize("code", [40102, 40012, 40101, 40142])
def test_rtc8a2_a_refused_token_is_the_end(code: int) -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(NEW, 9))
    bench.receive({"action": 9, "error": {"code": code, "statusCode": 401, "message": "no"}})
    (change,) = bench.changes
    assert (change.current, change.point, change.reason.code) == (S.FAILED, "RTC8a2", code)  # type: ignore[union-attr]
    assert bench.error(9) == code


def test_rtc8a3_each_answer_is_for_its_own_auth() -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(NEW, 8), e.AuthorizeRequested(TokenDetails("newer"), 9))
    bench.receive(CONNECTED)
    assert (bench.reply(8) is not None, bench.reply(9)) == (True, None)
    bench.receive(CONNECTED)
    assert bench.reply(9) is not None


def test_rtc8a3_no_answer_is_told_and_the_connection_goes_on() -> None:
    bench = connected(by_token())
    bench.do(e.AuthorizeRequested(NEW, 9))
    bench.later(10_000)
    assert (bench.state, bench.error(9)) == (S.CONNECTED, 50003)


def test_two_wishes_share_one_token() -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(None, 8))
    bench.do(e.AuthorizeRequested(None, 9))
    assert fetches(bench) == []
    arrive(bench, "new")
    bench.receive(CONNECTED)
    assert (bench.error(8), bench.error(9)) == (None, None)
    assert bench.reply(8) is not None
    assert bench.reply(9) is not None


def test_a_loss_during_in_band_authorizing_is_answered_by_the_next_connected() -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(NEW, 9))
    bench.lost()
    assert bench.dials[0]["accessToken"] == "new"
    assert bench.reply(9) is None
    bench.connected()
    assert bench.error(9) is None
    assert bench.reply(9) is not None


def test_a_loss_while_its_token_is_fetched_fetches_it_before_the_dial() -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(None, 9))
    bench.lost()
    assert (bench.state, bench.dials, fetches(bench)) == (S.CONNECTING, [], ["authorize"])
    arrive(bench, "new")
    bench.connected()
    assert bench.reply(9) is not None


@pytest.mark.parametrize("own", [False, True], ids=["from the source", "given"])
@pytest.mark.parametrize("socket", [False, True], ids=["fetching", "dialling"])
def test_rtc8b_while_connecting_the_attempt_is_abandoned(own: bool, socket: bool) -> None:
    bench = Bench(by_token())
    bench.do(e.ConnectRequested(4))
    if socket:
        arrive(bench, "old")
    bench.do(e.AuthorizeRequested(NEW if own else None, 9))
    assert (bench.state, bench.changes) == (S.CONNECTING, [])
    if not own:
        assert (bench.open, fetches(bench)) == (set(), ["authorize"])
        arrive(bench, "new")
    assert bench.dials[0]["accessToken"] == "new"
    bench.connected()
    assert (bench.error(9), bench.error(4)) == (None, None)
    assert bench.reply(9) is not None


@pytest.mark.parametrize("state", [S.INITIALIZED, S.DISCONNECTED, S.SUSPENDED, S.CLOSING, S.CLOSED, S.FAILED])  # fmt: skip
@pytest.mark.parametrize("own", [False, True], ids=["from the source", "given"])
def test_rtc8c_from_any_other_state_it_connects(state: S, own: bool) -> None:
    bench = in_state(state)
    bench.do(e.AuthorizeRequested(NEW if own else None, 9))
    assert [(c.current, c.point) for c in bench.changes] == [(S.CONNECTING, "RTC8c")]
    if not own:
        assert (bench.dials, fetches(bench)) == ([], ["authorize"])
        arrive(bench, "new")
    assert bench.dials[0]["accessToken"] == "new"
    bench.connected()
    assert (bench.state, bench.error(9)) == (S.CONNECTED, None)
    assert bench.reply(9) is not None


def test_rtc8b1_it_is_refused_where_the_connection_ends_otherwise() -> None:
    for status, code in ((403, 80019), (401, 80019)):
        bench = in_state(S.DISCONNECTED)
        bench.do(e.AuthorizeRequested(None, 9))
        fail(bench, status, forbidden=status == 403)
        assert bench.error(9) == code
        assert bench.state is (S.FAILED if status == 403 else S.DISCONNECTED)


def test_without_a_source_there_is_nothing_to_authorize_with() -> None:
    bench = connected(by_token(auth_url=None, token="t"))
    bench.do(e.AuthorizeRequested(None, 9))
    assert (bench.state, bench.error(9)) == (S.CONNECTED, 40171)


def test_rtn22_the_service_asks_for_another_token() -> None:
    bench = connected()
    bench.receive({"action": 17})
    bench.receive({"action": 17})
    arrive(bench, "new")
    assert (bench.sent, bench.changes) == ([AUTH], [])
    bench.receive(CONNECTED)
    assert [str(c.event) for c in bench.changes] == ["update"]


def test_rtn22_with_a_key_or_without_a_source_it_is_only_told() -> None:
    for given, level in ((params(), "info"), (by_token(auth_url=None, token="t"), "warning")):
        bench = connected(given)
        bench.receive({"action": 17})
        (notice,) = [x for x in bench.last if isinstance(x, fx.Notice)]
        assert (notice.level, bench.state) == (level, S.CONNECTED)


def test_rtn22_a_loss_meanwhile_resumes_with_the_token_in_hand() -> None:
    bench = connected()
    bench.receive({"action": 17})
    bench.lost()
    assert bench.dials[0]["accessToken"] == "tok-1"


def test_rtn22a_a_client_that_does_not_answer_is_disconnected() -> None:
    bench = connected()
    bench.receive({"action": 17})
    bench.receive({"action": 6, "error": EXPIRED})
    assert (bench.state, fetches(bench)) == (S.CONNECTING, ["connect"])


@pytest.mark.parametrize("late", [False, True])
def test_rsa4c3_no_token_while_connected_leaves_it_connected(late: bool) -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(None, 9))
    if late:
        bench.later(10_000)
    else:
        fail(bench)
    assert (bench.state, bench.changes) == (S.CONNECTED, [])
    assert bench.conn.error_reason is not None
    assert (bench.conn.error_reason.code, bench.conn.error_reason.status_code) == (80019, 401)
    assert bench.error(9) == 80019
    assert [x.code for x in bench.last if isinstance(x, fx.Notice)] == [80019]


def test_rsa4d1_a_403_while_connected_is_final_too() -> None:
    bench = connected()
    bench.receive({"action": 17})
    fail(bench, 403, forbidden=True)
    assert (bench.state, bench.changes[0].point) == (S.FAILED, "RSA4d")


def test_a_token_that_comes_while_closing_changes_nothing() -> None:
    bench = connected()
    bench.do(e.AuthorizeRequested(None, 9))
    number = bench.conn.fetching or 0
    bench.do(e.CloseRequested())
    assert bench.do(e.TokenArrived(number, NEW)) == ()
    bench.receive({"action": 8})
    assert bench.error(9) == 80017
