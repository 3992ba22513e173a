"""What Ably says and how a connection moves. PURE.

May know: `ablytui.errors`, the standard library's data types, and the codecs `msgspec`,
`msgpack` and `json`. May not know: asyncio, sockets, threads, the clock, randomness, logging,
Textual, or any other package of ablytui. Time and randomness arrive in a `Moment` beside every
event; everything that should happen leaves as an effect.
"""
