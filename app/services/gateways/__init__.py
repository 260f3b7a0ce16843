"""Gateways: the servers by which a provider reaches the world outside; they know no accounts."""
