"""Amounts in a few cells, as the log's columns have them."""

from __future__ import annotations


def duration(ms: float) -> str:
    """`188 ms`, `10.4 s`, `2 min`, `3 min 40 s`, `2 h`."""
    if ms < 999.5:
        return f"{ms:.0f} ms"
    if ms < 59_950:
        return f"{ms / 1000:.1f} s".replace(".0 s", " s")
    minutes, seconds = divmod(round(ms / 1000), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d"


def size(count: int) -> str:
    """Bytes to 9999, then `12k`, `1.2M`."""
    if count < 10_000:
        return str(count)
    if count < 1_000_000:
        return f"{count // 1000}k"
    millions = count / 1_000_000
    return f"{millions:.1f}M" if millions < 10 else f"{millions:.0f}M"


def kilobytes(count: int) -> str:
    """`64 kB` for 65536: limits are powers of two; bytes below 1024."""
    if count < 1024:
        return f"{count} B"
    if count < 1 << 20:
        return f"{count / 1024:.0f} kB"
    return f"{count / (1 << 20):.1f} MB".replace(".0 MB", " MB")
