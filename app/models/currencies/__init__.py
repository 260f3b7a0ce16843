"""Currencies of providers and their rates, as they are stored."""
