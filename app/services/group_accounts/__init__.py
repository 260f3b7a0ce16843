"""Group accounts: which account pays for which others, and for what (ARCHITECTURE.md, "Group accounts")."""
