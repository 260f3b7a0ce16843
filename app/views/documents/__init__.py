"""The documents of a provider at the window: what waits to be posted, what came in, what settles nothing yet."""
