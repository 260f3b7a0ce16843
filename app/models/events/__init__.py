"""Events: what may be told, to whom it is told, and what is on its way."""
