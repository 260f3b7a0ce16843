"""Products: for now only what they are sorted by."""
