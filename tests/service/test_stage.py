"""Scenarios played on the core: steps, streams, and every fault word."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ablytui.service.acts import Act
from ablytui.service.firings import Fired
from ablytui.service.matching import read_order
from ablytui.service.rest import Request
from ablytui.service.scenario import load, parse
from ablytui.service.tables import Table
from tests.support.service import KEY, Bench, actions, data_of


def stage(text: str, **options: Any) -> Bench:
    return Bench(scenario=parse('description = "x"\n' + text, "x", "x"), **options)


def rule(on: str, do: str, match: str = "", more: str = "") -> Bench:
    return stage(
        f'[[rule]]\ncaption = "c"\non = "{on}"\ndo = "{do}"\nmatch = {{ {match} }}\n{more}'
    )


# --- time ---------------------------------------------------------------------------------------


def test_steps_play_in_time_from_the_first_dial_on() -> None:
    bench = load_bench("hello")
    bench.advance(60_000)
    assert bench.fired == []
    client = bench.dial(fmt="msgpack")
    client.attach("demo:hello")
    steps = load("hello").steps
    bench.advance(steps[1].at - 1)
    assert len(bench.fired) == 1
    bench.advance(steps[-1].at)
    assert [f.caption for f in bench.fired] == [s.caption for s in steps]
    kinds = {type(data) for data in data_of(client.got)}
    assert kinds == {str, bytes}
    people = {m["clientId"] for f in client.got if f["action"] == 14 for m in f["presence"]}
    assert people == {"ada", "grace"}
    bench.dial()
    assert len(bench.fired) == len(steps)


def load_bench(name: str) -> Bench:
    return Bench(scenario=load(name))


def test_steady_is_five_a_second_of_many_kinds() -> None:
    bench = load_bench("steady")
    client = bench.dial()
    client.attach("demo:steady")
    client.take()
    bench.advance(10_000)
    data = data_of(client.take())
    assert len(data) == 50
    assert len({type(json.loads(d)) for d in data if d and d[0] in "{["}) == 1
    assert "tick 7" in data
    assert len(set(map(str, data))) > 30


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_drop_and_resume_loses_nothing(fmt: str) -> None:
    bench = load_bench("drop-and-resume")
    client = bench.dial(fmt=fmt)
    client.attach("demo:drop")
    seen: list[Any] = []
    drops, key = 0, client.key
    for _ in range(700):
        bench.advance(50)
        if client.cut:
            drops += 1
            serial = [m["channelSerial"] for m in client.got if "channelSerial" in m][-1]
            seen += data_of(client.got)
            client = bench.dial(fmt=fmt, resume=key)
            attached, *replay = client.attach("demo:drop", channelSerial=serial)
            assert attached["flags"] & 6 == 6
            assert any("published in the" in d for d in data_of(replay))
    seen += data_of(client.got)
    ticks = [json.loads(d)["n"] for d in seen if d.startswith("{")]
    assert drops == 2
    assert ticks == [str(n) for n in range(int(ticks[0]), int(ticks[0]) + len(ticks))]
    assert len(ticks) >= 29


def test_a_stream_keeps_its_pace_and_does_not_make_up_for_sleep() -> None:
    bench = stage('[[stream]]\nchannel="a"\nevery=100\n[[stream.message]]\ndata="{n}"')
    client = bench.dial()
    client.attach("a")
    bench.advance(1_000)
    assert len(data_of(client.take())) == 10
    bench.mono += 5_000  # nothing was called meanwhile
    bench.advance(150)
    assert len(data_of(client.take())) <= 3


def test_a_stream_may_end() -> None:
    bench = stage('[[stream]]\nchannel="a"\nevery=10\ntimes=3\n[[stream.message]]\ndata="{n}"')
    client = bench.dial()
    client.attach("a")
    bench.advance(1_000)
    assert data_of(client.got) == ["1", "2"]  # the first came before the attach


def test_step_words() -> None:
    bench = stage(
        """
