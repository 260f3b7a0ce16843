"""The office of the staff screens."""

from tests.views.staff.conftest import backend, desk

__all__ = ["backend", "desk"]
