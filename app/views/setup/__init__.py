"""Comparing a set-up file with the database, and applying it."""
