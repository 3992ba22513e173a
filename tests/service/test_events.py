"""Events and effects are values."""

from __future__ import annotations

import dataclasses
from typing import get_args

import pytest

from ablytui.service import events


@pytest.mark.parametrize("kind", [*get_args(events.Event), *get_args(events.Effect)])
def test_each_is_a_frozen_value(kind: type) -> None:
    assert dataclasses.is_dataclass(kind)
    required = [
        "x"
        for f in dataclasses.fields(kind)
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    assert kind(*required) == kind(*required)
    names = [f.name for f in dataclasses.fields(kind)]
    if names:
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(kind(*required), names[0], 1)
