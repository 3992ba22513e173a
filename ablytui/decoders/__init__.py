"""Bytes to typed spans that a person can read. PURE.

May know: `protocol`. May not know: asyncio, sockets, clocks, Textual; styling is the UI's.
"""
