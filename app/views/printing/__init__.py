"""Printing invoices: choosing a batch, watching it being printed, and looking at its pages."""
