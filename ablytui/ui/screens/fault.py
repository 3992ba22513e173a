"""The dialog of faults: which one, with what, and what will come of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from ablytui.protocol.visible import visible
from ablytui.ui.faultbook import Blank, Faults, Forecast, Offer
from ablytui.ui.present.faultform import meaning, outcome
from ablytui.ui.present.view import View
from ablytui.ui.screens.dialog import Dialog
from ablytui.ui.widgets.choice_list import ChoiceList
from ablytui.ui.widgets.field import Field
from ablytui.ui.widgets.key_button import KeyButton

_AROUND = 7
"""Rows of the dialog beside what stands in it."""

_NARROW = 100
_TIGHT = 74
"""Columns below which the names are cut, and below which they stand over the fields."""

_LARGE = "message"
"""The field of a frame: it has room for some lines."""


class Made(NamedTuple):
    """A fault to make, with what was typed."""

    word: str
    typed: Mapping[str, str]


class FaultNames(ChoiceList):
    """The list of faults, beside what is told of the one under its cursor."""

    DEFAULT_CSS = """
    FaultNames {
        width: 30; height: 100%; margin: 0;
        & > .option-list--option { padding: 0 1; }
        & > .option-list--option-highlighted { background: $primary 15%; color: $foreground; text-style: bold; }
        &:focus > .option-list--option-highlighted { background: $block-cursor-background; color: $foreground; text-style: bold; }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right", "screen.into", "into the fields", show=False),
    ]


class Lines(Vertical):
    """A field of some lines, for JSON."""

    DEFAULT_CSS = """
    Lines {
        height: auto;
        & > Horizontal { height: 4; }
        & .name { color: $text-muted; }
        &.-focus .name { color: $text-primary; text-style: bold; }
        &.-wrong .name { color: $text-error; text-style: bold; }
        & TextArea {
            width: 1fr; height: 4; border: none; padding: 0 1; background: $panel;
            border-left: outer $panel; scrollbar-size-vertical: 1;
            &:focus { border: none; background: $primary 20%; border-left: outer $border; }
        }
        & .wrong { height: auto; color: $text-error; display: none; }
        &.-wrong .wrong { display: block; }
    }
    """

    class Edited(Message):
        """The text is another one."""

    def __init__(self, name: str, label: str, *, blink: bool) -> None:
        super().__init__()
        self.key = name
        self._label = label
        self.editor = TextArea(tab_behavior="focus")
        self.editor.cursor_blink = blink
        self.editor.highlight_cursor_line = False
        self.editor.match_cursor_bracket = False

    def compose(self) -> ComposeResult:
        """The name and the lines, and what is wrong with them."""
        with Horizontal():
            yield Static(self._label, classes="name", markup=False)
            yield self.editor
        yield Static("", classes="wrong", markup=False)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.editor.text

    def fill(self, text: str) -> None:
        """Put a text in without calling that an edit."""
        with self.prevent(TextArea.Changed):
            self.editor.text = text

    def say(self, problem: str) -> None:
        """What is wrong; the empty text takes it away."""
        self.set_class(bool(problem), "-wrong")
        if self.is_mounted:
            self.query_one(".wrong", Static).update(visible(problem))

    def on_descendant_focus(self) -> None:
        """Mark the name."""
        self.add_class("-focus")

    def on_descendant_blur(self) -> None:
        """The mark goes with the cursor."""
        self.remove_class("-focus")

    def on_text_area_changed(self, message: TextArea.Changed) -> None:
        """Tell."""
        message.stop()
        self.post_message(self.Edited())


