"""The wait before a retry (RTB1): the timeout, times a back-off that grows, times jitter."""

from __future__ import annotations

IMMEDIATE_GAP = 1_000.0
"""Ms that have to lie between two retries made at once, so that a service is not hammered."""


def coefficient(retry: int) -> float:
    """RTB1a: 1, 4/3, 5/3, then 2, for the first, second, third and every later retry."""
    return min((max(retry, 1) + 2) / 3, 2.0)


def jitter(roll: float) -> float:
    """RTB1b: between 0.8 and 1, from a random number in [0, 1)."""
    return 0.8 + 0.2 * roll


def delay(timeout: float, retry: int, roll: float) -> float:
    """Ms to wait before retry number `retry`, which counts from 1 (RTB1)."""
    return timeout * coefficient(retry) * jitter(roll)
