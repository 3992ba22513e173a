"""Our client in every situation, and Ably's clients against the local service.

Both are told apart by what Ably's clients do, and take a minute: they run where at least one of
those is installed, and are skipped, with the way to install them, where none is.
"""

from __future__ import annotations

import pytest

from tests.sdk import compare, service
from tests.sdk.clients import HOW, Ours, Sdk, find
from tests.sdk.remarks import REMARKS
from tests.sdk.situations import SITUATIONS


@pytest.fixture
def sdks() -> dict[str, Sdk]:
    """Those of Ably's clients that are here; without any the test is skipped."""
    found = find(None, None)
    if not found:
        pytest.skip(f"Ably's clients are not here: {HOW}")
    return found


def test_every_situation_is_told_of_and_no_other() -> None:
    assert compare.expected().keys() == SITUATIONS.keys()
    for kind, seen in compare.seen().items():
        played = {s.name for s in SITUATIONS.values() if kind not in s.without}
        assert seen["stories"].keys() == played, kind


def test_a_remark_is_about_a_difference() -> None:
    ours, seen = compare.expected(), compare.seen()
    for name in REMARKS:
        assert any(told["stories"].get(name) != ours[name] for told in seen.values()), name


@pytest.mark.usefixtures("sdks")
async def test_our_client_does_what_is_expected_in_every_situation() -> None:
    expected = compare.expected()
    told = await compare.stories(Ours(), SITUATIONS, expected)
    assert compare.changes(expected, told, "ours") == []


async def test_ablys_clients_against_the_service(sdks: dict[str, Sdk]) -> None:
    count, failed = await service.failures(sdks)
    assert count > 50
    assert failed == {}
