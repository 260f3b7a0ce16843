"""Credit control at the window."""
