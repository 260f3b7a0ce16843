"""The account screens' bench, for the wizards that open over them."""

from tests.views.accounts.conftest import backend, bench, ids, theme

__all__ = ["backend", "bench", "ids", "theme"]
