"""Messages of rtnetlink(7), made as the kernel makes them."""

from __future__ import annotations

import struct

from ablytui.net.netlink import Kind


def link(index: int, flags: int, *, family: int = 0, kind: Kind = Kind.NEW_LINK) -> bytes:
    body = struct.pack("=BBHiII", family, 0, 1, index, flags, 0)
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body


def address(index: int, scope: int = 0, flags: int = 0, kind: Kind = Kind.NEW_ADDRESS) -> bytes:
    body = struct.pack("=BBBBI", 2, 24, flags, scope, index) + struct.pack(
        "=HH4s", 8, 1, b"\n\0\0\1"
    )
    return struct.pack("=IHHII", 16 + len(body), kind, 0, 0, 0) + body
