"""The compose dialog: publish, attach, detach, presence, or one raw frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget
from textual.widgets import Input, Static, TextArea

from ablytui.protocol.effects import Reply
from ablytui.protocol.format import Format
from ablytui.protocol.visible import visible
from ablytui.ui.present.channels import lines
from ablytui.ui.present.compose import KIND, KINDS, channel_note
from ablytui.ui.present.drafts import Drafts, Typed
from ablytui.ui.present.members import members
from ablytui.ui.present.outlook import Outlook, outlook
from ablytui.ui.present.rawframe import as_raw
from ablytui.ui.present.repeating import Progress, Times
from ablytui.ui.present.rights import right_of
from ablytui.ui.present.view import View
from ablytui.ui.screens.dialog import Dialog, DialogTitle
from ablytui.ui.theme import WRONG
from ablytui.ui.widgets.channel_field import ChannelField
from ablytui.ui.widgets.compose_forms import Form, make_form
from ablytui.ui.widgets.field import Field
from ablytui.ui.widgets.key_button import KeyButton
from ablytui.ui.widgets.kinds import Kinds
from ablytui.ui.widgets.labelled import Labelled
from ablytui.ui.widgets.several import Several

ROWS: Final = 3
"""That a frame may take."""

Ask = Callable[[str, Mapping[str, Any], Callable[[Reply], object]], None]


@dataclass(frozen=True)
class Sending:
    """What the dialog ends with: an action of the table, and how often it is wanted."""

    action_id: str
    args: Mapping[str, Any] = field(default_factory=dict)
    times: Times = Times()


class Frame(Static, can_focus=True):
    """What goes out, as it goes out. Enter takes it as a raw frame."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "screen.raw", "edit as raw frame")]


