"""Service requests: small tickets on accounts."""
