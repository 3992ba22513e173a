"""CONNECTED: the first frame of a connection, and the answer to a new token (RTN4h, RTN24). PURE."""

from __future__ import annotations

from typing import Any

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.message import ProtocolAction
from ablytui.protocol.params import DialectName
from ablytui.service.connections import Connection
from ablytui.service.realm import Realm


def connected(
    realm: Realm, connection: Connection, error: ErrorInfo | None, serial: int
) -> dict[str, Any]:
    """CONNECTED; nobody is told no clientId (CD2a). `serial` is classic's `connectionSerial`."""
    options = realm.options
    client_id = connection.identity.client_id
    message: dict[str, Any] = {
        "action": int(ProtocolAction.CONNECTED),
        "connectionId": connection.id,
        "connectionDetails": {
            **({} if client_id is None else {"clientId": client_id}),
            "connectionKey": connection.key,
            "maxMessageSize": options.max_message_size,
            "maxFrameSize": options.max_frame_size,
            **({"maxInboundRate": options.max_inbound_rate} if options.max_inbound_rate else {}),
            "serverId": realm.server_id,
            "connectionStateTtl": options.state_ttl,
            "maxIdleInterval": options.max_idle,
        },
    }
    if connection.dialect is DialectName.CLASSIC:
        message["connectionKey"] = connection.key
        message["connectionSerial"] = serial
    if error is not None:
        message["error"] = error.to_wire()
    return message
