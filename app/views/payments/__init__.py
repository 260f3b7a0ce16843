"""Receiving payments at the window."""
