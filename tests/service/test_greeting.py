"""CONNECTED says who the client is."""

from __future__ import annotations

from tests.support.granting import by_token, grant
from tests.support.service import Bench


def test_the_client_id_is_told_to_whoever_has_one() -> None:
    bench = Bench()

    def told(token: str, **query: str) -> object:
        return by_token(bench, token, **query).connected["connectionDetails"].get("clientId", 0)

    assert told(grant(bench).token) == 0
    assert told(grant(bench, client_id="bob").token) == "bob"
    assert told(grant(bench, client_id="*").token) == "*"
    assert told(grant(bench, client_id="*").token, clientId="amy") == "amy"
    assert bench.dial().connected["connectionDetails"]["clientId"] == "*"


def test_a_rate_is_told_where_there_is_one() -> None:
    told = Bench(max_inbound_rate=50).dial().connected["connectionDetails"]
    assert told["maxInboundRate"] == 50
    assert "maxInboundRate" not in Bench().dial().connected["connectionDetails"]
