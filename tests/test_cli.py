from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ablytui import __version__, cli
from ablytui.protocol.params import PARAMS

KEY = "app.k1:a-secret-that-nobody-may-see"

DRIVE = ("drive", "--key", KEY)


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("ABLY_API_KEY", raising=False)
    monkeypatch.delenv("ABLY_TOKEN", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["fly"], 2, "there is no command 'fly'; the commands are connect, demo, drive, serve"),
        (["wss://main.realtime.ably.net"], 2, "ablytui connect wss://main.realtime.ably.net"),
        (["--fly"], 2, "unknown option --fly; `ablytui --help`"),
        (["connect", "--fly"], 2, "unknown option --fly; `ablytui connect --help`"),
        (["connect", "a", "b"], 2, "unknown argument b"),
        (["connect", "--keys", KEY], 2, "unknown option --keys"),
        (["connect", "--key"], 2, "--key: expected one argument"),
        (["connect", "--key", "app.k1"], 2, "--key: 40005"),
        (["connect", "--port", "x"], 2, "--port: it is a whole number"),
        (["connect", "--dialect", "old"], 2, "--dialect: it is one of current, classic"),
        (["connect", "--param", "x"], 2, "--param: it is NAME=VALUE"),
        (["connect", "http://h"], 2, "a service is ws://HOST:PORT, wss://HOST"),
        (["drive", "https://h"], 2, "a service is ws://HOST:PORT, wss://HOST"),
        (["connect", "ws://h/path"], 2, "only scheme, host and port"),
        (["connect", "ws://h:1", "--port", "2"], 2, "--port says something else"),
        (["connect", "--recover", "a", "--resume", "b"], 2, "an attempt does one of them"),
        (["connect", "--connection-serial", "-1"], 2, "goes with --resume"),
        (["connect", "--profile", "work"], 2, "--profile work: there is no"),
        (["connect", "--client-id", "*"], 2, "40012"),
        ([], 2, "needs a terminal; without one use `ablytui drive`"),
        (["connect", "ws://127.0.0.1:1"], 2, "ablytui drive"),
        (["demo"], 2, "ablytui drive"),
        (["demo", "nothing"], 2, "no scenario 'nothing'"),
        (["demo", "hello", "--port", "1"], 2, "demo brings its own service"),
        (["drive", "--token", "t", "--auth-command", "'"], 2, "--auth-command: a quote"),
        (["drive", "--key", KEY, "--auth-url", "http://h/"], 2, "--key and --auth-url: each is"),
        (["drive"], 2, "no credential: give --key or set ABLY_API_KEY; `ablytui serve`"),
        ([*DRIVE, "--until", "open"], 2, "--until: it is one of connecting, connected"),
        ([*DRIVE, "--expect", "luck"], 2, "--expect: it is one of clean"),
        ([*DRIVE, "--timeout", "-1"], 2, "--timeout: it is seconds"),
        ([*DRIVE, "--events", "x"], 2, "--events: it is one of ready"),
        ([*DRIVE, "--capture", "x.txt"], 2, ".ablycap"),
        ([*DRIVE, "--capture", "/no/such/x.ablycap"], 2, "there is no folder /no/such"),
        ([*DRIVE, "--capture", "/dev/null/x.ablycap"], 2, "x.ablycap cannot be made"),
        (["serve", "--port", "70000"], 2, "--port: it is a whole number from 0 to 65535"),
        (["serve", "--key", "x"], 2, "--key: 40005"),
        (["serve", "--retention", "soon"], 2, "--retention: it is a time such as"),
        (["serve", "--scenario", "nothing"], 2, "no scenario 'nothing'"),
        (["connect", "--endpoint", "a\x1b[31mb"], 2, "control character"),
        (["\x1b[31m"], 2, "there is no command"),
    ],
)
def test_what_is_wrong_is_one_line(
    args: list[str], code: int, says: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(args) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert err.startswith("ablytui: ")
    assert says in err
    assert err.count("\n") == 1
    assert "\x1b" not in err
    assert KEY not in err


def test_a_bad_key_in_the_environment_names_its_variable(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ABLY_API_KEY", "nonsense")
    assert cli.main(["drive"]) == 2
    assert "ABLY_API_KEY: key: 40005" in capfd.readouterr().err


def test_version(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert capfd.readouterr().out == f"ablytui {__version__}\n"


def test_the_overview_names_every_command(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    out = capfd.readouterr().out
    for name in cli.COMMANDS:
        assert f"    {name} " in out


@pytest.mark.parametrize("command", [[], ["connect"], ["demo"], ["drive"]])
def test_help_names_every_parameter(command: list[str], capfd: pytest.CaptureFixture[str]) -> None:
    args = [*command, "--help"] if command else ["--no-tls", "--help"]
    assert cli.main(args) == 0
    out = capfd.readouterr().out
    for spec in PARAMS:
        assert re.search(rf"^  {spec.flag}[ ,\n]", out, re.MULTILINE), spec.flag


def test_the_scenarios_are_listed(capfd: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["demo", "--list"]) == 0
    names = [line.split()[0] for line in capfd.readouterr().out.splitlines()]
    assert {"hello", "steady", "drop-and-resume"} <= set(names)


def run(*args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "ablytui", *args],
        input=stdin,
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_a_key_can_come_on_standard_input() -> None:
    done = run("drive", "--key", "-", stdin=b"nonsense\n")
    assert done.returncode == 2
    assert b"--key: 40005" in done.stderr
    done = run("drive", "--key", "-")
    assert done.returncode == 2
    assert b"no key came" in done.stderr
    done = run("drive", "--token", "-", stdin=b"x" * 300_000)
    assert done.returncode == 2
    assert b"too long" in done.stderr
    done = run("drive", "--token", "-", stdin=b"\n")
    assert done.returncode == 2
    assert b"no token came" in done.stderr


def test_a_closed_standard_output_is_no_reason_to_complain() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    with os.fdopen(write_end, "wb") as out:
        done = subprocess.run(
            [sys.executable, "-m", "ablytui", "demo", "--list"],
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr == b""


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_stream_that_is_closed_from_the_start_is_the_null_device(number: int) -> None:
    closing = f"import os, sys; os.close({number}); os.execv(sys.executable, sys.argv[1:])"
    command = [sys.executable, "-m", "ablytui", "drive", "--key", KEY, "--no-connect"]
    done = subprocess.run(
        [sys.executable, "-c", closing, *command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert (b'"ev":"ready"' in done.stdout) == (number != 1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")  # noqa: PTH110
@pytest.mark.parametrize("args", [("drive", "--key", KEY, "--no-connect"), ("demo", "--list")])
def test_output_that_cannot_be_written_is_one_line(args: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as out:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "ablytui", *args],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.startswith(b"ablytui: ")
    assert done.stderr.endswith(b"no space left on device\n")
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_drive_without_a_traceback(number: int, code: int) -> None:
    args = ["drive", "--key", KEY, "--no-connect"]
    with subprocess.Popen(
        [sys.executable, "-m", "ablytui", *args],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert b'"ev":"ready"' in process.stdout.readline()
        process.send_signal(number)
        assert process.wait(30) == code
        assert process.stderr.read() == b""


def test_ctrl_c_is_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_args: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_dispatch", interrupted)
    assert cli.main([]) == 130
