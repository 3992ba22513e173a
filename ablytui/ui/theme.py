"""The two themes, and the one table of how each state looks.

Everything else names colours as theme variables only: coloured text is `$text-x`, coloured fills
are `$x` with `auto` text on them. So each screen stays readable in any theme of Textual.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from textual.theme import Theme

from ablytui.protocol.states import ChannelState, ConnectionState

DARK: Final = Theme(
    name="ably-dark",
    primary="#6CB2F5",
    secondary="#B79BF2",
    accent="#FF7A45",
    success="#5BC98C",
    warning="#E9BE5B",
    error="#F2606E",
    foreground="#D6DAE0",
    background="#0F1115",
    surface="#15181E",
    panel="#1D222A",
    dark=True,
    variables={
        "text-muted": "auto 68%",
        "text-disabled": "auto 42%",
        "footer-key-foreground": "#9DCCF8",
        "block-cursor-background": "#2A4158",
        "border": "#6CB2F5",
    },
)

LIGHT: Final = Theme(
    name="ably-light",
    primary="#0B66C3",
    secondary="#6A3FC0",
    accent="#C2410C",
    success="#15753F",
    warning="#9A6400",
    error="#B3202F",
    foreground="#1B1F27",
    background="#FBFBFC",
    surface="#F1F3F6",
    panel="#E8EBF0",
    dark=False,
    variables={
        "text-muted": "auto 68%",
        "text-disabled": "auto 42%",
        "footer-key-foreground": "#074380",
        "block-cursor-background": "#B3CEEA",
        "border": "#0B66C3",
    },
)

THEMES: Final = (DARK, LIGHT)
"""Register both with `App.register_theme`."""

# A Content gives a colour that is "auto" its full strength whatever per cent it was to have, so
# that $text-muted and $text-disabled are right in CSS alone; these two look like them.
PLAIN: Final = "$foreground"
MUTED: Final = "$foreground 80%"
FAINT: Final = "$foreground 62%"
OFF: Final = "$foreground 50%"
PRIMARY: Final = "$text-primary"
GOOD: Final = "$text-success"
HEALS: Final = "$text-warning"
WRONG: Final = "$text-error"
CONTINUITY: Final = "$text-secondary"
OURS: Final = "$text-accent"

QUIET_FILL: Final = "$foreground 22%"


@dataclass(frozen=True, slots=True)
class Look:
    """How a state is shown. Circle: alive; diamond: waiting; square: shut; cross: failed.

    Hollow is on the way, solid has arrived. `text` colours words, `fill` grounds, `bar` the strip
    of time, where the normal is quiet.
    """

    glyph: str
    text: str
    fill: str
    bar: str

    @property
    def on_fill(self) -> str:
        """The colour of text on `fill`."""
        return PLAIN if self.fill == QUIET_FILL else "auto"

    @property
    def badge(self) -> str:
        """The style of words on a ground of the fill."""
        return f"bold {self.on_fill} on {self.fill}"


_C = ConnectionState
_H = ChannelState

CONNECTION: Final[Mapping[ConnectionState, Look]] = {
    _C.INITIALIZED: Look("○", MUTED, QUIET_FILL, FAINT),
    _C.CONNECTING: Look("◐", PRIMARY, "$primary", "$primary"),
    _C.CONNECTED: Look("●", GOOD, "$success", "$success 55%"),
    _C.DISCONNECTED: Look("◇", HEALS, "$warning", "$warning"),
    _C.SUSPENDED: Look("◆", HEALS, "$warning", "$warning"),
    _C.CLOSING: Look("□", MUTED, QUIET_FILL, MUTED),
    _C.CLOSED: Look("■", MUTED, QUIET_FILL, FAINT),
    _C.FAILED: Look("✕", WRONG, "$error", "$error"),
}

CHANNEL: Final[Mapping[ChannelState, Look]] = {
    _H.INITIALIZED: CONNECTION[_C.INITIALIZED],
    _H.ATTACHING: CONNECTION[_C.CONNECTING],
    _H.ATTACHED: CONNECTION[_C.CONNECTED],
    _H.DETACHING: CONNECTION[_C.CLOSING],
    _H.DETACHED: CONNECTION[_C.CLOSED],
    _H.SUSPENDED: CONNECTION[_C.SUSPENDED],
    _H.FAILED: CONNECTION[_C.FAILED],
}

SPINNER: Final = "◐◓◑◒"
"""The glyph of connecting while it moves, four steps a second."""


def spun(state: ConnectionState, age: float) -> str:
    """The glyph of a state that has lasted `age` ms, turning while connecting."""
    if state is _C.CONNECTING:
        return SPINNER[int(max(age, 0.0) // 250) % len(SPINNER)]
    return CONNECTION[state].glyph
