from __future__ import annotations

from argparse import HelpFormatter
from pathlib import Path

import pytest

from ablytui import flags
from ablytui.errors import UsageError
from ablytui.protocol.format import Format
from ablytui.protocol.params import PARAMS, ConnectParams, DialectName


@pytest.fixture(autouse=True)
def _profiles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "ablytui"
    folder.mkdir()
    (folder / "profiles.toml").write_text(
        '[work]\nkey_env = "WORK_KEY"\nclient_id = "profile"\nformat = "json"\nport = 81\n'
    )


def asked(
    *args: str, env: dict[str, str] | None = None, scenario: dict[str, str] | None = None
) -> flags.Asked:
    parser = flags.LineParser(prog="x", allow_abbrev=False)
    flags.add_url(parser)
    flags.add_params(parser)
    return flags.resolve(parser.parse_args(args), env or {}, lambda: "app.k1:typed", scenario)


def test_nothing_given_is_the_default() -> None:
    assert asked() == (ConnectParams(), False, {})


def test_a_flag_of_each_kind() -> None:
    params = asked(
        *("--dialect", "classic", "--no-tls", "--port", "8080", "--no-connect"),
        *("--param", "a=b c", "--param", "d==", "--key", "app.k1:s"),
    ).params
    assert params == ConnectParams(
        dialect=DialectName.CLASSIC,
        tls=False,
        port=8080,
        auto_connect=False,
        params=(("a", "b c"), ("d", "=")),
        key="app.k1:s",
    )


def test_flag_before_environment_before_profile_before_scenario() -> None:
    env = {"WORK_KEY": "app.k1:profile", "ABLY_API_KEY": "app.k1:environment"}
    assert asked(env=env, scenario={"client_id": "scenario"}).params.client_id == "scenario"
    params = asked("--profile", "work", env=env, scenario={"client_id": "scenario"}).params
    assert (params.key, params.client_id) == ("app.k1:environment", "profile")
    assert params.format is Format.JSON
    del env["ABLY_API_KEY"]
    assert asked("--profile", "work", env=env).params.key == "app.k1:profile"
    params = asked("--profile", "work", "--key", "app.k1:flag", "--port", "82", env=env).params
    assert (params.key, params.port) == ("app.k1:flag", 82)


TOKEN_ENV = {"ABLY_TOKEN": "tok-env", "ABLY_API_KEY": "app.k1:environment"}
URL = ("--auth-url", "https://h.example/auth")


def test_a_token_of_the_environment_is_renewed_by_its_key() -> None:
    params = asked(env=TOKEN_ENV).params
    assert (params.token, params.key) == ("tok-env", "app.k1:environment")


@pytest.mark.parametrize(
    "args", [("--token", "t"), URL, ("--auth-command", "x"), ("--key", "a.b:c")]
)
def test_a_credential_on_the_command_line_is_the_whole_of_it(args: tuple[str, ...]) -> None:
    params = asked(*args, env=TOKEN_ENV).params
    given = [n for n in ("key", "token", "auth_url", "auth_command") if getattr(params, n)]
    assert given == [args[0].removeprefix("--").replace("-", "_")]


