"""The second fold: every fact that is shown about the log, derived from its rows alone.

Nothing here decides anything. A live connection, a proxied client and an opened capture are
read by the same code, because all it knows is rows in order. Pure: time is a row's `at`, or the
`at` of an explicit tick.
"""
