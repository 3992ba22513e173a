"""Rules and orders, as they are read."""

from __future__ import annotations

import pytest

from ablytui.errors import ConfigError
from ablytui.service.acts import Act
from ablytui.service.matching import Match, Order, Rule, read_order, read_rule
from ablytui.service.tables import Table


def order(**asked: object) -> Order:
    table = Table(asked, "x")
    read = read_order(table)
    table.done()
    return read


def test_what_can_happen_at_once_does_unless_it_says_on_what() -> None:
    assert order(do="cut") == Act("cut")
    assert order(do="disconnect") == Act("cut")
    rule = order(do="cut", on="ws_frame_to_server", match={"action": "ATTACH"}, times=1)
    assert rule == Rule("ws_frame_to_server", Match(action=10), Act("cut"), 1, "")
    after = order(do="cut", on="delay_after_ws_connect", match={"delayMs": 5})
    assert after == Rule("delay_after_ws_connect", Match(delay=5), Act("cut"), None, "")


def test_what_cannot_is_a_rule_on_the_first_of_its_places() -> None:
    rule = order(do="refuse_connections", status=503, forMs=9)
    act = Act("refuse_connection", status=503, lasts=9)
    assert rule == Rule("ws_connect", Match(), act, None, "", 9)
    rule = order(do="http_drop", match={"method": "post", "pathContains": "/keys"})
    assert isinstance(rule, Rule)
    assert rule.match == Match(method="POST", path="/keys")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"do": "suppress", "on": "ws_connect"}, "on: found 'ws_connect'"),
        ({"do": "slow", "delayMs": 5, "on": "ws_frame_to_client"}, "found the key 'on'"),
        ({"do": "suppress", "match": {"action": "NO"}}, "match: action: found 'NO'"),
        ({"do": "suppress", "times": 0}, "times: found 0"),
        ({"do": "cut", "match": {}}, "found the key 'match'"),
        ({"do": "lift", "what": "everything"}, "what: found 'everything'"),
        ({"do": "client", "action": "ping"}, "do: found 'client'"),
    ],
)
def test_what_cannot_be_asked_for(asked: dict[str, object], found: str) -> None:
    with pytest.raises(ConfigError) as caught:
        order(**asked)
    assert found in caught.value.message


def test_a_rule_of_a_scenario_lasts_as_long_as_that() -> None:
    with pytest.raises(ConfigError, match="forMs: found 5"):
        read_rule(Table({"on": "ws_connect", "do": "refuse_connection", "forMs": 5}, "x"))
