"""RTL3 to RTL5, RTL12 to RTL15: channels."""

from __future__ import annotations

import pytest

from ablytui.protocol import effects as fx
from ablytui.protocol import events as e
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import Flag
from ablytui.protocol.params import DialectName
from ablytui.protocol.states import ChannelState as C
from ablytui.protocol.states import ConnectionState as S
from tests.support.machine import Bench, in_state, params

ERROR = {"code": 40160, "statusCode": 401, "message": "no"}


def channel(bench: Bench, name: str = "chan") -> C:
    return bench.conn.channels[name].state


def test_rtl4_attach_and_its_answer() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.AttachRequested("new", 1))
    assert bench.sent == [{"action": 10, "channel": "new"}]
    bench.receive({"action": 11, "channel": "new", "channelSerial": "s7", "flags": 983_044})
    value = {"state": C.ATTACHED, "resumed": True, "channelSerial": "s7"}
    assert bench.reply(1) == fx.Reply(1, value)
    assert bench.conn.channels["new"].modes == 983_040
    bench.do(e.AttachRequested("new", 2))
    assert bench.reply(2) is not None
    assert bench.sent == []


@pytest.mark.parametrize("state", [S.INITIALIZED, S.CONNECTING, S.DISCONNECTED])
def test_rtl4i_attach_waits_for_the_connection(state: S) -> None:
    bench = in_state(state)
    bench.do(e.AttachRequested("new", 1))
    assert channel(bench, "new") is C.ATTACHING
    assert bench.sent == []
    bench.do(e.ConnectRequested())
    bench.connected()
    assert {"action": 10, "channel": "new"} in bench.sent


@pytest.mark.parametrize("state", [S.SUSPENDED, S.CLOSING, S.CLOSED, S.FAILED])
def test_rtl4b_attach_needs_a_live_connection(state: S) -> None:
    bench = in_state(state)
    bench.do(e.AttachRequested("new", 1))
    assert bench.error(1) == 90000


def test_rtl4f_and_rtl13b_no_attached_in_time() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.AttachRequested("new", 1))
    bench.later(10_000)
    assert bench.error(1) == 90007
    assert channel(bench, "new") is C.SUSPENDED
    bench.later(15_000 * 0.9)
    assert channel(bench, "new") is C.ATTACHING
    bench.receive({"action": 0})
    bench.later(10_000)
    bench.receive({"action": 0})
    bench.later(15_000 * 4 / 3 * 0.9 - 1)
    assert channel(bench, "new") is C.SUSPENDED, "the second wait is longer"


def test_rtl5_detach() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.DetachRequested("chan", 1))
    assert bench.sent == [{"action": 12, "channel": "chan"}]
    bench.receive({"action": 13, "channel": "chan"})
    assert bench.reply(1) is not None
    assert channel(bench) is C.DETACHED
    assert bench.conn.channels["chan"].channel_serial is None, "RTL15b2"


def test_rtl5f_a_detach_that_is_not_answered_returns() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.DetachRequested("chan", 1))
    bench.later(10_000)
    assert bench.error(1) == 90007
    assert channel(bench) is C.ATTACHED


@pytest.mark.parametrize("state", [S.DISCONNECTED, S.CONNECTING])
def test_rtl5l_detach_without_a_connection_is_done_at_once(state: S) -> None:
    bench = in_state(state)
    bench.do(e.AttachRequested("new", 1), e.DetachRequested("new", 2))
    assert bench.error(1) is not None
    assert bench.reply(2) is not None
    assert bench.error(2) is None
    assert channel(bench, "new") is C.DETACHED


def test_rtl5j_a_suspended_channel_is_detached_at_once() -> None:
    bench = in_state(S.SUSPENDED)
    bench.do(e.DetachRequested("chan", 1))
    assert (channel(bench), bench.error(1), bench.sent) == (C.DETACHED, None, [])
    bench.do(e.ConnectRequested())
    bench.connected()
    assert bench.sent == []


def test_rtl4h_and_rtl5i_the_opposite_wish_waits() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.DetachRequested("chan", 1), e.AttachRequested("chan", 2))
    bench.receive({"action": 13, "channel": "chan"})
    assert bench.reply(1) is not None
    assert [m["action"] for m in bench.sent] == [10]
    bench.do(e.DetachRequested("chan", 3))
    bench.receive({"action": 11, "channel": "chan"})
    assert bench.error(2) is None
    assert [m["action"] for m in bench.sent] == [12]


def test_rtl12_attached_while_attached() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 11, "channel": "chan", "flags": 4, "channelSerial": "s2"})
    assert bench.channel_changes == []
    bench.receive({"action": 11, "channel": "chan", "channelSerial": "s3", "error": ERROR})
    (change,) = bench.channel_changes
    assert (change.event, change.resumed, change.reason.code) == ("update", False, 40160)  # type: ignore[union-attr]


def test_rtl5k_attached_after_detach_is_answered_with_detach() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.DetachRequested("chan"))
    bench.receive({"action": 11, "channel": "chan"})
    assert bench.sent == [{"action": 12, "channel": "chan"}]
    assert channel(bench) is C.DETACHING


