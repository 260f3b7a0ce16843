"""Aliases that all threads share answer whole from the first question on."""

from __future__ import annotations

from sqlalchemy import inspect

from app.models.parties.provider import Provider
from app.services.attributes.limits import _HOME, _ORIGIN
from app.services.database.aliases import shared_alias
from app.services.providers.queries import _CUSTOMER


def test_the_index_of_columns_is_filled_before_anybody_asks() -> None:
    """Read where SQLAlchemy keeps it: only two threads at the very same moment would show the difference."""
    for alias in (_HOME, _ORIGIN, _CUSTOMER, shared_alias(Provider, "another")):
        columns = inspect(alias).selectable.c
        assert columns._proxy_index
        assert {metrics.column.key for found in columns._proxy_index.values() for metrics in found} == set(
            columns.keys())