[[step]]
at = 10
caption = "inject"
do = "inject_to_client"
message = { action = 99 }
[[step]]
wait = 10
caption = "forget"
do = "forget"
[[step]]
wait = 10
caption = "away"
do = "inject_to_client_and_close"
message = { action = 6, error = { code = 80003, statusCode = 400, message = "m" } }
closeCode = 1001
"""
    )
    client = bench.dial()
    bench.advance(15)
    assert actions(client.got) == [4, 99]
    bench.advance(15)
    assert actions(client.got) == [4, 99, 6]
    assert client.closed == 1001
    assert bench.dial(resume=client.key).connected["error"]["code"] == 80018
    assert [f.word for f in bench.fired] == [
        "inject_to_client",
        "forget",
        "inject_to_client_and_close",
    ]


# --- faults ---------------------------------------------------------------------------------------


def test_refuse_connection() -> None:
    bench = rule("ws_connect", "refuse_connection", "count = 2")
    assert bench.stage.knock(1, "/?v=6", bench.moment) == (None, None)
    refusal, fired = bench.stage.knock(2, "/?v=6", bench.moment)
    assert refusal is not None
    assert fired is not None
    assert (refusal.status, json.loads(refusal.body)["error"]["code"]) == (401, 40101)
    assert (fired.caption, fired.socket) == ("c", 2)
    assert bench.stage.knock(3, "/?v=6", bench.moment) == (None, None)


def test_refuse_connection_by_query_with_an_answer_of_its_own() -> None:
    bench = rule(
        "ws_connect",
        "refuse_connection",
        'queryContains = { resume = "*", v = "6" }',
        'status = 503\nbody = { why = "full" }',
    )
    assert bench.stage.knock(1, "/?v=6", bench.moment)[0] is None
    refusal, _ = bench.stage.knock(2, "/?v=6&resume=x", bench.moment)
    assert refusal is not None
    assert (refusal.status, refusal.body) == (503, b'{"why": "full"}')


def test_accept_and_close() -> None:
    bench = rule("ws_connect", "accept_and_close", "", "closeCode = 1008\ntimes = 1")
    bench.stage.knock(1, "/?v=6", bench.moment)
    client = bench.dial()
    assert (client.got, client.closed) == ([], 1008)
    bench.stage.knock(2, "/?v=6", bench.moment)
    assert actions(bench.dial().got) == [4]


def test_suppress_one_and_onwards() -> None:
    bench = rule("ws_frame_to_client", "suppress", 'action = "ACK", count = 2')
    client = bench.dial()
    got = [actions(client.publish("a", n, {"data": "x"})) for n in range(4)]
    assert got == [[1], [], [1], [1]]
    bench = rule("ws_frame_to_client", "suppress_onwards", 'action = "1", count = 2')
    client, other = bench.dial(), bench.dial()
    got = [actions(client.publish("a", n, {"data": "x"})) for n in range(4)]
    assert got == [[1], [], [], []]
    assert actions(other.publish("a", 0, {"data": "x"})) == [1]


def test_suppress_towards_the_service() -> None:
    bench = rule("ws_frame_to_server", "suppress", 'action = "ATTACH", channel = "a"', "times = 1")
    client = bench.dial()
    assert actions(client.attach("b")) == [11]
    assert client.attach("a") == []
    assert actions(client.attach("a")) == [11]


def test_delay_keeps_the_order_behind_it() -> None:
    bench = rule("ws_frame_to_client", "delay", 'action = "ATTACHED"', "delayMs = 500\ntimes = 1")
    client, other = bench.dial(), bench.dial()
    assert client.attach("a") == []
    assert client.send({"action": 0, "id": "behind"}) == []
    assert actions(other.attach("a")) == [11]
    bench.advance(499)
    assert actions(client.got) == [4]
    bench.advance(1)
    assert actions(client.got) == [4, 11, 0]
    assert actions(client.send({"action": 0, "id": "after"})) == [0]


def test_delay_towards_the_service() -> None:
    bench = rule("ws_frame_to_server", "delay", 'action = "MESSAGE"', "delayMs = 500\ntimes = 1")
    client = bench.dial()
    assert client.publish("a", 0, {"data": "x"}) == []
    assert client.send({"action": 0, "id": "behind"}) == []
    bench.advance(500)
    assert actions(client.got) == [4, 1, 0]


def test_what_is_held_back_for_a_socket_that_is_gone_is_dropped() -> None:
    bench = rule("ws_frame_to_client", "delay", 'action = "ATTACHED"', "delayMs = 500")
    client = bench.dial()
    client.attach("a")
    client.lose()
    bench.advance(1_000)
    assert actions(client.got) == [4]


@pytest.mark.parametrize("fmt", ["json", "msgpack"])
def test_replace(fmt: str) -> None:
    bench = rule("ws_frame_to_client", "replace", 'action = "ACK"', "message = { action = 99 }")
    client = bench.dial(fmt=fmt)
    assert client.publish("a", 0, {"data": "x"}) == [{"action": 99}]
    bench = rule(
        "ws_frame_to_server",
        "replace",
        'action = "ATTACH"',
        'message = { action = 10, channel = "else" }',
    )
    assert bench.dial(fmt=fmt).attach("a")[0]["channel"] == "else"


def test_inject_beside_a_frame() -> None:
    bench = rule("ws_frame_to_client", "inject_to_client", 'action = "ACK"', "message={action=99}")
    client = bench.dial()
    assert actions(client.publish("a", 0, {"data": "x"})) == [1, 99]
    assert [f.socket for f in bench.fired] == [1]


@pytest.mark.parametrize("on", ["ws_frame_to_client", "ws_frame_to_server"])
@pytest.mark.parametrize(("do", "code"), [("close", 1003), ("disconnect", None)])
def test_close_and_disconnect_in_the_place_of_a_frame(on: str, do: str, code: int | None) -> None:
    action = "ACK" if on.endswith("client") else "MESSAGE"
    more = "closeCode = 1003" if code else ""
    bench = rule(on, do, f'action = "{action}"', more)
    client, other = bench.dial(), bench.dial()
    assert client.publish("a", 0, {"data": "x"}) == []
    assert (client.closed, client.cut) == (code, code is None)
    assert (other.closed, other.cut) == (None, False)


def test_inject_and_close() -> None:
    bench = rule(
        "ws_frame_to_server",
        "inject_to_client_and_close",
        'action = "ATTACH"',
        "message = { action = 6 }\ncloseCode = 1001",
    )
    client = bench.dial()
    assert actions(client.attach("a")) == [11, 6]
    assert client.closed == 1001


def test_delay_after_ws_connect_fires_once() -> None:
    bench = rule("delay_after_ws_connect", "disconnect", "delayMs = 300")
    first = bench.dial()
    bench.advance(299)
    assert not first.cut
    bench.advance(1)
    assert first.cut
    second = bench.dial(resume=first.key)
    bench.advance(1_000)
    assert not second.cut


def test_http_faults() -> None:
    bench = stage(
        """
