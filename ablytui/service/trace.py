"""A line for each frame that passes, for who watches the service at work. PURE.

Says what a frame is, never what is in it: a log line is no place for a secret.
"""

from __future__ import annotations

from ablytui.protocol.codec import Undecodable, read_head
from ablytui.protocol.frame import Direction, Opcode, WireFrame, close_code
from ablytui.protocol.message import action_name


def frame_line(number: int, frame: WireFrame) -> str:
    """One frame of socket `number`, seen from the service. The channel's name is a peer's text."""
    way = "received" if frame.direction is Direction.IN else "sent"
    return f"#{number} {way} {_what(frame)}, {len(frame.payload)} bytes {frame.opcode.name.lower()}"


def _what(frame: WireFrame) -> str:
    if frame.opcode is Opcode.CLOSE:
        code, reason = close_code(frame.payload)
        return f"CLOSE {code} {reason}".rstrip()
    if frame.opcode > Opcode.CLOSE:
        return frame.opcode.name
    if not frame.fin or frame.opcode is Opcode.CONT:
        return "a fragment"
    head = read_head(frame.payload, frame.opcode)
    if isinstance(head, Undecodable):
        return "no ProtocolMessage"
    error = "" if head.error_code is None else f" with error {head.error_code}"
    return f"{action_name(head.action)} {head.channel or ''}".rstrip() + error
