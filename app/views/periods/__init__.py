"""Accounting periods of a provider: which are closed, what stands against closing the open one, and closing it."""
