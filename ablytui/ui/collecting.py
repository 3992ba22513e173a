"""How often Python looks for cycles of garbage while there is a screen.

A screen makes and drops thousands of small objects a second, few of them in cycles. By default
Python looks through the young ones every 700 of them, and now and then through all: at the start
for modules and widgets, which stay, later in the midst of a paint, which then comes late.
"""

from __future__ import annotations

import gc
from typing import Final

YOUNG: Final = 20_000
"""Objects that are made, less those dropped, from one look through the young ones to the next."""


def begin() -> None:
    """Look seldom; to be called before the screen's modules are imported."""
    gc.set_threshold(YOUNG, 20, 20)


def settle() -> None:
    """What there is by now stays to the end, and need not be looked at again. Once, for good."""
    if not gc.get_freeze_count():
        gc.freeze()
