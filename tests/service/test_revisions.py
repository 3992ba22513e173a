"""What became of one message."""

from __future__ import annotations

from ablytui.service.revisions import Revised
from ablytui.service.summaries import Said


def test_what_is_appended_in_a_row_is_one_version() -> None:
    revised = Revised({"n": 0})
    for n, appended in enumerate([True, True, False, True, True], 1):
        revised.revise({"n": n}, appended=appended)
    assert [v["n"] for v in revised.versions] == [0, 2, 3, 5]
    assert revised.latest == {"n": 5}


def test_the_latest_has_the_summary() -> None:
    revised = Revised({"n": 0})
    assert revised.annotate({"id": "a"}, Said("x:total.v1"))
    assert not revised.annotate({"id": "b"}, Said("comment"))
    revised.revise({"n": 1}, appended=False)
    assert revised.latest == {"n": 1, "annotations": {"summary": {"x:total.v1": {"total": 1}}}}
    assert revised.knows("a")
    assert not revised.knows("c")
    assert revised.summary() == {"x:total.v1": {"total": 1}}
