"""What Linux tells of its network, by datagrams recorded from a kernel (shortened after names)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ablytui.net.netlink import QUESTIONS, Kind, Network, messages, question
from tests.support.netlink import address, link

pytestmark = pytest.mark.skipif(sys.byteorder != "little", reason="recorded on such a machine")

RECORD = Path(__file__).parent.parent / "data" / "netlink.txt"


def recorded() -> list[tuple[str, bytes]]:
    """(the command that was given, a datagram that followed), in order; dumps first."""
    lines = RECORD.read_text("ascii").splitlines()
    return [(what, bytes.fromhex(data)) for what, data in (line.split("\t") for line in lines)]


def online_after() -> list[tuple[str, bool, int]]:
    """After each command whether there is a network, and how many ways out."""
    network = Network()
    story: list[tuple[str, bool, int]] = []
    for what, data in recorded():
        network.feed(data)
        now = (what, network.online, network.ways_out)
        if story and story[-1][0] == what:
            story[-1] = now
        else:
            story.append(now)
    return story


def test_the_story_of_a_link() -> None:
    assert online_after() == [
        ("dump18", False, 0),
        ("dump22", False, 0),
        ("dump26", False, 0),
        ("ip link add v0 type veth peer name peer0", False, 0),
        ("ip link set v0 up", False, 0),
        ("ip addr add 10.1.2.3/24 dev v0", True, 0),
        ("ip route add default via 10.1.2.1", True, 1),
        ("ip link set v0 down", False, 0),
        ("ip link set v0 up", True, 0),
        ("ip route add default via 10.1.2.1", True, 1),
        ("ip link del v0", False, 0),
    ]


def test_a_dump_ends_once() -> None:
    network = Network()
    done = [network.feed(data)[1] for what, data in recorded() if what.startswith("dump")]
    assert done == [False, True, False, True, False, True]


def test_a_new_way_out_is_told_once() -> None:
    network = Network()
    told = [what for what, data in recorded() if network.feed(data)[0]]
    assert told == ["ip route add default via 10.1.2.1"] * 2
    route = next(data for what, data in recorded() if what.startswith("ip route"))
    assert network.feed(route)[0]
    assert not network.feed(route)[0]


@pytest.mark.parametrize(
    ("data", "online"),
    [
        (link(2, 0x41) + address(2), True),
        (address(2) + link(2, 0x41), True),
        (link(2, 0x41) + address(3), False),
        (link(1, 0x49) + address(1), False),
        (link(2, 0x01) + address(2), False),
        (link(2, 0x40) + address(2), False),
        (link(2, 0x41) + address(2, scope=253), False),
        (link(2, 0x41) + address(2, scope=254), False),
        (link(2, 0x41) + address(2, flags=0x40), False),
        (link(2, 0x41) + address(2) + address(2, kind=Kind.DEL_ADDRESS), False),
        (link(2, 0x41) + address(2) + link(2, 0x41, kind=Kind.DEL_LINK), False),
        (link(2, 0x41) + address(2) + link(2, 0x41, family=7, kind=Kind.DEL_LINK), True),
        (link(2, 0x41) + address(2) + link(2, 0x01), False),
    ],
)
def test_what_counts_as_a_network(data: bytes, online: bool) -> None:
    network = Network()
    network.feed(data)
    assert network.online is online


def test_questions() -> None:
    for kind in QUESTIONS:
        ((asked, body),) = messages(question(kind) + b"\0\0\0")
        assert asked == kind
        assert body == b"\0"


@given(st.binary(max_size=200), st.integers(0, 60))
def test_strange_bytes_never_raise(noise: bytes, cut: int) -> None:
    network = Network()
    for _, data in recorded()[:12]:
        network.feed(data[:cut] + noise)
        network.feed(data[: len(data) - cut])
    network.feed(noise)
