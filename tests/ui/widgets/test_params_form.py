from __future__ import annotations

from dataclasses import replace

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Input

from ablytui.protocol.params import PARAMS as TABLE
from ablytui.protocol.params import ConnectParams, Kind, to_text
from ablytui.ui.widgets.field import Field
from ablytui.ui.widgets.params_form import ParamsForm
from tests.support.app import PARAMS


class Host(App[None]):
    def __init__(self, params: ConnectParams) -> None:
        super().__init__()
        self.form = ParamsForm(params, blink=False)
        self.told: list[object] = []

    def compose(self) -> ComposeResult:
        yield self.form

    def on_params_form_edited(self, message: ParamsForm.Edited) -> None:
        self.told.append(message.params)

    def on_params_form_submitted(self, _message: ParamsForm.Submitted) -> None:
        self.told.append("submitted")

    def on_params_form_left(self, _message: ParamsForm.Left) -> None:
        self.told.append("left")


def field(app: Host, name: str) -> Field:
    return next(each for each in app.form.fields if each.key == name)


async def test_the_form_is_the_table() -> None:
    app = Host(PARAMS)
    async with app.run_test(size=(80, 30)):
        shown = [each.key for each in app.query(Field)]
        assert shown == [spec.name for spec in TABLE if spec.in_form]
        assert {each.key: each.text for each in app.form.fields} == {
            name: to_text(PARAMS, name) for name in shown
        }
        assert all(
            isinstance(each.editor, Input)
            == (next(s.kind for s in TABLE if s.name == each.key) not in {Kind.CHOICE, Kind.SWITCH})
            for each in app.form.fields
        )


async def test_a_good_edit_makes_other_parameters() -> None:
    app = Host(PARAMS)
    async with app.run_test(size=(80, 30)) as pilot:
        field(app, "client_id").editor.focus()
        await pilot.press("end", "8")
        field(app, "echo").editor.focus()
        await pilot.press("space")
        await pilot.pause()
    assert app.told[-1] == replace(PARAMS, client_id="probe-78", echo=False)


async def test_a_bad_edit_stays_in_its_field_and_everything_else_goes_on() -> None:
    app = Host(PARAMS)
    async with app.run_test(size=(80, 30)) as pilot:
        field(app, "port").editor.focus()
        await pilot.press("end", "x")
        field(app, "format").editor.focus()
        await pilot.press("space")
        await pilot.pause()
        assert field(app, "port").text == "8080x"
        assert app.form.problem == "port: it is a whole number from 1 to 65535, not '8080x'"
        assert app.form.params.port == 8080
        assert app.form.params.format == "msgpack"
        await pilot.press("enter")
        assert "submitted" not in app.told
        assert field(app, "port").editor.has_focus
        app.form.take(app.form.params)
        assert field(app, "port").text == "8080x"


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("key", "nonsense", "40005"),
        ("client_id", "*", "40012"),
        ("params", "novalue", "NAME=VALUE"),
        ("endpoint", "a/b", "host name"),
        ("realtime_request_timeout", "0", "whole number"),
        ("realtime_request_timeout", "9" * 40, "whole number"),
    ],
)
async def test_each_field_says_what_is_wrong_with_it(name: str, typed: str, said: str) -> None:
    app = Host(ConnectParams())
    async with app.run_test(size=(80, 30)) as pilot:
        editor = field(app, name).editor
        assert isinstance(editor, Input)
        editor.value = typed
        await pilot.pause()
        assert said in field(app, name).problem
    assert app.told == []


async def test_parameters_from_elsewhere_fill_the_fields() -> None:
    app = Host(ConnectParams())
    async with app.run_test(size=(80, 30)):
        app.form.take(PARAMS)
        assert field(app, "port").text == "8080"
        assert field(app, "key").text == PARAMS.key
    assert app.told == []


async def test_enter_submits_and_esc_leaves() -> None:
    app = Host(PARAMS)
    async with app.run_test(size=(80, 30)) as pilot:
        field(app, "key").editor.focus()
        await pilot.press("enter")
        field(app, "echo").editor.focus()
        await pilot.press("enter", "escape")
    assert app.told == ["submitted", "submitted", "left"]


async def test_ctrl_r_reveals_the_key() -> None:
    app = Host(PARAMS)
    async with app.run_test(size=(80, 30)) as pilot:
        editor = field(app, "key").editor
        assert isinstance(editor, Input)
        editor.focus()
        await pilot.press("ctrl+r")
        assert not editor.password
        await pilot.press("ctrl+r")
        assert editor.password


@pytest.mark.parametrize(("width", "two"), [(80, True), (60, False)])
async def test_the_columns_follow_the_width(width: int, two: bool) -> None:
    app = Host(PARAMS)
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.pause()
        first, last = app.form.fields[0].region, app.form.fields[-1].region
        assert (last.x > first.x) is two
