"""What the program can tell about itself: the values in force, and what a shell can complete.

Asks the parts that know, each when it is needed, and hands their answers to the command.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol


class Prepared(Protocol):
    """A command, as far as its options go."""

    @property
    def help(self) -> str:
        """What it is for."""

    @property
    def prepare(self) -> Callable[[argparse.ArgumentParser], None]:
        """Gives a parser its options."""


def config(
    given: argparse.Namespace, environment: Mapping[str, str], read_secret: Callable[[], str]
) -> int:
    """Print what these options come to; the exit code. Raises UsageError and ConfigError."""
    from ablytui import flags
    from ablytui.commands import config as command

    asked = flags.resolve(given, environment, read_secret)
    from ablytui.ui import preferences

    look = preferences.load(environment, theme=given.theme, ascii_only=given.ascii)
    found = command.values(asked.params, asked.sources)
    found += [command.Value("screen", *row) for row in look.rows()]
    return command.run(given, found, look.problems)


def completion(shell: str, commands: Mapping[str, Prepared]) -> str:
    """The script for a shell; the bare program stands under the empty name."""
    from ablytui.commands import completion as command
    from ablytui.flags import LineParser

    offers = _offers()
    subs = []
    for name, one in commands.items():
        parser = LineParser(prog="ablytui", allow_abbrev=False)
        one.prepare(parser)
        subs.append(command.sub(name, one.help, parser, offers))
    bare = next(sub for sub in subs if not sub.name)
    return command.script(shell, bare, [sub for sub in subs if sub.name])


def _offers() -> dict[str, Sequence[str]]:
    """The words for values that a parser leaves to others to check."""
    from ablytui.drive.goal import OUTCOMES, STATES
    from ablytui.drive.lines import EVENTS
    from ablytui.protocol.params import PARAMS
    from ablytui.service import scenario

    return {
        **{spec.name: spec.choices for spec in PARAMS if spec.choices},
        "until": STATES,
        "expect": OUTCOMES,
        "events": EVENTS,
        "scenario": [name for name, _ in scenario.names()],
        "theme": ("auto", "dark", "light"),
    }
