"""What one module alone may write, held by a walk over the sources."""

from __future__ import annotations

import ast

from tests.support.sources import calls_in, dotted_name, place, python_files, syntax_of

_STATEMENTS = {"insert", "update", "delete", "insert_for", "insert_rows", "insert_rows_with_ids", "add", "add_all"}
_OF_ATTRIBUTES = {"account_attributes", "profile_attributes", "provider_attributes", "provider_effective",
                  "TABLE_OF_TIER", "AttributeChange"}


def _writes(entities: set[str]) -> list[str]:
    """The place of every statement that names one of these tables or entities to write it."""
    return [
        f"{place(path, call)} writes {', '.join(sorted(named))}"
        for path in python_files("app") if "migrations" not in path.parts
        for call, name in calls_in(syntax_of(path)) if name.rpartition(".")[2] in _STATEMENTS
        if (named := entities & {dotted_name(node) for argument in call.args for node in ast.walk(argument)})
    ]


def test_attributes_have_one_writer() -> None:
    """So a value is never set without the row that says who did, nor passed on without being kept."""
    found = _writes(_OF_ATTRIBUTES)
    assert [where for where in found if not where.startswith("app/services/attributes/writing.py:")] == []
    assert found, "the walk sees the writer itself"
