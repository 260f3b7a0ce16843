"""The ledger of one account on screen."""