[[rule]]
caption = "c"
on = "http_request"
match = { method = "post", pathContains = "/messages" }
do = "http_respond"
status = 500
times = 1
[[rule]]
caption = "c"
on = "http_request"
match = { pathContains = "/time" }
do = "http_delay"
delayMs = 250
[[rule]]
caption = "c"
on = "http_request"
do = "http_drop"
"""
    )
    answer, fired = bench.stage.request("POST", "/channels/a/messages")
    assert answer is not None
    assert fired is not None
    assert answer.response is not None
    assert answer.response.status == 500
    assert json.loads(answer.response.body)["error"]["code"] == 50000
    slow, _ = bench.stage.request("GET", "/time")
    assert slow is not None
    assert slow.delay == 250
    gone, _ = bench.stage.request("POST", "/channels/a/messages")
    assert gone is not None
    assert gone.drop


def test_a_fault_also_meets_what_rest_publishes() -> None:
    bench = rule("ws_frame_to_client", "suppress", 'action = "MESSAGE"')
    client = bench.dial()
    client.attach("a")
    target = f"/channels/a/messages?key={KEY}"
    request = Request("POST", target, {"content-type": "application/json"}, b'{"data":"x"}')
    response, effects = bench.stage.answer(request, bench.moment)
    assert response.status == 201
    assert [type(e) for e in effects] == [Fired]


def test_the_service_table_overrides_times() -> None:
    scenario = parse('description = "x"\n[service]\nstate_ttl = 2000', "x", "x")
    assert dict(scenario.service) == {"state_ttl": 2000}


# --- further words of steps -----------------------------------------------------------------------


def steps(*words: str, **options: Any) -> Bench:
    """A step each 100 ms."""
    return stage("".join(f'[[step]]\nat = {n * 100}\ncaption = "c"\n{word}\n' for n, word in enumerate(words)), **options)  # fmt: skip


def test_silence_is_for_the_sockets_there_are_until_the_service_speaks() -> None:
    bench = steps('do = "say"', 'do = "silence"', 'do = "say"', 'do = "speak"', max_idle=3_000)
    client = bench.dial()
    bench.advance(150)
    assert client.attach("a") == []
    other = bench.dial()
    assert actions(other.attach("a")) == [11]
    assert client.closed is None
    bench.advance(200)
    assert actions(client.attach("a")) == [11]


def test_slow_delays_everything_in_its_order() -> None:
    bench = steps('do = "slow"\ndelayMs = 200', 'do = "say"', 'do = "slow"\ndelayMs = 0')
    client = bench.dial()
    assert actions(client.take()) == [4]
    assert client.attach("a") == []
    bench.peer("a", "x")
    bench.advance(199)
    assert client.take() == []
    bench.advance(10)
    assert actions(client.take()) == [11, 15]


def test_dials_are_refused_until_they_are_accepted() -> None:
    bench = steps('do = "refuse_connections"\nstatus = 503', 'do = "accept_connections"')
    bench.dial()
    refusal, fired = bench.stage.knock(9, "/?v=6", bench.moment)
    assert refusal is not None
    assert refusal.status == 503
    assert fired is not None
    assert (fired.word, fired.caption, fired.socket) == ("refuse_connection", "", 9)
    bench.advance(100)
    assert bench.stage.knock(10, "/?v=6", bench.moment) == (None, None)


def test_a_raw_frame_goes_out_as_it_is() -> None:
    bench = steps('do = "send_raw"\ntext = "{oops"', 'do = "send_raw"\nhex = "c1"')
    client = bench.dial()
    bench.advance(100)
    assert client.raws == [b"{oops", b"\xc1"]


def test_tokens_end_and_are_asked_for() -> None:
    bench = steps('do = "say"', 'do = "ask_token"', 'do = "expire_token"')
    token = bench.stage.token(60_000, bench.moment)
    client = bench.dial_raw(f"/?v=6&access_token={token}")
    bench.advance(100)
    assert actions(client.got) == [4, 17]
    bench.advance(100)
    assert client.got[-1]["action"] == 6
    assert client.got[-1]["error"]["code"] == 40142
    bench = steps('do = "revoke_token"')
    client = bench.dial_raw(f"/?v=6&access_token={bench.stage.token(60_000, bench.moment)}")
    bench.advance(10)
    assert client.got[-1]["error"]["code"] == 40141


def test_by_hand_a_word_does_what_it_does_in_a_step() -> None:
    bench = Bench()
    client = bench.dial()
    effects, why = bench.stage.inject(Act("close", close_code=4000), bench.moment)
    assert why == ""
    for effect in effects:
        bench._perform(effect)
    assert [(f.word, f.by_hand) for f in bench.fired] == [("close", True)]
    assert client.closed == 4000


def test_another_scenario_takes_over_while_clients_are_connected() -> None:
    bench = stage(
        '[service]\nstate_ttl = 5000\n[[rule]]\ncaption = "c"\non = "ws_frame_to_client"\ndo = "suppress"'
    )
    client = bench.dial()
    assert client.got == []
    other = parse('description = "x"\n[[step]]\nat = 50\ncaption = "d"\ndo = "forget"', "y", "y")
    assert bench.stage.play(other, bench.moment, afresh=False) == []
    assert actions(client.attach("a")) == [11]
    assert bench.stage.progress is not None
    assert bench.stage.progress.name == "y"
    assert bench.core.realm.options.state_ttl == 120_000
    bench.advance(60)
    assert bench.fired[-1].caption == "d"
    bench.stage.play(None, bench.moment, afresh=False)
    assert bench.stage.progress is None


def test_afresh_whoever_is_left_of_the_last_play_goes() -> None:
    bench = stage('[[step]]\nat = 0\ncaption = "c"\ndo = "enter"\nchannel = "a"\nclientId = "ada"')
    client = bench.dial(clientId="you")
    client.attach("a")
    client.presence("a", 0, action=2)
    watcher = bench.dial()
    watcher.attach("a")
    client.lose()
    watcher.take()
    for effect in bench.stage.play(load("hello"), bench.moment, afresh=True):
        bench._perform(effect)
    left = [m for f in watcher.take() if f["action"] == 14 for m in f["presence"]]
    assert {(m["clientId"], m["action"]) for m in left} == {("ada", 3), ("you", 3)}
    assert bench.stage.progress is not None
    assert bench.stage.progress.step == 0


def ordered(bench: Bench, **words: Any) -> None:
    effects, why = bench.stage.inject(read_order(Table(words, "x")), bench.moment)
    assert why == ""
    for effect in effects:
        bench._perform(effect)


def test_what_is_held_back_is_not_lost_when_something_else_comes_late() -> None:
    bench = Bench()
    client = bench.dial()
    client.attach("a")
    client.take()
    ordered(bench, do="slow", delayMs=100)
    bench.peer("a", "first")
    assert bench.stage.lift(bench.stage.standing[0].number, bench.moment)[1]
    bench.mono += 150  # the timer is late
    ordered(bench, do="publish", channel="a", data="second")
    bench.advance(1)
    assert data_of(client.take()) == ["first", "second"]


@pytest.mark.parametrize("lifted", [False, True])
def test_a_moment_after_connecting_that_is_lifted_does_not_come(lifted: bool) -> None:
    bench = Bench()
    delayed = {"on": "delay_after_ws_connect", "match": {"delayMs": 500}}
    ordered(bench, do="close", closeCode=4000, **delayed)
    client = bench.dial()
    bench.advance(400)
    (standing,) = bench.stage.standing
    if lifted:
        bench.stage.lift(standing.number, bench.moment)
    bench.advance(200)
    assert client.closed == (None if lifted else 4000)
    assert bench.stage.standing == ()
