"""Runs of scans: the list, one of them opened, what it had sent, and its report."""
