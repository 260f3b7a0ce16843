"""Invoices on paper: the frozen document, its layouts, the workers that draw it and the batch that drives them."""
