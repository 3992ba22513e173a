"""The two dialects differ exactly where they are said to."""

from __future__ import annotations

from dataclasses import fields

import pytest

from ablytui.protocol.dialect import CLASSIC, CURRENT, dialect_of, resumes_after_ttl
from ablytui.protocol.params import ConnectParams, DialectName


def test_every_rule_is_a_difference() -> None:
    for rule in fields(CURRENT):
        assert getattr(CURRENT, rule.name) != getattr(CLASSIC, rule.name), rule.name


@pytest.mark.parametrize("name", DialectName)
def test_a_name_finds_its_rules(name: DialectName) -> None:
    assert dialect_of(ConnectParams(dialect=name)).name is name


@pytest.mark.parametrize(
    ("name", "strict", "resumes"),
    [
        (DialectName.CURRENT, False, True),
        (DialectName.CURRENT, True, False),
        (DialectName.CLASSIC, False, False),
        (DialectName.CLASSIC, True, False),
    ],
)
def test_rtn14h(name: DialectName, strict: bool, resumes: bool) -> None:
    assert resumes_after_ttl(ConnectParams(dialect=name, strict_ttl=strict)) == resumes
