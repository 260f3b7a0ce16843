"""Attributes: the catalogue, and the wide rows of what is set."""
