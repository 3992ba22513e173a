"""The pane with everything about one row: four tabs over the lines of its detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from ablytui.decoders.registry import Registry, default_registry
from ablytui.protocol.log import Entry
from ablytui.ui.present.around import Around
from ablytui.ui.present.detail import Related, Tab, detail
from ablytui.ui.theme import MUTED, PLAIN, PRIMARY
from ablytui.ui.widgets.detail_body import DetailBody
from ablytui.ui.widgets.log_rows import payload_text


class DetailTabs(Widget):
    """The title row: the tabs left, the row's number and the way out right."""

    DEFAULT_CSS = "DetailTabs { height: 1; background: $panel; color: $foreground; }"

    ALLOW_SELECT = False

    @dataclass
    class Chosen(Message):
        """A tab was clicked."""

        tab: Tab

    class Left(Message):
        """The way out was clicked."""

    def __init__(self) -> None:
        super().__init__()
        self._tab = Tab.DECODED
        self._active = False
        self._number = ""

    def set(self, *, tab: Tab, active: bool, number: str) -> None:
        """Show another tab, focus or number."""
        now = (tab, active, number)
        if now != (self._tab, self._active, self._number):
            self._tab, self._active, self._number = now
            self.refresh()

    def render(self) -> Content:
        """The row."""
        parts: list[Content | str | tuple[str, str]] = []
        parts.append(("▌", PRIMARY) if self._active else " ")
        for tab in Tab:
            here = f"bold {PRIMARY}" if self._active else f"bold {PLAIN}"
            parts.append((tab.value, here if tab is self._tab else MUTED))
            parts.append("  ")
        left = Content.assemble(*parts)
        right = Content.assemble(
            (self._number, MUTED),
            ("   esc", f"bold {PRIMARY}") if self._active else "",
            (" close", MUTED) if self._active else "",
            " ",
        )
        gap = self.size.width - left.cell_length - right.cell_length
        return left if gap < 0 else Content.assemble(left, " " * gap, right)

    def on_click(self, event: events.Click) -> None:
        """Choose a tab, or leave."""
        at = 1
        for tab in Tab:
            if at <= event.x < at + len(tab.value):
                self.post_message(self.Chosen(tab))
                return
            at += len(tab.value) + 2
        if self._active and event.x >= self.size.width - len("esc close "):
            self.post_message(self.Left())


class FrameDetail(Vertical):
    """The pane. It shows what it is given; the log and the screen decide what that is."""

    DEFAULT_CSS = "FrameDetail > DetailBody { height: 1fr; }"

    HELP = "Everything about one frame: its fields, its text, its bytes, how it travelled."

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "less_than_sign", "tab(-1)", "tab", key_display="< >", tooltip="The tab to the left"
        ),
        Binding(
            "greater_than_sign", "tab(1)", "next tab", show=False, tooltip="The tab to the right"
        ),
        Binding(
            "J", "step(1)", "next frame", key_display="J K", tooltip="Show the next row of the log"
        ),
        Binding("K", "step(-1)", "previous frame", show=False, tooltip="Show the row before"),
        Binding(
            "Y",
            "copy_frame",
            "copy frame",
            tooltip="Copy the whole frame: text, or bytes as hex digits",
        ),
        Binding("escape", "close", "log", tooltip="Back to the log"),
    ]

    class Closed(Message):
        """Back to the log."""

    @dataclass
    class Stepped(Message):
        """The row `by` rows further is wanted."""

        by: int

    @dataclass
    class Linked(Message):
        """Row `n` is wanted."""

        n: int

    @dataclass
    class Copied(Message):
        """`text` is to be put on the clipboard."""

        text: str

    def __init__(
        self,
        *,
        registry: Registry | None = None,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(id=id)
        self._registry = registry or default_registry()
        self._entry: Entry | None = None
        self._around = Around()
        self._related: Sequence[Related] = ()
        self._total: int | None = None
        self._tab = Tab.DECODED

    def compose(self) -> ComposeResult:
        """Tabs and lines."""
        yield DetailTabs()
        yield DetailBody()

    @property
    def entry(self) -> Entry | None:
        """The row that is shown."""
        return self._entry

    @property
    def tab(self) -> Tab:
        """The tab that is shown."""
        return self._tab

    def focus(self, scroll_visible: bool = True) -> Self:
        """The cursor into the lines."""
        self.query_one(DetailBody).focus(scroll_visible)
        return self

    def show(
        self,
        entry: Entry | None,
        *,
        around: Around | None = None,
        related: Sequence[Related] = (),
        total: int | None = None,
    ) -> None:
        """Show a row; None shows none. `total`: the rows of the log, for the title."""
        same = self._entry is not None and entry is not None and entry.n == self._entry.n
        self._entry = entry
        if around is not None:
            self._around = around
        self._related, self._total = related, total
        self._draw(keep=same)

    def _draw(self, *, keep: bool) -> None:
        if not self.is_mounted:
            return
        body, entry = self.query_one(DetailBody), self._entry
        number = ""
        if entry is not None:
            number = str(entry.n) if self._total is None else f"{entry.n} of {self._total:,}"
        tabs = self.query_one(DetailTabs)
        tabs.set(tab=self._tab, active=self.has_focus_within, number=number)
        if entry is None:
            body.set_lines(())
            return
        width = self.size.width
        lines = detail(
            entry,
            self._tab,
            around=self._around,
            registry=self._registry,
            width=width,
            related=self._related,
            named=width >= self.app.size.width,
        )
        body.set_lines(lines, keep=keep)

    def on_mount(self) -> None:
        """Draw what was given before."""
        self._draw(keep=False)

    def on_resize(self) -> None:
        """Sentences and bytes are laid out anew."""
        self._draw(keep=True)

    def on_descendant_focus(self) -> None:
        """The title shows where keys go."""
        self._draw(keep=True)

    def on_descendant_blur(self) -> None:
        """The title shows where keys go."""
        self._draw(keep=True)

    # --- keys and messages ----------------------------------------------------------------------

    def action_tab(self, by: int) -> None:
        """The tab to the right or left."""
        self._choose(self._tab.step(by))

    def _choose(self, tab: Tab) -> None:
        self._tab = tab
        self._draw(keep=False)

    def action_step(self, by: int) -> None:
        """The row below or above in the log."""
        self.post_message(self.Stepped(by))

    def action_copy_frame(self) -> None:
        """The whole payload: text as it is, bytes as hexadecimal digits."""
        if self._entry is not None:
            self.post_message(self.Copied(payload_text(self._entry)))

    def action_close(self) -> None:
        """Back to the log."""
        self.post_message(self.Closed())

    def on_detail_tabs_chosen(self, message: DetailTabs.Chosen) -> None:
        """A tab was clicked."""
        message.stop()
        self._choose(message.tab)

    def on_detail_tabs_left(self, message: DetailTabs.Left) -> None:
        """The way out was clicked."""
        message.stop()
        self.action_close()

    def on_detail_body_linked(self, message: DetailBody.Linked) -> None:
        """A link was followed."""
        message.stop()
        self.post_message(self.Linked(message.n))

    def on_detail_body_valued(self, message: DetailBody.Valued) -> None:
        """A value is copied."""
        message.stop()
        self.post_message(self.Copied(message.text))
