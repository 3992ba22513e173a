from __future__ import annotations

from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.view import View
from ablytui.ui.theme import OFF
from ablytui.ui.widgets.first_run import first_run
from tests.support.app import connection_in


def test_without_a_key_it_says_where_one_goes() -> None:
    text = first_run(View(connection_in(S.INITIALIZED, params=ConnectParams())))
    assert text.plain.startswith("No frames yet.")
    assert text.plain.count("put a key in the form above first") == 2
    assert sum(span.style == OFF for span in text.spans) == 2


def test_with_a_key_the_ways_are_open_and_one_is_suggested() -> None:
    text = first_run(View(connection_in(S.INITIALIZED)))
    assert "put a key" not in text.plain
    assert "c Connect" in text.plain
    assert sum(span.style == "on $primary-muted" for span in text.spans) == 1
