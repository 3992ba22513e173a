"""Every field and every fact says what it means and by which rule."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from ablytui.protocol.grants import GRANT
from ablytui.protocol.params import PARAMS as SPECS
from ablytui.protocol.params import ConnectParams
from ablytui.ui.present import facts as f
from ablytui.ui.present.changes import LINES
from ablytui.ui.present.params import asked
from tests.support.app import PARAMS

UNRULED = {"dialect"}
"""Parameters that no specification has."""

FULL = replace(
    PARAMS,
    params=(("a", "b"),),
    fallback_hosts=(),
    connectivity_check_url="http://x",
    cipher=(("c", "k"),),
    realtime_request_timeout=1,
)


def test_every_field_of_the_form_has_words_and_a_rule() -> None:
    told = {spec.name: f.of_param(spec) for spec in SPECS if spec.in_form}
    assert all(meaning.help for meaning in told.values())
    assert {name for name, meaning in told.items() if not meaning.point} == UNRULED


def test_every_parameter_belongs_to_one_line_of_what_was_asked() -> None:
    in_lines = [name for names in LINES.values() for name in names]
    assert len(in_lines) == len(set(in_lines))
    assert set(in_lines) == {x.name for x in fields(ConnectParams)} - {"auto_connect"}


@pytest.mark.parametrize("mode", ["clean", "resume", "recover"])
def test_every_line_of_what_was_asked_has_a_meaning(mode: str) -> None:
    for name, _ in asked(FULL, mode):
        meaning = f.of_asked(name, FULL, mode)
        assert meaning.help, name
        assert meaning.point or name == "dialect", name


@pytest.mark.parametrize("name", ["token", "ends", "issued", "changed"])
def test_so_have_the_lines_that_are_no_parameters(name: str) -> None:
    assert f.of_asked(name, PARAMS, "clean").help


@pytest.mark.parametrize(
    ("params", "line", "words"),
    [
        (ConnectParams(auth_url="http://x"), "auth", "answers with a token"),
        (ConnectParams(token="t", key="a.b:c"), "auth", "token: a token, a JWT"),
        (ConnectParams(), "auth", "API key"),
        (replace(PARAMS, strict_ttl=True), "options", "strict TTL: never resume after"),
        (replace(PARAMS, suspended_retry_timeout=1), "timeouts", "while suspended"),
    ],
)
def test_a_line_tells_of_what_stands_in_it(params: ConnectParams, line: str, words: str) -> None:
    assert words in f.of_asked(line, params, "clean").help


def test_every_fact_that_was_granted_has_a_meaning_and_its_name_on_the_wire() -> None:
    for name, grant in GRANT.items():
        assert grant.help in f.of_granted(name).help
        assert grant.wire in f.of_granted(name).help or name == grant.wire


@pytest.mark.parametrize("width", [30, 56, 70, 118])
def test_the_rule_and_what_was_before_are_never_cut_off(width: int) -> None:
    for meaning in (*map(f.of_param, SPECS), *map(f.of_granted, GRANT)):
        text = f.told(meaning, width, was="was 2 min").plain
        assert text.startswith(meaning.point)
        assert text.endswith("(was 2 min)")
        assert len(text) <= 2 * width
    assert f.told(f.Meaning("words"), 60).plain == "words"
