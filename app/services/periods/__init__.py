"""Accounting periods of a provider: how they run, what stands against closing one, and the closing."""
