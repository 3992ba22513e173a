from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.codec import Format
from ablytui.protocol.log import Row
from ablytui.protocol.observe.verdict import (
    ChannelVerdict,
    Verdict,
    VerdictFold,
    verdict_members,
)
from tests.support.rows import IN, OUT, frame, handshake, socket, state, upgrade

WALL = 1_700_000_000_000
RESUMED, BACKLOG = 4, 2


class Story:
    """One connection told row by row, times in ms; collects the verdicts."""

    def __init__(self, classic: bool = False, fmt: Format = Format.JSON, skew: int = 0) -> None:
        self.fold = VerdictFold(WALL, 10_000)
        self.classic, self.fmt, self.skew = classic, fmt, skew
        self.attempt = 0
        self.verdicts: list[Verdict] = []

    def feed(self, row: Row, duplicate: bool = False) -> Story:
        self.verdicts += self.fold.feed(row, duplicate)
        return self

    def dial(self, at: float, mode: str = "clean", serial: int | None = None) -> Story:
        self.attempt += 1
        query = "protocol=json" if self.classic else "v=6"
        if serial is not None:
            query += f"&connection_serial={serial}"
        return self.feed(upgrade(at, self.attempt, mode, query))

    def got(self, at: float, action: int, **members: Any) -> Story:
        message = {"action": action, **members}
        return self.feed(frame(at, IN, message, attempt=self.attempt, fmt=self.fmt))

    def sent(self, at: float, action: int, **members: Any) -> Story:
        message = {"action": action, **members}
        return self.feed(frame(at, OUT, message, attempt=self.attempt, fmt=self.fmt))

    def connected(self, at: float, ident: str, error: dict[str, Any] | None = None) -> Story:
        more: dict[str, Any] = {"error": error} if error else {}
        if self.classic:
            more["connectionSerial"] = -1
        return self.got(at, 4, connectionId=ident, connectionDetails={}, **more)

    def message(
        self,
        at: float,
        channel: str,
        born: float,
        ident: str,
        serial: int | None = None,
        items: int = 1,
        duplicate: bool = False,
    ) -> Story:
        more = {} if serial is None else {"connectionSerial": serial}
        message = {
            "action": 15,
            "channel": channel,
            "id": ident,
            "timestamp": WALL + self.skew + born,
            "messages": [{"name": "n"}] * items,
            **more,
        }
        row = frame(at, IN, message, attempt=self.attempt, fmt=self.fmt)
        return self.feed(row, duplicate)

    def tick(self, at: float) -> Story:
        self.verdicts += self.fold.tick(round(at * 1000))
        return self

    def lost(self, at: float) -> Story:
        return self.feed(socket(at, self.attempt))

    def due(self) -> float | None:
        due = self.fold.due()
        return None if due is None else due / 1000


def attached_once(**how: Any) -> Story:
    story = Story(**how)
    story.dial(0).connected(5, "ID1").sent(6, 10, channel="orders")
    story.got(8, 11, channel="orders", channelSerial="a:1", flags=0)
    story.message(500, "orders", 500, "p:0", 0 if story.classic else None)
    return story.lost(1000)


def resumed(
    story: Story,
    at: float = 1188,
    flags: int = RESUMED | BACKLOG,
    ident: str = "ID1",
    error: dict[str, Any] | None = None,
    **more: Any,
) -> Story:
    story.dial(1000, "resume", 0 if story.classic else None).connected(at, ident, error)
    if not story.classic:
        story.sent(at, 10, channel="orders", channelSerial="a:1")
        story.got(at + 5, 11, channel="orders", channelSerial="a:1", flags=flags, **more)
    return story


@pytest.mark.parametrize("fmt", list(Format))
def test_resumed_with_replay_in_both_formats(fmt: Format) -> None:
    story = resumed(attached_once(fmt=fmt))
    for i in range(3):
        story.message(1194 + i, "orders", 1050 + i, f"q:{i}")
    assert story.verdicts == []
    assert story.due() == 1196 + 250
    (verdict,) = story.tick(1446).verdicts
    assert verdict.outcome == "resumed"
    assert verdict.channels == {"orders": ChannelVerdict(True, 3, 0, 0)}
    assert verdict.text == (
        "Resumed: same connectionId ID1 after 188 ms; orders RESUMED, 3 missed messages replayed."
    )
    assert not verdict.final  # no live message has shown the backlog to be over


