"""Currencies that providers use, their rates, and what an amount is in another currency."""
