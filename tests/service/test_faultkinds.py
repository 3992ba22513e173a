from __future__ import annotations

from ablytui.service.faultkinds import PLACES, Fault, Param
from ablytui.service.faults import FAULTS


def test_every_place_of_a_fault_has_words_and_every_default_is_within_its_bounds() -> None:
    assert {on for fault in FAULTS for on in fault.on} == set(PLACES)
    for fault in FAULTS:
        assert isinstance(fault, Fault)
        assert fault.now or fault.on
        for param in fault.params:
            assert isinstance(param, Param)
            if isinstance(param.default, int):
                assert param.low <= param.default <= param.high
            assert not (param.required and param.default is not None)
