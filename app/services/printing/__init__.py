"""How many invoices are printed: selections, batches, worker processes, folders."""
