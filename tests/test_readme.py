"""The README is true: its tables are those of the code, and what it names is there."""

from __future__ import annotations

import re
import shlex

import pytest

from ablytui import cli
from tests.support.readme import PANES, README, TABLES, main, rewritten

TEXT = README.read_text("utf-8")


def test_its_tables_are_fresh() -> None:
    assert main(["--check"]) == 0, "run python -m tests.support.readme"


@pytest.mark.parametrize("name", TABLES)
def test_a_stale_table_is_noticed(name: str) -> None:
    stale = TEXT.replace(f"<!-- {name} -->\n", f"<!-- {name} -->\nold\n", 1)
    assert rewritten(stale) == rewritten(TEXT)
    assert stale != rewritten(TEXT)
    with pytest.raises(ValueError, match=name):
        rewritten(TEXT.replace(f"<!-- {name} -->", "", 1))


@pytest.mark.parametrize("pane", PANES)
def test_every_pane_has_keys(pane: str) -> None:
    assert f"\n| {pane} | `" in TEXT


def test_it_tells_every_command_and_no_other() -> None:
    told = set(re.findall(r"^\| `ablytui ([a-z]+)", TEXT, re.MULTILINE))
    assert told == set(cli.COMMANDS)


def test_the_files_it_links_to_are_there() -> None:
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", TEXT) if "://" not in link]
    assert links
    assert [link for link in links if not (README.parent / link).is_file()] == []


def test_it_can_be_set_up_and_tested_with_one_line_each() -> None:
    blocks = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    start, test = (block.strip() for block in blocks[:2])
    for line in (start, test):
        assert "\n" not in line
        assert shlex.split(line)[:4] == ["python3", "-m", "venv", ".venv"]
    assert start.endswith("&& .venv/bin/ablytui")
    assert ".venv/bin/pytest" in test
