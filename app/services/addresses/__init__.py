"""Where invoices go: the billing address of accounts, and whether one is needed."""
