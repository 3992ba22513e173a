from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input, Static

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.params import ConnectParams, spec_of
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.messages import ParamsEdited, Wanted
from ablytui.ui.present.view import View
from ablytui.ui.widgets.field import Field
from ablytui.ui.widgets.pane_title import PaneTitle
from ablytui.ui.widgets.params_form import ParamsForm
from ablytui.ui.widgets.params_pane import AT_REST, ParamsPane, Sheet
from ablytui.ui.widgets.why_failed import WhyFailed
from tests.support import views
from tests.support.app import PARAMS, SECRET, connection_in
from tests.support.pilot import settle


class Host(App[None]):
    def __init__(self, view: View) -> None:
        super().__init__()
        self.pane = ParamsPane(view, blink=False)
        self.told: list[object] = []
        self.wanted: list[int] = []

    def compose(self) -> ComposeResult:
        yield self.pane

    def on_params_edited(self, message: ParamsEdited) -> None:
        self.told.append(message.params)

    def on_params_pane_cause_wanted(self, message: ParamsPane.CauseWanted) -> None:
        self.wanted.append(message.n)

    def on_wanted(self, message: Wanted) -> None:
        self.told.append(message.action_id)

    def text(self, where: str) -> str:
        return str(self.query_one(where, Static).content)


@pytest.mark.parametrize("state", list(S))
async def test_a_form_while_nothing_is_open_else_a_sheet(state: S) -> None:
    app = Host(View(connection_in(state)))
    async with app.run_test(size=(80, 16)) as pilot:
        await pilot.pause()
        assert app.query_one(ParamsForm).display is (state in AT_REST)
        assert app.query_one(Sheet).display is (state not in AT_REST)


async def test_the_uri_follows_what_is_typed_masked() -> None:
    app = Host(View(connection_in(S.INITIALIZED, params=ConnectParams())))
    async with app.run_test(size=(120, 16)) as pilot:
        await pilot.pause()
        assert "key=missing" in app.text("#params-uri")
        app.pane.take_focus()
        await pilot.press(*"a.b:secretsecret")
        await pilot.pause()
        assert "key=a.b:•••" in app.text("#params-uri")
        assert "secret" not in app.text("#params-uri")
        await pilot.press("enter")
    assert app.told[-2:] == [ConnectParams(key="a.b:secretsecret"), "connect"]


async def test_the_field_under_the_cursor_says_what_it_is_for() -> None:
    app = Host(View(connection_in(S.CLOSED)))
    async with app.run_test(size=(120, 16)) as pilot:
        await pilot.pause()
        app.pane.form.fields[0].editor.focus()
        await settle(pilot, lambda: "per-channel serials" in app.text("#params-hint"))
        app.set_focus(None)
        await pilot.pause()
        assert app.text("#params-hint") == ""


async def test_what_was_asked_and_given_and_no_secret() -> None:
    app = Host(View(connection_in(S.CONNECTED), connected_n=7))
    async with app.run_test(size=(80, 16)) as pilot:
        await pilot.pause()
        sheet = str(app.query_one(Sheet).query_one(Static).content)
        assert "granted by CONNECTED 7" in sheet
        assert "gk3Tq9Lx0b" in sheet
        assert SECRET not in sheet


async def test_the_focus_stays_in_the_pane_when_the_form_comes_and_goes() -> None:
    app = Host(View(connection_in(S.CLOSED)))
    async with app.run_test(size=(80, 16)) as pilot:
        app.pane.take_focus()
        await pilot.pause()
        app.pane.show(View(connection_in(S.CONNECTING)))
        await pilot.pause()
        assert app.focused is app.query_one(Sheet)
        app.pane.show(View(connection_in(S.CLOSED)))
        await pilot.pause()
        assert app.pane.form.has_focus_within


async def test_parameters_of_the_session_fill_the_form() -> None:
    app = Host(View(connection_in(S.CLOSED)))
    async with app.run_test(size=(80, 16)) as pilot:
        app.pane.show(View(connection_in(S.CLOSED, params=replace(PARAMS, port=9))))
        await pilot.pause()
        assert next(f.text for f in app.pane.form.fields if f.key == "port") == "9"


def failure(n: int = 5, code: int = 40103) -> View:
    reason = ErrorInfo(code, 401, "no")
    past = views.past(S.CONNECTING, S.FAILED, n=n, reason=reason, point="RTN14g")
    return View(connection_in(S.FAILED), history=(past,))


