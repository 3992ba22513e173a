"""The one-row title that every pane has: number, title and note at the left, facts at the right.

It has to be a direct child of its pane: the pane's focus turns it bold and sets the mark.
"""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.widget import Widget

from ablytui.ui import theme


def title_row(
    lead: Content, note: str | Content, right: Content, width: int, *, focused: bool
) -> Content:
    """The row in `width` cells. The note goes first when there is no room, then the right end."""
    head = Content.assemble(("▌", "$primary") if focused else (" ", ""), lead)
    noted = Content.assemble(head, "  ", _muted(note)) if note else head
    for left, end in ((noted, right), (head, right), (noted, Content("")), (head, Content(""))):
        gap = width - 1 - left.cell_length - end.cell_length
        if gap >= (2 if end.plain else 0):
            return Content.assemble(left, " " * gap, end)
    return head.truncate(width, ellipsis=True)


def _muted(text: str | Content) -> Content:
    return Content.styled(text, theme.MUTED) if isinstance(text, str) else text


class PaneTitle(Widget):
    """Shows the title of the pane that it is in; `set` changes what it says."""

    # The rules ask for the parent's focus, which a scoped rule cannot see. Textual restyles what
    # is in a pane when the focus enters it only if some rule for the pane itself asks for that.
    SCOPED_CSS = False
    DEFAULT_CSS = """
    PaneTitle { height: 1; width: 1fr; background: $panel; color: $foreground; }
    .-titled:focus-within { link-style: none; }
    .-titled:focus-within > PaneTitle { color: $text-primary; }
    """

    def __init__(self, number: str | int, title: str, *, note: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._number = str(number)
        self._said = (title, _muted(note), Content(""))

    def on_mount(self) -> None:
        """Let the pane's focus be seen."""
        if self.parent is not None:
            self.parent.add_class("-titled")

    def set(
        self,
        *,
        title: str | None = None,
        note: str | Content | None = None,
        right: str | Content | None = None,
    ) -> None:
        """Change what is given; the rest stays. A text beside the title is muted."""
        old_title, old_note, old_right = self._said
        said = (
            old_title if title is None else title,
            old_note if note is None else _muted(note),
            old_right if right is None else _muted(right),
        )
        same = said[1].is_same(old_note) and said[2].is_same(old_right)
        if said[0] != old_title or not same:
            self._said = said
            self.refresh()

    @property
    def in_focus(self) -> bool:
        """Whether the focus is in the pane that this is the title of."""
        return isinstance(self.parent, Widget) and self.parent.has_focus_within

    @property
    def lead(self) -> Content:
        """Number and title."""
        style = f"bold {theme.PRIMARY if self.in_focus else theme.PLAIN}"
        number = f"{self._number} " if self._number else ""
        return Content.assemble((number, theme.FAINT), (self._said[0], style))

    def render(self) -> Content:
        """The row as it is now."""
        _, note, right = self._said
        return title_row(self.lead, note, right, self.size.width, focused=self.in_focus)
