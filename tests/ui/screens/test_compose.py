from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.widget import Widget
from textual.widgets import Static

from ablytui.protocol.connection import Channel
from ablytui.protocol.effects import Reply
from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import Flag
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.drafts import Drafts
from ablytui.ui.present.view import View
from ablytui.ui.screens.compose import ComposeDialog, Sending
from ablytui.ui.screens.dialog import DialogTitle
from ablytui.ui.theme import THEMES
from ablytui.ui.widgets.channel_field import ChannelField
from ablytui.ui.widgets.compose_forms import Form
from ablytui.ui.widgets.data_area import DataArea
from ablytui.ui.widgets.field import Choice, Field
from ablytui.ui.widgets.key_button import KeyButton
from tests.support.app import connection_in
from tests.support.pilot import settle


class Stage(App[None]):
    """The dialog alone: what it ends with is written down, what it asks is answered."""

    def __init__(self, state: S = S.CONNECTED, **more: Any) -> None:
        super().__init__()
        self.connection = connection_in(state).evolve(**more)
        self.drafts = Drafts()
        self.ended: list[Sending | None] = []
        self.asked: list[tuple[str, Mapping[str, Any]]] = []
        self.answer = Reply(0)

    def on_mount(self) -> None:
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name

    def ask(self, action_id: str, args: Mapping[str, Any], told: Callable[[Reply], object]) -> None:
        self.asked.append((action_id, args))
        told(self.answer)

    @property
    def sent(self) -> list[tuple[str, Mapping[str, Any]]]:
        return [(each.action_id, each.args) for each in self.ended if each is not None]


async def dialog_of(pilot: Pilot[Any], action: str) -> ComposeDialog:
    app = pilot.app
    assert isinstance(app, Stage)
    view = View(app.connection, now=1.0)
    app.drafts.channel = app.drafts.channel or "orders:eu"
    dialog = ComposeDialog(view, action, app.drafts, app.ask, iv=bytes(16), blink=False)
    await app.push_screen(dialog, app.ended.append)
    await settle(pilot, lambda: dialog.query_one("#send").region.height == 1)
    return dialog


async def sending(pilot: Pilot[Any], dialog: ComposeDialog) -> None:
    """Ctrl+s, and the end of the dialog."""
    await pilot.press("ctrl+s")
    await settle(pilot, lambda: pilot.app.screen is not dialog)


def form_of(dialog: ComposeDialog) -> Form:
    return next(form for form in dialog.query(Form) if form.display)


def shown(dialog: ComposeDialog) -> list[str]:
    fields = dialog.query(Field)
    return [each.key for each in fields if all(a.display for a in each.ancestors_with_self)]


def text(dialog: ComposeDialog, name: str) -> str:
    found = dialog.query_one(f"#{name}", Static)
    return str(found.content) if all(a.display for a in found.ancestors_with_self) else ""


def note(dialog: ComposeDialog) -> str:
    return str(form_of(dialog).query_one(".note", Static).content)


def type_in(dialog: ComposeDialog, **texts: str) -> None:
    """Put texts into fields and areas of the form in sight, as if they had been typed."""
    for key, given in texts.items():
        areas = [a for a in form_of(dialog).query(DataArea) if a.name == key]
        if areas:
            areas[0].text = given
        elif key == "channel":
            dialog.query_one(ChannelField).editor.value = given
        else:
            editor = form_of(dialog).field(key).editor
            editor.value = given
            if isinstance(editor, Choice):
                editor.post_message(Choice.Changed(editor, given))


async def typed_in(pilot: Pilot[Any], dialog: ComposeDialog, **texts: str) -> None:
    type_in(dialog, **texts)
    await pilot.pause()


FIELDS = {
    "publish": ["channel", "name", "kind", "id", "clientId", "extras", "times", "every"],
    "attach": ["channel", "rewind", "delta", "params"],
    "detach": ["channel"],
    "presence": ["channel", "action", "kind", "clientId"],
    "send": ["form"],
}


async def test_each_kind_has_its_fields() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        for action, fields in FIELDS.items():
            await dialog.action_kind(action)
            assert shown(dialog) == fields


async def test_the_tabs_go_round_and_keep_what_was_typed() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        await pilot.press("a", "b")
        seen = []
        for _ in range(5):
            await pilot.press("ctrl+n")
            seen.append(form_of(dialog).act)
        assert seen == ["attach", "detach", "presence", "send", "publish"]
        assert form_of(dialog).query_one(DataArea).text == "ab"
        await pilot.press("shift+tab", "shift+tab", "shift+tab", "shift+tab", "left")
        assert form_of(dialog).act == "send"
        await pilot.press("right", "right")
        assert form_of(dialog).act == "attach"


