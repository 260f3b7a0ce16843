"""The tabs in the middle of the window: what stands in them, how one moves between them, and what closing one asks."""
