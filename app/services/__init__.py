"""What the business does: commands, queries, scans, printing. Knows nothing of Qt or of views."""
