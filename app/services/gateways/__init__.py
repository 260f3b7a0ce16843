"""Gateways: the servers by which a provider reaches the world outside, one file for each kind; they know no accounts."""
