"""Which key does what: one table, from which bindings, button letters and the README are made.

What can be done to a connection stands in `protocol.actions`; here it gets its keys, and the
screen's own actions (panes, zoom, quit) stand beside it. Keys that move inside a pane belong to
that pane's widget. Letters act when no text field has the focus, F-keys always.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from textual.binding import Binding

from ablytui.protocol.actions import ACTIONS, Action

KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "connect": ("c", "f2"),
    "disconnect": ("d", "f3"),
    "drop": ("x", "f4"),
    "recover": ("r", "f5"),
    "close": ("w", "f6"),
    "ping": ("p", "f7"),
    "publish": ("m", "f8"),
    "attach": ("a",),
    "detach": ("delete",),
    "presence": (),
    "authorize": (),
    "send": (),
}
"""The keys of each action of `protocol.actions`, the letter first."""

BUTTONS: Final[tuple[str, ...]] = (
    "connect",
    "disconnect",
    "drop",
    "recover",
    "close",
    "ping",
    "publish",
)
"""The ids of the actions that have a button, in the order of the row."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something the screen itself does. `action` is a Textual action string."""

    id: str
    palette: str
    """Its name in the palette, "view: zoom"; empty when it is not there."""
    footer: str
    """The word beside its key in the footer; empty when it is not there."""
    help: str
    action: str
    keys: tuple[str, ...] = ()


SCREEN: Final[tuple[Command, ...]] = (
    Command("pane.frames", "pane: frames", "", "Go to the log of frames", "pane('frames')", ("1",)),
    Command(
        "pane.state", "pane: state", "", "Go to the diagram of states", "pane('state')", ("2",)
    ),
    Command(
        "pane.connection",
        "pane: connection",
        "",
        "Go to what was asked for and granted",
        "pane('connection')",
        ("3",),
    ),
    Command(
        "pane.channels",
        "pane: channels",
        "",
        "Go to the table of channels",
        "pane('channels')",
        ("4",),
    ),
    Command(
        "pane.faults",
        "pane: faults",
        "",
        "Go to the faults that are in force and that have struck",
        "pane('faults')",
        ("5",),
    ),
    Command(
        "fault",
        "fault: choose…",
        "",
        "Make a fault at the local service: cut, close, silence, an error …",
        "fault_choose",
        ("F",),
    ),
    Command("fault.lift", "fault: lift all", "", "No fault is in force any more", "faults_lift"),
    Command("edit", "connection: edit", "", "Edit the parameters", "edit", ("e",)),
    Command(
        "zoom",
        "view: zoom",
        "zoom",
        "The focused pane over the whole body, or back",
        "zoom",
        ("z",),
    ),
    Command(
        "timeline",
        "view: timeline span",
        "",
        "The strip of time shows 60 s, 2 min, 10 min or all",
        "timeline",
        ("T",),
    ),
    Command(
        "fold",
        "view: fold heartbeats",
        "",
        "Heartbeats that stand together are one row with their count, or all are shown",
        "fold",
        ("h",),
    ),
    Command(
        "row",
        "message: the row above the footer",
        "",
        "Publish from the row above the footer, or in the dialog where there is none",
        "message_row",
        ("M",),
    ),
    Command(
        "repeat.stop",
        "message: stop repeating",
        "stop repeating",
        "Publish no more of the message that is repeated",
        "repeat_stop",
        ("ctrl+x",),
    ),
    Command("demo", "demo: choose a scenario", "demo", "Play a scenario", "demo_choose", ("s",)),
    Command(
        "demo.pause",
        "demo: pause, or go on",
        "",
        "The time of the scenario stands still, or goes on",
        "demo_pause",
        ("space",),
    ),
    Command(
        "demo.next",
        "demo: next step",
        "",
        "Jump to the next step; from a pause, to play that one alone",
        "demo_next",
        ("full_stop",),
    ),
    Command(
        "demo.restart",
        "demo: from the start",
        "",
        "Scenario and connection from their start",
        "demo_restart",
        ("comma",),
    ),
    Command(
        "copy-uri",
        "connection: copy the URI",
        "",
        "Copy the connection URI, secrets masked",
        "copy_uri",
    ),
    Command(
        "copy-recovery-key",
        "connection: copy the recovery key",
        "",
        "Copy the key with which another process recovers this connection; it is a secret",
        "copy_recovery_key",
    ),
)
"""What the main screen does."""

APP: Final[tuple[Command, ...]] = (
    Command(
        "theme",
        "view: dark or light",
        "",
        "Change between the dark and the light theme",
        "app.other_theme",
    ),
    Command(
        "help",
        "help",
        "help",
        "What the focused pane shows, its keys and its signs",
        "app.help",
        ("question_mark", "f1"),
    ),
    Command("palette", "", "palette", "Every action by name", "app.command_palette", ("ctrl+p",)),
    Command("quit", "quit", "quit", "Leave ablytui", "app.quit", ("q", "ctrl+q")),
)
"""What the app does on every screen."""


