"""Screens about accounts: the tree, the customers of a provider, and the page of one account."""
