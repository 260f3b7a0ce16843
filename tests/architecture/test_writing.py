"""Who writes how: through `attempt`, which may run twice, and with locks that are taken in one place and order."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from app.services.database.dialects import LOCK_ORDER
from tests.support.sources import dotted_name, place, python_files, syntax_of

RUN_ONCE = {
    "app/services/database/upgrade.py": "a schema is upgraded once, beside nobody",
    "app/services/demo/making.py": "fills a database that nobody else has yet, and what it draws counts on",
    "app/services/demo/all_or_nothing.py": "puts back what was there before, on a database that nobody else may use",
}
"""Modules whose units of work are not run again by themselves, and why."""
_LOCKS = {"lock_row": 1, "lock_rows": 1}


def calls(name: str) -> Iterator[tuple[str, str, ast.Call]]:
    """Every call of a name or a method of that name: module, place, node."""
    for path in python_files("app"):
        for node in ast.walk(syntax_of(path)):
            if isinstance(node, ast.Call) and dotted_name(node.func).rpartition(".")[2] == name:
                where = place(path, node)
                yield where.rpartition(":")[0], where, node


def test_whoever_writes_may_be_run_again_or_says_why_not() -> None:
    bare = {module for module, _, node in calls("write")
            if dotted_name(node.func).rpartition(".")[0].rpartition(".")[2] in ("database", "db")}
    assert bare == RUN_ONCE.keys(), "use Database.attempt, or say why it cannot be done twice"


def test_rows_are_locked_in_one_place() -> None:
    found = [where for _, where, _ in calls("with_for_update")]
    found += [place(path, node) for path in python_files("app") for node in ast.walk(syntax_of(path))
              if isinstance(node, ast.Constant) and isinstance(node.value, str) and "FOR UPDATE" in node.value]
    assert all(where.startswith("app/services/database/dialects.py") for where in found), found
    assert len(found) == 1, "and never so that others cannot refer to the row"


def test_every_table_that_is_locked_has_its_place_in_the_order() -> None:
    tables = {}
    for name, position in _LOCKS.items():
        for _, where, node in calls(name):
            if not where.startswith("app/services/database/"):
                table = node.args[position]
                assert isinstance(table, ast.Constant | ast.Starred), where
                if isinstance(table, ast.Constant):
                    tables[table.value] = where
    assert tables, "the walk finds something"
    assert tables.keys() <= set(LOCK_ORDER), tables
