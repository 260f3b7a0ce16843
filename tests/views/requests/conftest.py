"""Service requests on the books of the account page."""

from tests.views.accounts.conftest import backend, bench, ids, theme

__all__ = ["backend", "bench", "ids", "theme"]
