"""The parts of a recovery key as a table, each to be changed on its own.

While it has the focus, the value of the part under the cursor is a line to type in; ↑ and ↓ go to
the other parts. Knows the key only as what it is told to show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Click
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from ablytui.protocol.keyparts import PartKind
from ablytui.ui.present.recovery import NAME_CELLS, Part, Reading, table
from ablytui.ui.widgets.field import PRINTABLE

_NO_STRUCTURE = r"[^\x00-\x20\x7f-\x9f\s{}\[\],:\"]*"
"""What a value without quotes takes, so that it stays one."""

_BARE = {PartKind.MSG_SERIAL, PartKind.SERIAL}


class PartInput(Input):
    """The line in which the part under the cursor is typed."""

    DEFAULT_CSS = """
    PartInput {
        position: absolute; display: none;
        height: 1; padding: 0; border: none; background: $primary 20%;
        &:focus { border: none; background: $primary 20%; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "up", show=False, tooltip="Change the part above"),
        Binding("down", "move(1)", "down", show=False, tooltip="Change the part below"),
    ]

    def action_move(self, by: int) -> None:
        """Another part."""
        parts = self.parent
        if isinstance(parts, KeyParts):
            parts.move(by)


class KeyParts(Widget):
    """The table. `show` tells it what is read; it tells what was typed."""

    DEFAULT_CSS = """
    KeyParts { height: auto; layout: vertical; }
    KeyParts > Static { height: auto; text-wrap: nowrap; }
    KeyParts.-any > PartInput { display: block; }
    """

    @dataclass
    class Edited(Message):
        """The person typed another value for a part; `channel` names one of many."""

        kind: PartKind
        channel: str
        value: str

    @dataclass
    class Submitted(Message):
        """Enter was pressed."""

    @dataclass
    class Left(Message):
        """↑ on the first part."""

    def __init__(self, *, blink: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._reading: Reading | None = None
        self._cursor = 0
        self._revealed = False
        self._blink = blink

    def compose(self) -> ComposeResult:
        """The lines, and the one that is typed in, above them."""
        yield Static("", markup=False, id="part-lines")
        line = PartInput(restrict=PRINTABLE, select_on_focus=False)
        line.cursor_blink = self._blink
        yield line

    @property
    def line(self) -> PartInput:
        """What is typed in."""
        return self.query_one(PartInput)

    @property
    def part(self) -> Part | None:
        """The part under the cursor."""
        parts = self._reading.parts if self._reading else ()
        return parts[self._cursor] if self._cursor < len(parts) else None

    @property
    def channel(self) -> str:
        """The channel under the cursor; empty for none."""
        return self.part.source.channel if self.part else ""

    def show(self, reading: Reading, *, revealed: bool) -> None:
        """Another key, or the same one further."""
        before = self._at
        self._reading, self._revealed = reading, revealed
        self._keep(before)
        self.set_class(self.part is not None, "-any")
        self._hide()
        # Keys may come faster than what they do is read: the line is never behind itself.
        if before != self._at or not self.line.has_focus:
            self.fill()
        self._draw()

    @property
    def _at(self) -> tuple[PartKind, str] | None:
        return (self.part.source.kind, self.part.source.channel) if self.part else None

    def _keep(self, before: tuple[PartKind, str] | None) -> None:
        """The cursor stays at its part, or goes to the nearest that can be changed."""
        parts = self._reading.parts if self._reading else ()
        if self._at != before:
            same = [
                at
                for at, part in enumerate(parts)
                if (part.source.kind, part.source.channel) == before
            ]
            self._cursor = same[0] if same else self._cursor
        can = [at for at, part in enumerate(parts) if part.editable]
        self._cursor = min(can, key=lambda at: abs(at - self._cursor), default=0)

    def _hide(self) -> None:
        self.line.password = bool(self.part and self.part.secret) and not self._revealed

    def fill(self) -> None:
        """Put the value of the part into the line."""
        part, line = self.part, self.line
        if part is None or line.value == part.typed:
            return
        line.restrict = _NO_STRUCTURE if part.source.kind in _BARE else PRINTABLE
        with self.prevent(Input.Changed):
            line.value = part.typed
            line.cursor_position = len(part.typed)

    def _draw(self) -> None:
        if self._reading is None:
            return
        width = max(self.content_size.width, 30)
        chosen = self._cursor if self.line.has_focus else None
        drawn = table(self._reading, width, chosen)
        self.query_one("#part-lines", Static).update(drawn.text)
        at = table(self._reading, width, self._cursor)
        self.line.styles.offset = (NAME_CELLS, at.line or 0)
        # It covers the value: without the focus it has no width, and can still be tabbed to.
        self.line.styles.width = max(at.value_cells, 8) if self.line.has_focus else 0

    # --- what the person does -------------------------------------------------------------------

    def move(self, by: int) -> None:
        """To the next part that can be changed, in that direction."""
        parts = self._reading.parts if self._reading else ()
        at = self._cursor + by
        while 0 <= at < len(parts) and not parts[at].editable:
            at += by
        if at < 0:
            self.post_message(self.Left())
        elif at < len(parts):
            self._go(at)

    def _go(self, at: int) -> None:
        self._cursor = at
        self._hide()
        self.fill()
        self.line.cursor_position = len(self.line.value)
        self._draw()

    def on_click(self, event: Click) -> None:
        """A click on a part goes to it."""
        drawn = table(self._reading, 80, self._cursor) if self._reading else None
        if self._reading is None or drawn is None or drawn.line is None:
            return
        at = self._cursor - drawn.line + event.screen_offset.y - self.region.y
        if 0 <= at < len(self._reading.parts) and self._reading.parts[at].editable:
            self._go(at)
            self.line.focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        """Another value."""
        message.stop()
        part = self.part
        if part is not None:
            source = part.source
            self.post_message(self.Edited(source.kind, source.channel, message.value))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Enter."""
        message.stop()
        self.post_message(self.Submitted())

    def on_descendant_focus(self) -> None:
        """The cursor is seen."""
        self._draw()

    def on_descendant_blur(self) -> None:
        """The cursor is not seen."""
        self._draw()

    def on_resize(self) -> None:
        """Columns fit the width."""
        self._draw()
