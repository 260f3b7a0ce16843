"""Adapters between rows that services return and Qt's views. They adapt and never decide."""