def test_a_live_message_ends_the_backlog_and_makes_the_verdict_final() -> None:
    story = resumed(attached_once())
    story.message(1194, "orders", 1050, "q:0").message(1300, "orders", 1300, "q:1")
    assert story.due() == 1194 + 250  # live messages do not hold it up
    (verdict,) = story.tick(1444).verdicts
    assert verdict.final
    assert verdict.channels["orders"].replayed == 1
    assert story.due() is None
    assert not story.fold.judging


def test_items_are_counted_not_frames() -> None:
    story = resumed(attached_once()).message(1194, "orders", 1050, "q:0", items=4)
    assert story.tick(2000).verdicts[0].channels["orders"].replayed == 4


def test_what_is_replayed_later_is_corrected_once_and_finally() -> None:
    story = resumed(attached_once()).tick(1443)
    assert story.verdicts[0].channels["orders"].replayed == 0
    assert "the promised backlog has not come yet" in story.verdicts[0].text
    assert not story.verdicts[0].final
    assert story.due() is None
    story.message(3000, "orders", 1050, "q:0").message(3100, "orders", 1051, "q:1")
    assert story.due() == 3350
    story.tick(3350)
    assert [v.final for v in story.verdicts] == [False, True]
    assert story.verdicts[1].channels["orders"].replayed == 2
    story.message(9000, "orders", 1060, "q:2").tick(99_000)
    assert len(story.verdicts) == 2


def test_without_more_there_is_no_second_verdict() -> None:
    story = resumed(attached_once()).tick(1500)
    story.message(3000, "orders", 3000, "q:0").tick(9000)
    assert len(story.verdicts) == 1
    assert not story.fold.judging


def test_without_backlog_the_first_verdict_is_final() -> None:
    (verdict,) = resumed(attached_once(), flags=RESUMED).tick(1443).verdicts
    assert verdict.final
    assert verdict.text.endswith("orders RESUMED, no message was missed.")


@pytest.mark.parametrize("skew", [-3_600_000, -700, 700, 3_600_000])
def test_clocks_that_differ_do_not_change_the_count(skew: int) -> None:
    story = resumed(attached_once(skew=skew))
    story.message(1194, "orders", 1050, "q:0").message(1250, "orders", 1250, "q:1")
    assert story.tick(2000).verdicts[0].channels["orders"].replayed == 1


def test_doubled_by_id() -> None:
    story = resumed(attached_once())
    story.message(1194, "orders", 500, "p:0").message(1195, "orders", 1050, "q:0")
    verdict = story.tick(2000).verdicts[0]
    assert verdict.channels["orders"] == ChannelVerdict(True, 1, 1, 0)
    assert "1 missed message replayed, 1 came twice" in verdict.text


def test_lost() -> None:
    error = {"code": 80018, "statusCode": 400, "message": "invalid connection key"}
    story = resumed(attached_once(), flags=0, ident="ID2", error=error)
    (verdict,) = story.tick(2000).verdicts
    assert (verdict.outcome, verdict.old_id, verdict.new_id) == ("lost", "ID1", "ID2")
    assert verdict.channels == {"orders": ChannelVerdict(False, 0, 0, None)}
    assert verdict.text == (
        "Lost: 80018 invalid connection key; new connectionId ID2 after 188 ms; "
        "orders came back without RESUMED; messages in between are lost (how many is unknown)."
    )


def test_lost_without_a_reason_and_without_channels() -> None:
    story = Story().dial(0).connected(5, "ID1").lost(10).dial(11, "resume").connected(20, "ID2")
    (verdict,) = story.tick(270).verdicts
    assert verdict.text == (
        "Lost: new connectionId ID2 after 10 ms; "
        "messages in between are lost (how many is unknown)."
    )
    assert verdict.final


def test_a_new_id_with_a_resumed_channel_loses_nothing_on_it() -> None:
    (verdict,) = resumed(attached_once(), flags=RESUMED, ident="ID2").tick(2000).verdicts
    assert verdict.outcome == "lost"
    assert verdict.channels["orders"].lost == 0


def test_partial_when_a_channel_comes_back_without_resumed() -> None:
    error = {"code": 80006, "statusCode": 400, "message": "messages are gone"}
    story = attached_once().dial(1000, "resume").connected(1100, "ID1")
    story.sent(1100, 10, channel="orders", channelSerial="a:1")
    story.sent(1100, 10, channel="audit", channelSerial="a:7")
    story.got(1105, 11, channel="orders", flags=RESUMED)
    assert story.due() == 11_100  # audit is still awaited
    story.got(1400, 11, channel="audit", flags=0, error=error)
    assert story.due() == 1650
    (verdict,) = story.tick(1650).verdicts
    assert verdict.outcome == "partial"
    assert verdict.channels["audit"] == ChannelVerdict(False, 0, 0, None)
    assert "audit came back without RESUMED (80006 messages are gone)" in verdict.text


