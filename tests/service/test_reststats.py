"""REST under `/stats`."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.service import stats
from tests.support.granting import ask, basic, code, grant, value
from tests.support.service import Bench

BODY = [
    {
        "intervalId": f"2024-02-03:15:0{n}",
        "inbound": {"realtime": {"messages": {"count": 10 * n}}},
    }
    for n in range(3, 6)
]
COUNT = "messages.inbound.all.messages.count"


def post(bench: Bench, body: Any = BODY, **more: Any) -> Any:
    return ask(bench, "/stats", "POST", body, **{"auth": basic(), **more})


def read(bench: Bench, query: str) -> list[Any]:
    response = ask(bench, f"/stats?{query}", auth=basic())
    return [(item["intervalId"], item["entries"][COUNT]) for item in value(response)]


def test_what_was_posted_is_read_by_units_and_in_pages() -> None:
    bench = Bench()
    assert post(bench).status == 201
    assert [n for _, n in read(bench, "direction=forwards")] == [30, 40, 50]
    assert [n for _, n in read(bench, "limit=2")] == [50, 40]
    assert read(bench, "unit=hour") == [("2024-02-03:15", 120)]
    assert read(bench, "start=2024-02-03:15:04&end=1706972640000") == [("2024-02-03:15:04", 40)]
    response = ask(bench, "/stats?limit=2&direction=forwards", auth=basic())
    (link,) = [v for n, v in response.headers if n == "Link" and 'rel="next"' in v]
    assert [n for _, n in read(bench, link.partition("?")[2].partition(">")[0])] == [50]


@pytest.mark.parametrize("query", ["unit=week", "start=x", "end=y", "direction=up", "limit=0"])
def test_what_cannot_be_asked(query: str) -> None:
    assert code(ask(Bench(), f"/stats?{query}", auth=basic())) == (40003, 400)


def test_who_may_post() -> None:
    bench = Bench()
    assert code(post(bench, auth=None))[0] == 40101
    assert code(post(bench, auth=f"Bearer {grant(bench).token}"))[0] == 40162
    assert code(post(bench, remote="10.0.0.1"))[0] == 40300
    assert code(post(bench, {"intervalId": 3}))[0] == 40000
    assert code(ask(bench, "/stats", "DELETE", auth=basic()))[0] == 40500
    assert bench.core.realm.apps["app"].stats == {}


def test_what_is_held_is_bounded_and_the_oldest_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stats, "MOST", 4)
    bench = Bench()
    post(bench)
    later = [{**each, "intervalId": str(each["intervalId"]).replace("15:", "16:")} for each in BODY]
    assert post(bench, later).status == 201
    assert sorted(bench.core.realm.apps["app"].stats) == [
        "2024-02-03:15:05",
        *(each["intervalId"] for each in later),
    ]
