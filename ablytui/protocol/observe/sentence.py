"""A verdict in one plain sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ablytui.protocol.errorinfo import ErrorInfo
from ablytui.protocol.observe.outcome import Asked, Gap, Outcome, Seen

NAMED = 3
"""Channels that are called by name; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the sentence is about. `away` in µs from the loss of the old socket to CONNECTED."""

    asked: Asked
    outcome: Outcome
    old_id: str | None
    new_id: str | None
    error: ErrorInfo | None = None
    channels: Sequence[Seen] = ()
    gap: Gap = field(default_factory=Gap)
    away: int | None = None


def sentence(facts: Facts) -> str:
    """The whole verdict. Names and the peer's words are as they came, not escaped."""
    if facts.outcome == "refused":
        why = _plain(facts.error) or "the service gave no reason"
        return (
            f"Refused: {why}; nothing was {facts.asked}{'d' if facts.asked[-1] == 'e' else 'ed'}."
        )
    parts = [_head(facts), *_channels(facts)]
    return "; ".join(part for part in parts if part) + "."


def duration(us: float) -> str:
    """`188 ms`, `4.2 s`, `3 min 40 s`, from µs."""
    ms = us / 1000
    if ms < 999.5:
        return f"{ms:.0f} ms"
    if ms < 59_950:
        return f"{ms / 1000:.1f} s"
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"


def _plain(error: ErrorInfo | None) -> str:
    return "" if error is None else str(error).rstrip(". ")


def _head(facts: Facts) -> str:
    new = facts.new_id or "(none given)"
    after = "" if facts.away is None else f" after {duration(facts.away)}"
    why = _plain(facts.error)
    if facts.outcome == "lost":
        return f"Lost: {why + '; ' if why else ''}new connectionId {new}{after}"
    same = facts.old_id is not None and facts.old_id == facts.new_id
    ident = f"same connectionId {new}{after}" if same else f"connectionId {new}{after}"
    if facts.outcome == "partial":
        word = "Resumed" if facts.asked == "resume" else "Recovered"
        return f"{word} in part: {why + '; ' if why else ''}{ident}"
    return f"{'Resumed' if facts.outcome == 'resumed' else 'Recovered'}: {ident}"


def _channels(facts: Facts) -> list[str]:
    parts: list[str] = []
    kept = [c for c in facts.channels if c.resumed and not (c.stayed and facts.gap.missing)]
    if kept:
        came = "stayed attached" if all(c.stayed for c in kept) else "RESUMED"
        parts.append(f"{_names(kept)} {came}, {_replayed(kept)}")
        parts.append(_undelivered(kept))
    if facts.gap.missing:
        parts.append(_missing(facts.gap) + _in_part(facts))
    for channel in facts.channels:
        if channel.refused:
            why = _plain(channel.error)
            parts.append(f"{channel.name} did not come back{f' ({why})' if why else ''}")
    open_ = [c for c in facts.channels if c.waiting]
    if open_:
        parts.append(f"{_names(open_)} got no answer")
    parts += _broken(facts, [c for c in facts.channels if not c.resumed and not c.stayed])
    parts += _doubtful(facts)
    if not facts.channels:
        parts.append(_nothing_attached(facts))
    return parts


def _undelivered(channels: Sequence[Seen]) -> str:
    """Classic, after a recover: the service goes on with a channel that nobody attached here."""
    away = [c for c in channels if c.away and c.replayed]
    if not away:
        return ""
    be = "is" if len(away) == 1 else "are"
    return f"{_names(away)} {be} not attached here, so nothing is delivered"


def _broken(facts: Facts, channels: Sequence[Seen]) -> list[str]:
    broken = [c for c in channels if not c.refused and not c.waiting]
    if not broken:
        return []
    why = _plain(next((c.error for c in broken if c.error is not None), None))
    told = f" ({why})" if why and why != _plain(facts.error) else ""
    extra = f", {_replayed(broken)}" if any(c.replayed or c.doubled for c in broken) else ""
    return [
        f"{_names(broken)} came back without RESUMED{told}{extra}",
        "messages in between are lost (how many is unknown)",
    ]


def _doubtful(facts: Facts) -> list[str]:
    """Classic: attached all along, but an error says that the backlog is not whole."""
    stayed = [c for c in facts.channels if c.stayed and not c.resumed]
    if not stayed or facts.gap.missing:
        return []
    return [
        f"{_names(stayed)} stayed attached, {_replayed(stayed)}",
        "messages in between may be lost (how many is unknown)",
    ]


def _in_part(facts: Facts) -> str:
    stayed = [c for c in facts.channels if c.stayed]
    return f", {_replayed(stayed)}" if any(c.replayed or c.doubled for c in stayed) else ""


def _missing(gap: Gap) -> str:
    lost = "1 frame is" if gap.missing == 1 else f"{gap.missing} frames are"
    return f"{lost} lost between connectionSerial {gap.after} and {gap.before}"


def _nothing_attached(facts: Facts) -> str:
    if facts.outcome == "lost":
        return "messages in between are lost (how many is unknown)"
    return "no channel was attached"


def _names(channels: Sequence[Seen]) -> str:
    names = [c.name for c in channels]
    if len(names) > NAMED + 1:
        names = [*names[:NAMED], f"{len(names) - NAMED} more channels"]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _replayed(channels: Sequence[Seen]) -> str:
    replayed = sum(c.replayed for c in channels)
    doubled = sum(c.doubled for c in channels)
    if replayed:
        words = f"{replayed} missed message{_plural(replayed)} replayed"
    elif any(c.promised and c.doubled and not c.ended for c in channels):
        words = "nothing new was replayed"
    elif any(c.promised and not c.ended for c in channels):
        words = "the promised backlog has not come yet"
    else:
        proven = all(c.resumed for c in channels)
        words = "no message was missed" if proven else "nothing was replayed"
    return words + (f", {doubled} came twice" if doubled else "")


def _plural(count: int) -> str:
    return "" if count == 1 else "s"
