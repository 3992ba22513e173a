"""The keys that were saved, newest first, and a field for the path of another file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from ablytui import savedkeys
from ablytui.errors import ConfigError
from ablytui.protocol.connection import Connection
from ablytui.protocol.visible import visible
from ablytui.savedkeys import SavedKey
from ablytui.ui.clipboard import short
from ablytui.ui.present.keychoice import saved_line
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.theme import MUTED, WRONG
from ablytui.ui.widgets.choice_list import ChoiceList
from ablytui.ui.widgets.field import PRINTABLE
from ablytui.ui.widgets.key_button import KeyButton
from ablytui.ui.widgets.labelled import Labelled


class PathInput(Input):
    """Where the path of a file is typed."""

    DEFAULT_CSS = """
    PathInput {
        height: 1; padding: 0 1; border: none; background: $panel; border-left: outer $panel;
        &:focus { background: $primary 20%; border: none; border-left: outer $border; }
    }
    """


class KeyFileDialog(Dialog[SavedKey]):
    """Ends with a key, or None. `own` is the file of saved keys."""

    TITLE_TEXT = "Saved recovery keys"
    HELP = (
        "Keys that were saved, newest first, with the age that decides whether the service still "
        "knows them. A file may hold such a list, or one key and nothing else."
    )
    AUTO_FOCUS = "ChoiceList"

    DEFAULT_CSS = """
    KeyFileDialog #intro, KeyFileDialog Labelled { margin-bottom: 1; }
    KeyFileDialog ChoiceList { margin: 0 -2 1 -2; }
    KeyFileDialog .gone { display: none; }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "take it", tooltip="Take this key, or the one of the file"),
        Binding("delete", "forget", "delete", tooltip="Take this key out of the file"),
    ]

    def __init__(
        self,
        connection: Connection,
        own: Path,
        wall: Callable[[], float | None],
        *,
        blink: bool = True,
    ) -> None:
        super().__init__()
        self._connection = connection
        self._own = self._path = own
        self._wall = wall
        self._blink = blink
        self._keys: tuple[SavedKey, ...] = ()
        self._problem = ""

    def body(self) -> Iterable[Widget]:
        """The file, its keys, and another file."""
        yield Static("", id="intro", markup=False)
        yield ChoiceList()
        path = PathInput(
            placeholder="another file", restrict=PRINTABLE, select_on_focus=False, id="path"
        )
        path.cursor_blink = self._blink
        yield Labelled("file", path)

    def buttons(self) -> Iterable[KeyButton]:
        """Take it, or delete it."""
        yield KeyButton("enter", "Take", "choose", suggested=True, id="take")
        yield KeyButton("del", "Delete", "forget", id="delete")

    def made(self) -> None:
        """Look into the file; without keys in it another one is what is wanted."""
        self._open(self._own)
        if not self._keys:
            self.query_one(PathInput).focus()

    def _open(self, path: Path) -> None:
        """Show the keys of a file; what is wrong with it is told, and the list stays."""
        try:
            keys = savedkeys.load(path)
        except ConfigError as bad:
            self._problem = bad.message
        else:
            self._problem = "" if keys or path == self._own else f"{path}: no such file"
            if keys or path == self._own:
                self._keys, self._path = keys, path
                rows = self.query_one(ChoiceList)
                rows.clear_options()
                rows.add_options(Option("", id=str(at)) for at in range(len(keys)))
                rows.highlighted = 0 if keys else None
        self._draw()

    def resized(self, size: Size) -> None:
        """The list scrolls where the screen is low."""
        self.query_one(ChoiceList).styles.max_height = max(size.height - 10, 3)
        self.call_after_refresh(self._draw)

    def _draw(self) -> None:
        rows, wall = self.query_one(ChoiceList), self._wall()
        width = max(rows.scrollable_content_region.width - 4, 20)
        now = self._connection.last_mono
        for at, key in enumerate(self._keys):
            line = saved_line(key, self._connection, now, wall, width)
            rows.replace_option_prompt(str(at), line)
        rows.set_class(not self._keys, "gone")
        said = f"Saved with ctrl+s, in {short(self._path)}" if self._keys else "No key is saved."
        if self._path != self._own:
            said = f"In {short(self._path)}"
        intro = Content.styled(visible(said), MUTED)
        if self._problem:
            intro = Content.assemble(("✕ ", f"bold {WRONG}"), (visible(self._problem), WRONG))
        self.query_one("#intro", Static).update(intro)
        self.query_one("#delete", KeyButton).grey(not self._keys or self._path != self._own)
        self.query_one("#take", KeyButton).grey(not self._keys and not self._typed)

    @property
    def _typed(self) -> str:
        return self.query_one(PathInput).value.strip()

    def on_input_changed(self, message: Input.Changed) -> None:
        """There is something to open."""
        message.stop()
        self._draw()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Open the file: its one key is taken at once, of several one is chosen."""
        message.stop()
        self._typed_file()

    def _typed_file(self) -> None:
        if not self._typed:
            return
        try:
            path = Path(self._typed).expanduser()
        except RuntimeError:  # ~somebody
            path = Path(self._typed)
        self._open(path)
        if self._problem:
            return
        if len(self._keys) == 1:
            self.end(self._keys[0])
        else:
            self.query_one(ChoiceList).focus()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Enter, or a click."""
        message.stop()
        self.end(self._keys[message.option_index])

    def action_choose(self) -> None:
        """The one the cursor is on, or the file that was typed."""
        if self.query_one(PathInput).has_focus and self._typed:
            self._typed_file()
        elif self._keys:
            self.query_one(ChoiceList).action_select()

    def action_forget(self) -> None:
        """Delete the one the cursor is on, of one's own."""
        at = self.query_one(ChoiceList).highlighted
        if at is None or self._path != self._own or not self.query_one(ChoiceList).has_focus:
            return
        try:
            savedkeys.forget(self._own, self._keys[at])
        except ConfigError as bad:
            self._problem = bad.message
            self._draw()
            return
        self._open(self._own)
        if self._keys:
            self.query_one(ChoiceList).highlighted = min(at, len(self._keys) - 1)
