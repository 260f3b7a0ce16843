"""The outbox: what was told to whom, what was not, and why."""
