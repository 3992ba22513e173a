"""The tables of README.md, made from the tables of the code.

`python -m tests.support.readme` writes them, with `--check` it says whether they are stale.
"""

from __future__ import annotations

import sys
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any, Final

from ablytui.protocol.params import PARAMS, ConnectParams, Kind, ParamSpec, to_text
from ablytui.service.faultkinds import Fault
from ablytui.service.faults import FAULTS
from ablytui.service.scenario import names

README: Final = Path(__file__).parent.parent.parent / "README.md"

PANES: Final = {
    "log": ("frame_log:FrameLog",),
    "detail": ("frame_detail:FrameDetail", "detail_body:DetailBody"),
    "state": ("state_pane:Diagram",),
    "channels": ("channels_pane:ChannelTable",),
    "faults": ("faults_pane:FaultList",),
    "parameters": ("params_pane:Sheet",),
    "form": ("params_form:ParamsForm",),
}
"""The widgets whose own keys are told, under the name that the README gives them."""


def keys() -> str:
    """Every key, where it works and what it does."""
    from ablytui.ui.keys import key_table

    bindings = {
        name: list(chain.from_iterable(map(_bindings, where))) for name, where in PANES.items()
    }
    return key_table(bindings)


def _bindings(where: str) -> list[Any]:
    module, _, widget = where.partition(":")
    return list(getattr(import_module(f"ablytui.ui.widgets.{module}"), widget).BINDINGS)


def parameters() -> str:
    """Every parameter with its flag, default and meaning."""
    lines = ["| flag | default | what |", "|---|---|---|"]
    lines += [f"| {_flag(spec)} | {_default(spec)} | {_what(spec)} |" for spec in PARAMS]
    return "\n".join(lines) + "\n"


def demos() -> str:
    """Every scenario with its description."""
    lines = ["| scenario | what happens |", "|---|---|"]
    lines += [f"| `{name}` | {text} |" for name, text in names()]
    return "\n".join(lines) + "\n"


def faults() -> str:
    """Every fault with what the service does, and what a client does then."""
    lines = ["| fault | the service | a client |", "|---|---|---|"]
    lines += [f"| {_names(f)} | {f.does} | {f.then} ({f.point}) |" for f in FAULTS]
    return "\n".join(lines) + "\n"


def _names(fault: Fault) -> str:
    return " or ".join(f"`{word}`" for word in (fault.word, *fault.also))


def _flag(spec: ParamSpec) -> str:
    if spec.kind is Kind.SWITCH:
        return f"`{spec.flag}` `{spec.negative}`"
    if spec.kind is Kind.CHOICE:
        return f"`{spec.flag}` " + " ".join(f"`{choice}`" for choice in spec.choices)
    return f"`{spec.flag}`"


def _default(spec: ParamSpec) -> str:
    value = to_text(ConnectParams(), spec.name)
    return f"{value} {spec.unit}".strip() if value else ""


def _what(spec: ParamSpec) -> str:
    extra = [f"`{spec.env}`"] if spec.env else []
    extra += [spec.point] if spec.point else []
    text = spec.help.replace("|", "\\|")
    return f"{text} ({', '.join(extra)})" if extra else text


TABLES: Final = {"keys": keys, "parameters": parameters, "demos": demos, "faults": faults}


def rewritten(text: str) -> str:
    """The README with fresh tables between their marks. Raises ValueError for a missing mark."""
    for name, make in TABLES.items():
        start, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        if text.count(start) != 1 or text.count(end) != 1:
            raise ValueError(f"README.md has no {start.strip()} … {end}")
        before, _, rest = text.partition(start)
        _, _, after = rest.partition(end)
        text = f"{before}{start}\n{make()}\n{end}{after}"
    return text


def main(args: list[str]) -> int:
    """Write, or with `--check` only compare."""
    text = README.read_text("utf-8")
    fresh = rewritten(text)
    if args == ["--check"]:
        if fresh != text:
            sys.stderr.write("README.md is stale: run python -m tests.support.readme\n")
        return int(fresh != text)
    README.write_text(fresh, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
