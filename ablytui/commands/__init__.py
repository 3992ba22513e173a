"""The commands that need neither a screen nor a connection. May not know Textual."""
