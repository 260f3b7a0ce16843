"""Bursar: the back-office client of service providers."""

__version__ = "0.4.0"
