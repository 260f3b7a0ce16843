"""Scheduled work: what of a provider is due when, reminders, and one round of everything that is due."""
