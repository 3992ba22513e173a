"""A real flood through a real socket while the terminal changes its size."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from ablytui import compose
from ablytui.protocol.format import Format
from ablytui.protocol.frame import Opcode, WireFrame
from ablytui.protocol.params import ConnectParams
from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.app import AblytuiApp
from ablytui.ui.settings import Settings
from ablytui.ui.widgets.frame_log import FrameLog
from tests.support.pilot import opened, settle
from tests.support.wires import Accepted, ScriptedServer

COUNT = 3_000
BURST = 50
SIZES = ((160, 45), (120, 36), (80, 24), (60, 20), (48, 14), (80, 24), (120, 36), (160, 45))
CONNECTED = {
    "action": 4,
    "connectionId": "flood",
    "connectionDetails": {"connectionKey": "flood!0123456789", "maxIdleInterval": 0},
}


@asynccontextmanager
async def flooding() -> AsyncIterator[int]:
    """A service that sends `COUNT` numbered messages to who attaches; gives its port."""
    pours: set[asyncio.Task[None]] = set()

    async def pour(wire: Accepted) -> None:
        for number in range(COUNT):
            item = {"name": "fill", "data": number}
            wire.send(json.dumps({"action": 15, "channel": "c", "messages": [item]}))
            if number % BURST == 0:
                # The app, on the same loop, has its turn.
                await asyncio.sleep(0)

    def asked(wire: Accepted, frame: WireFrame) -> None:
        if frame.opcode is not Opcode.TEXT:
            return
        action = json.loads(frame.payload)["action"]
        if action == 10:
            wire.send('{"action":11,"channel":"c","channelSerial":"0","flags":983040}')
            pours.add(asyncio.create_task(pour(wire)))
        elif action == 7:
            wire.send('{"action":8}')
            wire.wire.close(1000)

    async with ScriptedServer(lambda wire: wire.send(json.dumps(CONNECTED)), asked) as server:
        yield server.port
    await asyncio.gather(*pours)


async def test_a_storm_of_sizes_in_a_flood_loses_no_frame() -> None:
    async with flooding() as port:
        params = ConnectParams(
            key="a.b:c", endpoint="127.0.0.1", port=port, tls=False, format=Format.JSON
        )
        launch = compose.launch(compose.Wanted(params), local=False)
        app = AblytuiApp(launch, Settings.for_tests())
        async with app.run_test(size=SIZES[0]) as pilot:
            screen = await opened(pilot)
            await settle(pilot, lambda: screen.connection.state is S.CONNECTED)
            assert app._runtime is not None
            reader = app._runtime.reader
            app._runtime.session.do("attach", {"channel": "c"})
            sizes = 0

            def arrived() -> int:
                return sum(each.count for each in reader.sparse(1, reader.last() + 1)[1])

            async with asyncio.timeout(60):
                while sizes % len(SIZES) or arrived() < COUNT:
                    sizes += 1
                    await pilot.resize_terminal(*SIZES[sizes % len(SIZES)])
            rows = [row for row in reader.rows(1, reader.last() + 1) if row.action == 15]
            numbers = [json.loads(row.payload)["messages"][0]["data"] for row in rows]
            assert numbers == list(range(COUNT))
            assert sizes >= len(SIZES)
            log = screen.query_one(FrameLog)
            await settle(pilot, lambda: log.count == reader.last())
            assert screen.has_class("-wide")
            assert log.scroll_offset.y == log.count - log.size.height
