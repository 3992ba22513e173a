"""The recover dialog: a key is read as it is typed, taken apart, broken, kept and used.

Nothing is sent before Recover. What is expected of a key stands beside it, so that what a service
makes of it can be compared.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Static, TextArea

from ablytui import savedkeys
from ablytui.errors import ConfigError
from ablytui.protocol.actions import ACTION
from ablytui.protocol.keybreaks import Breaking
from ablytui.protocol.keyparts import PartKind, parts_of, replaced
from ablytui.protocol.params import DialectName
from ablytui.protocol.prospect import Outcome
from ablytui.protocol.recovery import RecoveryKey, build
from ablytui.protocol.specpoints import rule_of
from ablytui.protocol.visible import visible
from ablytui.savedkeys import SavedKey
from ablytui.ui.clipboard import short
from ablytui.ui.present.expecting import Source, authority, expectation, own_key
from ablytui.ui.present.recovery import Reading, opens, other_dialect, read, verdict
from ablytui.ui.present.view import View
from ablytui.ui.screens.breaking import BreakDialog
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.screens.keyfile import KeyFileDialog
from ablytui.ui.theme import MUTED
from ablytui.ui.widgets.key_area import KeyArea
from ablytui.ui.widgets.key_button import KeyButton
from ablytui.ui.widgets.key_parts import KeyParts
from ablytui.ui.widgets.labelled import Labelled

_ALSO = {
    DialectName.CURRENT: 'current keys: {"connectionKey":…,"msgSerial":…,"channelSerials":{…}}',
    DialectName.CLASSIC: "classic keys: connectionKey:connectionSerial:msgSerial",
}
_NARROW = 74
_LOW = 30


@dataclass(frozen=True, slots=True)
class Bench:
    """What the dialog works with.

    `own` gives the key of this connection as it is now, None where there is none; `keys` is the
    file of saved keys, None where none is kept; `wall` tells the time, in ms since the epoch;
    `earlier` gives, for channels, a serial that was seen on them before.
    """

    own: Callable[[], str | None]
    wall: Callable[[], float | None]
    keys: Path | None = None
    earlier: Callable[[Sequence[str]], Mapping[str, str]] = lambda _names: {}


class Recovery(NamedTuple):
    """A key to recover with, and how that is expected to end."""

    key: str
    expected: Outcome


class RecoverDialog(Dialog[Recovery]):
    """Ends with a key that can be read, or None."""

    TITLE_TEXT = "Recover a connection"
    HELP = (
        "A recovery key is read as it is typed. ↓ and tab go to its parts: each is changed on its "
        "own, and the text follows. What is expected of the key stands below; after Recover the "
        "verdict is told beside it."
    )
    AUTO_FOCUS = "KeyArea"

    DEFAULT_CSS = """
    RecoverDialog {
        & #intro, & Labelled { margin-bottom: 1; }
        & KeyParts { margin-bottom: 1; }
        & KeyParts.gone { display: none; }
        & #tools { height: 1; margin-bottom: 1; }
        &.-low #intro { display: none; }
        &.-low Labelled, &.-low KeyParts, &.-low #tools { margin-bottom: 0; }
        &.-low #dialog-body { padding: 0 3; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "recover", "recover", tooltip="Recover with the key, if it can be read"),
        Binding(
            "ctrl+s",
            "keep",
            "save the key",
            tooltip="Save the key with its time, dialect and host, readable by you alone",
        ),
        Binding("ctrl+o", "file", "saved keys", tooltip="Take a saved key, or one in another file"),
        Binding("ctrl+b", "break", "break it", tooltip="Break the key in a ready-made way"),
        Binding("ctrl+t", "own", "own key", tooltip="Take the key that this connection has now"),
        Binding("ctrl+r", "reveal", "secrets", tooltip="Show the secrets, or hide them again"),
    ]

    def __init__(self, view: View, bench: Bench, *, blink: bool = True) -> None:
        super().__init__()
        self._view = view
        self._bench = bench
        self._blink = blink
        self._revealed = view.revealed
        self._first = bench.own() or ""
        self._reading = read(self._first, self._dialect)
        self._expected = Outcome.UNSURE
        self._source = Source(own_key(self._first, self._dialect))

    @property
    def _dialect(self) -> DialectName:
        return self._view.connection.params.dialect

    @property
    def area(self) -> KeyArea:
        """Where the key is typed."""
        return self.query_one(KeyArea)

    # --- what stands in it ----------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The key, what is read of it, what is expected of it, and where it leads."""
        intro = "Paste a recovery key. It is read as you type; nothing is sent before Recover."
        yield Static(intro, id="intro", markup=False)
        yield Labelled("recovery key", KeyArea(self._first, blink=self._blink))
        yield Labelled("", id="read")
        yield KeyParts(blink=self._blink, id="parts")
        yield Horizontal(
            KeyButton("ctrl+b", "Break…", "break", id="break"),
            KeyButton("ctrl+t", "This connection's key", "own", id="own"),
            KeyButton("ctrl+s", "Save", "keep", id="keep"),
            id="tools",
        )
        yield Labelled("expect", id="late")
        yield Labelled("opens", id="opens")
        yield Labelled("it reads", id="also")

    def buttons(self) -> Iterable[KeyButton]:
        """Recover, saved keys, and the secrets."""
        yield KeyButton("enter", "Recover", "recover", suggested=True, id="recover")
        yield KeyButton("ctrl+o", "From file…", "file", id="file")
        yield KeyButton("ctrl+r", "Show secrets", "reveal", id="reveal")

    def made(self) -> None:
        """Read what stands there."""
        self._load()
        # One's own key stands there to be looked at; what is pasted takes its place.
        self.area.select_all()
        self.area.reveal(self._revealed)
        self._draw()

    def resized(self, size: Size) -> None:
        """Lines break elsewhere, and words are shorter where there is no room."""
        narrow = size.width < _NARROW
        self.set_class(size.height < _LOW, "-low")
        self.query_one("#own", KeyButton).rename("Own" if narrow else "This connection's key")
        self.query_one("#file", KeyButton).rename("File…" if narrow else "From file…")
        self._draw()

    def show(self, view: View) -> None:
        """The connection moved on, or time passed."""
        moved = view.connection is not self._view.connection
        self._view = view
        if moved:
            self._draw()
        else:
            self._expect()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Read it again."""
        message.stop()
        self._draw()

    def _draw(self) -> None:
        area = self.area
        reading = read(area.text, self._dialect, revealed=self._revealed)
        if not any(part.source.kind is PartKind.KEY for part in reading.parts):
            self._source = replace(self._source, base=None)
        self._reading, self._source = reading, self._source.made_from(reading.key)
        area.mark(reading.problem.at if reading.problem and area.text.strip() else None)
        judged = verdict(reading)
        self.query_one("#read", Labelled).say(judged.says, judged.word)
        parts = self.query_one(KeyParts)
        parts.set_class(not reading.parts, "gone")
        parts.show(reading, revealed=self._revealed)
        self._expect()
        width = max(self.query_one("#dialog-body").size.width - 20, 16)
        where = opens(reading, self._view.connection, width, revealed=self._revealed)
        self.query_one("#opens", Labelled).say(where)
        advice = other_dialect(area.text, self._dialect) or _ALSO[self._dialect]
        also = Content.styled(advice, MUTED)
        self.query_one("#also", Labelled).say(also if reading.problem else None)
        self._buttons(reading)

    def _expect(self) -> None:
        view = self._view
        found = expectation(
            self._reading, self._source, view.connection, view.now, self._bench.wall() or view.wall
        )
        self._expected = found.outcome if found is not None else Outcome.UNSURE
        line = self.query_one("#late", Labelled)
        line.say(*((found.says, found.word) if found is not None else (None,)))

    def _buttons(self, reading: Reading) -> None:
        why = self._why_not(reading)
        self.query_one("#recover", KeyButton).grey(bool(why))
        self.query_one("#keep", KeyButton).grey(reading.key is None or self._bench.keys is None)
        self.query_one("#own", KeyButton).grey(self._bench.own() is None)
        self.query_one("#break", KeyButton).grey(not reading.length)
        self.query_one("#file", KeyButton).grey(self._bench.keys is None)
        narrow = self.size.width < _NARROW
        word = "Hide" if self._revealed else "Show"
        secrets = "Secrets" if narrow else f"{word} secrets"
        self.query_one("#reveal", KeyButton).rename(secrets)
        is_open = self._view.connection.socket is not None
        said = f"Recover: {why}" if why else "replaces the open connection" if is_open else ""
        row = self.query_one("#dialog-row")
        taken = sum(button.outer_size.width + 1 for button in row.query(KeyButton))
        # What does not fit is dropped whole; why Recover is grey stands under the key, too.
        self.why(said if taken + len(said) <= row.size.width else "")

    def _why_not(self, reading: Reading) -> str:
        reason = ACTION["recover"].reason_not_now(self._view.connection)
        return reading.why_not or (reason.text if reason else "")

    # --- changing the key -----------------------------------------------------------------------

    def on_key_area_pasted(self, message: KeyArea.Pasted) -> None:
        """What is pasted is a key of its own, not the other one broken."""
        message.stop()
        self._source = replace(self._source, base=None)

    def on_key_area_left(self, message: KeyArea.Left) -> None:
        """From the key to its parts."""
        message.stop()
        if self._reading.parts:
            self.query_one(KeyParts).line.focus()

    def on_key_parts_left(self, message: KeyParts.Left) -> None:
        """From the parts to the key."""
        message.stop()
        self.area.focus()

    def on_key_parts_edited(self, message: KeyParts.Edited) -> None:
        """One part is another one: the text follows."""
        message.stop()
        text = self.area.text
        for part in parts_of(text):
            if part.kind is message.kind and part.channel == message.channel:
                self._put(replaced(text, part, message.value))
                break

    def _put(self, text: str) -> None:
        """Another text, as one step that ctrl+z takes back; only what differs is changed."""
        before = self.area.text
        start, most = 0, min(len(before), len(text))
        while start < most and before[start] == text[start]:
            start += 1
        end = 0
        while end < most - start and before[-1 - end] == text[-1 - end]:
            end += 1
        if text != before:
            self.area.put(start, len(before) - end, text[start : len(text) - end])

    def _take(self, text: str) -> None:
        """A key to work with, in the place of what stands there."""
        self._source = replace(self._source, base=None)
        self._put(text)
        self._draw()
        self.query_one(KeyParts).fill()

    def action_own(self) -> None:
        """The key of this connection."""
        own = self._bench.own()
        if own:
            self._source = replace(self._source, own=own_key(own, self._dialect))
            self._take(own)
        else:
            self._tell(f"None now. {rule_of('RTN16g2')}.")

    def action_break(self) -> None:
        """Choose a way to break it."""
        names = [part.source.channel for part in self._reading.parts if part.source.channel]
        parts = self.query_one(KeyParts)
        chosen = parts.channel if parts.line.has_focus else ""
        earlier = self._bench.earlier(names)
        at = Breaking(self.area.text, chosen, self.area.cursor_index, earlier)
        base = self._source.base
        whole = build(base) if base is not None and base != self._reading.key else None
        self.app.push_screen(BreakDialog(at, self._dialect, whole), self._broken)

    def _broken(self, text: str | None) -> None:
        if text is not None:
            self._put(text)
            self._draw()
            self.query_one(KeyParts).fill()

    # --- keeping keys ---------------------------------------------------------------------------

    def _load(self) -> None:
        """The saved keys, for their age; a bad file is told when it is asked for."""
        if self._bench.keys is not None:
            with contextlib.suppress(ConfigError):
                self._source = replace(self._source, saved=savedkeys.load(self._bench.keys))

    def action_keep(self) -> None:
        """Save the key with the time, this dialect and host."""
        key, path = self._reading.key, self._bench.keys
        if key is None or path is None:
            return
        try:
            savedkeys.save(path, self._kept(key))
        except ConfigError as bad:
            self._tell(bad.message, wrong=True)
            return
        self._load()
        self._draw()
        self._tell(f"Saved in {short(path)}, readable by you alone.")

    def _kept(self, key: RecoveryKey) -> SavedKey:
        """What is known of it; one saved before does not become younger, a broken one has no age."""
        connection = self._view.connection
        text = self.area.text.strip()
        known = self._source.saved_as(key)
        if known is not None and connection.key != key.connection_key:
            return replace(known, text=text)
        if self._source.broken(key):
            return SavedKey(text, key.dialect, None, authority(connection))
        wall = self._bench.wall() or self._view.wall
        return SavedKey(text, key.dialect, wall, authority(connection), connection.state_ttl)

    def action_file(self) -> None:
        """Choose a saved key, or one in another file."""
        if self._bench.keys is not None:
            dialog = KeyFileDialog(
                self._view.connection, self._bench.keys, self._bench.wall, blink=self._blink
            )
            self.app.push_screen(dialog, self._loaded)

    def _loaded(self, key: SavedKey | None) -> None:
        self._load()
        if key is None:
            self._draw()
            return
        if key not in self._source.saved:  # from another file
            self._source = replace(self._source, saved=(key, *self._source.saved))
        self._take(key.text)
        self.area.focus()

    def _tell(self, text: str, *, wrong: bool = False) -> None:
        self.app.clear_notifications()
        self.notify(visible(text), severity="error" if wrong else "information", markup=False)

    # --- using it -------------------------------------------------------------------------------

    def on_key_area_submitted(self, message: KeyArea.Submitted) -> None:
        """Enter recovers."""
        message.stop()
        self.action_recover()

    def on_key_parts_submitted(self, message: KeyParts.Submitted) -> None:
        """Enter recovers."""
        message.stop()
        self.action_recover()

    def action_recover(self) -> None:
        """Use the key, if it can be read."""
        if not self._why_not(self._reading):
            self.end(Recovery(self.area.text.strip(), self._expected))

    def action_reveal(self) -> None:
        """Show the secrets, or hide them again."""
        self._revealed = not self._revealed
        self.area.reveal(self._revealed)
        self._draw()
