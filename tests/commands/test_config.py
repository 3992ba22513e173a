from __future__ import annotations

import json
from pathlib import Path

import pytest

from ablytui import cli
from ablytui.commands import config
from ablytui.protocol.params import PARAMS, from_text

SECRET = "s3cr3t/that-nobody+may-see"


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.delenv("ABLY_API_KEY", raising=False)
    monkeypatch.delenv("ABLY_TOKEN", raising=False)
    monkeypatch.delenv("TEXTUAL_ANIMATIONS", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "ablytui").mkdir()
    return tmp_path / "ablytui"


def found(capsys: pytest.CaptureFixture[str], *args: str) -> dict[str, tuple[str, str]]:
    assert cli.main(["config", "--json", *args]) == 0
    told = json.loads(capsys.readouterr().out)
    return {value["name"]: (value["value"], value["source"]) for value in told}


def test_every_parameter_has_a_value_and_a_source(
    monkeypatch: pytest.MonkeyPatch, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ABLY_API_KEY", f"app.k1:{SECRET}")
    (home / "profiles.toml").write_text('[work]\nclient_id = "me"\n')
    (home / "settings.toml").write_text('theme = "light"\n[keys]\nconnect = "j"\n')
    values = found(capsys, "--profile", "work", "--format", "json", "--ascii")
    assert {spec.name for spec in PARAMS} < values.keys()
    assert values["key"] == ("app.k1:***", "environment ABLY_API_KEY")
    assert values["client_id"] == ("me", "profile work")
    assert values["format"] == ("json", "flag --format")
    assert values["echo"] == ("true", "default")
    assert values["theme"] == ("light", f"settings {home / 'settings.toml'}")
    assert values["keys.connect"] == ("j", f"settings {home / 'settings.toml'}")
    assert values["keys.drop"] == ("x f4", "default")
    assert values["ascii"] == ("true", "flag --ascii")


@pytest.mark.parametrize(
    "typed",
    [
        {"key": f"app.k1:{SECRET}"},
        {"token": SECRET},
        {"recover": SECRET},
        {"resume": SECRET},
        {"auth_headers": [f"Authorization=Bearer {SECRET}"], "auth_url": "https://h/"},
        {"auth_url": "https://h/?token=s3cr3t%2Fthat-nobody%2Bmay-see"},
        {"auth_params": [f"secret={SECRET}"], "auth_url": "https://h/"},
        {"params": [f"accessToken={SECRET}"]},
        {"cipher": ["orders=MDEyMzQ1Njc4OWFiY2RlZg=="]},
    ],
)
def test_no_secret_is_printed(typed: dict[str, str | list[str]]) -> None:
    told = repr(config.values(from_text(typed), {}))
    assert "s3cr3t" not in told
    assert "nobody" not in told
    assert "MDEyMzQ1" not in told
    assert "***" in told


def test_a_table_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["config", "ws://127.0.0.1:80"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "[connection]"
    assert "[screen]" in lines
    assert ["endpoint", "127.0.0.1", "URL"] in [line.split() for line in lines]
    assert ["token", "-", "default"] in [line.split() for line in lines]


def test_what_cannot_be_used_is_told_and_the_rest_is_printed(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "settings.toml").write_text('theme = "pink"\n')
    assert cli.main(["config"]) == 2
    out, err = capsys.readouterr()
    assert "theme" in out
    assert err.startswith(f"ablytui: {home / 'settings.toml'}: theme: found 'pink', allowed are")
    assert err.count("\n") == 1
