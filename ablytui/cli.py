"""The command line: which command, its options, and one plain line for whatever is wrong.

At import only what is cheap; a command's part is imported when that command runs, so that
`--help` and `--version` stay near the cost of bare Python, and `drive` and `serve` never load
a screen.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ablytui.errors import AblytuiError, UsageError

INTERRUPTED = 130
LONGEST_SECRET = 256 * 1024
"""Bytes of a line that is a key, a token of at most 128 KiB, or TokenDetails around one."""


class Command(NamedTuple):
    """A command: what it is for, its options, and what it does with them."""

    help: str
    prepare: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line and give the exit code: 0, 1, 2, 3, 4 or 130 (see `ablytui --help`)."""
    args = list(sys.argv[1:] if argv is None else argv)
    _fill_standard_streams()
    try:
        code = _dispatch(args)
    except AblytuiError as error:
        _complain(error.message)
        code = error.exit_code
    except SystemExit as done:  # argparse, after it printed a help text
        code = done.code if isinstance(done.code, int) else 0
    except BrokenPipeError:
        code = 1
    except OSError as error:
        where = "" if error.filename is None else f"{error.filename}: "
        _complain(f"{where}{(error.strerror or str(error)).lower()}")
        code = 1
    except KeyboardInterrupt:
        return INTERRUPTED
    return code if _flushed(quiet=code != 0) else code or 1


