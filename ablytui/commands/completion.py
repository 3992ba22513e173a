"""`ablytui completion`: what a shell can complete, made from the parsers of the commands.

Knows parsers and words, and how each shell wants to be told; nothing of what a command does.
"""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

SHELLS: Final = ("bash", "zsh", "fish")


@dataclass(frozen=True, slots=True)
class Option:
    """An option or, without flags, an argument. `words` are offered for its value."""

    flags: tuple[str, ...]
    help: str
    value: str
    """What the value is, "FILE"; empty: it takes none."""
    words: tuple[str, ...]
    repeated: bool = False

    @property
    def file(self) -> bool:
        """A path is asked for."""
        return "FILE" in self.value


@dataclass(frozen=True, slots=True)
class Sub:
    """A command with its options; the bare program has no name."""

    name: str
    help: str
    options: tuple[Option, ...]
    arguments: tuple[Option, ...]


def add_options(parser: argparse.ArgumentParser) -> None:
    """The shell."""
    parser.add_argument("shell", choices=SHELLS, help="the shell that is to complete")
    parser.epilog = (
        "bash: source <(ablytui completion bash) · zsh: put it as _ablytui into a folder of "
        "$fpath · fish: put it into ~/.config/fish/completions/ablytui.fish"
    )


def sub(
    name: str, text: str, parser: argparse.ArgumentParser, offers: Mapping[str, Sequence[str]]
) -> Sub:
    """What a parser knows. `offers`: by the name of the value, the words for it."""
    options: list[Option] = []
    arguments: list[Option] = []
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to ask
        if action.help == argparse.SUPPRESS:
            continue
        words = action.choices or offers.get(action.dest, ())
        value = "" if action.nargs == 0 else str(action.metavar or action.dest).strip()
        repeated = type(action).__name__ == "_AppendAction"
        told = Option(
            tuple(action.option_strings),
            " ".join((action.help or "").replace("%%", "%").split()),
            value,
            tuple(map(str, words)),
            repeated,
        )
        (options if told.flags else arguments).append(told)
    return Sub(name, text, tuple(options), tuple(arguments))


def script(shell: str, bare: Sub, commands: Sequence[Sub]) -> str:
    """The text that the shell reads."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](bare, commands)


# --- bash ---------------------------------------------------------------------------------------

_BASH: Final = """\
# Completion of ablytui for bash: source <(ablytui completion bash)
_ablytui() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} words= files=
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${{COMP_WORDS[COMP_CWORD-2]}}
    fi
    local command=
    (( COMP_CWORD > 1 )) && command=${{COMP_WORDS[1]}}
    COMPREPLY=()
    case $command in
{cases}
    esac
    if [[ -n $files ]]; then
        compopt -o filenames 2>/dev/null
        COMPREPLY=( $(compgen -f -- "$cur") )
    fi
    COMPREPLY+=( $(compgen -W "$words" -- "$cur") )
}}
complete -o nosort -F _ablytui ablytui 2>/dev/null || complete -F _ablytui ablytui
"""


def _bash(bare: Sub, commands: Sequence[Sub]) -> str:
    cases = [_bash_case(command.name, command, ()) for command in commands]
    names = [command.name for command in commands]
    return _BASH.format(cases="\n".join([*cases, _bash_case("*", bare, names)]))


def _bash_case(pattern: str, command: Sub, names: Iterable[str]) -> str:
    lines = [f"    {pattern})", "        case $prev in"]
    by_value: dict[str, list[str]] = {}
    for option in command.options:
        if option.value:
            by_value.setdefault(_bash_value(option), []).extend(option.flags)
    lines += [f"        {'|'.join(flags)}) {value} ;;" for value, flags in by_value.items()]
    lines.append("        *)")
    lines.append("            if [[ $cur == -* ]]; then")
    lines.append(f"                words={shlex.quote(' '.join(_flags(command)))}")
    offered = [*names, *(word for one in command.arguments for word in one.words)]
    lines.append("            else")
    lines.append(f"                words={shlex.quote(' '.join(offered))}")
    if any(one.file for one in command.arguments):
        lines.append("                files=1")
    lines += ["            fi", "            ;;", "        esac", "        ;;"]
    return "\n".join(lines)


def _bash_value(option: Option) -> str:
    words = f"words={shlex.quote(' '.join(option.words))}" if option.words else ""
    return f"{words} {'files=1' if option.file else ''}".strip()


def _flags(command: Sub) -> list[str]:
    return [flag for option in command.options for flag in option.flags]


# --- zsh ----------------------------------------------------------------------------------------

_ZSH: Final = """\
#compdef ablytui
# Completion of ablytui for zsh: put it as _ablytui into a folder of $fpath.
_ablytui() {{
    local -a commands
    commands=(
{names}
    )
    local command=
    (( CURRENT > 2 )) && command=$words[2]
    case $command in
{cases}
    *)
        (( CURRENT == 2 )) && [[ $words[2] != -* ]] && _describe command commands
        _arguments {bare}
        ;;
    esac
}}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _ablytui "$@"
else
    compdef _ablytui ablytui
