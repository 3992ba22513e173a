"""Fault rules: what one looks for, what it does then, and how both are read. PURE."""

from __future__ import annotations

from dataclasses import dataclass

from ablytui.service.acts import HAND_WORDS, RULE_WORDS, Act, read_act
from ablytui.service.faultkinds import DAY
from ablytui.service.faults import FAULT
from ablytui.service.faultvalues import action_of
from ablytui.service.tables import Table


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule looks for; None takes anything. `count` is the n-th thing that matches else."""

    count: int | None = None
    action: int | None = None
    channel: str | None = None
    query: tuple[tuple[str, str], ...] = ()
    method: str | None = None
    path: str | None = None
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A fault: the first rule that matches acts, at most `times` times, for `lasts` ms at most.

    Without a caption what stands there stays; the log has a row of it all the same.
    """

    on: str
    match: Match
    act: Act
    times: int | None
    caption: str
    lasts: int | None = None


Order = Act | Rule
"""What can be asked for: something that happens now, or a rule from now on."""


def read_rule(table: Table) -> Rule:
    """A rule of a scenario. Raises ConfigError."""
    on = table.choice("on", tuple(RULE_WORDS))
    rule = Rule(
        on=on,
        match=_match(table.table("match"), on),
        act=read_act(table, RULE_WORDS[on]),
        times=_times(table),
        caption=table.text("caption", default=""),
    )
    if rule.act.lasts is not None:
        raise table.bad("forMs", "nothing: a rule of a scenario lasts as long as that")
    table.done()
    return rule


def read_order(table: Table, words: tuple[str, ...] = HAND_WORDS) -> Order:
    """What is asked for by hand, or by a step: `{"do": "cut"}`. Raises ConfigError.

    A fault that cannot happen at once, or that says `on`, is a rule.
    """
    fault = FAULT.get(table.choice("do", words))
    if fault is None or not fault.on or (fault.now and not table.has("on")):
        return read_act(table, words)
    on = table.choice("on", fault.on, default=fault.on[0])
    act = read_act(table, RULE_WORDS[on])
    match = _match(table.table("match"), on)
    return Rule(on, match, act, _times(table), "", act.lasts)


def _times(table: Table) -> int | None:
    return table.number("times", 1, DAY) if table.has("times") else None


def _match(table: Table, on: str) -> Match:
    if on == "delay_after_ws_connect":
        match = Match(delay=table.number("delayMs", 0, DAY))
        table.done()
        return match
    count = table.number("count", 1, DAY) if table.has("count") else None
    if on == "http_request":
        match = Match(
            count=count,
            method=table.text("method").upper() if table.has("method") else None,
            path=table.text("pathContains") if table.has("pathContains") else None,
        )
    elif on == "ws_connect":
        query = table.table("queryContains")
        match = Match(count=count, query=tuple((n, query.text(n)) for n in query.names()))
    else:
        match = Match(
            count=count,
            action=_action(table) if table.has("action") else None,
            channel=table.text("channel") if table.has("channel") else None,
        )
    table.done()
    return match


def _action(table: Table) -> int:
    try:
        return action_of(table.text("action"))
    except ValueError as bad:
        raise table.bad("action", str(bad)) from None
