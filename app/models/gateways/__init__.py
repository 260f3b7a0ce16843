"""Gateways: how a provider reaches the world outside."""
