"""Holds, rule sets, scans and their results."""
