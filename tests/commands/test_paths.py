from __future__ import annotations

import json
from pathlib import Path

import pytest

from ablytui import cli


@pytest.fixture(autouse=True)
def _home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("CONFIG", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))


def test_what_is_there_and_what_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    settings = tmp_path / "config" / "ablytui" / "settings.toml"
    settings.parent.mkdir(parents=True)
    settings.touch()
    assert cli.main(["paths"]) == 0
    lines = {line.split()[0]: line for line in capsys.readouterr().out.splitlines()}
    assert f" {settings} " in lines["settings"]
    assert "exists" in lines["settings"]
    assert "exists" in lines["config"]
    assert "exists" in lines["scenarios"]
    assert "not there" in lines["profiles"]
    assert "not there" in lines["copied"]
    assert not (tmp_path / "state").exists(), "looking makes nothing"


def test_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["paths", "--json"]) == 0
    found = {place["name"]: place for place in json.loads(capsys.readouterr().out)}
    assert found["live"]["kind"] == "folder"
    assert found["profiles"] == {
        "name": "profiles",
        "path": found["config"]["path"] + "/profiles.toml",
        "kind": "file",
        "exists": False,
        "what": "named sets of parameters, for --profile",
    }


def test_a_folder_where_a_file_should_be_is_no_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config" / "ablytui" / "profiles.toml").mkdir(parents=True)
    assert cli.main(["paths", "--json"]) == 0
    found = {place["name"]: place for place in json.loads(capsys.readouterr().out)}
    assert not found["profiles"]["exists"]
