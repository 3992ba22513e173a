from __future__ import annotations

from pathlib import Path

import pytest

from ablytui.errors import ConfigError, UsageError
from ablytui.ui import preferences
from ablytui.ui.preferences import Loaded, cannot_draw, load


def read(tmp_path: Path, text: str, **flags: object) -> Loaded:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    return load({}, path=file, **flags)  # type: ignore[arg-type]


def test_no_file_is_the_default(tmp_path: Path) -> None:
    loaded = load({}, path=tmp_path / "none.toml")
    assert loaded == (preferences.Preferences(), {}, ())


def test_all_of_it(tmp_path: Path) -> None:
    loaded = read(
        tmp_path,
        """
        theme = "nord"
        ascii = true
        motion = false
        columns = ["channel", "time"]
        [keys]
        connect = ["j", "ctrl+t", "f9"]
        zoom = "/"
        pane.state = "!"
        """,
    )
    assert loaded.problems == ()
    assert loaded.preferences == preferences.Preferences(
        theme="nord",
        ascii=True,
        motion=False,
        columns=("time", "channel"),
        keymap={
            "connect": ("j", "ctrl+t", "f9"),
            "zoom": ("slash",),
            "pane.state": ("exclamation_mark",),
        },
    )
    rows = {row.name: row for row in loaded.rows()}
    assert rows["theme"].source == f"settings {tmp_path / 'settings.toml'}"
    assert rows["keys.connect"].value == "j ctrl+t f9"
    assert rows["keys.drop"].source == "default"


def test_flags_and_environment_stand_over_the_file(tmp_path: Path) -> None:
    loaded = read(tmp_path, 'theme = "nord"\nascii = false\n', theme="light", ascii_only=True)
    assert loaded.preferences.theme == "light"
    assert loaded.preferences.ascii is True
    assert loaded.sources == {"theme": "flag --theme", "ascii": "flag --ascii"}
    still = load({"TEXTUAL_ANIMATIONS": "none"}, path=tmp_path / "none.toml")
    assert not still.preferences.motion
    assert still.sources == {"motion": "environment TEXTUAL_ANIMATIONS"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour = 1", "colour: not a setting; allowed are theme, ascii, motion, columns, keys"),
        ("theme = 3", "theme: found 3, allowed are auto, dark, light"),
        ('theme = "pink"', "theme: found 'pink', allowed are auto"),
        ('motion = "no"', "motion: found 'no', allowed are true, false"),
        ("ascii = 1", 'ascii: found 1, allowed are true, false, "auto"'),
        ('columns = "seq"', "columns: found 'seq', allowed is an array of seq, time, size"),
        ('columns = ["colour"]', "allowed is an array of seq, time, size, channel"),
        ("columns = [[]]", "columns: found [[]]"),
        ("keys = 3", "keys: found 3, allowed is a table"),
        ('[keys]\nfly = "f"', "keys.fly: not an action; `ablytui config` lists them"),
        ('[keys]\na.b.c = "f"', "keys.a.b.c: not an action"),
        ("[keys]\nconnect = []", "keys.connect: found [], allowed is a key or an array"),
        ("[keys]\nconnect = [1]", "keys.connect: found [1], allowed"),
        ('[keys]\nconnect = "hyper+x"', "keys.connect: found 'hyper+x', allowed is a character"),
        ('[keys]\nconnect = ""', "keys.connect: found '', allowed is a character"),
        ('[keys]\nconnect = " "', "keys.connect: found ' ', allowed is a character"),
        ('[keys]\nconnect = "ctrl+c"', "found 'ctrl+c', which cannot be given another meaning"),
        ('[keys]\nconnect = "tab"', "found 'tab', which cannot be given another meaning"),
        ('[keys]\nconnect = "d"', "keys.connect: found 'd', which is the key of disconnect"),
        (
            '[keys]\nconnect = "j"\nzoom = "j"',
            "keys.zoom: found 'j', which is the key of connect",
        ),
    ],
)
def test_what_cannot_be_used_is_one_line_and_the_default_holds(
    text: str, says: str, tmp_path: Path
) -> None:
    loaded = read(tmp_path, text)
    assert len(loaded.problems) == 1
    assert loaded.problems[0].startswith(f"{tmp_path / 'settings.toml'}: ")
    assert says in loaded.problems[0]
    kept = dict(loaded.preferences.keymap)
    kept.pop("connect" if "zoom" in text else "", None)
    assert not kept
    assert loaded.preferences.theme == "auto"


def test_keys_may_change_places(tmp_path: Path) -> None:
    loaded = read(tmp_path, '[keys]\nconnect = "d"\ndisconnect = "c"\n')
    assert loaded.problems == ()
    assert loaded.preferences.keymap == {"connect": ("d",), "disconnect": ("c",)}


def test_one_slip_leaves_the_rest(tmp_path: Path) -> None:
    loaded = read(tmp_path, 'theme = "pink"\nmotion = false\n[keys]\nfly = "f"\nzoom = "j"\n')
    assert len(loaded.problems) == 2
    assert not loaded.preferences.motion
    assert loaded.preferences.keymap == {"zoom": ("j",)}


@pytest.mark.parametrize("content", [b"theme =", b"\xff", b"a = " + b"[" * 5000])
def test_what_is_no_toml_is_refused(content: bytes, tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigError, match=r"settings\.toml: (not TOML|invalid UTF-8)"):
        load({}, path=file)
    with pytest.raises(ConfigError, match="cannot be read"):
        load({}, path=tmp_path)


def test_a_theme_that_is_none() -> None:
    with pytest.raises(UsageError, match="--theme: it is one of auto, dark, light"):
        load({}, theme="pink", path=Path("none.toml"))


@pytest.mark.parametrize(
    ("environment", "poor"),
    [
        ({"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}, False),
        ({"TERM": "xterm-256color", "LANG": "C.utf8"}, False),
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm-256color", "LANG": "C"}, True),
        ({"TERM": "xterm", "LANG": "en_US.UTF-8", "LC_ALL": "POSIX"}, True),
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, False),
        ({"TERM": "linux", "LANG": "C.UTF-8"}, True),
        ({"TERM": "vt100", "LANG": "C.UTF-8"}, True),
    ],
)
def test_which_terminals_cannot_draw(environment: dict[str, str], poor: bool) -> None:
    assert cannot_draw(environment) is poor
