"""`ablytui drive`: the same engine without a screen, JSON lines in and out.

A thin subscriber of the Session that keeps no state of its own beyond open answers. May not know
Textual.
"""
