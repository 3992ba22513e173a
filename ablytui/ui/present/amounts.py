"""Sizes in the log: a column of them, and limits. Times are `clockwords`'."""

from __future__ import annotations


def size(count: int) -> str:
    """Bytes to 9999, then `12k`, `1.2M`; nothing for none."""
    if count <= 0:
        return ""
    if count < 10_000:
        return str(count)
    if count < 1_000_000:
        return f"{count // 1000}k"
    millions = count / 1_000_000
    return f"{millions:.1f}M" if millions < 9.95 else f"{millions:.0f}M"


def limit(count: int) -> str:
    """`64 kB` for 65536, as limits are powers of two; bytes below 1024."""
    if count < 1024:
        return f"{count} B"
    if count < 1 << 20:
        return f"{count / 1024:.0f} kB"
    return f"{count / (1 << 20):.1f} MB".replace(".0 MB", " MB")
