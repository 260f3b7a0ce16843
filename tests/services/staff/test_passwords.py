"""How passwords are kept: dearly, in the program; the other tests take a hasher that costs nothing."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from app.services.staff import sign_in as signing


def test_the_program_hashes_as_the_library_advises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("argon2.PasswordHasher", PasswordHasher)
    signing.hasher.cache_clear()
    try:
        kept = signing.hash_password("correct horse 1")
        assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
        assert signing.matches(kept, "correct horse 1")
        assert not signing.matches(kept, "correct horse 2")
    finally:
        signing.hasher.cache_clear()
