"""Embedded databases that are filled once for each process of the suite, and copied for every test after that.

Filling a book through the commands takes a quarter of a second, copying its file a few milliseconds. A test gets what
it would have got: the same rows, recorded at the same instant, in a file of its own.
"""

from __future__ import annotations

import copy
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from app.services.database.engine import parse_url
from app.services.database.unit_of_work import Database

P = ParamSpec("P")
T = TypeVar("T")


class FilledBooks:
    """Copies of databases by what filled them."""

    def __init__(self, template: Path, folder: Path) -> None:
        self._template = template
        self._folder = folder
        self._answers: dict[Any, tuple[Path, Any]] = {}

    def put(self, database: Database, fill: Callable[Concatenate[Database, P], T], *arguments: P.args,
            **named: P.kwargs) -> T:
        """Have an open, untouched database hold what `fill` writes; returns what `fill` returned.

        On a server it is filled there and then.
        """
        if not database.is_embedded:
            return fill(database, *arguments, **named)
        key = (fill, arguments, tuple(sorted(named.items())), database.clock.now(), database.actor)
        if key not in self._answers:
            self._answers[key] = self._make(database, lambda made: fill(made, *arguments, **named))
        path, answer = self._answers[key]
        own = database.url.database
        assert own is not None, "the database is not a file"
        database.close()  # nothing of the file it was may stay open
        shutil.copyfile(path, own)
        found: T = copy.deepcopy(answer)
        return found

    def _make(self, database: Database, fill: Callable[[Database], T]) -> tuple[Path, T]:
        path = self._folder / f"{len(self._answers)}.db"
        shutil.copyfile(self._template, path)
        made = Database(parse_url(str(path)), clock=database.clock, actor=database.actor)
        answer = fill(made)
        made.close()
        assert not path.with_name(f"{path.name}-wal").exists(), "a connection stayed open"
        return path, answer
