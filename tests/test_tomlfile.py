from __future__ import annotations

from pathlib import Path

import pytest

from ablytui import tomlfile
from ablytui.errors import ConfigError


def test_values_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('[work]\nendpoint = "main"\n', "utf-8")
    assert tomlfile.read(path) == {"work": {"endpoint": "main"}}


def test_no_file_is_none(tmp_path: Path) -> None:
    assert tomlfile.read(tmp_path / "none.toml") is None


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a = ", "not TOML: Invalid value"),
        (b"a = 1\na = 2\n", "not TOML: Cannot overwrite a value"),
        (b'a = "\xff"', "invalid UTF-8 at byte 5"),
        (b"a = " + b"9" * 5000, "not TOML: Exceeds the limit"),
        (b"a = " + b"[" * 9000 + b"]" * 9000, "not TOML: "),
    ],
    ids=["syntax", "twice", "utf-8", "digits", "depth"],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "a.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as bad:
        tomlfile.read(path)
    assert bad.value.message.startswith(f"{path}: {why}")
    assert "\n" not in bad.value.message


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="it cannot be read: Is a directory"):
        tomlfile.read(tmp_path)
