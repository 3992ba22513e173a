"""What Linux tells of its network, read and summed up. Pure: bytes in, one word out.

Reads rtnetlink(7): links, addresses and routes, as a dump or as they change. May not know where
the bytes come from, and never raises for them: what cannot be read is passed over.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from enum import IntEnum
from typing import Final


class Kind(IntEnum):
    """Types of netlink messages, and of what is asked for."""

    ERROR = 2
    DONE = 3
    NEW_LINK = 16
    DEL_LINK = 17
    GET_LINK = 18
    NEW_ADDRESS = 20
    DEL_ADDRESS = 21
    GET_ADDRESS = 22
    NEW_ROUTE = 24
    DEL_ROUTE = 25
    GET_ROUTE = 26


GROUPS: Final = 0x1 | 0x10 | 0x100 | 0x40 | 0x400
"""RTMGRP_LINK, IPV4_IFADDR, IPV6_IFADDR, IPV4_ROUTE, IPV6_ROUTE."""

QUESTIONS: Final = (Kind.GET_LINK, Kind.GET_ADDRESS, Kind.GET_ROUTE)
"""What is asked at first, one after the other: the kernel answers one dump at a time."""

_HEADER: Final = struct.Struct("=IHHII")
_LINK: Final = struct.Struct("=BBHiII")
_ADDRESS: Final = struct.Struct("=BBBBI")
_ROUTE: Final = struct.Struct("=BBBBBBBBI")
_ATTRIBUTE: Final = struct.Struct("=HH")
_REQUEST_DUMP: Final = 0x1 | 0x300

_UP, _LOOPBACK, _RUNNING = 0x1, 0x8, 0x40
_TENTATIVE = 0x40
_HOST_SCOPE_AND_LINK = (254, 253)
_UNICAST = 1
_IFA_ADDRESS, _IFA_LOCAL = 1, 2
_RTA_LINK, _RTA_GATEWAY, _RTA_PRIORITY = 4, 5, 6


def question(kind: Kind) -> bytes:
    """A request to dump everything of a kind, of any family."""
    return _HEADER.pack(_HEADER.size + 1, kind, _REQUEST_DUMP, 1, 0) + b"\0"


def messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each message of a datagram, as far as it is whole."""
    while len(data) >= _HEADER.size:
        length, kind, _flags, _seq, _port = _HEADER.unpack_from(data)
        if not _HEADER.size <= length <= len(data):
            return
        yield kind, data[_HEADER.size : length]
        data = data[_aligned(length) :]


def _attributes(data: bytes) -> dict[int, bytes]:
    found = {}
    while len(data) >= _ATTRIBUTE.size:
        length, kind = _ATTRIBUTE.unpack_from(data)
        if not _ATTRIBUTE.size <= length <= len(data):
            break
        found[kind & 0x3FFF] = data[_ATTRIBUTE.size : length]
        data = data[_aligned(length) :]
    return found


def _aligned(length: int) -> int:
    return (length + 3) & ~3


class Network:
    """The links, addresses and default routes that there are now."""

    def __init__(self) -> None:
        self._usable: set[int] = set()
        self._addresses: set[tuple[int, bytes]] = set()
        self._ways_out: set[tuple[object, ...]] = set()

    @property
    def online(self) -> bool:
        """Whether a link besides loopback is up, running, and has an address of its own."""
        return any(index in self._usable for index, _ in self._addresses)

    @property
    def ways_out(self) -> int:
        """How many default routes there are."""
        return len(self._ways_out)

    def feed(self, data: bytes) -> tuple[bool, bool]:
        """Take in a datagram. Whether it brought a new default route, and ended a dump."""
        before, done = frozenset(self._ways_out), False
        for kind, body in messages(data):
            if kind in {Kind.NEW_LINK, Kind.DEL_LINK}:
                self._link(body, there=kind == Kind.NEW_LINK)
            elif kind in {Kind.NEW_ADDRESS, Kind.DEL_ADDRESS}:
                self._address(body, there=kind == Kind.NEW_ADDRESS)
            elif kind in {Kind.NEW_ROUTE, Kind.DEL_ROUTE}:
                self._route(body, there=kind == Kind.NEW_ROUTE)
            done = done or kind in {Kind.DONE, Kind.ERROR}
        return bool(self._ways_out - before), done

    def _link(self, body: bytes, *, there: bool) -> None:
        if len(body) < _LINK.size:
            return
        family, _, _, index, flags, _ = _LINK.unpack_from(body)
        if family:
            # A port of a bridge comes or goes; the link itself does not.
            return
        wanted = _UP | _RUNNING
        if there and flags & (wanted | _LOOPBACK) == wanted:
            self._usable.add(index)
            return
        self._usable.discard(index)
        # Routes go with their link, and IPv4 says nothing of it.
        self._ways_out = {way for way in self._ways_out if way[2] != struct.pack("=I", index)}

    def _address(self, body: bytes, *, there: bool) -> None:
        if len(body) < _ADDRESS.size:
            return
        _, _, flags, scope, index = _ADDRESS.unpack_from(body)
        if scope in _HOST_SCOPE_AND_LINK or flags & _TENTATIVE:
            return
        more = _attributes(body[_ADDRESS.size :])
        address = (index, more.get(_IFA_LOCAL, more.get(_IFA_ADDRESS, b"")))
        (self._addresses.add if there else self._addresses.discard)(address)

    def _route(self, body: bytes, *, there: bool) -> None:
        if len(body) < _ROUTE.size:
            return
        family, bits, _, _, table, _, _, kind, _ = _ROUTE.unpack_from(body)
        if bits or kind != _UNICAST:
            return
        more = _attributes(body[_ROUTE.size :])
        named = (more.get(name) for name in (_RTA_LINK, _RTA_GATEWAY, _RTA_PRIORITY))
        way = (family, table, *named)
        (self._ways_out.add if there else self._ways_out.discard)(way)
