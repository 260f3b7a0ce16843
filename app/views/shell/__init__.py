"""The window around all screens."""
