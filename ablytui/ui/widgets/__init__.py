"""One pane a file. Panes do not know each other; they post messages and their screen listens."""
