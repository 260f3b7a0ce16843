"""Statements compiled once for the whole run instead of once for every test's database.

SQLAlchemy keeps compiled statements per engine and tells them apart by the dialect object; a test has an engine of
its own, so each would compile the same statements anew, which is a third of the time of a database test. Here all
engines of a kind share the dialect object and the cache of the first one that connected.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy
from sqlalchemy import Engine

_CACHED_STATEMENTS = 3000


class SharedDialects:
    """Stands in for `create_engine`; engines that are made through it share what is the same for all of them."""

    def __init__(self) -> None:
        self._shared: dict[str, tuple[Any, Any]] = {}

    def create_engine(self, url: Any, **options: Any) -> Engine:
        engine = sqlalchemy.create_engine(url, query_cache_size=_CACHED_STATEMENTS, **options)
        dialect, compiled = self._shared.get(engine.name, (None, None))
        # Until it has connected a dialect does not know what its server can do.
        if dialect is None or dialect.server_version_info is None:
            self._shared[engine.name] = (engine.dialect, engine._compiled_cache)
            return engine
        engine.dialect, engine._compiled_cache = dialect, compiled
        return engine
