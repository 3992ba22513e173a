from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ablytui import profiles
from ablytui.errors import ConfigError

FILE = """
[work]
key_env = "WORK_KEY"
endpoint = "nonprod:sandbox"
port = 8080
tls = false
params = { a = "b c", d = 1 }
[list]
params = ["x=y z"]
[clear]
key = "app.k1:secret-in-clear"
[tokened]
token = "token-in-clear"
[recovering]
recover = "{}"
[typo]
clientid = "x"
[kind]
tls = [1]
[choice]
format = "xml"
[number]
port = true
[name]
key_env = 5
[badpair]
params = ["x"]
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "profiles.toml"
    path.write_text(FILE)
    return path


@pytest.mark.parametrize(
    ("name", "values"),
    [
        (
            "work",
            {
                "key": "app.k1:s",
                "endpoint": "nonprod:sandbox",
                "port": "8080",
                "tls": "false",
                "params": ["a=b c", "d=1"],
            },
        ),
        ("list", {"params": ["x=y z"]}),
    ],
)
def test_a_profile_gives_typed_values(path: Path, name: str, values: dict[str, Any]) -> None:
    assert profiles.load(name, {"WORK_KEY": "app.k1:s"}, path) == values


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("home", r"no table \[home\]; it has work, list"),
        ("work", "WORK_KEY is not set"),
        ("clear", "no secret in clear; name a variable that holds it: key_env"),
        ("tokened", "token: a profile holds no secret in clear; name a variable .*: token_env"),
        ("recovering", "recover: a profile holds no secret in clear"),
        ("typo", "clientid: not a key; allowed are key_env, token_env, dialect"),
        ("kind", r"tls: found \[1\], allowed is true or false"),
        ("choice", "format: it is one of json, msgpack, not 'xml'"),
        ("number", "port: it is a whole number from 1 to 65535, not 'true'"),
        ("name", "key_env: it is the name of an environment variable"),
        ("badpair", "params: it is NAME=VALUE, not 'x'"),
    ],
)
def test_what_is_wrong_names_file_and_key(path: Path, name: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        profiles.load(name, {}, path)
    assert str(path) in caught.value.message
    assert "secret-in-clear" not in caught.value.message


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "there is no"), (b"[work", "not TOML"), (b"\xff", "invalid UTF-8 at byte 0")],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "profiles.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=says):
        profiles.load("work", {}, path)


def test_it_is_kept_in_the_configuration_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert profiles.default_path().name == "profiles.toml"
    assert profiles.default_path().parent.name == "ablytui"
