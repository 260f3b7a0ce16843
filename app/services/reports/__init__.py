"""Reports that people read at a fixed time: the close of day."""
