"""The account tree and what is found in it."""
