from __future__ import annotations

import pytest

from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.view import View
from ablytui.ui.theme import OFF
from ablytui.ui.widgets.first_run import first_run
from ablytui.ui.widgets.params_pane import ParamsPane
from tests.support.app import connection_in, make_app
from tests.support.pilot import opened
from tests.support.seen import screen_text


def test_without_a_key_it_says_where_one_goes() -> None:
    text_view = View(connection_in(S.INITIALIZED, params=ConnectParams()))
    text = first_run(text_view)
    assert text.plain.startswith("No frames yet.")
    assert text.plain.count("put a key in the form above first") == 2
    assert sum(span.style == OFF for span in text.spans) == 2
    low = first_run(text_view, {"pane.connection": ("f",)}, above=False, width=50).plain
    assert low.count("put a key in the form (f) first") == 2
    assert max(map(len, low.splitlines()[3:])) <= 55


def test_with_a_key_the_ways_are_open_and_one_is_suggested() -> None:
    text = first_run(View(connection_in(S.INITIALIZED)))
    assert "put a key" not in text.plain
    assert "c Connect" in text.plain
    assert sum(span.style == "on $primary-muted" for span in text.spans) == 1


@pytest.mark.parametrize(
    ("size", "where", "form"), [((120, 36), "above", True), ((80, 24), "(3)", False)]
)
async def test_nothing_that_is_out_of_sight_has_the_focus(
    size: tuple[int, int], where: str, form: bool
) -> None:
    app, _ = make_app(S.INITIALIZED, params=ConnectParams(), local=False)
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        assert screen.query_one(ParamsPane).has_focus_within is form
        assert f"in the form {where} first" in screen_text(app)
        await pilot.press("f3" if form else "3")
        assert screen.query_one(ParamsPane).has_focus_within
