from __future__ import annotations

from datetime import UTC

from ablytui.protocol.states import ConnectionState as S
from ablytui.ui.settings import Driver, Settings
from tests.support.app import FakeSession, connection_in, make_app


def test_for_tests_nothing_moves_and_the_zone_is_fixed() -> None:
    settings = Settings.for_tests()
    assert not settings.moving
    assert not settings.animations
    assert settings.zone is UTC
    assert Settings().moving


def test_the_fake_session_is_a_driver() -> None:
    driver: Driver = FakeSession(connection_in(S.CONNECTED))
    assert driver.connection.state is S.CONNECTED


async def test_a_launch_opens_what_the_rig_holds() -> None:
    app, rig = make_app()
    runtime = await app.launch.open()
    assert runtime.session is rig.session
    assert runtime.reader.last() == len(rig.source.entries)
