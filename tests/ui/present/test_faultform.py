"""What the dialog of faults says."""

from __future__ import annotations

import pytest

from ablytui.faulting import OFFERS
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.states import ChannelChange, ChannelState, StateChange
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.faultbook import Forecast, Offer
from ablytui.ui.present.faultform import LABEL, meaning, outcome

OFFER = {offer.word: offer for offer in OFFERS}
LOST = ErrorInfo(80003, 400, "lost")
DROPPED = (
    StateChange(S.CONNECTED, S.DISCONNECTED, S.DISCONNECTED, LOST),
    StateChange(S.DISCONNECTED, S.CONNECTING, S.CONNECTING),
)
FAILED = (StateChange(S.CONNECTED, S.FAILED, S.FAILED, ErrorInfo(40171, 401, "m")),)


def said(offer: Offer, width: int = 80, **forecast: object) -> str:
    return outcome(offer, Forecast(wire='{"do": "x"}', **forecast), width).plain  # type: ignore[arg-type]


@pytest.mark.parametrize("offer", OFFERS, ids=lambda offer: offer.word)
@pytest.mark.parametrize("width", [40, 60, 80])
def test_everything_fits_and_is_there(offer: Offer, width: int) -> None:
    for text in (meaning(offer, width), outcome(offer, Forecast(wire="{}"), width)):
        assert all(line.cell_length <= width for line in text.split("\n"))
    words = " ".join(meaning(offer, width).plain.split())
    assert offer.does in words.replace("the service ", "")


def test_the_way_is_told_with_its_reason() -> None:
    text = said(OFFER["cut"], changes=DROPPED)
    assert "● connected ━▶ ◇ disconnected 80003 ━▶ ◐ connecting  RTN15a" in text
    assert "nothing is lost" in text


def test_what_becomes_of_channels_with_the_connection_is_not_told() -> None:
    lost = ChannelChange("a", ChannelState.ATTACHED, ChannelState.FAILED, ChannelState.FAILED)
    assert "attached" not in said(OFFER["error"], changes=(*FAILED, lost))


def test_what_this_client_does_otherwise_takes_the_place_of_the_table() -> None:
    text = said(OFFER["disconnected"], changes=FAILED)
    assert "✕ failed 40171" in text
    assert "at once connecting" not in text


def test_a_channel_has_its_name_and_notes_stand_below() -> None:
    change = ChannelChange(
        "a\x1b", ChannelState.ATTACHED, ChannelState.FAILED, ChannelState.FAILED, False, LOST
    )
    text = said(OFFER["channel_error"], changes=(change,), notes=("80003: lost.",))
    assert "a\\x1b ● attached ━▶ ✕ failed 80003" in text
    assert f"\n{' ' * LABEL}80003: lost." in text
    assert text.endswith('as JSON      {"do": "x"}')
