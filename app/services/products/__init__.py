"""What products of a provider are sorted by."""
