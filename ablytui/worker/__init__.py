"""The Session: one queue, `step`, and the performance of its effects.

May know: `net`, `capture`, `protocol`, asyncio. May not know Textual or who listens.
"""
