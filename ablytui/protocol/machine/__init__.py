"""The client's state machine: `step(connection, event, moment)` and nothing else. PURE.

Start at `step.py`. Every decision of the client is made here and in the pure modules beside it;
nothing here knows a socket, a clock or who listens.
"""
