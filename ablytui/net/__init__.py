"""The only asyncio primitives: the one WebSocket, the clock, tasks.

May know: `protocol`, asyncio, websockets' sans-I/O core. May not know what a connection's states
are, nor Textual.
"""
