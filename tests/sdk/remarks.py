"""Where Ably's clients leave the specification, in words; `seen.json` has what they did.

What they all do alike, each in its own way, is said once in `EVERYWHERE`. A difference without a
remark is a matter of taste, or one of these.
"""

from __future__ import annotations

from typing import Final

EVERYWHERE: Final = (
    "js closes with no code (1005), and goes through closing when nothing is open (RTN12)",
    "js gives 80017 as the reason of a close, and 90001 of a detach, that was asked for",
    "py gives the WebSocket close code as the code of the reason (RTN15a wants 80003), or none",
    "py sets ATTACH_RESUME, which is deprecated since 6.1.0; js and ours do not",
    "js and py send what is un-ACKed before the ATTACH, ours after it; both are allowed (RTN19)",
    "py leaves failed: its opening timer runs on after a fatal ERROR, and it dials again (RTN14g)",
)

REMARKS: Final[dict[str, str]] = {
    "opening: handshake 401": "js and py drop the error that the answer's body carries",
    "opening: ERROR 40142, renewable": "js and py pass through disconnected; allowed (RTN14b)",
    "opening: ERROR 40142, not renewable": "js dials on before it fails; neither gives a cause",
    "opening: ERROR with channel null": "js takes null for a channel, and waits for ever (TR2)",
    "opening: silence": "js: 80003/400 where a timeout is 50003/504",
    "opening: DISCONNECTED, no error": "py does not see it, and times out",
    "opening: CONNECTED without details": "js throws and stays connecting for ever, py times out",
    "opening: CONNECTED with another clientId": "py keeps the socket open; 400 for 401",
    "loss: DISCONNECTED, no error": "py stays connected without a socket, for ever",
    "loss: DISCONNECTED 50003/503": "py stays connected without a socket, for ever (RTN17f1)",
    "loss: DISCONNECTED 40142, not renewable": "js goes on to connecting before it fails",
    "loss: ERROR with channel null": "js takes null for a channel, and stays connected",
    "loss: CLOSED unasked": "py stays connected without a socket",
    "loss: only pings beyond the idle limit": "py does not count pings as activity (RTN23b)",
    "loss: refused until the TTL is over": "py forgets the key when suspended (RTN14h, since 6.1)",
    "resume: ERROR 50000": "py leaves failed, and its publishes are sent after all",
    "resume: un-ACKed publishes when suspended": "py: no resume, and no channelSerial (RTL15b2)",
    "resume: after a CONNECTED with another key": "js resumes with the first key (RTN24)",
    "connected: CONNECTED with an error": "py leaves the error out of the update (RTN24)",
    "publish: ACK that passes over the first": "js and py take the one passed over for ACKed",
    "publish: NACK, no error": "py swaps code and statusCode",
    "publish: ACK without count": "js waits for ever; count is 1 when it is missing",
    "publish: while connecting, and the attempt fails": "py sends each twice on the next attempt",
    "publish: while disconnected, behind what is un-ACKed": "py never sees the ACK of the first",
    "publish: un-ACKed at a loss, without a queue": "js keeps it and sends it again (RTN7d)",
    "channel: DETACHED unasked": "py leaves the error out of the change (RTL13a)",
    "channel: DETACHED while attaching": "py leaves the error out, and fails attach with none",
    "channel: a message while detached": "py delivers it (RTL17)",
    "channel: ATTACHED unasked after a detach": "js goes back to attached, py does nothing (RTL5k)",
    "channel: detach while attaching": "js and py do not wait for the attach (RTL5i)",
    "channel: when the connection fails": "py leaves the channel attached (RTL3a)",
    "presence: members after a resume": "py does not keep the channelSerial of PRESENCE (RTL15b)",
    "close: while connecting": "js drops the socket without CLOSE (RTN12f)",
    "close: and connect before it is closed": "py closes the new connection, or resumes the old",
    "close: and connect again": "js and py keep no initialized channels (RTN11d)",
    "ping: unanswered": "js: 50000/500 for a timeout",
    "ping: while connecting": "js refuses it (RTN13d)",
    "ping: while disconnected": "js and py refuse it (RTN13d)",
}
