"""The ledger: writing it, reading it as of any date, and one page of it."""
