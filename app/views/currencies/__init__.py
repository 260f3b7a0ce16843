"""Currencies of a provider and their rates."""
