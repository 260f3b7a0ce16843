"""Reports at the window."""
