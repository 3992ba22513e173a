"""Models to styled text (`Content`), without an app. May not know `net`, `worker`, `service`."""
