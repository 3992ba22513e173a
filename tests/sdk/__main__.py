"""`python -m tests.sdk compare` and `python -m tests.sdk service`."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path

from tests.sdk import compare, service
from tests.sdk.clients import HOW, Ours, Sdk, find, running, setup
from tests.sdk.situations import SITUATIONS


def main() -> int:
    """Run one of the two; 1 if something is not as it has to be."""
    parser = argparse.ArgumentParser(prog="python -m tests.sdk", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("compare", "service"))
    parser.add_argument("--python", help="an interpreter that has the PyPI `ably`")
    parser.add_argument("--node-modules", help="a folder with the npm `ably` in it")
    parser.add_argument("--setup", metavar="DIR", help="make both of these, and say where")
    parser.add_argument("--only", metavar="TEXT", default="", help="what has this in its name")
    parser.add_argument(
        "--record",
        metavar="CLIENT,…",
        default="",
        help="compare: write down what these did (js, py, ours) as what is expected",
    )
    given = parser.parse_args()
    if given.setup:
        setup(Path(given.setup))
        return 0
    sdks = find(given.python, given.node_modules)
    missing = {"js", "py"} - sdks.keys()
    if missing:
        print(f"without {', '.join(sorted(missing))}: {HOW}", file=sys.stderr)
    if given.what == "compare":
        return asyncio.run(_compare(sdks, given.only, given.record.split(",")))
    if given.what is None:
        parser.error("compare or service")
    return asyncio.run(service.run(sdks, given.only))


async def _compare(sdks: dict[str, Sdk], only: str, record: list[str]) -> int:
    names = [name for name in SITUATIONS if only in name]
    before = {kind: compare.seen().get(kind, {}) for kind in sdks}
    known = {kind: before[kind].get("stories", {}) for kind in sdks}
    async with running(sdks), asyncio.TaskGroup() as group:
        own = group.create_task(compare.stories(Ours(), names, compare.expected()))
        others = {
            kind: group.create_task(compare.stories(sdk, names, known[kind]))
            for kind, sdk in sdks.items()
        }
    ours = own.result()
    theirs = {kind: task.result() for kind, task in others.items()}
    print(compare.table(ours, theirs))
    complaints = []
    for kind, sdk in sdks.items():
        if kind in record:
            compare.write_seen(sdk, theirs[kind])
        else:
            what = f"{kind} {sdk.version} against {before[kind].get('version')}"
            complaints += compare.changes(known[kind], theirs[kind], what)
    if "ours" in record:
        compare.write_ours(ours)
    else:
        complaints += compare.changes(compare.expected(), ours, "ours")
    print("\n".join(complaints) or f"{len(names)} situations, all as expected")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
