"""The one fixture that is shared here."""

from tests.support.joined import make

__all__ = ["make"]
