from __future__ import annotations

import pytest
from textual.binding import Binding
from textual.keys import _character_to_key

from ablytui.protocol.actions import ACTION, ACTIONS
from ablytui.ui import keys


def test_every_action_has_its_place_in_the_table() -> None:
    assert list(keys.KEYS) == [
        action.id for action in sorted(ACTIONS, key=lambda a: list(keys.KEYS).index(a.id))
    ]
    assert set(keys.KEYS) == set(ACTION)
    assert set(keys.BUTTONS) <= set(ACTION)


def test_no_key_stands_for_two_things() -> None:
    given = [key for all_keys in keys.KEYS.values() for key in all_keys]
    given += [key for command in (*keys.SCREEN, *keys.APP) for key in command.keys]
    assert len(given) == len(set(given))


def test_bindings_are_derived_with_ids() -> None:
    found = {b.id: b for b in keys.connection_bindings()}
    assert found["connection.drop"].key == "x,f4"
    assert found["connection.drop"].action == "do('drop')"
    assert found["connection.recover"].description == "Recover…"
    assert "connection.send" not in found  # the palette alone has it
    quitting = {b.key: (b.id, b.priority) for b in keys.bindings(keys.APP) if "quit" in b.action}
    assert quitting == {"q": ("quit", False), "ctrl+q": (None, True)}


def test_f_keys_are_there_for_who_types() -> None:
    assert {keys.KEYS[each][1] for each in keys.BUTTONS} == {f"f{n}" for n in range(2, 9)}


@pytest.mark.parametrize(
    ("key", "sign"),
    [("ctrl+p", "^p"), ("f2", "F2"), ("slash", "/"), ("escape", "esc"), ("f", "f"), ("G", "G")],
)
def test_a_key_is_written_as_a_person_reads_it(key: str, sign: str) -> None:
    assert keys.key_sign(key) == sign


def test_letters_of_the_buttons() -> None:
    assert [keys.letter(each) for each in keys.BUTTONS] == list("cdxrwpm")
    assert keys.letter("send") == ""


def test_the_table_of_the_readme_holds_every_key_and_its_meaning() -> None:
    table = keys.key_table({"log": [Binding("j,down", "x", "down", tooltip="One row down")]})
    assert "| connection | `x` `F4` | Drop: " in table
    assert "| everywhere | `q` `^q` | Leave ablytui |" in table
    assert "| log | `j` `↓` | One row down |" in table
    assert all(ACTION[each].help in table for each in keys.KEYS if keys.KEYS[each])


def test_other_keys_are_shown_and_told_to_textual() -> None:
    keymap = {"connect": ("question_mark", "f9"), "zoom": ("ctrl+t",)}
    assert keys.letter("connect", keymap) == "?"
    assert keys.letter("drop", keymap) == "x"
    assert keys.textual_keymap(keymap) == {
        "connection.connect": "question_mark,f9",
        "zoom": "ctrl+t",
    }


@pytest.mark.parametrize(
    "key",
    [
        "c",
        "C",
        "1",
        "/",
        "\\",
        "?",
        "+",
        "-",
        "_",
        "@",
        "[",
        "]",
        "<",
        ">",
        ".",
        ":",
        ";",
        "!",
        "#",
        "%",
        "&",
    ],
)
def test_a_key_has_the_name_that_textual_gives_it(key: str) -> None:
    assert keys.key_name(key) == _character_to_key(key)
