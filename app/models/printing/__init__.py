"""Print batches."""
