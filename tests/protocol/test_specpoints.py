from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ablytui
from ablytui.protocol.closecodes import CLOSE_CODES
from ablytui.protocol.specpoints import TITLES, rule_of, title_of

ROOT = Path(ablytui.__file__).parent / "protocol"
POINT = re.compile(r"(R[A-Z]{2}|T[A-Z]{1,2})[0-9]+[a-z0-9]*|RFC 6455 §[0-9.]+")


def literals() -> Iterator[tuple[str, str]]:
    """Every string of the machine and of the observer that looks like a point."""
    for folder in ("machine", "observe"):
        for path in sorted((ROOT / folder).glob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                value = node.value if isinstance(node, ast.Constant) else None
                if isinstance(value, str) and POINT.fullmatch(value):
                    yield value, path.name


def given() -> Iterator[str]:
    """Every `point=` that is a plain string, whatever it looks like."""
    for path in sorted((ROOT / "machine").glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            for keyword in node.keywords if isinstance(node, ast.Call) else ():
                value = keyword.value
                if keyword.arg == "point" and isinstance(value, ast.Constant) and value.value:
                    yield str(value.value)


def test_every_point_that_can_be_emitted_has_a_title() -> None:
    found = dict(literals())
    assert len(found) > 40
    missing = {point: name for point, name in found.items() if not title_of(point)}
    assert missing == {}
    assert [point for point in given() if not title_of(point)] == []


@pytest.mark.parametrize("code", [*CLOSE_CODES, 3000, 4999])
def test_each_row_of_the_close_code_table_has_a_title(code: int) -> None:
    assert str(code) in title_of(f"close {code}")


def test_rules_of_this_program() -> None:
    assert title_of("refused handshake")
    assert title_of("disconnect")


def test_titles_are_clauses() -> None:
    for title in TITLES.values():
        assert title[0].islower() or title.split()[0].strip(",:").isupper()
        assert not title.endswith(".")
        assert "!" not in title
        assert len(title) <= 80


def test_an_unknown_point_is_its_own_name() -> None:
    assert title_of("RTN99z") == ""
    assert title_of("close x") == ""
    assert rule_of("RTN99z") == "RTN99z"
    assert rule_of("RTN15a") == "RTN15a: a lost transport is resumed at once"
