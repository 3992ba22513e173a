"""What a frame means, in one or two plain sentences."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from ablytui.decoders.chain import undo
from ablytui.decoders.spans import shown
from ablytui.protocol.coerce import integer, mapping, sequence, text
from ablytui.protocol.frame import Direction, Opcode
from ablytui.protocol.log import Entry, EntryKind
from ablytui.protocol.message import Flag, ProtocolAction
from ablytui.ui.present.around import Around, continuity


def reading(entry: Entry, message: Mapping[Any, Any] | None, around: Around) -> str:
    """The sentences, empty where the fields say it all. `message` is None if it is none."""
    if entry.kind is not EntryKind.FRAME:
        return ""
    if entry.opcode is Opcode.CLOSE:
        return _close(entry)
    if entry.opcode in {Opcode.PING, Opcode.PONG}:
        return _ping(entry)
    if not entry.fin or entry.opcode is Opcode.CONT:
        return "A part of a message. It is read when its last part has come."
    if message is None:
        return "This is no ProtocolMessage, so it changes nothing. It counts as a sign of life."
    words = _READINGS.get(entry.action if entry.action is not None else -1)
    return words(entry, message, around) if words is not None else _unknown(entry)


def _unknown(entry: Entry) -> str:
    if entry.action is None:
        return "A message without an action. It is ignored (RTF1)."
    if entry.action in set(ProtocolAction):
        return ""
    return "This action is not known. It is ignored, but counts as a sign of life (RTF1)."


def _close(entry: Entry) -> str:
    who = "This side" if entry.direction is Direction.OUT else "The server"
    return f"{who} closes the socket."


def _ping(entry: Entry) -> str:
    if entry.opcode is Opcode.PONG:
        return "The answer to a WebSocket ping; it is sent by the transport itself."
    return "A WebSocket ping: the other side has to answer with a pong."


def _heartbeat(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    if text(message.get("id")) is None:
        return "A sign of life, so that an idle connection is not taken for a dead one."
    if entry.direction is Direction.OUT:
        waits = around.links.waiting(entry.n)
        return "A ping; its answer carries the same id." + (
            " It has not come yet." if waits else ""
        )
    return "The answer to our ping of the same id."


def _ack(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    del around
    count = integer(message.get("count")) or 1
    verb = "refuses" if entry.action == ProtocolAction.NACK else "has taken"
    return f"The server {verb} {count} frame{'s' if count != 1 else ''} that we sent."


def _connected(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    knowing = continuity(around.links)
    same = knowing.same_connection(entry.n) if knowing is not None else None
    if same is None:
        return "The connection is open."
    if same:
        return "The server kept the connection: it is the one of before."
    if message.get("error") is not None:
        return "This is a new connection; the old one could not be taken up."
    return "This is a new connection."


def _disconnected(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    del entry, message, around
    return "The server is about to close the socket. It keeps the state, so a retry follows."


def _attach(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    waits = " The server has not answered yet." if around.links.waiting(entry.n) else ""
    if text(message.get("channelSerial")):
        return "Asks to go on with the channel where it was left." + waits
    return "Asks for the channel." + waits


def _attached(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    del entry, around
    flags = integer(message.get("flags")) or 0
    parts = []
    if flags & Flag.RESUMED:
        parts.append("The server kept the channel: nothing was lost.")
    else:
        parts.append("The channel is attached, without continuity to what was before.")
    if flags & Flag.HAS_BACKLOG:
        parts.append("Messages of before follow.")
    if flags & Flag.HAS_PRESENCE:
        parts.append("Who is present follows in SYNC.")
    return " ".join(parts)


def _detached(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    del message
    if around.links.question_of(entry.n) is not None:
        return "The channel is detached, as asked."
    return "The server detached the channel."


def _error(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    del message, around
    if entry.channel:
        return "The channel has failed; the connection goes on."
    return "The connection has failed: nothing is tried again by itself."


def _items(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    links = around.links
    if links.is_duplicate(entry.n):
        return "This came before. It is dropped."
    names = ("messages", "presence", "annotations", "state")
    items = next((sequence(message.get(name)) for name in names if message.get(name)), [])
    packed = _packed(items, around.keys.get(entry.channel or ""))
    if packed:
        return packed
    if entry.direction is Direction.OUT and links.waiting(entry.n):
        return "The server has not confirmed it yet."
    return ""


def _packed(items: list[Any], key: bytes | None) -> str:
    """Whether the data was encrypted, and why it stays packed if it does (RSL6b)."""
    sealed = False
    for item in map(mapping, items):
        chain = text(item.get("encoding")) or ""
        if "cipher+" in chain and key is None:
            return "The data is encrypted; with --cipher CHANNEL=KEY it is shown here."
        if "vcdiff" in chain.split("/"):
            return "The data is a change of the message before it, whose result is what counts."
        problem = undo(item.get("data"), item.get("encoding"), key=key).problem if chain else ""
        if problem:
            return f"The data stays packed: {shown(problem, 120)}."
        sealed = sealed or "cipher+" in chain
    return "The data is encrypted; the key of this channel opens it." if sealed else ""


def _sync(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
    del entry, around
    serial = text(message.get("channelSerial")) or ""
    last = not serial.partition(":")[2]
    return "Members who are present" + ("; this is the last part." if last else "; more follow.")


def _plain(sentence: str) -> Callable[[Entry, Mapping[Any, Any], Around], str]:
    def words(entry: Entry, message: Mapping[Any, Any], around: Around) -> str:
        del entry, message, around
        return sentence

    return words


_A = ProtocolAction
_READINGS: Final[Mapping[int, Callable[[Entry, Mapping[Any, Any], Around], str]]] = {
    _A.HEARTBEAT: _heartbeat,
    _A.ACK: _ack,
    _A.NACK: _ack,
    _A.CONNECT: _plain("This action is reserved and never sent."),
    _A.CONNECTED: _connected,
    _A.DISCONNECT: _plain("Ends this transport; the server keeps the state."),
    _A.DISCONNECTED: _disconnected,
    _A.CLOSE: _plain("Ends the connection: its state is given up and cannot be resumed."),
    _A.CLOSED: _plain("The server has given up the connection's state."),
    _A.ERROR: _error,
    _A.ATTACH: _attach,
    _A.ATTACHED: _attached,
    _A.DETACH: _plain("Asks to leave the channel."),
    _A.DETACHED: _detached,
    _A.PRESENCE: _items,
    _A.MESSAGE: _items,
    _A.SYNC: _sync,
    _A.AUTH: _plain("Authentication on the open connection; the token is masked."),
    _A.OBJECT: _items,
    _A.ANNOTATION: _items,
}
