"""One account: its head, details, contacts, notes, history, services, and what a person may change on it."""
