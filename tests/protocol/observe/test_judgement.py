from __future__ import annotations

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.observe.judgement import QUIET, Attempt, Judgement, refusal
from tests.support.rows import IN, OUT, frame


def judgement(attempt: Attempt, **changed: object) -> Judgement:
    facts: dict[str, object] = {
        "at": 1_000_000,
        "timeout": 10_000_000,
        "old_id": "I",
        "new_id": "I",
        "error": None,
        "before": frozenset({"a"}),
        "sent": 0.0,
        "away": None,
        **changed,
    }
    return Judgement(attempt, **facts)  # type: ignore[arg-type]


def test_quiet_then_due_never_beyond_the_limit() -> None:
    judged = judgement(Attempt(2, "resume"))
    assert judged.due() == 1_000_000 + QUIET
    assert judgement(Attempt(2, "resume"), timeout=1000).due() == 1_001_000
    judged.attach(frame(1001, OUT, {"action": 10, "channel": "a"}))
    assert judged.due() == 11_000_000
    judged.attached(frame(1010, IN, {"action": 11, "channel": "a", "flags": 4}), None)
    assert judged.due() == 1_010_000 + QUIET


def test_after_the_verdict_a_later_attached_is_no_part_of_it() -> None:
    judged = judgement(Attempt(2, "resume"))
    assert judged.give().outcome == "resumed"
    judged.attached(frame(9000, IN, {"action": 11, "channel": "a", "flags": 0}), None)
    assert not judged.has_news
    assert judged.over


def test_a_recover_is_judged_by_its_error_alone_where_the_id_is_anothers() -> None:
    error = ErrorInfo(80018, 400, "no")
    assert judgement(Attempt(1, "recover"), new_id="J").give().outcome == "recovered"
    assert judgement(Attempt(1, "recover"), new_id="J", error=error).give().outcome == "lost"
    classic = Attempt(1, "recover", classic=True, serial=3)
    gone = ErrorInfo(80006, 400, "expired")
    assert judgement(classic, new_id="J", error=gone).give().outcome == "partial"
    assert judgement(classic, new_id="J", error=error).give().outcome == "lost"


def test_refusal() -> None:
    verdict = refusal("resume", "I", ErrorInfo(40101, 401, "unknown key"))
    assert (verdict.outcome, verdict.final, verdict.channels) == ("refused", True, {})
