"""The hierarchy of accounts: made, found, walked and moved."""