REBINDABLE: Final[Mapping[str, tuple[str, ...]]] = {
    **{action_id: keys for action_id, keys in KEYS.items() if keys},
    **{command.id: command.keys for command in (*SCREEN, *APP) if command.keys},
}
"""The ids that a settings file may give other keys, with the keys they have."""


def textual_keymap(keymap: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Other keys for actions and commands, as `App.set_keymap` takes them."""
    return {
        f"connection.{name}" if name in KEYS else name: ",".join(keys)
        for name, keys in keymap.items()
    }


def key_name(key: str) -> str:
    """A key as Textual names it: `/` is `slash`, `c` is `c`."""
    if len(key) != 1 or key.isalnum():
        return key
    name = unicodedata.name(key, key).lower().replace("-", "_").replace(" ", "_")
    return {"solidus": "slash", "reverse_solidus": "backslash", "commercial_at": "at"}.get(
        name,
        {"hyphen_minus": "minus", "plus_sign": "plus", "low_line": "underscore"}.get(name, name),
    )


def label(action: Action) -> str:
    """The title as a button says it; three dots only when a dialog follows."""
    return action.title + ("…" if action.opens_dialog else "")


def letter(action_id: str, keymap: Mapping[str, tuple[str, ...]] = MappingProxyType({})) -> str:
    """The key shown on the button of an action; empty when it has none."""
    keys = keymap.get(action_id, KEYS[action_id])
    return key_sign(keys[0]) if keys else ""


def connection_bindings() -> list[Binding]:
    """The bindings of the table of actions; the buttons show them, so the footer need not."""
    return [
        Binding(
            ",".join(KEYS[action.id]),
            f"do('{action.id}')",
            label(action),
            show=False,
            tooltip=action.help,
            id=f"connection.{action.id}",
        )
        for action in ACTIONS
        if KEYS[action.id]
    ]


def bindings(commands: Iterable[Command]) -> list[Binding]:
    """The bindings of the commands, one for each key.

    A key with ctrl that ends the app, and F1, act in a dialog and a text field too.
    """
    return [
        Binding(
            key,
            command.action,
            command.footer or command.help,
            show=bool(command.footer),
            tooltip=command.help,
            # What works in a dialog and while typing too cannot be given another key.
            id=None if _always(command, key) else command.id,
            priority=_always(command, key),
        )
        for command in commands
        for key in command.keys
    ]


def _always(command: Command, key: str) -> bool:
    return key == "f1" or (command.action == "app.quit" and key.startswith("ctrl+"))


def command_sign(command_id: str, keymap: Mapping[str, tuple[str, ...]]) -> str:
    """The key of a command of the screen, as a person reads it; empty when it has none."""
    keys = keymap.get(command_id, next(c.keys for c in SCREEN if c.id == command_id))
    return key_sign(keys[0]) if keys else ""


def demo_signs(keymap: Mapping[str, tuple[str, ...]]) -> tuple[str, str, str, str]:
    """The keys of a scenario that is played: to hold it, the next step, again, another one."""
    return (
        command_sign("demo.pause", keymap),
        command_sign("demo.next", keymap),
        command_sign("demo.restart", keymap),
        command_sign("demo", keymap),
    )


def palette_name(action: Action) -> str:
    """An action's name in the palette."""
    return f"connection: {label(action).lower()}"


def key_rows(panes: Mapping[str, Iterable[Binding]]) -> list[tuple[str, str, str]]:
    """Where, keys and meaning of every key; `panes` gives the widgets' own bindings by name."""
    rows = [
        ("connection", _written(KEYS[action.id]), f"{label(action)}: {action.help}")
        for action in ACTIONS
        if KEYS[action.id]
    ]
    rows += [
        ("everywhere", _written(command.keys), command.help)
        for command in (*SCREEN, *APP)
        if command.keys
    ]
    for pane, own in panes.items():
        rows += [(pane, _written(b.key.split(",")), b.tooltip or b.description) for b in own]
    return rows


def key_table(panes: Mapping[str, Iterable[Binding]]) -> str:
    """`key_rows` as the Markdown table of the README."""
    lines = ["| where | keys | what |", "|---|---|---|"]
    for where, keys, what in key_rows(panes):
        lines.append(f"| {where} | {keys} | {what} |")
    return "\n".join(lines) + "\n"


_SIGNS: Final = {
    "slash": "/",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "question_mark": "?",
    "full_stop": ".",
    "comma": ",",
    "escape": "esc",
    "delete": "del",
    "pageup": "pgup",
    "pagedown": "pgdn",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
}


def key_sign(key: str) -> str:
    """A key as a person reads it: `slash` is `/`, `f2` is `F2`, `ctrl+p` is `^p`."""
    key = key.strip()
    if key.startswith("ctrl+"):
        return "^" + key_sign(key.removeprefix("ctrl+"))
    if len(key) in {2, 3} and key[0] == "f" and key[1:].isdigit():
        return key.upper()
    return _SIGNS.get(key, key)


def _written(keys: Iterable[str]) -> str:
    return " ".join(f"`{key_sign(key)}`" for key in keys)
