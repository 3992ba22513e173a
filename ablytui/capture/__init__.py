"""The log at rest: one SQLite file, its writer thread, and the masking of secrets before it.

May know: `protocol`. May not know: sockets, asyncio, Textual. `redact` is PURE.
"""
