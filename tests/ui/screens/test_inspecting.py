from __future__ import annotations

from array import array
from collections.abc import Iterator

import pytest
from textual.message import Message

from ablytui.capture.where import Where
from ablytui.protocol.log import Entry
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.present.layout import Pane
from ablytui.ui.widgets.detail_body import DetailBody
from ablytui.ui.widgets.frame_detail import FrameDetail
from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.params_form import ParamsForm
from ablytui.ui.widgets.params_pane import ParamsPane
from ablytui.ui.widgets.why_failed import WhyFailed
from tests.support.app import connection_in, make_app
from tests.support.entries import frame, state
from tests.support.pilot import focused, opened, seen, settle

Told = list[Message]


async def test_inspect_and_back() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        await pilot.press("k", "k", "enter")
        await pilot.pause()
        assert seen(screen) == {Pane.FRAMES, Pane.DETAIL}
        assert focused(screen) is Pane.DETAIL
        assert screen.query_one("#frames").region.width == 64
        first = screen.query_one(FrameDetail).entry
        await pilot.press("J")
        await pilot.pause()
        second = screen.query_one(FrameDetail).entry
        assert first is not None
        assert second is not None
        assert second.n == first.n + 1 == screen.query_one(FrameLog).selected
        await pilot.press("escape")
        await pilot.pause()
        assert focused(screen) is Pane.FRAMES
        assert Pane.DETAIL not in seen(screen)


async def test_a_link_of_the_detail_is_followed_in_both_panes() -> None:
    app, _ = make_app()
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.query_one(FrameLog).select(12)
        screen.query_one(FrameDetail).post_message(FrameDetail.Linked(9))
        await settle(pilot, lambda: screen.query_one(FrameLog).selected == 9)
        entry = screen.query_one(FrameDetail).entry
        assert entry is not None
        assert entry.n == 9


async def test_the_frame_of_a_change_is_found_from_the_diagram() -> None:
    app, _ = make_app(S.CONNECTED)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await pilot.press("2", "enter")
        await settle(pilot, lambda: focused(screen) is Pane.FRAMES)
        # The change is row 8; CONNECTED before it made it.
        assert screen.query_one(FrameLog).selected == 7


NO_TLS = {"code": 40103, "statusCode": 401, "message": "Basic auth requires TLS"}


def failure() -> list[Entry]:
    return [
        state("initialized", "connecting", n=1, at=1_900, point="RTN11f"),
        frame({"action": 9, "error": NO_TLS}, n=2, at=2_317),
        state("connecting", "failed", n=3, at=2_318, point="RTN14g", reason=NO_TLS),
    ]


async def test_a_failure_is_explained_and_leads_to_its_frame() -> None:
    app, rig = make_app(S.FAILED, rows=failure())
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        why = screen.query_one(WhyFailed)
        await settle(pilot, lambda: why.display)
        await pilot.press("3")
        assert why.has_focus
        text = "\n".join(why.render_line(y).text for y in range(why.size.height))
        assert "40103  Basic auth requires TLS" in text
        assert "↓ 2 ERROR" in text
        await pilot.press("y")
        assert app.clipboard.startswith("40103 Basic auth requires TLS (status 401)")
        await pilot.press("enter")
        await settle(pilot, lambda: bool(rig.session.wishes))
        assert rig.session.connection.params.tls
        assert rig.session.wishes[-1][0] == "connect"
        await pilot.press("l")
        await settle(pilot, lambda: focused(screen) is Pane.FRAMES)
        assert screen.query_one(FrameLog).selected == 2


async def test_from_why_it_failed_into_the_form_and_back() -> None:
    app, _ = make_app(S.FAILED, rows=failure())
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await opened(pilot)
        await settle(pilot, lambda: screen.query_one(WhyFailed).display)
        await pilot.press("3", "e")
        assert screen.query_one(ParamsForm).display
        await pilot.press("escape", "3")
        assert screen.query_one(WhyFailed).has_focus


async def test_the_detail_names_what_belongs_to_a_frame() -> None:
    app, rig = make_app()
    asked: list[Where] = []

    def numbers(where: Where, *_: object, **__: object) -> Iterator[array[int]]:
        asked.append(where)
        yield array("q", [14, 16])

    rig.source.numbers = numbers  # type: ignore[attr-defined]
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await opened(pilot)
        screen.query_one(FrameLog).select(12)
        await pilot.press("1", "enter")
        await pilot.pause()
        body = screen.query_one(DetailBody)
        lines = [body.render_line(y).text for y in range(body.size.height)]
        assert any("on this channel since" in line for line in lines)
        assert any("↓ 14 MESSAGE" in line for line in lines)
        assert asked[0].channel == "orders:eu"


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
@pytest.mark.parametrize(
    ("keys", "there"),
    [(("c",), True), (("c", "k"), False), (("k",), False), (("c", "question_mark"), False)],
)
async def test_only_who_connected_and_waited_is_led_to_why_it_failed(
    keys: tuple[str, ...], there: bool, size: tuple[int, int]
) -> None:
    app, rig = make_app(S.CLOSED, rows=failure()[:1])
    async with app.run_test(size=size) as pilot:
        screen = await opened(pilot)
        await pilot.press("1", *keys)
        rig.grow(failure()[1:])
        rig.move(connection_in(S.FAILED))
        why = screen.query_one(WhyFailed)
        await settle(pilot, lambda: screen.query_one(ParamsPane).explaining)
        assert why.has_focus is there