@pytest.mark.parametrize("action", [9, 13])
def test_partial_when_a_channel_is_refused(action: int) -> None:
    story = attached_once().dial(1000, "resume").connected(1100, "ID1")
    story.sent(1100, 10, channel="orders", channelSerial="a:1")
    story.got(1110, action, channel="orders", error={"code": 40160, "message": "no"})
    (verdict,) = story.tick(1360).verdicts
    assert verdict.outcome == "partial"
    assert "orders did not come back (40160 no)" in verdict.text


def test_an_unanswered_channel_holds_it_up_to_the_limit() -> None:
    story = attached_once().dial(1000, "resume").connected(1100, "ID1")
    story.sent(1100, 10, channel="orders", channelSerial="a:1")
    assert story.tick(11_099).verdicts == []
    (verdict,) = story.tick(11_100).verdicts
    assert verdict.outcome == "partial"
    assert "orders got no answer" in verdict.text


def test_a_first_attach_is_not_judged() -> None:
    story = Story().dial(0).connected(5, "ID1").lost(10).dial(11, "resume").connected(20, "ID1")
    story.sent(21, 10, channel="new")
    (verdict,) = story.tick(270).verdicts
    assert verdict.channels == {}
    assert verdict.text == "Resumed: same connectionId ID1 after 10 ms; no channel was attached."


def test_a_channel_detached_meanwhile_is_not_owed_anything() -> None:
    story = attached_once().dial(1000, "resume").connected(1100, "ID1")
    story.sent(1100, 10, channel="orders", channelSerial="a:1").sent(1150, 12, channel="orders")
    assert story.tick(1400).verdicts[0].outcome == "resumed"


def test_the_end_of_the_socket_ends_the_wait() -> None:
    story = resumed(attached_once()).lost(1200)
    assert [v.outcome for v in story.verdicts] == ["resumed"]
    assert story.verdicts[0].final


def test_recovered_is_told_again_for_a_channel_taken_up() -> None:
    story = Story().dial(0, "recover").connected(10, "ID9").tick(260)
    assert story.verdicts[0].outcome == "recovered"
    assert story.verdicts[0].old_id is None
    assert not story.verdicts[0].final
    assert story.verdicts[0].text == "Recovered: connectionId ID9; no channel was attached."
    story.sent(5000, 10, channel="orders", channelSerial="a:1")
    story.got(5005, 11, channel="orders", flags=RESUMED | BACKLOG)
    story.message(5006, "orders", -9000, "q:0").tick(5256)
    assert story.verdicts[1].channels == {"orders": ChannelVerdict(True, 1, 0, 0)}
    assert story.verdicts[1].final


def test_a_failed_recover() -> None:
    error = {"code": 80018, "statusCode": 400, "message": "invalid connection key"}
    story = Story().dial(0, "recover").connected(10, "ID9", error).tick(260)
    assert (story.verdicts[0].asked, story.verdicts[0].outcome) == ("recover", "lost")
    assert story.verdicts[0].final


def test_refused_by_error() -> None:
    story = attached_once().dial(1000, "resume")
    story.got(1010, 9, error={"code": 40101, "statusCode": 401, "message": "unknown key"})
    story.feed(socket(1011, 2, 1000))
    (verdict,) = story.verdicts
    assert (verdict.outcome, verdict.old_id, verdict.new_id) == ("refused", "ID1", None)
    assert verdict.text == "Refused: 40101 unknown key; nothing was resumed."


@pytest.mark.parametrize(("event", "outcomes"), [("failed", ["refused"]), ("disconnected", [])])
def test_rtn15c5_a_rejected_token_refuses_only_where_there_is_no_other(
    event: str, outcomes: list[str]
) -> None:
    story = attached_once().dial(1000, "resume")
    story.got(1010, 9, error={"code": 40142, "statusCode": 401, "message": "expired"})
    story.feed(state(1011, "connecting", event, 2))
    story.feed(socket(1012, 2, 1000))
    assert [v.outcome for v in story.verdicts] == outcomes


@pytest.mark.parametrize(
    ("status", "classic", "verdicts"),
    [(401, False, 1), (404, False, 1), (503, False, 0), (503, True, 1), (101, False, 0)],
)
def test_refused_upgrade(status: int, classic: bool, verdicts: int) -> None:
    story = attached_once(classic=classic).dial(1000, "resume", 0 if classic else None)
    story.feed(handshake(1010, 2, status, x_ably_errorcode="40101", X_Ably_ErrorMessage="no"))
    story.feed(socket(1011, 2))
    assert len(story.verdicts) == verdicts
    if verdicts:
        assert str(story.verdicts[0].error) == "40101 no"