# --- publish ------------------------------------------------------------------------------------


async def test_a_message_is_shown_as_it_goes_out_and_published() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        assert text(dialog, "channel-note") == "● attached"
        await pilot.press(*'{"a": 1.0}')
        await typed_in(pilot, dialog, name="fill", id="x:1", extras='{"headers":{"h":1}}')
        assert note(dialog) == "✓ valid JSON  sent as encoding json, 9 B"
        frame = text(dialog, "frame").replace("\n", "")
        assert frame.startswith('{"action":15,"channel":"orders:eu","messages":[{"name":"fill",')
        assert '"msgSerial":414}' in frame
        assert frame.endswith("B; the message has 34 of 65,536 B allowed")
        assert text(dialog, "then") == "sent as #414; an ACK or NACK is expected"
        await sending(pilot, dialog)
    assert app.sent == [
        (
            "publish",
            {
                "channel": "orders:eu",
                "name": "fill",
                "id": "x:1",
                "extras": {"headers": {"h": 1}},
                "data": '{"a":1.0}',
                "encoding": "json",
            },
        )
    ]


async def test_binary_data_and_a_channel_that_is_chosen() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        dialog.query_one(ChannelField).editor.focus()
        await pilot.press("down")
        await typed_in(pilot, dialog, kind="hex", data="00 ff")
        form_of(dialog).field("kind").editor.focus()
        assert note(dialog) == "✓ 2 bytes  sent as encoding base64, 4 B"
        await sending(pilot, dialog)
    assert app.sent == [("publish", {"channel": "audit", "data": b"\x00\xff"})]


async def test_the_right_to_publish_is_told() -> None:
    channel = Channel("orders:eu", ChannelState.ATTACHED, modes=int(Flag.SUBSCRIBE))
    app = Stage(S.CONNECTED, channels={"orders:eu": channel})
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        assert text(dialog, "channel-note") == ("● attached  publish not allowed by the capability")
        assert text(dialog, "then").endswith(
            "40160 is to be expected: publish not allowed by the capability"
        )


async def test_what_cannot_be_sent_says_why_and_nothing_is_lost() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        await typed_in(pilot, dialog, kind="json", data='{"a":\n')
        assert (
            text(dialog, "dialog-why") == "Send: not JSON: expecting value at line 2, character 1"
        )
        await pilot.press("ctrl+s")
        assert app.screen is dialog
        await pilot.press("escape")
        await settle(pilot, lambda: app.screen is not dialog)
        dialog = await dialog_of(pilot, "publish")
        assert form_of(dialog).query_one(DataArea).text == '{"a":\n'
        assert form_of(dialog).field("kind").text == "json"
        await typed_in(pilot, dialog, data="[]", channel="")
        assert text(dialog, "dialog-why") == "Send: needs a channel"
        await typed_in(pilot, dialog, channel="x")
        dialog.show(View(connection_in(S.SUSPENDED), now=1.0))
        await settle(
            pilot, lambda: text(dialog, "dialog-why") == "Send: the connection is suspended"
        )
        assert text(dialog, "then") == "✕ the connection is suspended"
        await pilot.press("ctrl+s")
    assert app.sent == []


async def test_while_disconnected_it_is_queued() -> None:
    app = Stage(S.DISCONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        assert text(dialog, "dialog-why") == "waits for the connection"
        assert text(dialog, "then").startswith("queued and sent once connected")
        await sending(pilot, dialog)
    assert [name for name, _ in app.sent] == ["publish"]


# --- attach, detach, presence -------------------------------------------------------------------


async def test_attaching_with_params_and_modes() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "attach")
        assert text(dialog, "then") == "attached already; nothing is sent"
        await typed_in(pilot, dialog, channel="new", rewind="2m", delta="vcdiff", params="a=b")
        form_of(dialog).query_one("Several").focus()
        await pilot.press("right", "space")
        await pilot.pause()
        assert '"params":{"delta":"vcdiff","rewind":"2m","a":"b"}' in text(dialog, "frame").replace(
            "\n", ""
        )
        assert text(dialog, "then") == "ATTACHED or ERROR is expected"
        await sending(pilot, dialog)
    assert app.sent == [
        (
            "attach",
            {
                "channel": "new",
                "params": {"rewind": "2m", "delta": "vcdiff", "a": "b"},
                "modes": ["publish"],
            },
        )
    ]


async def test_detaching() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "detach")
        assert text(dialog, "frame").startswith('{"action":12,"channel":"orders:eu"}')
        await sending(pilot, dialog)
    assert app.sent == [("detach", {"channel": "orders:eu"})]


