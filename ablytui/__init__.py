"""The connection inspector for Ably Realtime over WebSocket: `ablytui`.

This package module holds the version and imports nothing, so that `ablytui --version` stays as
cheap as bare Python.
"""

__version__ = "0.1.0"