def test_the_socket_rows_error_wins_over_the_headers() -> None:
    story = attached_once().dial(1000, "recover").feed(handshake(1010, 2, 401))
    story.feed(socket(1011, 2, error={"code": 40140, "statusCode": 401, "message": "token"}))
    assert story.verdicts[0].text == "Refused: 40140 token; nothing was recovered."


@pytest.mark.parametrize(("code", "outcome"), [(1008, ["refused"]), (1006, []), (1000, [])])
def test_classic_close_before_any_frame(code: int, outcome: list[str]) -> None:
    story = attached_once(classic=True).dial(1000, "resume", 0).feed(socket(1010, 2, code))
    assert [v.outcome for v in story.verdicts] == outcome


def test_a_dial_without_a_socket_gets_no_verdict() -> None:
    story = attached_once().dial(1000, "resume").feed(socket(1010, 2, error={"message": "no TCP"}))
    assert story.verdicts == []


def test_clean_gets_no_verdict() -> None:
    story = attached_once().dial(1000).connected(1010, "ID5").tick(99_000)
    assert story.verdicts == []


# --- classic ------------------------------------------------------------------------------------


def test_classic_replay_up_to_the_first_live_frame() -> None:
    story = resumed(attached_once(classic=True))
    story.message(1190, "orders", 1050, "q:0", 1).message(1191, "orders", 1060, "q:1", 2)
    story.message(1250, "orders", 1250, "q:2", 3)
    (verdict,) = story.tick(1441).verdicts
    assert verdict.outcome == "resumed"
    assert verdict.channels == {"orders": ChannelVerdict(True, 2, 0, 0)}
    assert verdict.final
    assert verdict.text.endswith("orders stayed attached, 2 missed messages replayed.")


def test_classic_duplicates_are_doubled() -> None:
    story = resumed(attached_once(classic=True))
    story.message(1190, "orders", 500, "other", 0, duplicate=True)
    story.message(1191, "orders", 500, "another", 0)  # not marked, yet at or below our serial
    story.message(1192, "orders", 1050, "q:0", 1)
    assert story.tick(2000).verdicts[0].channels["orders"] == ChannelVerdict(True, 1, 2, 0)


def test_classic_gap_proves_a_loss() -> None:
    story = resumed(attached_once(classic=True))
    story.message(1190, "orders", 1050, "q:0", 5).message(1191, "orders", 1051, "q:1", 6)
    (verdict,) = story.tick(2000).verdicts
    assert verdict.outcome == "partial"
    assert verdict.channels == {"orders": ChannelVerdict(False, 2, 0, 4)}
    assert "4 frames are lost between connectionSerial 0 and 5" in verdict.text


def test_classic_gap_over_two_channels_is_nobodys_number() -> None:
    story = resumed(attached_once(classic=True))
    story.message(1190, "orders", 1050, "q:0", 3).message(1191, "audit", 1051, "q:1", 4)
    (verdict,) = story.tick(2000).verdicts
    assert [c.lost for c in verdict.channels.values()] == [None, None]
    assert "2 frames are lost" in verdict.text


@pytest.mark.parametrize("code", [80006, 80007, 80012])
def test_classic_same_id_with_an_error_is_partial(code: int) -> None:
    error = {"code": code, "statusCode": 400, "message": "continuity"}
    (verdict,) = resumed(attached_once(classic=True), error=error).tick(2000).verdicts
    assert verdict.outcome == "partial"
    assert verdict.channels["orders"].lost is None
    assert verdict.text == (
        f"Resumed in part: {code} continuity; same connectionId ID1 after 188 ms; "
        "orders stayed attached, nothing was replayed; "
        "messages in between may be lost (how many is unknown)."
    )


def test_classic_extra_attached_without_resumed_is_partial() -> None:
    story = resumed(attached_once(classic=True))
    story.got(1190, 11, channel="orders", flags=0, error={"code": 80006, "message": "gone"})
    (verdict,) = story.tick(2000).verdicts
    assert verdict.outcome == "partial"
    assert not verdict.channels["orders"].resumed


def test_classic_lost_attaches_again() -> None:
    error = {"code": 80008, "statusCode": 400, "message": "unable to recover"}
    story = resumed(attached_once(classic=True), ident="ID2", error=error)
    story.sent(1189, 10, channel="orders").got(1195, 11, channel="orders", flags=0)
    (verdict,) = story.tick(2000).verdicts
    assert verdict.outcome == "lost"
    assert list(verdict.channels) == ["orders"]


