"""Service requests: the list of a provider, and the tab of an account."""
