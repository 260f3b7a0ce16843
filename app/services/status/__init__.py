"""The status of accounts: derived from lifecycle and holds, changed one by one or in bulk."""
