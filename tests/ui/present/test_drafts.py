from __future__ import annotations

from ablytui.ui.present.drafts import MOST_SENT, Drafts, Sent


def test_every_kind_keeps_its_texts_and_all_share_the_channel() -> None:
    drafts = Drafts()
    drafts.keep("publish", {"channel": "a", "data": "x"})
    drafts.keep("send", {"channel": "b", "frame": "{}"})
    assert drafts.channel == "b"
    assert drafts.typed == {"publish": {"data": "x"}, "send": {"frame": "{}"}}


def test_what_was_sent_comes_back_newest_first_and_then_round() -> None:
    drafts = Drafts()
    assert drafts.earlier(0) is None
    for data in "abca":
        drafts.remember("publish", {"data": data})
    assert [sent.typed["data"] for sent in drafts.sent] == ["a", "c", "b"]
    assert drafts.earlier(1) == Sent("publish", {"data": "c"})
    assert drafts.earlier(3) == drafts.earlier(0)


def test_what_is_remembered_does_not_change_with_the_fields() -> None:
    drafts, typed = Drafts(), {"data": "x"}
    drafts.remember("publish", typed)
    typed["data"] = "y"
    assert drafts.sent[0].typed == {"data": "x"}
    for number in range(MOST_SENT + 5):
        drafts.remember("publish", {"data": str(number)})
    assert len(drafts.sent) == MOST_SENT
