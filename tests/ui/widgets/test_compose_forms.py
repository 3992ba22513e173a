from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets import Static

from ablytui.ui.present.compose import KIND, KINDS
from ablytui.ui.widgets.compose_forms import MODE_WORDS, Form, make_form


class Holder(App[None]):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.act = action

    def compose(self) -> ComposeResult:
        yield make_form(self.act, blink=False)


@pytest.mark.parametrize("action", [kind.action for kind in KINDS])
async def test_a_form_has_the_fields_of_its_kind_and_takes_texts(action: str) -> None:
    app = Holder(action)
    async with app.run_test(size=(100, 40)):
        form = app.query_one(Form)
        form.fill({})
        assert set(form.typed) == set(KIND[action].fields) - {"channel"}
        typed = form.typed | dict.fromkeys(
            set(form.typed) & {"name", "data", "frame", "params", "clientId"}, "some text"
        )
        typed |= {"modes": "presence,publish"} if action == "attach" else {}
        form.fill(typed)
        assert form.typed == typed


async def test_what_stands_there_at_first_and_where_typing_begins() -> None:
    app = Holder("publish")
    async with app.run_test(size=(100, 40)) as pilot:
        form = app.query_one(Form)
        form.fill({})
        assert {key: form.typed[key] for key in ("kind", "times", "every", "name")} == {
            "kind": "auto",
            "times": "1",
            "every": "0",
            "name": "",
        }
        form.focus_first()
        await pilot.press("x", "enter", "y")
        assert form.typed["data"] == "x\ny"
        form.note("said")
        assert str(form.query_one(".note", Static).content) == "said"


def test_modes_are_those_of_the_protocol() -> None:
    assert MODE_WORDS[:4] == ("presence", "publish", "subscribe", "presence_subscribe")
