"""The local service: an Ably that runs inside this program, for any SDK to connect to.

`core` and its neighbours are PURE: messages in, messages out, time and ids passed in. `server`
has the sockets. May know: `net`, `protocol`. May not know `worker`, Textual, or the client's
state machine.
"""
