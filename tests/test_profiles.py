from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ablytui import profiles
from ablytui.errors import ConfigError
from ablytui.protocol.params import PARAMS

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
[inplace]
key_env = "app.k1:secret-in-clear"
[ciphered]
cipher_env = { "a room" = "ROOM_KEY" }
auth_headers_env = { Authorization = "HEADER" }
resume_env = "OLD_KEY"
[onetext]
cipher_env = "ROOMS"
[badtable]
cipher_env = { room = 5 }
[badcipher]
cipher_env = { room = "HEADER" }
[enciphered]
cipher = ["c=secret-in-clear"]
[badpair]
params = ["x"]
"""

CIPHER = "MDEyMzQ1Njc4OWFiY2RlZg=="
ENVIRONMENT = {
    "WORK_KEY": "app.k1:s",
    "ROOM_KEY": CIPHER,
    "ROOMS": f"a={CIPHER} b={CIPHER}",
    "HEADER": "Bearer x y",
    "OLD_KEY": "old!key",
}


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
        (
            "ciphered",
            {
                "cipher": [f"a room={CIPHER}"],
                "auth_headers": ["Authorization=Bearer x y"],
                "resume": "old!key",
            },
        ),
        ("onetext", {"cipher": f"a={CIPHER} b={CIPHER}"}),
    ],
)
def test_a_profile_gives_typed_values(path: Path, name: str, values: dict[str, Any]) -> None:
    assert profiles.load(name, ENVIRONMENT, path) == values


def test_each_secret_has_a_key_that_names_a_variable(path: Path) -> None:
    for spec in PARAMS:
        path.write_text(f'[p]\n{spec.name}_env = "NO_SUCH"\n')
        says = "NO_SUCH is not set" if spec.secret else f"{spec.name}_env: not a key"
        with pytest.raises(ConfigError, match=says):
            profiles.load("p", {}, path)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("home", r"no table \[home\]; it has work, list"),
        ("work", "WORK_KEY is not set"),
        ("clear", "no secret in clear; name a variable that holds it: key_env"),
        ("tokened", "token: a profile holds no secret in clear; name a variable .*: token_env"),
        ("recovering", "recover: a profile holds no secret in clear"),
        ("typo", "clientid: not a key; allowed are key_env, token_env, auth_headers_env"),
        ("kind", r"tls: found \[1\], allowed is true or false"),
        ("choice", "format: it is one of json, msgpack, not 'xml'"),
        ("number", "port: it is a whole number from 1 to 65535, not 'true'"),
        ("name", "key_env: it is the name of an environment variable"),
        ("inplace", "key_env: it is the name of an environment variable"),
        ("ciphered", "cipher_env: a room: the environment variable ROOM_KEY is not set"),
        ("badtable", "cipher_env: room: it is the name of an environment variable"),
        ("enciphered", "cipher: a profile holds no secret .*: cipher_env"),
        ("badpair", "params: it is NAME=VALUE, not 'x'"),
    ],
)
def test_what_is_wrong_names_file_and_key(path: Path, name: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        profiles.load(name, {}, path)
    assert str(path) in caught.value.message
    assert "secret-in-clear" not in caught.value.message


def test_a_bad_value_of_a_variable_is_not_shown(path: Path) -> None:
    with pytest.raises(ConfigError, match="cipher: it is CHANNEL=BASE64KEY") as caught:
        profiles.load("badcipher", ENVIRONMENT, path)
    assert "Bearer" not in caught.value.message


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