class ComposeDialog(Dialog[Sending]):
    """Ends with what is wanted, or None. `ask` makes a wish whose answer the dialog shows."""

    TITLE_TEXT = "Send"
    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    ComposeDialog {
        & #channel-row, & Pair, & #forms { height: auto; }
        & .name, & .label { width: 14; padding: 0; }
        & Pair > Field, & #channel-row > Field { width: 54; }
        & Pair > Field:last-child { width: 1fr; margin-left: 2; }
        & Pair > Field:last-child .name { width: 10; }
        & Pair > Field:first-child { width: 54; margin-left: 0; }
        & Pair > Field:first-child .name { width: 14; }
        & Pair, & .gap, & #channel-row { margin-bottom: 1; }
        & #channel-note { width: 1fr; margin-left: 2; }
        & .note { margin: 0 0 1 14; }
        & #frame, & #then, & #members { width: 1fr; height: auto; }
        & #frame:focus { text-style: underline; }
        & #members { max-height: 12; margin-bottom: 1; }
    }
    ComposeDialog.-low {
        & Pair, & .gap, & #channel-row, & .note { margin-bottom: 0; }
        & DataArea { height: 4; }
    }
    ComposeDialog.-mid, ComposeDialog.-narrow {
        & .name, & .label, & Pair > Field .name { width: 10; }
        & .note { margin-left: 10; }
        & Pair > Field:first-child, & #channel-row > Field { width: 1fr; }
        & Pair > Field:first-child .name { width: 10; }
    }
    ComposeDialog.-narrow {
        & .title { display: none; }
        & #dialog { width: 100%; max-width: 100%; }
        & #dialog-body { padding: 0 1; }
        & #channel-note { margin-left: 10; }
        & #channel-row, & Pair { layout: vertical; }
        & Pair > Field:last-child { margin-left: 0; }
        & #dialog-row { height: 2; margin: 0 1; }
        & #dialog-why { dock: bottom; width: 100%; text-align: left; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", "send", priority=True),
        Binding("ctrl+e", "raw", "edit as raw frame", priority=True),
        Binding("ctrl+l", "last", "last sent", priority=True),
        Binding("ctrl+n", "turn(1)", "next kind", priority=True),
        Binding("ctrl+x", "stop", "stop repeating", priority=True),
    ]

    def __init__(
        self,
        view: View,
        action: str,
        drafts: Drafts,
        ask: Ask,
        *,
        iv: bytes,
        stop: Callable[[], object] = lambda: None,
        progress: Progress | None = None,
        blink: bool = True,
    ) -> None:
        super().__init__()
        self._view = view
        self._action = action
        self._drafts = drafts
        self._iv = iv
        self._ask = ask
        self._stop = stop
        self._progress = progress
        self._blink = blink
        self._back = 0
        self._seen: Outlook | None = None

    # --- what stands in it ----------------------------------------------------------------------

    def heading(self) -> Widget:
        """The tabs stand in it."""
        kinds = Kinds()
        kinds.kind = self._action
        return DialogTitle(self.TITLE_TEXT, self.OUT, kinds)

    def body(self) -> Iterable[Widget]:
        """Every form once; those of the other kinds are hidden, and keep their texts."""
        known = [line.name for line in lines(self._view)]
        yield Horizontal(
            ChannelField(known, blink=self._blink), Static("", id="channel-note"), id="channel-row"
        )
        yield Vertical(make_form(self._action, blink=self._blink), id="forms")
        yield Labelled("frame", Frame("", id="frame", markup=False), id="frame-row", classes="gap")
        yield Labelled("then", Static("", id="then", markup=False), id="then-row")

    def buttons(self) -> Iterable[KeyButton]:
        """What can be done with it."""
        yield KeyButton("ctrl+s", "Send", "send", suggested=True, id="send")
        yield KeyButton("ctrl+e", "Edit as raw frame", "raw", id="raw")
        yield KeyButton("ctrl+l", "Last sent", "last", id="last")
        yield KeyButton("ctrl+x", "Stop", "stop", id="stop")

    def made(self) -> None:
        """As it was left, on the channel that is meant."""
        self._form.fill(self._draft(self._action))
        self._channel.fill(self._drafts.channel)
        self._arrange()
        self._first()

    def resized(self, size: Size) -> None:
        """Fields stand one above the other, and closer together, where there is less room."""
        self.set_class(size.width < 74, "-narrow")
        self.set_class(74 <= size.width < 110, "-mid")
        self.set_class(size.height < 34, "-low")
        self.query_one("#raw", KeyButton).rename("Raw" if size.width < 100 else "Edit as raw frame")
        self.query_one("#last", KeyButton).rename("Last" if size.width < 100 else "Last sent")
        self._draw()

    def _draft(self, action: str) -> Typed:
        """What was typed before; a frame is made in the format of the connection at first."""
        packed = self._view.connection.params.format is Format.MSGPACK
        return self._drafts.typed.get(action, {"form": "msgpack"} if packed else {})

    @property
    def _channel(self) -> ChannelField:
        return self.query_one(ChannelField)

    @property
    def _form(self) -> Form:
        return self.query_one(f"#form-{self._action}", Form)

    def _first(self) -> None:
        """At the channel, or after it when it is known."""
        if not self.is_attached:
            return
        if self._action == "send" or (
            self._channel.text and self._action not in {"attach", "detach"}
        ):
            self._form.focus_first()
        else:
            self._channel.editor.focus()

    def _typed(self) -> Typed:
        return {"channel": self._channel.text, **self._form.typed}

    def _arrange(self) -> None:
        for form in self.query(Form):
            form.display = form.act == self._action
        self.query_one("#channel-row").display = "channel" in KIND[self._action].fields
        self.query_one(Kinds).kind = self._action
        self._draw()

    # --- what is said ---------------------------------------------------------------------------

    def _draw(self) -> None:
        if not self.query("#then"):
            return
        typed = self._typed()
        self._drafts.keep(self._action, typed)
        width = max(self.query_one("#dialog-body").size.width - 6 - self._label, 20)
        seen = outlook(self._action, typed, self._view, self._iv, (width, ROWS))
        self._seen = seen
        self._whose()
        connection, name = self._view.connection, typed["channel"]
        self.query_one("#channel-note", Static).update(
            channel_note(connection, name, right_of(self._action, connection, name))
        )
        self._form.note(seen.note)
        self._put("frame", seen.frame)
        self._put("then", seen.then)
        self._hide(typed)
        self._buttons(seen)

    def _whose(self) -> None:
        """Whose a message is where no clientId is typed (RSL1g, RTP8j)."""
        connection = self._view.connection
        own = connection.params.client_id or connection.client_id
        named = own not in {None, "", "*"}
        for each in self._form.query(Field):
            if each.key == "clientId" and isinstance(each.editor, Input):
                none = "needed: there is none" if self._action == "presence" else "none"
                each.editor.placeholder = visible(str(own)) if named else none

    @property
    def _label(self) -> int:
        return 10 if self.has_class("-mid", "-narrow") else 14

    def _put(self, name: str, text: Content) -> None:
        self.query_one(f"#{name}", Static).update(text)
        self.query_one(f"#{name}-row").display = bool(text.plain)

    def _hide(self, typed: Typed) -> None:
        """What means nothing beside what was chosen."""
        if self._action == "presence":
            asks = typed["action"] == "get"
            form = self._form
            form.field("kind").display = not asks
            for part in (*form.query(".area"), *form.query(".note")):
                part.display = not asks
            form.query_one("#members-row").display = asks

    def _buttons(self, seen: Outlook) -> None:
        self.query_one("#send", KeyButton).grey(bool(seen.why_not))
        self.query_one("#raw", KeyButton).grey(not seen.frames)
        self.query_one("#last", KeyButton).grey(not self._drafts.sent)
        running = self._progress is not None and self._progress.running
        self.query_one("#stop", KeyButton).display = running
        if seen.why_not:
            self.why(f"Send: {seen.why_not}")
        elif running and self._progress is not None:
            self.why(self._progress.words)
        else:
            self.why("waits for the connection" if seen.waits else "")

    def show(self, view: View) -> None:
        """The connection moved on."""
        moved = view.connection is not self._view.connection
        self._view = view
        if moved:
            self._channel.know([line.name for line in lines(view)])
            self._draw()

    def repeated(self, progress: Progress) -> None:
        """A repeat has come further."""
        self._progress = progress
        if self._seen is not None:
            self._buttons(self._seen)

    def on_field_edited(self, message: Field.Edited) -> None:
        """Say what will be sent."""
        message.stop()
        self._back = 0
        self._draw()

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Say what will be sent."""
        message.stop()
        self._draw()

    def on_several_changed(self, message: Several.Changed) -> None:
        """Say what will be sent."""
        message.stop()
        self._draw()

    # --- what is done ---------------------------------------------------------------------------

    async def action_turn(self, by: int) -> None:
        """The next kind, or the one before."""
        names = [kind.action for kind in KINDS]
        await self.action_kind(names[(names.index(self._action) + by) % len(names)])

    async def action_kind(self, action: str) -> None:
        """One kind; what was typed stays."""
        at_tabs = self.query_one(Kinds).has_focus
        await self._go_to(action)
        if not at_tabs:
            self.call_after_refresh(self._first)

    async def _go_to(self, action: str, typed: Typed | None = None) -> None:
        """Show the form of a kind, with these texts or those that it had."""
        if not self.query(f"#form-{action}"):
            form = make_form(action, blink=self._blink)
            # Two forms at once would be taller than the screen, and scroll the title away.
            form.display = False
            await self.query_one("#forms").mount(form)
            form.fill(self._draft(action))
        self._action = action
        if typed is not None:
            self._form.fill(typed)
        self._arrange()

    def action_send(self) -> None:
        """Done, if nothing is missing."""
        seen = self._seen
        if seen is None or seen.why_not:
            return
        self._drafts.remember(self._action, self._typed())
        if self._action == "presence" and seen.args.get("action") == "get":
            self.query_one("#members", Static).update("asked")
            self._ask(self._action, seen.args, self._listed)
            self._draw()
        else:
            self.end(Sending(self._action, seen.args, seen.times))

    def _listed(self, reply: Reply) -> None:
        """Who is present, or why that is not known."""
        if not self.is_attached:
            return
        width = max(self.query_one("#dialog-body").size.width - 6 - self._label, 20)
        found = (
            Content.styled(f"✕ {reply.error}", WRONG)
            if reply.error is not None
            else members(reply.value or (), width)
        )
        self.query_one("#members", Static).update(found)
        self.query_one("#members-row").scroll_visible(animate=False)

    async def action_raw(self) -> None:
        """The frame as it would go out, to be changed by hand."""
        seen = self._seen
        if seen is None or not seen.frames or self._action == "send":
            return
        form, text = as_raw(*seen.frames[-1])
        await self._go_to("send", {"form": form, "frame": text})
        self.call_after_refresh(self._first)

    async def action_last(self) -> None:
        """What was sent last, and before that."""
        sent = self._drafts.earlier(self._back)
        if sent is None:
            return
        back = self._back + 1
        self._channel.fill(sent.typed.get("channel", self._channel.text))
        await self._go_to(sent.action, sent.typed)
        self.call_after_refresh(self._first)
        self._back = back

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key that has nothing to do here is left to the field that has the focus."""
        if action == "stop":
            return self._progress is not None and self._progress.running
        if action == "raw":
            return self._action != "send"
        return super().check_action(action, parameters)

    def action_stop(self) -> None:
        """No more of what is repeated."""
        self._stop()
