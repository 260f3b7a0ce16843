"""Scans: who may run them, what they change, what stops them, and what they did."""
