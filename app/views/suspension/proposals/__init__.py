"""The proposals of a preview as a table, and the reasoning that opens below one of them."""