def test_classic_recover_names_channels_as_they_come() -> None:
    story = Story(classic=True).dial(0, "recover", 7).connected(10, "ID1")
    story.message(11, "orders", -500, "q:0", 8).tick(261)
    assert story.verdicts[0].outcome == "recovered"
    assert story.verdicts[0].channels == {"orders": ChannelVerdict(True, 1, 0, 0)}


# --- the row, and bad input ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "outcome"), [(None, "recovered"), ({"code": 80006, "message": "gone"}, "partial")]
)
def test_classic_attached_on_a_wish_says_nothing_of_what_the_serials_prove(
    error: dict[str, Any] | None, outcome: str
) -> None:
    story = Story(classic=True).dial(0, "recover", 4).connected(10, "ID9")
    story.sent(12, 10, channel="a").message(15, "a", -500, "q:0", 5)
    story.got(20, 11, channel="a", flags=0, **({"error": error} if error else {}))
    (verdict,) = story.tick(400).verdicts
    assert (verdict.outcome, verdict.channels["a"].replayed) == (outcome, 1)
    assert "not attached here" not in verdict.text


def test_classic_what_comes_on_a_channel_nobody_attached_here_is_told() -> None:
    story = Story(classic=True).dial(0, "recover", 4).connected(10, "ID9")
    story.message(15, "a", -500, "q:0", 5)
    (verdict,) = story.tick(400).verdicts
    assert verdict.text.endswith(
        "a stayed attached, 1 missed message replayed; "
        "a is not attached here, so nothing is delivered."
    )


def test_a_backlog_of_known_messages_has_come() -> None:
    story = resumed(attached_once()).message(1194, "orders", 500, "p:0")
    (verdict,) = story.tick(1500).verdicts
    assert verdict.text.endswith("orders RESUMED, nothing new was replayed, 1 came twice.")


def test_members() -> None:
    error = {"code": 80018, "statusCode": 400, "message": "no"}
    (verdict,) = resumed(attached_once(), flags=0, ident="ID2", error=error).tick(2000).verdicts
    members = verdict_members(verdict)
    assert json.loads(json.dumps(members)) == members
    assert list(members) == [
        "asked", "outcome", "oldId", "newId", "error", "channels", "final", "text",
    ]  # fmt: skip
    assert members["error"] == error
    assert members["channels"] == {
        "orders": {"resumed": False, "replayed": 0, "doubled": 0, "lost": None}
    }


def test_many_channels_are_counted() -> None:
    story = attached_once().dial(1000, "resume").connected(1100, "ID1")
    for i in range(6):
        story.sent(1100, 10, channel=f"c{i}", channelSerial="a")
        story.got(1101, 11, channel=f"c{i}", flags=RESUMED)
    text = story.tick(9000).verdicts[0].text
    assert "c0, c1, c2 and 3 more channels RESUMED" in text


def test_a_late_frame_of_the_old_transport_says_nothing() -> None:
    story = attached_once().dial(1000, "resume")
    row = frame(1001, IN, {"action": 9, "error": {"code": 1, "message": "x"}}, attempt=1)
    assert story.feed(row).verdicts == []


_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


@given(
    st.lists(
        st.fixed_dictionaries(
            {"action": st.sampled_from([4, 6, 9, 10, 11, 12, 13, 14, 15, 99])},
            optional={
                "channel": st.sampled_from(["a", "b", ""]) | st.none(),
                "channelSerial": st.just("s") | st.none(),
                "connectionId": st.sampled_from(["x", "y"]) | _value,
                "connectionSerial": st.integers(-1, 9),
                "flags": st.sampled_from([0, 2, 4, 6]),
                "error": _value,
                "messages": _value,
                "timestamp": st.integers() | _value,
            },
        ),
        max_size=12,
    ),
    st.sampled_from(["v=6", "connection_serial=2", "connection_serial=zz"]),
    st.sampled_from(["resume", "recover"]),
)
def test_no_row_makes_it_raise(messages: list[dict[str, Any]], query: str, mode: str) -> None:
    fold = VerdictFold(WALL)
    fold.feed(upgrade(0, 1, mode, query))
    at = 1.0
    for message in messages:
        at += 100
        for direction in (IN, OUT):
            body = json.dumps({"action": message["action"], **message}).encode()
            row = frame(at, direction, {})
            row.payload, row.action = body, message["action"]
            row.channel, row.flags = message.get("channel"), message.get("flags")
            verdicts = fold.feed(row)
            assert all(v.text for v in verdicts)
        due = fold.due()
        assert due is None or due > at * 1000 - 1
    fold.feed(socket(at + 1, 1))
    assert fold.due() is None
