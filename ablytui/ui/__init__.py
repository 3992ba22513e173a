"""The screens: Textual, and the other thin subscriber of the Session.

Widgets get data from their screen and post messages to it; `present` turns models into text and
is tested without an app. Only `bridge` and `app` may know the Session, the store and the service.
"""
