"""The bar of a scenario that is played: how far it is, its keys, and what happens now."""

from __future__ import annotations

from typing import Any

from textual.content import Content
from textual.widget import Widget

from ablytui.ui.playbill import Playing
from ablytui.ui.present.demo import caption, head

NOT_PLAYING = Playing("")


class CaptionBar(Widget):
    """Its height is for the main screen's shape to say; it is not there without a title to show.

    A caption that does not fit makes it a row higher, for as long as it is there.

    `signs` are the keys of pause, next, again and others, as they are written.
    """

    auto_links = False

    DEFAULT_CSS = """
    CaptionBar {
        height: 2; padding: 0 1; background: $surface; border-left: outer $accent;
        display: none;
        &.-played { display: block; }
    }
    """

    def __init__(self, *, signs: tuple[str, str, str, str], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._signs = signs
        self._playing = NOT_PLAYING

    @property
    def playing(self) -> Playing:
        """What is shown."""
        return self._playing

    def show(self, playing: Playing) -> None:
        """Show how far it is."""
        if playing != self._playing:
            self._playing = playing
            self.set_class(bool(playing.title), "-played")
            self.call_after_refresh(self._fit)
            self.refresh()

    def _fit(self) -> None:
        text = caption(self._playing)
        if self.size and len(text.wrap(self.content_size.width)) >= self.size.height:
            self.add_class("-long")

    def render(self) -> Content:
        """The row of keys, and the caption under it."""
        return Content("\n").join(
            [
                head(self._playing, self.content_size.width, self._signs),
                caption(self._playing),
            ]
        )
