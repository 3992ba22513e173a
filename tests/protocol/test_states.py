"""The table of edges is closed, and what it says is Ably's."""

from __future__ import annotations

from ablytui.protocol.states import EDGES, TERMINAL, ConnectionState

S = ConnectionState


def test_every_state_has_its_row_and_leads_on() -> None:
    assert set(EDGES) == set(S)
    assert all(EDGES[state] for state in S)
    assert all(state not in EDGES[state] for state in S)


def test_nothing_returns_to_initialized() -> None:
    assert all(S.INITIALIZED not in targets for targets in EDGES.values())


def test_a_terminal_state_is_left_by_connecting_alone() -> None:
    assert all(EDGES[state] == {S.CONNECTING} for state in TERMINAL)


def test_an_immediate_resume_has_to_pass_through_disconnected() -> None:
    assert S.CONNECTING not in EDGES[S.CONNECTED]
