"""Rule sets of a provider: versions, the one that is entered, and what it would change today."""