def _fill_standard_streams() -> None:
    """Where a standard stream was closed before the start, put the null device.

    Its number would else be given to the next file or socket that is opened, the capture say.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = os.O_WRONLY if number else os.O_RDONLY
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8"))  # noqa: PTH123, SIM115


def _flushed(*, quiet: bool) -> bool:
    """Flush stdout; if it cannot be written any more, keep the interpreter from saying so."""
    try:
        sys.stdout.flush()
    except OSError as error:
        if not quiet and not isinstance(error, BrokenPipeError):
            _complain(f"standard output cannot be written: {error.strerror}")
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return False
    return True


def _complain(message: str) -> None:
    from ablytui.protocol.visible import visible

    sys.stderr.write(f"ablytui: {visible(message)}\n")


def _dispatch(args: list[str]) -> int:
    first = args[0] if args else ""
    if first in COMMANDS:
        return _run(f"ablytui {first}", COMMANDS[first], args[1:])
    if first in {"-h", "--help", "-V", "--version"}:
        _overview().parse_args([first])
    if not first or first.startswith("-"):
        return _run("ablytui", _BARE, args)
    if "://" in first:
        raise UsageError(f"a URL goes with connect: ablytui connect {first}")
    raise UsageError(f"there is no command {first!r}; the commands are {', '.join(COMMANDS)}")


def _run(prog: str, command: Command, args: list[str]) -> int:
    from ablytui.flags import LineParser

    parser = LineParser(prog=prog, description=command.help, allow_abbrev=False)
    command.prepare(parser)
    return command.run(parser.parse_args(args))


def _overview() -> argparse.ArgumentParser:
    """The parser of `ablytui --help`: the commands without their options, which cost more."""
    from ablytui import __version__

    parser = argparse.ArgumentParser(
        prog="ablytui",
        usage="ablytui [COMMAND] [options]",
        description="Inspect Ably Realtime connections over WebSocket. Without a command: the "
        "inspector, on the built-in local service if there is no credential.",
        epilog="`ablytui COMMAND --help` lists a command's options; those of connect go without "
        "a command too. Exit codes: 0 done, 1 not met or not possible, 2 usage, 3 the "
        "connection failed, 4 time ran out, 130 interrupted.",
    )
    parser.add_argument("-V", "--version", action="version", version=f"ablytui {__version__}")
    commands = parser.add_subparsers(title="commands", metavar="")
    for name, command in COMMANDS.items():
        commands.add_parser(name, help=command.help, add_help=False)
    return parser


# --- options ------------------------------------------------------------------------------------


def _capture_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--capture",
        metavar="FILE",
        help="record into this *.ablycap file; one that exists goes on as a new session in it",
    )
    parser.add_argument(
        "--reveal",
        action="store_true",
        help="mask no secret, neither on the screen nor in the capture",
    )


def _screen_options(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("screen")
    group.add_argument("--theme", metavar="NAME", help="auto, dark, light, or a theme of Textual's")
    group.add_argument(
        "--ascii", action="store_true", help="draw with ASCII only, for terminals without glyphs"
    )


def _bare_options(parser: argparse.ArgumentParser) -> None:
    from ablytui import flags

    flags.add_params(parser)
    _capture_options(parser)
    _screen_options(parser)


def _connect_options(parser: argparse.ArgumentParser) -> None:
    from ablytui import flags

    flags.add_url(parser)
    _bare_options(parser)


def _demo_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "scenario",
        metavar="SCENARIO",
        nargs="?",
        default="hello",
        help="a scenario's name, or the path of a .toml file (hello)",
    )
    parser.add_argument("--list", action="store_true", help="name the scenarios and end")
    _bare_options(parser)


def _drive_options(parser: argparse.ArgumentParser) -> None:
    from ablytui import flags
    from ablytui.drive import options

    flags.add_url(parser)
    flags.add_params(parser)
    _capture_options(parser)
    options.add(parser)


def _serve_options(parser: argparse.ArgumentParser) -> None:
    from ablytui.commands import serve

    serve.add_options(parser)


def _paths_options(parser: argparse.ArgumentParser) -> None:
    from ablytui.commands import paths

    paths.add_options(parser)


def _config_options(parser: argparse.ArgumentParser) -> None:
    from ablytui import flags
    from ablytui.commands import config

    flags.add_url(parser)
    flags.add_params(parser)
    _screen_options(parser)
    config.add_options(parser)


def _completion_options(parser: argparse.ArgumentParser) -> None:
    from ablytui.commands import completion

    completion.add_options(parser)


# --- commands -----------------------------------------------------------------------------------


def _wanted(given: argparse.Namespace) -> Any:
    from ablytui import flags

    asked = flags.resolve(given, os.environ, _read_secret)
    # Only now: it loads an event loop, which a bad flag has no need of.
    from ablytui import compose

    return compose.Wanted(
        params=asked.params,
        named_service=asked.named_service,
        capture=given.capture,
        reveal=given.reveal,
        theme=getattr(given, "theme", None),
        ascii=getattr(given, "ascii", False),
    )


def _bare(given: argparse.Namespace) -> int:
    wanted = _wanted(given)
    _need_terminal(given)
    from ablytui import compose

    return compose.inspect(wanted, local=not (wanted.params.has_credential or wanted.named_service))


def _connect(given: argparse.Namespace) -> int:
    wanted = _wanted(given)
    _need_terminal(given)
    from ablytui import compose

    return compose.inspect(wanted, local=False)


def _demo(given: argparse.Namespace) -> int:
    from ablytui.service import scenario

    if given.list:
        rows = scenario.names()
        width = max(len(name) for name, _ in rows)
        sys.stdout.write("".join(f"{name:{width}}  {text}\n" for name, text in rows))
        return 0
    from ablytui import compose, flags

    played = scenario.load(given.scenario)
    asked = flags.resolve(given, {}, _read_secret, dict(played.client.params))
    if asked.named_service or asked.params.has_credential:
        raise UsageError(
            "demo brings its own service: --endpoint, --port and credentials do not go here"
        )
    wanted = compose.Wanted(
        asked.params, False, given.capture, given.reveal, given.theme, given.ascii
    )
    _need_terminal(given)
    return compose.inspect(wanted, local=True, scenario=played)


def _drive(given: argparse.Namespace) -> int:
    from ablytui.drive import options

    goal, events = options.read(given)
    wanted = _wanted(given)
    if not wanted.params.has_credential:
        raise UsageError(
            "drive has no credential: give --key or set ABLY_API_KEY; `ablytui serve` starts a "
            "local service and prints one; --token, --auth-url and --auth-command do too"
        )
    from ablytui import compose

    return compose.drive(wanted, goal, events)


def _serve(given: argparse.Namespace) -> int:
    from ablytui.commands import serve

    return serve.run(given)


def _paths(given: argparse.Namespace) -> int:
    from ablytui.commands import paths

    return paths.run(given)


def _config(given: argparse.Namespace) -> int:
    from ablytui import about

    return about.config(given, os.environ, _read_secret)


def _completion(given: argparse.Namespace) -> int:
    from ablytui import about

    sys.stdout.write(about.completion(given.shell, {"": _BARE, **COMMANDS}))
    return 0


def _read_secret() -> str:
    """One line of stdin, and not a byte more: what follows it belongs to the command."""
    if sys.stdin.isatty():
        import getpass

        return getpass.getpass("key or token: ").strip()
    line = bytearray()
    while (byte := os.read(sys.stdin.fileno(), 1)) not in {b"", b"\n"}:
        line += byte
        if len(line) > LONGEST_SECRET:
            raise UsageError("the line of standard input is too long for a key or a token")
    return line.decode("utf-8", "replace").strip()


def _need_terminal(given: argparse.Namespace) -> None:
    """Refuse without a terminal. A secret that was piped in leaves the keyboard to be found."""
    if ["-"] in (given.key, given.token) and not sys.stdin.isatty() and sys.stdout.isatty():
        import contextlib

        with contextlib.suppress(OSError):
            os.dup2(os.open("/dev/tty", os.O_RDONLY), sys.stdin.fileno())
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        raise UsageError("the inspector needs a terminal; without one use `ablytui drive`")


_BARE = Command("the inspector", _bare_options, _bare)

COMMANDS = {
    "connect": Command("the inspector on a given service", _connect_options, _connect),
    "demo": Command("the inspector beside a scenario of the local service", _demo_options, _demo),
    "drive": Command("the engine without a screen: JSON lines in and out", _drive_options, _drive),
    "serve": Command("the local service alone, for any Ably SDK", _serve_options, _serve),
    "paths": Command("every file it uses, and whether it is there", _paths_options, _paths),
    "config": Command("each value in force and where it comes from", _config_options, _config),
    "completion": Command("completion for a shell", _completion_options, _completion),
}