fi
"""


def _zsh(bare: Sub, commands: Sequence[Sub]) -> str:
    names = [
        "        " + shlex.quote(f"{command.name}:{command.help.replace(':', chr(92) + ':')}")
        for command in commands
    ]
    cases = []
    for command in commands:
        cases.append(f"    {command.name})")
        cases.append("        shift words; (( CURRENT-- ))")
        cases.append(f"        _arguments {_zsh_specs(command)}")
        cases.append("        ;;")
    return _ZSH.format(names="\n".join(names), cases="\n".join(cases), bare=_zsh_specs(bare))


def _zsh_specs(command: Sub) -> str:
    specs = [spec for option in command.options for spec in _zsh_option(option)]
    specs += [f":{_zsh_text(one.value)}:{_zsh_words(one)}" for one in command.arguments]
    return " \\\n            ".join(map(shlex.quote, specs)) or "':'"


def _zsh_option(option: Option) -> Iterable[str]:
    star = "*" if option.repeated else ""
    value = f":{_zsh_text(option.value)}:{_zsh_words(option)}" if option.value else ""
    for flag in option.flags:
        equals = "=" if option.value and flag.startswith("--") else ""
        yield f"{star}{flag}{equals}[{_zsh_text(option.help)}]{value}"


def _zsh_words(option: Option) -> str:
    if option.file:
        return "_files"
    return f"({' '.join(option.words)})" if option.words else " "


def _zsh_text(text: str) -> str:
    for sign in "\\:[]":
        text = text.replace(sign, "\\" + sign)
    return text


# --- fish ---------------------------------------------------------------------------------------


def _fish(bare: Sub, commands: Sequence[Sub]) -> str:
    lines = [
        "# Completion of ablytui for fish: put it into ~/.config/fish/completions/ablytui.fish",
        "complete -c ablytui -f",
    ]
    first = "__fish_use_subcommand"
    lines += [_fish_line(first, f"-a {command.name}", command.help) for command in commands]
    lines += _fish_lines(first, bare)
    for command in commands:
        lines += _fish_lines(f"__fish_seen_subcommand_from {command.name}", command)
    return "\n".join(lines) + "\n"


def _fish_lines(where: str, command: Sub) -> Iterable[str]:
    for option in command.options:
        named = " ".join(
            f"-l {flag[2:]}" if flag.startswith("--") else f"-s {flag[1:]}" for flag in option.flags
        )
        yield _fish_line(where, named + _fish_value(option), option.help)
    for one in command.arguments:
        if one.file:
            yield _fish_line(where, "-F", "")
        if one.words:
            yield _fish_line(where, f"-a {_fish_quoted(' '.join(one.words))}", one.value)


def _fish_value(option: Option) -> str:
    if not option.value:
        return ""
    if option.file:
        return " -r -F"
    return f" -x -a {_fish_quoted(' '.join(option.words))}" if option.words else " -x"


def _fish_line(where: str, what: str, text: str) -> str:
    told = f" -d {_fish_quoted(text)}" if text else ""
    return f"complete -c ablytui -n {_fish_quoted(where)} {what}{told}"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
