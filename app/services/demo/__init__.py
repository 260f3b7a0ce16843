"""The demo: a wholesale provider with its retail providers, two years of invoices, and something on every screen.

It is made of nothing but a seed, a number of customers and its last day, so the same three give the same content, down
to the instants at which rows are recorded. Business happens through the same commands as in life: documents through
the ledger, suspensions through scans that the demo runs on days before the last one.

Context, decision, cost: customers are written in chunks, each with its whole history, because a hundred thousand of
them must fit. Their invoices still carry numbers in the order of dates, because all dates are drawn beforehand.
"""
