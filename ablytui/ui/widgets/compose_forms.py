"""The forms of the compose dialog, one for each kind; they know nothing of what is done with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from textual.widgets import Static

from ablytui.protocol.message import MODES
from ablytui.ui.present.datakind import KINDS
from ablytui.ui.present.drafts import Typed
from ablytui.ui.present.rawframe import FORMS
from ablytui.ui.widgets.data_area import DataArea
from ablytui.ui.widgets.field import Field
from ablytui.ui.widgets.labelled import Labelled
from ablytui.ui.widgets.several import Several

_DEFAULTS: Final[Mapping[str, str]] = {
    "kind": "auto",
    "delta": "none",
    "action": "enter",
    "form": "text",
    "times": "1",
    "every": "0",
}
"""What stands in a field before anything is typed."""

MODE_WORDS: Final = tuple(flag.name.lower() for flag in MODES if flag.name)


class Pair(Horizontal):
    """Two fields side by side, or one above the other where there is no room."""


class Form(Vertical):
    """The fields of one kind, but for the channel, which all of them share."""

    DEFAULT_CSS = "Form { height: auto; }"

    def __init__(self, action: str, *parts: Widget) -> None:
        super().__init__(*parts, id=f"form-{action}", classes="form")
        self.act = action

    @property
    def typed(self) -> Typed:
        """What stands in the fields."""
        found = {each.key: each.text for each in self.query(Field)}
        found |= {str(each.name): each.text for each in self.query(DataArea)}
        return found | {str(each.name): each.value for each in self.query(Several)}

    def fill(self, typed: Mapping[str, str]) -> None:
        """Put these texts into the fields; a field without one has what it begins with."""
        for each in self.query(Field):
            each.fill(typed.get(each.key, _DEFAULTS.get(each.key, "")))
        for area in self.query(DataArea):
            with self.prevent(DataArea.Changed):
                area.text = typed.get(str(area.name), "")
                area.move_cursor(area.document.end)
        for several in self.query(Several):
            several.fill(typed.get(str(several.name), "").split(","))

    def field(self, key: str) -> Field:
        """The field of this key."""
        return next(each for each in self.query(Field) if each.key == key)

    def note(self, text: Any) -> None:
        """What is said of the data or frame, under it."""
        for each in self.query(".note").results(Static):
            each.update(text)

    def focus_first(self) -> None:
        """Where typing begins: the area if there is one, else the first field."""
        for each in (*self.query(DataArea), *self.query(Field)):
            (each.editor if isinstance(each, Field) else each).focus()
            return


class _Maker:
    """Makes the parts of a form."""

    def __init__(self, *, blink: bool) -> None:
        self._blink = blink

    def line(self, name: str, placeholder: str = "", label: str = "", **more: Any) -> Field:
        return Field(name, label or name, placeholder=placeholder, blink=self._blink, **more)

    def area(self, name: str) -> Iterator[Widget]:
        yield Labelled(name, DataArea(blink=self._blink, name=name), classes="area")
        yield Static("", classes="note", markup=False)

    def kind(self) -> Field:
        return Field("kind", "kind", choices=tuple(KINDS), words=tuple(KINDS.values()))

    def publish(self) -> Iterator[Widget]:
        line = self.line
        yield Pair(line("name", "none"), self.kind())
        yield from self.area("data")
        yield Pair(
            line("id", "none, the service numbers it"), line("clientId", "of the connection")
        )
        yield line("extras", 'none; an object, as {"headers":{"a":"b"}}', classes="gap")
        yield Pair(line("times", "1", "repeat", unit="times"), line("every", "0", unit="ms"))

    def attach(self) -> Iterator[Widget]:
        delta = Field("delta", "delta", choices=("none", "vcdiff"))
        yield Pair(self.line("rewind", "none; 10 messages or 2m"), delta)
        yield self.line("params", "others, as name=value name=value", classes="gap")
        yield Labelled("modes", Several(MODE_WORDS, name="modes"))
        yield Static("", classes="note", markup=False)

    def detach(self) -> Iterator[Widget]:
        return iter(())

    def presence(self) -> Iterator[Widget]:
        choices = ("enter", "update", "leave", "get")
        words = ("enter", "update", "leave", "get, who is there")
        yield Pair(Field("action", "do", choices=choices, words=words), self.kind())
        yield Pair(self.line("clientId", "of the connection"))
        yield from self.area("data")
        yield Labelled("members", Static("", id="members", markup=False), id="members-row")

    def send(self) -> Iterator[Widget]:
        words = tuple(FORMS.values())
        yield Pair(Field("form", "made as", choices=tuple(FORMS), words=words))
        yield from self.area("frame")


def make_form(action: str, *, blink: bool) -> Form:
    """The form of a kind, with nothing in it."""
    return Form(action, *getattr(_Maker(blink=blink), action)())
