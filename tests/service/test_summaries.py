"""Summaries of annotations, method by method."""

from __future__ import annotations

from typing import Any

import pytest

from ablytui.service.summaries import MOST_NAMED, Said, Summary, method_of


def ids(*names: str) -> dict[str, Any]:
    return {"total": len(names), "clientIds": list(names), "clipped": False}


def counts(nobody: int = 0, **clients: int) -> dict[str, Any]:
    return {
        "total": sum(clients.values()) + nobody,
        "clientIds": clients,
        "totalUnidentified": nobody,
        "clipped": False,
        "totalClientIds": len(clients),
    }


Step = tuple[str, str, str | None, int]
"""`+` or `-`, name, clientId, count."""

CASES: list[tuple[str, list[Step], list[bool], dict[str, Any]]] = [
    ("total.v1", [("+", "", None, 1), ("+", "", "a", 1)], [True, True], {"total": 2}),
    ("total.v1", [("-", "", None, 1), ("+", "", None, 1)], [False, True], {"total": 1}),
    ("flag.v1", [("+", "", "a", 1), ("+", "", "a", 1)], [True, False], ids("a")),
    ("flag.v1", [("+", "", "a", 1), ("-", "", "a", 1)], [True, True], ids()),
    ("flag.v1", [("-", "", "a", 1)], [False], ids()),
    (
        "distinct.v1",
        [("+", "x", "a", 1), ("+", "x", "b", 1), ("+", "y", "a", 1), ("+", "x", "a", 1)],
        [True, True, True, False],
        {"x": ids("a", "b"), "y": ids("a")},
    ),
    ("distinct.v1", [("+", "x", "a", 1), ("-", "x", "a", 1)], [True, True], {}),
    ("distinct.v1", [("+", "x", "a", 1), ("-", "y", "a", 1)], [True, False], {"x": ids("a")}),
    (
        "unique.v1",
        [("+", "x", "a", 1), ("+", "x", "b", 1), ("+", "y", "a", 1)],
        [True, True, True],
        {"x": ids("b"), "y": ids("a")},
    ),
    ("unique.v1", [("+", "x", "a", 1), ("-", "x", "a", 1)], [True, True], {}),
    (
        "multiple.v1",
        [("+", "x", "a", 1), ("+", "x", "a", 3), ("+", "x", "b", 1), ("+", "x", None, 2)],
        [True, True, True, True],
        {"x": counts(2, a=4, b=1)},
    ),
    (
        "multiple.v1",
        [("+", "x", "a", 5), ("+", "x", "b", 1), ("-", "x", "a", 1), ("-", "x", None, 1)],
        [True, True, True, False],
        {"x": counts(b=1)},
    ),
]


@pytest.mark.parametrize(("method", "steps", "changes", "expected"), CASES)
def test_method(
    method: str, steps: list[Step], changes: list[bool], expected: dict[str, Any]
) -> None:
    summary, kind = Summary(), f"ns:{method}"
    changed = [
        summary.take(Said(kind, name, client, count, removes=sign == "-"))
        for sign, name, client, count in steps
    ]
    assert changed == changes
    assert summary.wire() == {kind: expected}


def test_types_are_apart_and_unknown_methods_sum_nothing_up() -> None:
    summary = Summary()
    assert not summary.take(Said("comment"))
    assert not summary.take(Said("a:other.v9"))
    assert not summary
    summary.take(Said("a:total.v1"))
    summary.take(Said("b:total.v1"))
    assert summary.wire() == {"a:total.v1": {"total": 1}, "b:total.v1": {"total": 1}}


def test_long_lists_are_clipped_and_totals_are_not() -> None:
    summary = Summary()
    for n in range(MOST_NAMED + 5):
        summary.take(Said("a:flag.v1", client_id=str(n)))
        summary.take(Said("a:multiple.v1", "x", client_id=str(n)))
    wire = summary.wire()
    flag, multiple = wire["a:flag.v1"], wire["a:multiple.v1"]["x"]
    assert (flag["total"], len(flag["clientIds"]), flag["clipped"]) == (105, 100, True)
    assert (multiple["totalClientIds"], len(multiple["clientIds"])) == (105, 100)
    assert multiple["clipped"]


@pytest.mark.parametrize(
    ("kind", "method"),
    [("a:flag.v1", "flag.v1"), ("a:b:total.v1", "total.v1"), ("flag.v1", ""), ("a:flag.v2", "")],
)
def test_method_of(kind: str, method: str) -> None:
    assert method_of(kind) == method
