"""Hashes of passwords that cost next to nothing, so that people can be made and sign in by the hundred."""

from __future__ import annotations

from argon2 import PasswordHasher


def quick_hasher(**_parameters: int) -> PasswordHasher:
    """argon2id with the least of everything."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
