from __future__ import annotations

from pathlib import Path

import pytest

from ablytui import folders


def test_all_of_them_follow_the_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "c"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "s"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "k"))
    assert folders.config() == tmp_path / "c" / "ablytui"
    assert folders.profiles_file() == tmp_path / "c" / "ablytui" / "profiles.toml"
    assert folders.settings_file() == tmp_path / "c" / "ablytui" / "settings.toml"
    assert folders.state() == tmp_path / "s" / "ablytui"
    assert folders.recovery_keys_file() == tmp_path / "s" / "ablytui" / "recovery-keys.toml"
    assert folders.copied_file() == tmp_path / "s" / "ablytui" / "copied.txt"
    assert folders.live() == tmp_path / "k" / "ablytui" / "live"
    assert list(tmp_path.iterdir()) == []
