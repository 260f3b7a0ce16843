"""Group accounts: one account pays, fully or partly, for others."""
