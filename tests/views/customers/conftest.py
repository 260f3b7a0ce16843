"""The account screens' bench."""

from tests.views.accounts.conftest import backend, bench, ids, theme

__all__ = ["backend", "bench", "ids", "theme"]
