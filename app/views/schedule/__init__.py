"""Scheduled work in the window: who does it, when, and how it went."""
