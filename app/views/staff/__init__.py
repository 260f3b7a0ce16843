"""Signing in and looking after the staff."""
