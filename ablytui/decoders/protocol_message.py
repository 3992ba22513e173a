"""A ProtocolMessage with its numbers named: actions, flags, types that are not as TR4 has them."""

from __future__ import annotations

from ablytui.decoders.meta import Meta
from ablytui.decoders.schema import PROTOCOL_MESSAGE
from ablytui.decoders.spans import Rendered, error
from ablytui.decoders.tree import Tree
from ablytui.protocol.codec import Undecodable, decode


class ProtocolMessageDecoder:
    """Reads both formats, tolerantly."""

    name = "message"

    def priority(self, data: bytes, meta: Meta) -> float:
        """Highest for a whole object; a fragment or anything else is not a message."""
        if not meta.whole or isinstance(decode(data, meta.opcode), Undecodable):
            return -1.0
        return 1.0

    def render(self, data: bytes, meta: Meta) -> Rendered:
        """The members in the order in which they came, `action` first."""
        message = decode(data, meta.opcode)
        if isinstance(message, Undecodable):
            return Rendered(self.name, (error(message.why),))
        tree = Tree(meta.key)
        first = {key: message[key] for key in ("action",) if key in message}
        tree.members(first | message, PROTOCOL_MESSAGE, 0)
        if "action" not in message:
            tree.lines.insert(0, error("action is missing: this is no ProtocolMessage (TR2)"))
        return Rendered(self.name, tree.finish(), columns=True)
