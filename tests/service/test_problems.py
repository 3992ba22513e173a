"""The table of refusals."""

from __future__ import annotations

from ablytui.service import problems
from ablytui.service.problems import problem

CODES = [v for n, v in vars(problems).items() if n.isupper() and isinstance(v, int)]


def test_statuses_are_those_of_http_and_never_make_a_client_wait_for_ever() -> None:
    for code in CODES:
        assert 400 <= problem(code, "x").status_code < 500, code


def test_a_status_of_its_own() -> None:
    assert problem(problems.NOT_ACCEPTED, "x").status_code == 401
    assert problem(problems.NOT_ACCEPTED, "x", 403).status_code == 403


def test_codes_are_named_once() -> None:
    assert len(CODES) == len(set(CODES))