async def test_after_a_failure_it_says_why_until_the_form_is_asked_for() -> None:
    app = Host(failure())
    async with app.run_test(size=(80, 16)) as pilot:
        await pilot.pause()
        assert app.wanted == [5]
        assert app.query_one(WhyFailed).display
        assert not app.query_one(ParamsForm).display
        assert "Why it failed" in app.query_one(PaneTitle).render_line(0).text
        app.pane.take_focus()
        assert app.query_one(WhyFailed).has_focus
        app.pane.edit()
        await pilot.pause()
        assert app.query_one(ParamsForm).display
        assert not app.query_one(WhyFailed).display
        app.pane.show(failure())
        assert app.query_one(ParamsForm).display
        await pilot.press("escape")
        await pilot.pause()
        assert app.query_one(WhyFailed).display
        app.pane.edit()
        app.pane.show(failure(n=9, code=50000))
        await pilot.pause()
        assert app.query_one(WhyFailed).display
        assert app.wanted == [5, 9]


async def test_what_is_chosen_is_done() -> None:
    app = Host(failure())
    async with app.run_test(size=(80, 16)) as pilot:
        await pilot.pause()
        app.pane.take_focus()
        await pilot.press("enter")
        await pilot.pause()
        assert app.told == [replace(PARAMS, tls=True), "connect"]
        await pilot.press("down", "enter")
        await pilot.pause()
        assert app.query_one(ParamsForm).display
        assert isinstance(app.focused, Input)
        field = next(each for each in app.focused.ancestors if isinstance(each, Field))
        assert field.key == "token"


async def test_a_fact_under_the_cursor_says_what_it_means_and_by_which_rule() -> None:
    app = Host(View(connection_in(S.CONNECTED), connected_n=7))
    async with app.run_test(size=(80, 16)) as pilot:
        hint = app.query_one("#params-hint")
        app.set_focus(None)
        await settle(pilot, lambda: not hint.display)
        app.pane.take_focus()
        await settle(pilot, lambda: "REC1" in app.text("#params-hint"))
        await pilot.press("right", "down", "down", "down")
        await settle(pilot, lambda: "CD2c" in app.text("#params-hint"))
        assert hint.display
        assert "40009" in app.text("#params-hint")
        app.set_focus(None)
        await settle(pilot, lambda: not hint.display)


async def test_every_field_of_the_form_says_its_rule_in_two_lines() -> None:
    app = Host(View(connection_in(S.CLOSED)))
    async with app.run_test(size=(58, 20)) as pilot:
        await pilot.pause()
        for field in app.pane.form.fields:
            field.editor.focus()
            point = spec_of(field.key).point
            await settle(pilot, lambda p=point: p in app.text("#params-hint"))  # type: ignore[misc]
            assert app.query_one("#params-hint").size.height <= 2
            assert len(app.text("#params-hint")) > len(point) + 10


async def test_fields_that_differ_from_the_last_dial_are_marked_and_say_what_they_were() -> None:
    closed = connection_in(S.CLOSED)
    app = Host(View(closed, dialled=replace(PARAMS, client_id="before")))
    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.pause()
        names = {f.key: str(f.query_one(".name", Static).content) for f in app.pane.form.fields}
        assert {name for name, shown in names.items() if shown.startswith("≠ ")} == {"client_id"}
        app.pane.form.go("client_id")
        await settle(pilot, lambda: "(was before)" in app.text("#params-hint"))
        app.pane.show(View(closed, dialled=PARAMS))
        await pilot.pause()
        field = next(f for f in app.pane.form.fields if f.key == "client_id")
        assert str(field.query_one(".name", Static).content) == "clientId"


async def test_a_mark_comes_as_the_field_is_typed_in_and_goes_when_it_is_taken_back() -> None:
    app = Host(View(connection_in(S.CLOSED), dialled=PARAMS))
    async with app.run_test(size=(120, 20)) as pilot:
        await pilot.pause()
        app.pane.form.go("port")
        field = next(f for f in app.pane.form.fields if f.key == "port")
        await settle(pilot, lambda: field.editor.has_focus)
        await pilot.press("end", "backspace")
        await settle(pilot, lambda: str(field.query_one(".name", Static).content) == "≠ port")
        await pilot.press("0")
        await settle(pilot, lambda: str(field.query_one(".name", Static).content) == "port")
