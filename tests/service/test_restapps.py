"""REST: apps made and unmade, and kept apart."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.granting import SUITE, ask, basic, by_token, code, grant, value
from tests.support.service import KEY, Bench, Client, actions, data_of


def make(bench: Bench, body: Any = None, **more: Any) -> dict[str, Any]:
    response = ask(bench, "/apps", "POST", SUITE if body is None else body, **more)
    assert response.status == 201, response.body
    made = value(response)
    assert isinstance(made, dict)
    return made


def dial(bench: Bench, app: dict[str, Any], **query: str) -> Client:
    return bench.dial(key=app["keys"][0]["keyStr"], **query)


@pytest.mark.parametrize("kind", ["application/json", "application/x-msgpack"])
def test_an_app_for_the_asking(kind: str) -> None:
    bench = Bench()
    app = make(bench, content_type=kind, accept=kind)
    assert app["channels"] == SUITE["channels"]
    client = dial(bench, app)
    attached, page = client.attach("persisted:fixtures")
    assert attached["flags"] & 1
    (member,) = page["presence"]
    assert (member["clientId"], member["data"], member["action"]) == ("a", "24", 1)
    bench.advance(1_000_000)
    path = "/channels/persisted%3Afixtures/presence"
    assert len(value(ask(bench, path, auth=basic(app["keys"][0]["keyStr"])))) == 1


def test_its_keys_have_the_rights_asked_for() -> None:
    bench = Bench()
    keys = make(bench)["keys"]
    limited = bench.dial(key=keys[1]["keyStr"])
    assert limited.attach("cansubscribe:x")[0]["flags"] == 0xC0000
    assert limited.attach("other")[0]["error"]["code"] == 40160
    auth = basic(keys[3]["keyStr"])
    path = f"/keys/{keys[3]['keyName']}/requestToken"
    assert ask(bench, path, "POST", {"ttl": 3_600_000}, auth=auth).status == 201
    assert code(ask(bench, path, "POST", {"ttl": 3_600_001}, auth=auth)) == (40003, 400)


def test_apps_know_nothing_of_each_other() -> None:
    bench = Bench()
    one, two = make(bench), make(bench)
    assert one["appId"] != two["appId"]
    mine, theirs, given = dial(bench, one), dial(bench, two), bench.dial()
    for client in (mine, theirs, given):
        client.attach("news")
    mine.presence("news", 0, action=2, clientId="amy")
    mine.publish("news", 1, {"data": "x"})
    bench.peer("news", "from the service")
    assert data_of(mine.got) == ["x"]
    assert data_of(theirs.got) == []
    assert data_of(given.got) == ["from the service"]
    for path, seen in (("presence", [1, 0]), ("messages", [1, 0])):
        answers = [
            value(ask(bench, f"/channels/news/{path}", auth=basic(app["keys"][0]["keyStr"])))
            for app in (one, two)
        ]
        assert [len(answer) for answer in answers] == seen
    serial = mine.got[-2]["channelSerial"]
    assert theirs.attach("news", channelSerial=serial)[0]["error"]["code"] == 80006
    foreign = dial(bench, two, resume=mine.key)
    assert foreign.got[0]["error"]["code"] == 40102
    stolen = f"{two['appId']}.{one['keys'][0]['id']}:{one['keys'][0]['value']}"
    assert bench.dial(key=stolen).got[0]["error"]["code"] == 40101


def test_an_app_goes_with_everything_in_it() -> None:
    bench = Bench()
    app, other = make(bench), make(bench)
    key = app["keys"][0]["keyStr"]
    client, lost, stays = dial(bench, app), dial(bench, app), dial(bench, other)
    client.attach("news")
    lost.lose()
    token = grant(bench, key=key).token
    target = f"/apps/{app['appId']}"
    assert ask(bench, target, "DELETE", auth=basic(key)).status == 204
    assert (client.got[-1]["action"], client.got[-1]["error"]["code"]) == (9, 40101)
    assert client.closed == 1000
    assert stays.closed is None
    assert bench.dial(key=key).got[0]["error"]["code"] == 40101
    assert by_token(bench, token).got[0]["error"]["code"] == 40143
    assert code(ask(bench, target, "DELETE", auth=basic(key))) == (40101, 401)
    bench.advance(300_000)
    assert actions(stays.attach("news")) == [11]
    assert list(bench.core.realm.apps) == ["app", other["appId"]]


def test_who_may_unmake() -> None:
    bench = Bench()
    app, other = make(bench), make(bench)
    target = f"/apps/{app['appId']}"
    token = grant(bench, key=app["keys"][0]["keyStr"]).token
    for auth in (None, basic(other["keys"][0]["keyStr"]), f"Bearer {token}"):
        assert code(ask(bench, target, "DELETE", auth=auth)) == (40101, 401)
    assert code(ask(bench, "/apps/app", "DELETE", auth=basic(KEY))) == (40300, 403)
    assert code(ask(bench, target, "GET", auth=basic(KEY))) == (40500, 405)
    assert code(ask(bench, "/apps", "GET")) == (40500, 405)


@pytest.mark.parametrize(
    ("remote", "status"),
    [
        ("127.0.0.1", 201),
        ("::1", 201),
        ("::ffff:127.0.0.1", 201),
        ("10.0.0.1", 403),
        ("127.0.0.1.example.com", 403),
        ("", 403),
    ],
)
def test_only_from_this_machine(remote: str, status: int) -> None:
    response = ask(Bench(), "/apps", "POST", {}, remote=remote)
    assert response.status == status
    if status == 403:
        assert code(response) == (40300, 403)


MEMBER = {"clientId": "a", "data": "x"}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ([], (40000, 400)),
        ({"channels": [{}]}, (40010, 400)),
        ({"channels": [{"name": ":x"}]}, (40010, 400)),
        ({"channels": [{"name": "x", "presence": [{}]}]}, (91000, 400)),
        ({"channels": [{"name": "x", "presence": [7]}]}, (40000, 400)),
        ({"channels": [{"name": "x", "presence": [MEMBER] * 11}]}, (91003, 400)),
        (
            {"channels": [{"name": "x", "presence": [{**MEMBER, "data": "x" * 9_000}]}]},
            (40009, 413),
        ),
        ({"channels": [{"name": f"c{n}"} for n in range(6)]}, (40114, 403)),
    ],
)
def test_what_is_no_app_leaves_nothing_behind(body: Any, why: tuple[int, int]) -> None:
    bench = Bench(max_members=10, max_message_size=8_000, max_channels=5)
    assert code(ask(bench, "/apps", "POST", body)) == why
    assert list(bench.core.realm.apps) == ["app"]


def test_apps_are_bounded_and_those_long_unused_give_way() -> None:
    bench = Bench(max_apps=3)
    first, second = make(bench), make(bench)
    live = dial(bench, first)
    assert code(ask(bench, "/apps", "POST", {})) == (42910, 429)
    bench.advance(3_600_001)
    third = make(bench, {})
    assert list(bench.core.realm.apps) == ["app", first["appId"], third["appId"]]
    assert live.closed is None
    assert bench.dial(key=second["keys"][0]["keyStr"]).got[0]["error"]["code"] == 40101
