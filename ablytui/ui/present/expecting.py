"""What is to be expected of a recovery key, in the words of the recover dialog.

Pure. `protocol.prospect` judges; this says it, and knows where a key comes from.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from textual.content import Content

from ablytui.protocol.connection import Connection
from ablytui.protocol.params import DialectName
from ablytui.protocol.prospect import Origin, Outcome, lost_code, prospect
from ablytui.protocol.recovery import RecoveryKey, parse
from ablytui.protocol.states import ChannelState
from ablytui.protocol.states import ConnectionState as S
from ablytui.protocol.uri import Continuity, target
from ablytui.protocol.visible import visible
from ablytui.savedkeys import SavedKey
from ablytui.ui.present.clockwords import span
from ablytui.ui.present.recovery import Reading
from ablytui.ui.theme import FAINT, HEALS, MUTED


@dataclass(frozen=True, slots=True)
class Expectation:
    """How Recover will end, and the words for it."""

    outcome: Outcome
    word: Content
    says: Content


@dataclass(frozen=True, slots=True)
class Source:
    """Where keys come from: this connection's own, those that were saved, and the one in work.

    `base` is the key that the present text was made from, None where a text was typed whole.
    """

    own: RecoveryKey | None = None
    saved: tuple[SavedKey, ...] = ()
    base: RecoveryKey | None = None

    def made_from(self, key: RecoveryKey | None) -> Source:
        """The key in work is another one: by its connectionKey it is one that is known, or new."""
        if key is None:
            return self
        known = self.known(key)
        if known is not None:
            return replace(self, base=known)
        return self if self.base is not None else replace(self, base=key)

    def known(self, key: RecoveryKey) -> RecoveryKey | None:
        """The key of this connection or the newest saved one, if it has this connectionKey.

        The one in work comes before both while it has it too. A saved one whose age is not known
        may itself be a broken one.
        """
        saved = (each.key for each in self.saved if each.saved is not None)
        for each in (self.base, self.own, *saved):
            if each is not None and _same(each, key):
                return each
        return None

    def broken(self, key: RecoveryKey | None) -> bool:
        """Whether this connectionKey was made out of another one, so that no service gave it."""
        return key is not None and self.base is not None and not _same(key, self.base)

    def saved_as(self, key: RecoveryKey) -> SavedKey | None:
        """The newest saved key of the same connection."""
        return next((s for s in self.saved if s.key is not None and _same(s.key, key)), None)


def _same(one: RecoveryKey, other: RecoveryKey) -> bool:
    return one.connection_key == other.connection_key and one.dialect is other.dialect


def own_key(text: str | None, dialect: DialectName) -> RecoveryKey | None:
    """The key of this connection, read."""
    found = parse(text, dialect) if text else None
    return found if isinstance(found, RecoveryKey) else None


def authority(connection: Connection) -> str:
    """The host and port that the next attempt dials first."""
    return target(connection.params, Continuity()).authority


def away(connection: Connection, now: float) -> float | None:
    """How long this connection has been off, in ms; None while it is on or was never there."""
    if connection.state is S.CONNECTED or not connection.last_mono or connection.id is None:
        return None
    return max(0.0, now - connection.last_mono)


def origin_of(
    key: RecoveryKey, source: Source, connection: Connection, now: float, wall: float | None
) -> Origin | None:
    """What is known of the age of a key; `now` on the mono clock, `wall` since the epoch, ms."""
    if key.connection_key == connection.key:
        is_open = connection.state is S.CONNECTED
        return Origin(away(connection, now), connection.state_ttl, authority(connection), is_open)
    kept = source.saved_as(key)
    if kept is not None:
        known = kept.saved is not None and wall is not None
        age = max(0.0, (wall or 0.0) - (kept.saved or 0.0)) if known else None
        return Origin(age, kept.ttl or connection.state_ttl, kept.host)
    if source.own is not None and _same(source.own, key):
        return Origin(away(connection, now), connection.state_ttl, authority(connection))
    return None


def expectation(
    reading: Reading,
    source: Source,
    connection: Connection,
    now: float,
    wall: float | None,
) -> Expectation | None:
    """What comes of Recover; None while nothing is typed."""
    if not reading.length:
        return None
    key = reading.key
    origin = None if key is None else origin_of(key, source, connection, now, wall)
    if origin is None and key is not None and source.base is not None:
        # Broken: what it was made from says where it would have been known.
        origin = origin_of(source.base, source, connection, now, wall)
    found = prospect(reading.found, base=source.base, origin=origin, host=authority(connection))
    lost = found.outcome is Outcome.LOST
    if origin is not None and origin.late and lost and not source.broken(key):
        late_word = Content.styled("! late", f"bold {HEALS}")
        return Expectation(Outcome.LOST, late_word, late(origin, connection))
    says = Content("\n").join(_sentences(found.outcome, found.says))
    word = Content.styled(*(("! expect", f"bold {HEALS}") if lost else ("expect", MUTED)))
    said = Content.assemble(says, (f"  {found.point}", FAINT))
    return Expectation(found.outcome, word, said)


def _sentences(outcome: Outcome, says: Sequence[str]) -> Iterable[Content]:
    first, *rest = says
    yield Content.assemble((outcome.value, "bold"), ": " + visible(first))
    for each in rest:
        yield Content(visible(each))


def late(origin: Origin, connection: Connection) -> Content:
    """That the service has probably forgotten this connection."""
    return Content(
        f"Saved {since(origin.age or 0.0)} ago; the server keeps a connection for "
        f"{span(origin.ttl)}. Expect {lost_code(connection.params.dialect)} and a new "
        "connectionId. The attempt itself does no harm."
    )


def since(ms: float) -> str:
    """A length of time in words: `40 s`, `3 min 40 s`, `2 h`, `3 days`."""
    seconds = round(ms / 1000)
    minutes, rest = divmod(seconds, 60)
    hours, days = minutes // 60, minutes // 1440
    if not minutes:
        return f"{seconds} s"
    if days:
        return f"{days} day{'s' * (days > 1)}"
    if hours:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def compared(expected: Outcome, outcome: str) -> str:
    """Whether a verdict is what was expected; empty where either would have been."""
    kept = outcome in {"recovered", "resumed", "partial"}
    if expected is Outcome.UNSURE or not outcome:
        return ""
    if (expected is Outcome.RECOVERED and kept) or expected.value == outcome:
        return "As expected."
    return f"Expected was: {expected.value}."


def waiting(connection: Connection) -> str:
    """The channels of a recovery key, which are not attached by themselves (RTN16j)."""
    names = [
        name
        for name, channel in connection.channels.items()
        if channel.state is ChannelState.INITIALIZED and channel.channel_serial
    ]
    if not names:
        return ""
    who = visible(names[0]) if len(names) == 1 else f"{len(names)} channels"
    return f"Attach {who} (a) to go on from the key's serial."