def test_a_token_goes_beside_what_renews_it() -> None:
    params = asked("--token", "t", *URL, "--auth-method", "POST").params
    assert (params.token, params.auth_url, params.auth_method) == ("t", URL[1], "POST")
    params = asked(
        "--auth-header", "A=b c", "--auth-header", "D=e", "--auth-param", "f=", *URL
    ).params
    assert params.auth_headers == (("A", "b c"), ("D", "e"))
    assert params.auth_params == (("f", ""),)


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("--key", "a.b:c", *URL), "--key and --auth-url"),
        (("--auth-command", "x", *URL), "--auth-url and --auth-command"),
        (("--key", "a.b:c", "--auth-param", "a=b"), "--auth-param: it goes with --auth-url"),
        ((*URL, "--auth-header", "a b=c"), "--auth-header: 'a b' cannot be"),
        (("--token", "a b"), "--token: 40005"),
    ],
)
def test_credentials_that_do_not_go_together(args: tuple[str, ...], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        asked(*args)


def test_an_empty_variable_is_no_variable() -> None:
    assert asked(env={"ABLY_API_KEY": ""}).params.key is None


@pytest.mark.parametrize(
    ("url", "endpoint", "port", "tls"),
    [
        ("ws://127.0.0.1:8080", "127.0.0.1", 8080, False),
        ("wss://h.example", "h.example", None, True),
        ("sandbox", "sandbox", None, True),
        ("localhost:8080", "localhost", 8080, True),
    ],
)
def test_a_url_names_the_service(url: str, endpoint: str, port: int | None, tls: bool) -> None:
    params, named, _ = asked(url)
    assert (params.endpoint, params.port, params.tls) == (endpoint, port, tls)
    assert named


@pytest.mark.parametrize("args", [["--endpoint", "x"], ["--port", "1"], ["--no-tls"]])
def test_a_flag_of_the_service_names_it(args: list[str]) -> None:
    assert asked(*args).named_service


def test_a_url_and_a_flag_may_agree() -> None:
    assert asked("ws://h:81", "--port", "81").params.port == 81
    with pytest.raises(UsageError, match="--tls says something else"):
        asked("ws://h:81", "--tls")


def test_a_key_and_a_token_are_read_for_a_dash_in_this_order() -> None:
    assert asked("--key", "-").params.key == "app.k1:typed"
    parser = flags.LineParser(prog="x")
    flags.add_params(parser)
    lines = iter(["app.k1:first", "second"])
    given = parser.parse_args(["--token", "-", "--key", "-"])
    params = flags.resolve(given, {}, lambda: next(lines)).params
    assert (params.key, params.token) == ("app.k1:first", "second")
    with pytest.raises(UsageError, match="--token -: no token came"):
        flags.resolve(parser.parse_args(["--token", "-"]), {}, str)


def test_the_later_flag_of_a_switch_counts() -> None:
    assert asked("--no-echo", "--echo").params.echo is True
    assert asked("--echo", "--no-echo").params.echo is False


def test_of_fallback_hosts_and_none_the_later_counts() -> None:
    none, two = ("--no-fallback",), ("--fallback-host", "h:1", "--fallback-host", "i")
    assert asked(*none, *two).params.fallback_hosts == (("h", 1), ("i", None))
    assert asked(*two, *none).params.fallback_hosts == ()
    assert asked(*two, *none, "--fallback-host", "j").params.fallback_hosts == (("j", None),)


def test_the_help_says_the_default_and_where_else_a_value_may_stand() -> None:
    parser = flags.LineParser(prog="x", formatter_class=lambda prog: HelpFormatter(prog, width=500))
    flags.add_params(parser)
    text = parser.format_help()
    assert "(RTN14d, default 15000)" in text
    assert "(RTN2e, or ABLY_API_KEY)" in text
    assert text.index("\nservice:") < text.index("\n  --dialect") < text.index("\ncredentials:")


def test_every_parameter_has_its_flag_and_no_other() -> None:
    parser = flags.LineParser(prog="x")
    flags.add_params(parser)
    known = {flag for action in parser._actions for flag in action.option_strings}
    expected = {"-h", "--help", "--profile"} | {spec.flag for spec in PARAMS}
    expected |= {spec.negative for spec in PARAMS if spec.negative}
    assert known == expected


@pytest.mark.parametrize("flag", ["--key", "--recover", "--resume"])
def test_a_secret_given_twice_is_no_guess(flag: str) -> None:
    with pytest.raises(UsageError, match=f"{flag} is given 2 times; give one"):
        asked(flag, "app.k1:one", flag, "app.k1:two")


def test_each_value_says_where_it_comes_from() -> None:
    line = ["--profile", "work", "ws://h:1", "--no-echo", "--no-fallback", "--client-id", "you"]
    found = asked(*line, env={"ABLY_TOKEN": "t", "WORK_KEY": "app.k1:profile"})
    assert found.sources == {
        "format": "profile work",
        "client_id": "flag --client-id",
        "token": "environment ABLY_TOKEN",
        "endpoint": "URL",
        "port": "URL",
        "tls": "URL",
        "echo": "flag --no-echo",
        "fallback_hosts": "flag --no-fallback",
    }
    # The token from the environment is the whole of the credentials.
    assert found.params.key is None
