"""What is expected of a key, in words, with all that is known of where it came from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.protocol.params import DialectName
from ablytui.protocol.prospect import Outcome
from ablytui.protocol.recovery import RecoveryKey, build
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S
from ablytui.savedkeys import SavedKey
from ablytui.ui.present import expecting as e
from ablytui.ui.present.recovery import read
from tests.support import views
from tests.support.app import KEY, PARAMS, RECOVERY_KEY, connection_in

CURRENT, CLASSIC = DialectName.CURRENT, DialectName.CLASSIC
WALL = 1_764_062_312_345.0
OWN = e.own_key(RECOVERY_KEY, CURRENT)
OTHER = RecoveryKey(CURRENT, "id!other", 3)


def expected(
    text: str, source: e.Source, state: S = S.CONNECTED, *, away: float = 900
) -> e.Expectation | None:
    connection = connection_in(state)
    now = connection.last_mono + away
    return e.expectation(read(text, CURRENT), source, connection, now, WALL)


def saved(ago: float | None, key: RecoveryKey = OTHER, **more: object) -> e.Source:
    when = None if ago is None else WALL - ago
    kept = SavedKey(build(key), CURRENT, when, **more)  # type: ignore[arg-type]
    return e.Source(saved=(kept,), base=key)


def test_nothing_typed_is_not_judged() -> None:
    assert expected("  ", e.Source()) is None


def test_ones_own_key_is_recovered_while_its_state_is_kept() -> None:
    found = expected(RECOVERY_KEY, e.Source(OWN, base=OWN))
    assert found is not None
    assert found.outcome is Outcome.RECOVERED
    assert "RTN16d" in found.says.plain
    late = expected(RECOVERY_KEY, e.Source(OWN, base=OWN), S.SUSPENDED, away=220_000)
    assert late is not None
    assert late.outcome is Outcome.LOST
    assert late.word.plain == "! late"
    assert late.says.plain == (
        "Saved 3 min 40 s ago; the server keeps a connection for 2 min. "
        "Expect 80018 and a new connectionId. The attempt itself does no harm."
    )


def test_an_open_connection_is_never_late() -> None:
    source = e.Source(saved=(SavedKey(RECOVERY_KEY, CURRENT, WALL - 1e9),))
    found = expected(RECOVERY_KEY, source.made_from(OWN))
    assert found is not None
    assert found.outcome is Outcome.RECOVERED


@pytest.mark.parametrize(
    ("ago", "more", "outcome", "words"),
    [
        (1_000, {}, Outcome.RECOVERED, "the same connectionId"),
        (121_000, {}, Outcome.LOST, "Saved 2 min 1 s ago"),
        (61_000, {"ttl": 60_000}, Outcome.LOST, "keeps a connection for 1 min"),
        (None, {}, Outcome.UNSURE, "if its state is still kept"),
        (1_000, {"host": "h:1"}, Outcome.LOST, "saved at h:1, and this goes to 127.0.0.1:8080"),
    ],
)
def test_a_saved_key_is_judged_by_its_time_and_host(
    ago: float | None, more: dict[str, object], outcome: Outcome, words: str
) -> None:
    found = expected(build(OTHER), saved(ago, OTHER, **more), S.CLOSED)
    assert found is not None
    assert found.outcome is outcome
    assert words in found.says.plain


def test_a_broken_key_is_lost_and_said_to_be_broken_even_if_it_is_late_too() -> None:
    source = saved(1e9)
    found = expected(build(replace(OTHER, connection_key="id!othes")), source, S.CLOSED)
    assert found is not None
    assert found.word.plain == "! expect"
    assert "no such connectionKey was given" in found.says.plain


def test_a_text_that_is_no_key_is_not_sent() -> None:
    found = expected("{", e.Source(OWN, base=OWN))
    assert found is not None
    assert found.outcome is Outcome.NOT_SENT
    assert "RTN16f1" in found.says.plain


def test_what_a_text_was_made_from_is_found_by_its_connection_key() -> None:
    newest = SavedKey(build(OTHER), CURRENT, WALL)
    older = SavedKey(build(replace(OTHER, msg_serial=1)), CURRENT, WALL - 5)
    source = e.Source(OWN, (newest, older))
    assert source.made_from(OWN).base == OWN
    changed = replace(OTHER, msg_serial=99)
    assert source.made_from(changed).base == OTHER
    assert source.saved_as(changed) == newest
    # Broken: it stays what it was made from. Without that it is a key of its own.
    strange = replace(OTHER, connection_key="z")
    assert source.made_from(OTHER).made_from(strange).base == OTHER
    assert source.made_from(strange).base == strange
    assert source.made_from(None) == source


def test_the_same_connection_key_of_the_other_dialect_is_another_key() -> None:
    classic = RecoveryKey(CLASSIC, KEY, 1, connection_serial=2)
    assert e.Source(OWN).known(classic) is None


def test_how_long_it_was_away() -> None:
    assert e.away(connection_in(S.DISCONNECTED), views.NOW) == 900
    assert e.away(connection_in(S.CONNECTED), views.NOW) is None
    assert e.away(connection_in(S.INITIALIZED), views.NOW) is None


def test_where_the_next_attempt_goes() -> None:
    assert e.authority(connection_in(S.CLOSED)) == "127.0.0.1:8080"
    other = connection_in(S.CLOSED, params=replace(PARAMS, endpoint="h.x", port=9))
    assert e.authority(other) == "h.x:9"


@pytest.mark.parametrize(
    ("ms", "words"),
    [
        (400, "0 s"),
        (59_400, "59 s"),
        (60_000, "1 min"),
        (220_000, "3 min 40 s"),
        (7_200_000, "2 h"),
        (7_500_000, "2 h 5 min"),
        (86_400_000, "1 day"),
        (200_000_000, "2 days"),
    ],
)
def test_a_length_of_time_in_words(ms: float, words: str) -> None:
    assert e.since(ms) == words


@pytest.mark.parametrize(
    ("expected_", "outcome", "words"),
    [
        (Outcome.RECOVERED, "recovered", "As expected."),
        (Outcome.RECOVERED, "partial", "As expected."),
        (Outcome.LOST, "lost", "As expected."),
        (Outcome.LOST, "recovered", "Expected was: lost."),
        (Outcome.RECOVERED, "lost", "Expected was: recovered."),
        (Outcome.UNSURE, "lost", ""),
        (Outcome.LOST, "", ""),
    ],
)
def test_a_verdict_is_compared_with_what_was_expected(
    expected_: Outcome, outcome: str, words: str
) -> None:
    assert e.compared(expected_, outcome) == words


@given(
    st.text(max_size=60),
    st.sampled_from(list(DialectName)),
    st.sampled_from([S.CONNECTED, S.CLOSED]),
)
def test_whatever_is_typed_is_judged_and_holds_no_control_character(
    text: str, dialect: DialectName, state: S
) -> None:
    key = build(RecoveryKey(CURRENT, text or "k", 1, ((text or "c", text),)))
    for typed in (text, key):
        connection = connection_in(state)
        source = e.Source(OWN, (SavedKey(typed, dialect, WALL, text),), base=OWN)
        found = e.expectation(read(typed, dialect), source, connection, 1.0, WALL)
        said = found.says.plain if found is not None else ""
        assert not any(ord(c) < 32 and c != "\n" for c in said)


def test_channels_of_the_key_wait_for_their_attach() -> None:
    attached = connection_in(S.CONNECTED)
    assert e.waiting(attached) == ""
    fresh = {
        name: channel.evolve(state=ChannelState.INITIALIZED)
        for name, channel in attached.channels.items()
    }
    assert e.waiting(attached.evolve(channels=fresh)).startswith("Attach 2 channels (a)")
    one = {"\x1b": fresh["audit"]}
    assert e.waiting(attached.evolve(channels=one)).startswith("Attach \\x1b (a)")
