from __future__ import annotations

from ablytui.ui.widgets.frame_log import FrameLog
from ablytui.ui.widgets.log_keys import LOG_KEYS


def test_each_says_in_a_phrase_what_it_does_and_has_its_action() -> None:
    for binding in LOG_KEYS:
        assert binding.tooltip[:1].isupper(), binding.key
        assert hasattr(FrameLog, f"action_{binding.action.partition('(')[0]}"), binding.action


def test_no_key_stands_for_two_things() -> None:
    keys = [key for binding in LOG_KEYS for key in binding.key.split(",")]
    assert len(keys) == len(set(keys))


def test_what_is_for_the_footer_stands_before_what_is_not_but_for_pairs() -> None:
    shown = [binding.show for binding in LOG_KEYS if binding.action != "state(1)"]
    assert shown == sorted(shown, reverse=True)
