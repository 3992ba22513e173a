"""All benchmarks, or those that are named: `python -m tests.bench [pipeline|start|screen|service]`."""

from __future__ import annotations

import importlib
import sys

ALL = ("start", "pipeline", "screen", "service")

for name in sys.argv[1:] or ALL:
    if name not in ALL:
        sys.exit(f"there is no benchmark {name!r}: {', '.join(ALL)}")
    importlib.import_module(f"tests.bench.{name}").main()