async def test_entering_leaving_and_updating() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "presence")
        form_of(dialog).field("action").editor.focus()
        await pilot.press("space")
        await typed_in(pilot, dialog, clientId="me", data="up")
        await sending(pilot, dialog)
    args = {"channel": "orders:eu", "action": "update", "clientId": "me", "data": "up"}
    assert app.sent == [("presence", args)]


async def test_get_lists_who_is_there_and_the_dialog_stays() -> None:
    app = Stage(S.CONNECTED)
    member = {"clientId": "me\x1b", "connectionId": "c1", "data": {"a": 1}, "action": "present"}
    app.answer = Reply(0, [member])
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "presence")
        await typed_in(pilot, dialog, action="get")
        assert not form_of(dialog).query_one(DataArea).parent.display  # type: ignore[union-attr]
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: "1 present" in text(dialog, "members"))
        assert '{"a":1}' in text(dialog, "members")
        assert "\x1b" not in text(dialog, "members")
        assert app.screen is dialog
        app.answer = Reply(0, error=ErrorInfo(91005, 400, "out of sync"))
        await pilot.press("ctrl+s")
        await settle(pilot, lambda: "out of sync" in text(dialog, "members"))
    assert app.asked == [("presence", {"channel": "orders:eu", "action": "get"})] * 2


# --- raw frames ---------------------------------------------------------------------------------


async def test_raw_frames_in_three_forms() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        for form, frame in (("text", "{"), ("msgpack", '{"action":0}'), ("hex", "00 ff")):
            dialog = await dialog_of(pilot, "send")
            await typed_in(pilot, dialog, form=form, frame=frame)
            assert "past the engine" in text(dialog, "then")
            await sending(pilot, dialog)
    assert app.sent == [
        ("send", {"text": "{"}),
        ("send", {"hex": "81a6616374696f6e00"}),
        ("send", {"hex": "00ff"}),
    ]


async def test_what_is_no_bytes_stays_and_says_where_it_breaks() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "send")
        assert text(dialog, "dialog-why") == "Send: the frame is empty"
        await typed_in(pilot, dialog, form="hex", frame="00 fg")
        assert note(dialog) == "✕ not hex: 'g' at character 5"
        await pilot.press("ctrl+s")
        assert app.screen is dialog
    assert app.sent == []


async def test_a_message_is_taken_as_a_raw_frame() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        await pilot.press("x", "ctrl+e")
        await pilot.pause()
        assert form_of(dialog).act == "send"
        await settle(pilot, lambda: form_of(dialog).query_one(DataArea).has_focus)
        assert dialog.query_one(DialogTitle).region.y == dialog.query_one("#dialog").region.y
        typed = form_of(dialog).query_one(DataArea).text
        assert json.loads(typed) == {
            "action": 15,
            "channel": "orders:eu",
            "messages": [{"data": "x"}],
            "msgSerial": 414,
        }
        assert note(dialog).startswith("✓ MESSAGE on orders:eu")
        await sending(pilot, dialog)
    assert app.sent == [("send", {"text": typed})]


async def test_what_was_sent_last_comes_back_and_then_what_was_before() -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=(120, 36)) as pilot:
        dialog = await dialog_of(pilot, "publish")
        last = dialog.query_one("#last", KeyButton)
        assert last.off
        await typed_in(pilot, dialog, name="one", data="1")
        await sending(pilot, dialog)
        dialog = await dialog_of(pilot, "detach")
        await sending(pilot, dialog)
        dialog = await dialog_of(pilot, "publish")
        await typed_in(pilot, dialog, name="", data="")
        await pilot.press("ctrl+l")
        assert form_of(dialog).act == "detach"
        await pilot.press("ctrl+l")
        assert form_of(dialog).act == "publish"
        assert form_of(dialog).field("name").text == "one"
        assert form_of(dialog).query_one(DataArea).text == "1"


# --- sizes --------------------------------------------------------------------------------------


def inside(screen: Widget, part: Widget) -> bool:
    return screen.region.contains_region(part.region)


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (48, 14)])
async def test_buttons_are_in_reach_at_every_size(size: tuple[int, int]) -> None:
    app = Stage(S.CONNECTED)
    async with app.run_test(size=size) as pilot:
        dialog = await dialog_of(pilot, "publish")
        for action in FIELDS:
            await dialog.action_kind(action)
            await pilot.pause()
            assert dialog.query_one(DialogTitle).region.y == dialog.query_one("#dialog").region.y
            for name in ("send", "raw", "last", "dialog-why"):
                part = dialog.query_one(f"#{name}")
                assert part.region.height == 1
                assert inside(dialog, part), (name, action)
            dialog.query_one("#frame").focus()
            await pilot.pause()
            assert inside(dialog, dialog.query_one("#frame")) or action in {"attach", "send"}
