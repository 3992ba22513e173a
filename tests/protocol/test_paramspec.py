"""A row of the table, and what the form offers of it."""

from __future__ import annotations

from ablytui.protocol import checks
from ablytui.protocol.params import PARAMS
from ablytui.protocol.paramspec import Kind, ParamSpec, param, timeout


def test_the_flag_comes_from_the_name_unless_it_is_given() -> None:
    row = {"kind": Kind.TEXT, "label": "l", "help": "h", "check": checks.optional}
    assert param(None, name="some_name", **row).metadata["spec"].flag == "--some-name"
    assert param(None, name="some_names", flag="--one", **row).metadata["spec"].flag == "--one"


def test_a_time_is_a_number_of_ms() -> None:
    spec: ParamSpec = timeout("t", 5, "l", "h", "RTN1").metadata["spec"]
    assert (spec.kind, spec.unit, spec.check("7")) == (Kind.NUMBER, "ms", 7)


def test_every_parameter_but_how_to_begin_is_in_the_form() -> None:
    assert [spec.name for spec in PARAMS if not spec.in_form] == ["auto_connect"]
