"""Attributes as they are read and edited."""
