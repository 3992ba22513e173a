"""The row above the footer: publish on a channel without opening a dialog."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from ablytui.protocol.effects import Reply
from ablytui.ui.present.channels import lines
from ablytui.ui.present.compose_row import answered, resting, sent, shut, shut_words, typing
from ablytui.ui.present.drafts import Typed
from ablytui.ui.present.outlook import Outlook, outlook
from ablytui.ui.present.view import View
from ablytui.ui.theme import MUTED, PRIMARY
from ablytui.ui.widgets.channel_field import ChannelField
from ablytui.ui.widgets.field import PRINTABLE

_IV: Final = bytes(16)
"""Only its length counts here."""


class ComposeRow(Horizontal):
    """`› publish`, a channel, a name and the data; enter sends, esc leaves."""

    HELP = "A message to be published: the channel, a name if it has one, and its data."

    DEFAULT_CSS = """
    ComposeRow {
        height: 1; padding: 0 1;
        & .lead { width: 9; }
        & ChannelField { width: 24; margin: 0 1 0 2; }
        & ChannelField .name { display: none; }
        & Input {
            height: 1; border: none; padding: 0 1; background: $panel; width: 1fr;
            &:focus { border: none; background: $primary 20%; }
        }
        & #row-name { width: 16; margin-right: 1; }
        & .said { width: auto; max-width: 70; padding-left: 2; }
        &.-shut ChannelField, &.-shut Input { display: none; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "send", "send", priority=True),
        Binding("escape", "leave", "leave", priority=True),
        Binding("up", "earlier(1)", "earlier data", show=False),
        Binding("down", "earlier(-1)", "later data", show=False),
    ]

    @dataclass
    class Sent(Message):
        """This is to be published; `typed` are the texts it was made of."""

        args: Mapping[str, Any]
        typed: Typed

    class Left(Message):
        """Back to where the person was."""

    def __init__(self, view: View, *, hint: str = "", blink: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._view = view
        self._hint = hint
        self._blink = blink
        self._earlier: list[str] = []
        self._back = 0
        self._news = Content("")
        self._drawn = Content("")

    def compose(self) -> ComposeResult:
        """Left to right."""
        yield Static(Content.assemble(("› ", PRIMARY), ("publish", MUTED)), classes="lead")
        yield ChannelField(placeholder="channel", blink=self._blink)
        for name, placeholder in (("row-name", "name"), ("row-data", "data, JSON or text")):
            editor = Input(
                compact=True,
                restrict=PRINTABLE,
                placeholder=placeholder,
                select_on_focus=False,
                id=name,
            )
            editor.cursor_blink = self._blink
            yield editor
        yield Static("", classes="said", markup=False)

    def on_mount(self) -> None:
        """As things are."""
        self.show(self._view)

    @property
    def channel(self) -> ChannelField:
        """Where the channel is named."""
        return self.query_one(ChannelField)

    @property
    def data(self) -> Input:
        """Where the data is typed."""
        return self.query_one("#row-data", Input)

    @property
    def typed(self) -> Typed:
        """What stands in the fields, as the dialog would have it."""
        name = self.query_one("#row-name", Input).value
        return {"channel": self.channel.text, "name": name, "data": self.data.value}

    def take_focus(self, channel: str) -> None:
        """Begin to type, on this channel unless one was named already."""
        if not self.channel.text and channel:
            self.channel.choose(channel)
        (self.data if self.channel.text else self.channel.editor).focus()

    def show(self, view: View) -> None:
        """The connection is another one."""
        moved = view.connection is not self._view.connection or not self._drawn.plain
        self._view = view
        if moved and self.is_mounted and self.display:
            self.channel.know([line.name for line in lines(view)])
            self.draw()

    def draw(self) -> None:
        """What is typed stays in sight while somebody is in it."""
        inside = self.has_focus_within
        why = shut(self._view.connection)
        self.set_class(bool(why) and not inside, "-shut")
        if why and not inside:
            self._say(shut_words(why))
        elif inside:
            self._say(self._news if self._news.plain else self._outlook_words())
        else:
            self._say(resting(self._news, self._hint))

    def _outlook_words(self) -> Content:
        return typing(self._outlook(), empty=not any(self.typed.values()))

    def _outlook(self) -> Outlook:
        return outlook("publish", self.typed, self._view, _IV, (20, 1))

    def _say(self, said: Content) -> None:
        if not said.is_same(self._drawn):
            self._drawn = said
            self.query_one(".said", Static).update(said)

    def on_input_changed(self, message: Input.Changed) -> None:
        """Another text is another outlook, and what became of the last one is old."""
        message.stop()
        self._news = Content("")
        self.draw()

    def on_field_edited(self, message: ChannelField.Edited) -> None:
        """See `on_input_changed`."""
        message.stop()
        self._news = Content("")
        self.draw()

    def on_descendant_focus(self) -> None:
        """Tell what will be sent."""
        self.draw()

    def on_descendant_blur(self) -> None:
        """Tell how to come back."""
        self.call_after_refresh(self.draw)

    def action_send(self) -> None:
        """Publish, if nothing is missing; the data makes room for the next."""
        seen = self._outlook()
        if seen.why_not:
            self.draw()
            return
        typed = self.typed
        self._earlier = [typed["data"], *(e for e in self._earlier if e != typed["data"])][:20]
        self._back = 0
        with self.prevent(Input.Changed):
            self.data.value = ""
        self._news = sent(seen)
        self.draw()
        self.post_message(self.Sent(seen.args, typed))

    def answered(self, reply: Reply) -> None:
        """What became of what was sent last; a refused one comes back to be tried again."""
        self._news = answered(reply)
        if reply.error is not None and not self.data.value and self._earlier:
            with self.prevent(Input.Changed):
                self.data.value = self._earlier[0]
        self.draw()

    def action_leave(self) -> None:
        """Back, and what was typed stays."""
        self.post_message(self.Left())

    def action_earlier(self, by: int) -> None:
        """Data that was sent before, or later; at the end what stood there is empty."""
        if not self.data.has_focus:
            return
        self._back = min(max(self._back + by, 0), len(self._earlier))
        self.data.value = self._earlier[self._back - 1] if self._back else ""
        self.data.cursor_position = len(self.data.value)