def test_rtl13a_an_unasked_detached_attaches_again() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 13, "channel": "chan", "error": ERROR})
    assert [m["action"] for m in bench.sent] == [10]
    assert bench.channel_changes[0].reason.code == 40160  # type: ignore[union-attr]
    bench.receive({"action": 13, "channel": "chan", "error": ERROR})
    assert channel(bench) is C.SUSPENDED, "RTL13b"


def test_rtl14_an_error_fails_the_channel_alone() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.AttachRequested("new", 1))
    bench.receive({"action": 9, "channel": "new", "error": ERROR})
    assert (bench.state, channel(bench, "new"), bench.error(1)) == (S.CONNECTED, C.FAILED, 40160)
    bench.do(e.DetachRequested("new", 2))
    assert bench.error(2) == 90001
    bench.do(e.AttachRequested("new", 3))
    assert channel(bench, "new") is C.ATTACHING


@pytest.mark.parametrize("dialect", DialectName)
def test_rtl3d_the_serial_goes_with_the_attach_where_the_dialect_has_one(
    dialect: DialectName,
) -> None:
    bench = in_state(S.CONNECTED, params(dialect))
    bench.receive({"action": 15, "channel": "chan", "channelSerial": "s2", "connectionSerial": 1})
    bench.lost()
    bench.connected("other")
    expected = {"action": 10, "channel": "chan"}
    if dialect is DialectName.CURRENT:
        expected["channelSerial"] = "s2"
    assert bench.sent == [expected]


def test_rtl3c_suspension_keeps_the_serial() -> None:
    bench = in_state(S.SUSPENDED)
    assert channel(bench) is C.SUSPENDED
    assert bench.conn.channels["chan"].channel_serial == "s1"


def test_rtn19b_a_pending_detach_is_sent_again() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.DetachRequested("chan", 1))
    bench.lost()
    bench.connected()
    assert bench.sent == [{"action": 12, "channel": "chan"}]


def test_rtl4h_an_attach_that_waited_for_a_detach_without_answer() -> None:
    """The detach fails and the channel is attached again (RTL5f): the attach has what it wanted."""
    bench = in_state(S.CONNECTED)
    bench.do(e.DetachRequested("chan", 1), e.AttachRequested("chan", 2))
    bench.later(10_000)
    assert bench.error(1) == 90007
    assert bench.sent == []
    assert (channel(bench), bench.error(2)) == (C.ATTACHED, None)
    assert bench.reply(2) is not None


def test_rtl4h_an_attach_that_waited_for_a_detach_that_failed() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.DetachRequested("chan", 1), e.AttachRequested("chan", 2))
    bench.receive({"action": 9, "channel": "chan", "error": ERROR})
    assert bench.error(1) == 40160
    assert [m["action"] for m in bench.sent] == [10]
    assert bench.reply(2) is None


@pytest.mark.parametrize("wish", [e.AttachRequested, e.DetachRequested])
def test_rtl3e_an_answer_that_cannot_come_is_not_waited_for(wish: type) -> None:
    """RTN19b: the request goes out again with the next transport, and its time begins anew."""
    bench = in_state(S.CONNECTED)
    name = "new" if wish is e.AttachRequested else "chan"
    bench.do(wish(name, 1))
    before = channel(bench, name)
    bench.later(9_000)
    bench.lost()
    bench.refused()
    bench.later(9_000)
    assert (channel(bench, name), bench.reply(1)) == (before, None)
    bench.do(e.ConnectRequested())
    bench.connected()
    bench.later(9_999)
    assert bench.reply(1) is None
    bench.later(1)
    assert bench.error(1) == 90007


def test_rtl14_superseded_asks_again() -> None:
    """80016 names another transport's request: the pending one goes out again."""
    superseded = {"code": 80016, "statusCode": 410, "message": "superseded"}
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 9, "channel": "chan", "error": superseded})
    assert (channel(bench), bench.sent) == (C.ATTACHED, [])
    bench.do(e.DetachRequested("chan", 1))
    bench.receive({"action": 9, "channel": "chan", "error": superseded})
    assert bench.sent == [{"action": 12, "channel": "chan"}]
    bench.do(e.AttachRequested("new", 2))
    bench.receive({"action": 9, "channel": "new", "error": superseded})
    assert bench.sent == [{"action": 10, "channel": "new"}]
    assert bench.channel_changes == []


def test_rtl4k1_the_parameters_are_those_of_the_answer() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 11, "channel": "chan", "flags": 4, "params": {"rewind": "1"}})
    assert bench.conn.channels["chan"].params == (("rewind", "1"),)
    bench.receive({"action": 11, "channel": "chan", "flags": 4, "params": None})
    assert bench.conn.channels["chan"].params == ()


def test_every_answer_to_a_detach_has_the_same_members() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.DetachRequested("never", 1), e.DetachRequested("chan", 2))
    bench.receive({"action": 13, "channel": "chan"})
    bench.do(e.DetachRequested("chan", 3))
    for ref, state in ((1, C.INITIALIZED), (2, C.DETACHED), (3, C.DETACHED)):
        value = {"state": state, "resumed": False, "channelSerial": None}
        assert bench.reply(ref) == fx.Reply(ref, value)


