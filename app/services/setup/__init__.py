"""Set-up files: all a provider is set up with as one text, compared and applied (ARCHITECTURE.md, "Set-up files")."""
