"""Attributes: one resolver in two forms, the values, and where they come from."""