class FaultDialog(Dialog[Made]):
    """Ends with what is to be made, or None. `memory` keeps what was typed, by fault."""

    TITLE_TEXT = "Make a fault"
    AUTO_FOCUS = "FaultNames"

    DEFAULT_CSS = """
    FaultDialog {
        & > #dialog { width: 112; }
        & #dialog-body { overflow: hidden; }
        & #fault { height: 24; }
        & #form { width: 1fr; height: 100%; scrollbar-size-vertical: 1; padding: 0 0 0 1; }
        & #meaning, & #outcome { height: auto; }
        & #fields { height: auto; margin-top: 1; }
        & #outcome { margin-top: 1; }
        & .name { width: 13; padding: 0; }
        & .wrong { padding: 0 0 0 13; }
        & .off { display: none; }
        & #help { height: auto; color: $text-muted; padding: 0 0 0 13; display: none; }
        & #help.-shown { display: block; }
        &.-narrow FaultNames { width: 21; }
        &.-tight {
            & #fault { layout: vertical; }
            & FaultNames { width: 1fr; height: 5; }
            & #form { height: 1fr; padding: 1 0 0 0; }
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+s", "inject", "make it")]

    def __init__(
        self,
        faults: Faults,
        view: View,
        word: str = "",
        *,
        memory: dict[str, dict[str, str]] | None = None,
        blink: bool = True,
    ) -> None:
        super().__init__()
        self._faults, self._view, self._blink = faults, view, blink
        self._offers = {offer.word: offer for offer in faults.offers}
        self._memory = {} if memory is None else memory
        last = next(iter(self._memory.get("", {})), "")
        self._word = next(w for w in (word, last, *self._offers) if w in self._offers)
        self._pool: dict[str, Field | Lines] = {}
        self._forecast = Forecast()

    @property
    def _offer(self) -> Offer:
        return self._offers[self._word]

    # --- what stands in it ----------------------------------------------------------------------

    def body(self) -> Iterable[Widget]:
        """The list, and beside it everything about the chosen one."""
        yield Horizontal(
            FaultNames(*(Option(word, id=word) for word in self._offers)),
            VerticalScroll(
                Static("", id="meaning", markup=False),
                Vertical(id="fields"),
                Static("", id="help", markup=False),
                Static("", id="outcome", markup=False),
                id="form",
                can_focus=False,
            ),
            id="fault",
        )

    def _field(self, offer: Offer, blank: Blank) -> Field | Lines:
        if _large(offer, blank):
            return Lines(blank.name, blank.label, blink=self._blink)
        return Field(
            blank.name,
            blank.label,
            choices=blank.choices,
            words=blank.words,
            placeholder=blank.help,
            unit=blank.unit,
            blink=self._blink,
        )

    def buttons(self) -> Iterable[KeyButton]:
        """To make it."""
        yield KeyButton("ctrl+s", "Make it", "inject", suggested=True, id="inject")

    def made(self) -> None:
        """Begin at the one that is asked for, or that was made last."""
        self.query_one(FaultNames).highlighted = list(self._offers).index(self._word)
        self._choose(self._word)

    def resized(self, size: Size) -> None:
        """List and form scroll where the screen is low; the dialog keeps its size."""
        self.set_class(size.width < _NARROW, "-narrow")
        self.set_class(size.width < _TIGHT, "-tight")
        rows = max(size.height - _AROUND, 6)
        self.query_one("#fault").styles.height = min(rows, len(self._offers))
        self.call_after_refresh(self._draw)

    # --- the chosen one -------------------------------------------------------------------------

    @property
    def _fields(self) -> list[Field | Lines]:
        offer = self._offer
        # Before it is made, it has none.
        return [
            self._pool[_kind(offer, blank)]
            for blank in offer.blanks
            if _kind(offer, blank) in self._pool
        ]

    @property
    def _typed(self) -> dict[str, str]:
        return {field.key: field.text for field in self._fields}

    def _choose(self, word: str) -> None:
        self._word = word
        offer = self._offer
        fields = self.query_one("#fields")
        for blank in offer.blanks:
            kind = _kind(offer, blank)
            if kind not in self._pool:
                self._pool[kind] = self._field(offer, blank)
                fields.mount(self._pool[kind])
        order: dict[Widget, int] = {field: n for n, field in enumerate(self._fields)}
        for field in self._pool.values():
            field.set_class(field not in order, "off")
        fields.display = bool(order)
        fields.sort_children(key=lambda each: order.get(each, len(order)))
        kept = self._memory.get(word, {})
        for blank, field in zip(offer.blanks, self._fields, strict=True):
            field.fill(kept.get(blank.name, blank.default or self._usual(offer, blank)))
        self._draw()

    def _usual(self, offer: Offer, blank: Blank) -> str:
        """A fault of a channel is about the first that there is."""
        if blank.name != "channel" or offer.lasts:
            return ""
        return next(iter(self._view.connection.channels), "")

    def _draw(self) -> None:
        offer, typed = self._offer, self._typed
        forecast = self._faults.forecast(self._word, typed, self._view.connection)
        self._forecast = forecast
        for field in self._fields:
            problem = forecast.problems.get(field.key, "")
            # What was not typed yet is no mistake.
            field.say(problem if field.text.strip() else "")
        width = max(self.query_one("#form").scrollable_content_region.width, 30)
        self.query_one("#meaning", Static).update(meaning(offer, width))
        self.query_one("#outcome", Static).update(outcome(offer, forecast, width))
        why = self._why_not()
        self.query_one("#inject", KeyButton).grey(bool(why))
        self.why(f"Make it: {why}" if why else "in force from now on" if offer.lasts else "")

    def _why_not(self) -> str:
        for name, problem in self._forecast.problems.items():
            label = next((b.label for b in self._offer.blanks if b.name == name), name)
            return f"{label} is needed" if problem.startswith("needed") else f"see {label}"
        return self._forecast.why_not

    def show(self, view: View) -> None:
        """The connection moved on."""
        moved = view.connection is not self._view.connection
        self._view = view
        if moved:
            self._draw()

    # --- what is done ---------------------------------------------------------------------------

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Another one; what was typed for the last is kept."""
        message.stop()
        word = message.option_id
        if word is not None and word != self._word:
            self._keep()
            self._choose(word)

    def _keep(self) -> None:
        self._memory[self._word] = self._typed

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Enter, or a click: on to its fields; one that has none is made."""
        message.stop()
        if not self._offer.blanks:
            self.action_inject()
        else:
            self.action_into()

    def action_into(self) -> None:
        """The cursor into the first field."""
        if self._fields:
            self._fields[0].editor.focus()

    def on_field_edited(self, message: Field.Edited) -> None:
        """Say what will come of it."""
        message.stop()
        self._draw()

    def on_lines_edited(self, message: Lines.Edited) -> None:
        """Say what will come of it."""
        message.stop()
        self._draw()

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Enter in a field makes it."""
        message.stop()
        self.action_inject()

    def on_descendant_focus(self) -> None:
        """Say what belongs into the field with the cursor."""
        field = next((each for each in self._fields if each.has_focus_within), None)
        blank = next((b for b in self._offer.blanks if field and b.name == field.key), None)
        line = self.query_one("#help", Static)
        line.update("" if blank is None else blank.help)
        line.set_class(blank is not None, "-shown")

    def action_inject(self) -> None:
        """Done, if nothing is wrong."""
        if not self._why_not():
            self._keep()
            self._memory[""] = {self._word: ""}
            self.end(Made(self._word, self._typed))

    def action_cancel(self) -> None:
        """Out; what was typed is kept."""
        self._keep()
        super().action_cancel()


def _large(offer: Offer, blank: Blank) -> bool:
    """Whether a field is for an object. What an error says is called message too, and is a line."""
    errors = any(each.name == "code" for each in offer.blanks)
    return blank.name == _LARGE and not errors


def _kind(offer: Offer, blank: Blank) -> str:
    """Faults share their fields where these are alike."""
    return f"{blank.name} {blank.label} {blank.help} {_large(offer, blank)}"
