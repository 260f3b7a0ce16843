"""Credit ratings."""
