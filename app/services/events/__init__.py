"""Events: which fire for whom, and the rows of the outbox that they leave."""
