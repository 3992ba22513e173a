from __future__ import annotations

from dataclasses import replace

from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.states import StateChange
from ablytui.ui.present.view import Past, View
from tests.support import views


def test_the_last_edge_passes_over_updates() -> None:
    update = Past(9, 0, StateChange(S.CONNECTED, S.CONNECTED, "update"))
    shown = views.connected()
    assert shown.last_edge == (S.CONNECTING, S.CONNECTED)
    assert replace(shown, history=(*shown.history, update)).last_edge == shown.last_edge
    assert replace(shown, history=(update,)).last_edge is None
    assert View(shown.connection).last_edge is None


def test_how_long_nothing_came_in() -> None:
    connection = views.connected().connection.evolve(last_mono=1_000.0)
    assert View(connection, now=1_500.0).idle == 500.0
    assert View(connection, now=900.0).idle == 0.0
