"""What a person can get wrong, or what the machine can refuse, said in one plain line.

The tree::

    AblytuiError          a sentence for people, and an exit code
    ├── UsageError        a flag, a field or a command line cannot be used (exit 2)
    ├── ConfigError       a profile or the settings file cannot be used (exit 2)
    ├── CaptureError      a capture file cannot be made, opened or continued (exit 2)
    └── ServiceError      the local service cannot start (exit 1)

Faults of the *peer* are never exceptions: they are values (`ErrorInfo`, `Undecodable`,
`Anomaly`), because an inspector has to show them and go on.
"""

from __future__ import annotations


class AblytuiError(Exception):
    """One plain line that says what is wrong, where, and what to do.

    `exit_code` is what the process ends with when nothing else can be done about it.
    """

    exit_code = 1

    def __init__(self, message: str, *, title: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.title = title


class UsageError(AblytuiError):
    """A value given by a person cannot be used. Says which, and what is allowed."""

    exit_code = 2


class ConfigError(AblytuiError):
    """A file of settings cannot be used. Says file, key, what was found, what is allowed."""

    exit_code = 2


class CaptureError(AblytuiError):
    """A capture file cannot be made, opened or continued.

    It is met at the start alone, where nothing was done yet; what fails later, such as a full
    disk, is a notice. Code 1 would say to a script of `drive` that its expectation was not met.
    """

    exit_code = 2


class ServiceError(AblytuiError):
    """The local service cannot start or go on."""
