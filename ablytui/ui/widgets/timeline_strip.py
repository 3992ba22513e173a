"""The strip of time under the status row, and its marks. A click goes to what happened there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from textual.content import Content
from textual.events import Click
from textual.message import Message

from ablytui.ui.present import timeline
from ablytui.ui.present.timeline import SPANS
from ablytui.ui.present.view import View
from ablytui.ui.theme import MUTED
from ablytui.ui.widgets.one_row import OneRow

_PROMISE: Final = "the state of the connection over time will appear here"


class TimelineRow(OneRow):
    """One of the two rows."""

    DEFAULT_CSS = "TimelineRow { height: 1; padding: 0 1; }"

    @dataclass
    class Picked(Message):
        """The row `n` of the log is what happened where was clicked."""

        n: int

    def __init__(self, view: View | None = None, **kwargs: Any) -> None:
        super().__init__(view, **kwargs)
        self._span = 0

    @property
    def span(self) -> float | None:
        """How much time is shown, in ms; None for all."""
        return SPANS[self._span]

    def turn(self) -> str:
        """The next length of time; its words."""
        self._span = (self._span + 1) % len(SPANS)
        if self._view is not None:
            self.show(self._view)
        return timeline.SPAN_WORDS[self._span]

    def until_next(self, view: View) -> float | None:
        """Ms until the row reads otherwise."""
        if not self.content_size.width:
            return None
        return timeline.until_next(view, self.span, self.content_size.width)

    def on_click(self, event: Click) -> None:
        """Go to what happened there."""
        if self._view is None:
            return
        cell = event.x - 1
        n = timeline.nearest(self._view, self.span, self.content_size.width, cell)
        if n is not None:
            self.post_message(self.Picked(n))


class TimelineBar(TimelineRow):
    """The states."""

    def draw(self, view: View, width: int, *, spin: bool) -> Content:  # noqa: ARG002 - stands still
        """The strip."""
        return timeline.bar(view, self.span, width)


class TimelineMarks(TimelineRow):
    """What happened, in words."""

    def draw(self, view: View, width: int, *, spin: bool) -> Content:  # noqa: ARG002 - stands still
        """The marks; before there are any, what will stand here."""
        if not view.moves and not view.rows:
            return Content.styled(_PROMISE if width >= len(_PROMISE) else "", MUTED)
        return timeline.marks_row(view, self.span, width)