# --- options ------------------------------------------------------------------------------------

PARAMS = (("rewind", "1"), ("delta", "vcdiff"))
MODES = int(Flag.PUBLISH | Flag.SUBSCRIBE)


def test_rtl4k_and_rtl4l_options_go_with_every_attach() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.AttachRequested("new", 1, PARAMS, MODES))
    asked = {"params": dict(PARAMS), "flags": MODES}
    assert bench.sent == [{"action": 10, "channel": "new", **asked}]
    bench.receive({"action": 11, "channel": "new", "channelSerial": "s7", "flags": MODES})
    bench.lost()
    bench.connected("other")
    again = {"action": 10, "channel": "new", "channelSerial": "s7", **asked}
    assert again in bench.sent, "RTL4c1"
    bench.receive({"action": 13, "channel": "new"})
    bench.do(e.CloseRequested())
    bench.receive({"action": 8})
    bench.do(e.ConnectRequested())
    bench.connected()
    bench.do(e.AttachRequested("new"))
    assert bench.sent == [{"action": 10, "channel": "new", **asked}], "also of a new connection"


def test_rtl4k1_and_rtl4m_what_was_granted_is_kept() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.AttachRequested("new", 1, PARAMS))
    granted = {"rewind": "1"}
    bench.receive({"action": 11, "channel": "new", "flags": MODES | 4, "params": granted})
    assert bench.conn.channels["new"].params == (("rewind", "1"),)
    assert bench.conn.channels["new"].modes == MODES
    bench.receive({"action": 11, "channel": "new", "flags": 4, "params": None})
    assert bench.conn.channels["new"].params == ()


def test_rtl16a_other_options_attach_a_live_channel_again() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(e.AttachRequested("chan", 1, PARAMS))
    expected = {"action": 10, "channel": "chan", "params": dict(PARAMS), "channelSerial": "s1"}
    assert bench.sent == [expected]
    assert channel(bench) is C.ATTACHING
    bench.do(e.AttachRequested("chan", 2, None, MODES))
    assert bench.sent == [expected | {"flags": MODES}], "also while it is attaching"
    assert bench.reply(1) is None
    bench.receive({"action": 11, "channel": "chan", "flags": 4, "channelSerial": "s1"})
    assert (bench.error(1), bench.error(2), channel(bench)) == (None, None, C.ATTACHED)
    bench.do(e.AttachRequested("chan", 3, PARAMS, MODES))
    assert bench.sent == [], "the same options change nothing"
    bench.do(e.AttachRequested("chan", 4, (), 0))
    assert bench.sent == [{"action": 10, "channel": "chan", "channelSerial": "s1"}]


@pytest.mark.parametrize("state", [S.SUSPENDED, S.CLOSED, S.FAILED])
def test_a_refused_attach_changes_no_options(state: S) -> None:
    bench = in_state(state)
    bench.do(e.AttachRequested("chan", 1, PARAMS, MODES))
    assert bench.error(1) == 90000
    assert all(not kept.asked_params for kept in bench.conn.channels.values())


# --- what cannot be decoded ---------------------------------------------------------------------


def bad_delta(code: int = 40018, serial: str | None = "s1") -> e.DecodingFailed:
    return e.DecodingFailed("chan", serial, ErrorInfo(code, 400, "bad delta"))


def test_rtl18_a_failed_delta_attaches_from_the_last_good_serial() -> None:
    bench = in_state(S.CONNECTED)
    bench.receive({"action": 15, "channel": "chan", "channelSerial": "s2"})
    bench.do(bad_delta())
    assert bench.sent == [{"action": 10, "channel": "chan", "channelSerial": "s1"}]
    (change,) = bench.channel_changes
    assert (change.current, change.reason) == (C.ATTACHING, ErrorInfo(40018, 400, "bad delta"))
    assert fx.Notice("error", "bad delta", 40018) in bench.last, "RTL18a"
    bench.receive({"action": 15, "channel": "chan", "channelSerial": "s3"})
    assert bench.last == (), "nothing is delivered meanwhile (RTL17)"
    bench.do(bad_delta(serial="s9"))
    assert bench.sent == [], "one recovery at a time"
    bench.later(10_000)
    bench.later(20_000)
    assert bench.conn.channels["chan"].channel_serial == "s1", "no serial counts meanwhile"
    bench.receive({"action": 11, "channel": "chan", "channelSerial": "s1", "flags": 4})
    bench.receive({"action": 15, "channel": "chan", "channelSerial": "s2"})
    assert bench.conn.channels["chan"].channel_serial == "s2"


def test_pc3_without_a_decoder_the_channel_fails() -> None:
    bench = in_state(S.CONNECTED)
    bench.do(bad_delta(40019))
    assert channel(bench) is C.FAILED
    assert bench.conn.channels["chan"].reason == ErrorInfo(40019, 400, "bad delta")
