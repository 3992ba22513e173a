"""REST under `/channels`: the list, one channel, who is there."""

from __future__ import annotations

import pytest

from tests.support.granting import ask, basic, code, grant, value
from tests.support.service import Bench


def test_channels_in_use_by_name() -> None:
    bench = Bench()
    client = bench.dial(clientId="bob")
    for name in ("b:2", "a", "b:1"):
        client.attach(name)
    client.publish("unused", 0, {"data": "x"})
    found = value(ask(bench, "/channels", auth=basic()))
    assert [c["channelId"] for c in found] == ["a", "b:1", "b:2"]
    assert all(c["status"]["isActive"] for c in found)
    response = ask(bench, "/channels?by=id&prefix=b:&limit=1", auth=basic())
    assert value(response) == ["b:1"]
    (following,) = [v for n, v in response.headers if 'rel="next"' in v]
    target = "/" + following.partition("./")[2].partition(">")[0]
    assert value(ask(bench, target, auth=basic())) == ["b:2"]
    assert code(ask(bench, "/channels?by=size", auth=basic())) == (40003, 400)


def test_the_list_is_of_the_own_app_and_needs_a_right() -> None:
    bench = Bench(keys=("app.kid:secret", "two.kid:secret"))
    bench.dial().attach("a")
    assert value(ask(bench, "/channels", auth=basic("two.kid:secret"))) == []
    bearer = "Bearer " + grant(bench, {"a": ["*"]}).token
    assert code(ask(bench, "/channels", auth=bearer)) == (40160, 401)


def test_members_page_by_page_by_connection_and_name() -> None:
    bench = Bench()
    client = bench.dial()
    names = [f"c{n}" for n in (3, 1, 2, 0)]
    for n, name in enumerate(names):
        client.presence("a", n, action=2, clientId=name)
    seen, target = [], "/channels/a/presence?limit=3"
    while target:
        response = ask(bench, target, auth=basic())
        seen += [m["clientId"] for m in value(response)]
        following = [v for n, v in response.headers if 'rel="next"' in v]
        target = ""
        if following:
            target = "/channels/a/" + following[0].partition("./")[2].partition(">")[0]
            client.presence("a", 9, action=3, clientId="c0")
    assert seen == sorted(names)
    me = client.connected["connectionId"]
    found = value(ask(bench, f"/channels/a/presence?connectionId={me}&clientId=c1", auth=basic()))
    assert [m["clientId"] for m in found] == ["c1"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/channels/a/none", 404),
        ("/channels/a/messages/s/none", 404),
        ("/channels/a/messages/s/versions/x", 404),
        ("/channels/", 404),
        ("/channels/%3Aa", 400),
        ("/channels/%5Ba", 400),
        ("/channels/a%0Ab", 400),
        ("/channels/%FF", 200),
        ("/channels/a%2Fb/messages", 200),
    ],
)
def test_paths(path: str, status: int) -> None:
    assert ask(Bench(), path, auth=basic()).status == status


@pytest.mark.parametrize(
    ("path", "right"),
    [
        ("/channels/a", "channel-metadata"),
        ("/channels/a/messages", "history"),
        ("/channels/a/history", "history"),
        ("/channels/a/presence", "subscribe"),
        ("/channels/a/presence/history", "history"),
    ],
)
def test_rights(path: str, right: str) -> None:
    bench = Bench()
    bearer = "Bearer " + grant(bench, {"a": [right]}).token
    assert ask(bench, path, auth=bearer).status == 200
    bearer = "Bearer " + grant(bench, {"a": ["publish"]}).token
    assert code(ask(bench, path, auth=bearer)) == (40160, 401)


def test_presence_history_until_the_attach() -> None:
    bench = Bench()
    client = bench.dial(clientId="bob")
    client.presence("a", 0, action=2)
    at = client.attach("a")[0]["channelSerial"]
    client.presence("a", 1, action=3)
    found = value(ask(bench, f"/channels/a/presence/history?fromSerial={at}", auth=basic()))
    assert [m["action"] for m in found] == [2]
