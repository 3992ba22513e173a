"""`/scenario`: which scenario the service plays, asked and changed over HTTP; and its faults. PURE.

GET says which, how far, and what faults are in force; POST plays another one (`{"scenario": NAME}`,
null for none, or the TOML of one as application/toml), takes hold of it (`{"do": "pause"}`, `go`,
`skip`), or makes a fault (`{"do": "close", "closeCode": 1001}`); DELETE ends the scenario. Only
from this machine, and never from a page in a browser.
"""

from __future__ import annotations

import json
from typing import Any, Final, Protocol

from ablytui.errors import ConfigError
from ablytui.service import problems
from ablytui.service.acts import HAND_WORDS
from ablytui.service.lasting import Standing
from ablytui.service.matching import Order, read_order
from ablytui.service.problems import problem
from ablytui.service.restio import (
    Refused,
    Request,
    Response,
    accepted,
    error_response,
    from_here,
    only,
    read_body,
)
from ablytui.service.restio import answer as answer_of
from ablytui.service.scenario import Scenario, by_name, parse
from ablytui.service.script import Progress
from ablytui.service.tables import Table

PATH: Final = "/scenario"
TOML: Final = "application/toml"
_HOLDS: Final = ("pause", "go", "skip")


class Stage(Protocol):
    """What a scenario is played on."""

    @property
    def progress(self) -> Progress | None:
        """How far it is."""

    def play(self, scenario: Scenario | None) -> None:
        """Play another one, or none."""

    def control(self, word: str) -> None:
        """Take hold of it."""

    @property
    def standing(self) -> tuple[Standing, ...]:
        """The faults that are in force."""

    def inject(self, order: Order) -> str:
        """Make a fault; why that was not done, or the empty text."""


def answer(request: Request, stage: Stage) -> Response:
    """Answer a request for PATH."""
    fmt = accepted(request)
    try:
        from_here(request)
        only(request, "GET", "POST", "DELETE")
        if request.method == "POST":
            _change(request, stage)
        elif request.method == "DELETE":
            stage.play(None)
        return answer_of({**_told(stage.progress), **_faults(stage.standing)}, fmt)
    except Refused as refused:
        return error_response(refused.error, fmt)


def _change(request: Request, stage: Stage) -> None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    try:
        if kind == TOML:
            stage.play(parse(request.body.decode(), "posted", "the body"))
            return
    except UnicodeDecodeError as bad:
        text = f"the body is not UTF-8 at byte {bad.start}"
        raise Refused(problem(problems.BAD_REQUEST, text)) from None
    except ConfigError as bad:
        raise Refused(problem(problems.BAD_REQUEST, str(bad))) from None
    asked, _ = read_body(request)
    if not isinstance(asked, dict) or len(asked.keys() & {"scenario", "do"}) != 1:
        text = 'the body is {"scenario": NAME or null}, {"do": WORD, …}, or TOML as ' + TOML
        raise Refused(problem(problems.BAD_REQUEST, text))
    if "scenario" in asked:
        stage.play(None if asked["scenario"] is None else _named(asked["scenario"]))
    elif isinstance(asked["do"], str) and asked["do"] in _HOLDS:
        _hold(asked["do"], stage)
    else:
        _inject(asked, stage)


def _named(name: Any) -> Scenario:
    try:
        # By name only: a request may not have files of this machine read.
        return by_name(name if isinstance(name, str) else json.dumps(name, default=str)[:60])
    except ConfigError as bad:
        raise Refused(problem(problems.BAD_REQUEST, str(bad))) from None


def _hold(word: str, stage: Stage) -> None:
    if stage.progress is None:
        raise Refused(problem(problems.NOT_FOUND, "no scenario is played"))
    stage.control(word)


def _inject(asked: dict[Any, Any], stage: Stage) -> None:
    table = Table(asked, "the body")
    if not isinstance(asked["do"], str) or asked["do"] not in HAND_WORDS:
        error = table.bad("do", "one of " + ", ".join((*_HOLDS, *HAND_WORDS)))
        raise Refused(problem(problems.BAD_REQUEST, str(error)))
    try:
        order = read_order(table)
        table.done()
    except ConfigError as bad:
        raise Refused(problem(problems.BAD_REQUEST, str(bad))) from None
    why = stage.inject(order)
    if why:
        raise Refused(problem(problems.BAD_REQUEST, f"{asked['do']}: {why}"))


def _faults(standing: tuple[Standing, ...]) -> dict[str, Any]:
    """What is in force; `times` and `until` (ms since the epoch) where there is such an end."""
    told = []
    for each in standing:
        members = {"do": each.word, "what": each.what, "fired": each.fired}
        members |= {"times": each.times, "until": None if each.until is None else int(each.until)}
        told.append({name: value for name, value in members.items() if value is not None})
    return {"faults": told} if told else {}


def _told(progress: Progress | None) -> dict[str, Any]:
    if progress is None:
        return {"scenario": None}
    return {
        "scenario": progress.name,
        "step": progress.step,
        "steps": progress.steps,
        "paused": progress.paused or progress.holds,
    }
