"""One front door: names are imported from where they are defined, and screens ask queries and commands themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.sources import ROOT, dotted_name, place, python_files, syntax_of

READ_ACROSS = {
    "PowerWords": "one line of the table of powers: its label and what it allows",
    "Product": "one line of the demo's price list",
}
"""Rows that are written by position, because a table of them is read across."""
READ_ACROSS_IN_VIEWS = {
    "Box": "left, top, width and height, as every drawing says them",
    "Line": "from one point to another",
}


# --------------------------------------------------------------------------- where names come from


@cache
def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


@cache
def modules() -> dict[str, ast.Module]:
    return {module_of(path): syntax_of(path) for path in python_files("app")}


@cache
def names_of(module: str) -> set[str]:
    return defined_in(modules()[module])


def defined_in(tree: ast.Module) -> set[str]:
    """Names that a module makes itself."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
    return found


def taken_second_hand(path: Path, tree: ast.Module) -> Iterator[str]:
    """Names that a module imports from one which only imported them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom) or node.module not in modules():
            continue
        for alias in node.names:
            is_module = f"{node.module}.{alias.name}" in modules()
            if not is_module and alias.name not in names_of(node.module):
                yield f"{place(path, node)} takes {alias.name} from {node.module}"


def test_what_is_imported_is_there() -> None:
    """Types are checked in the program alone; a test that imports what was moved would fail only when it is run."""
    there = {module_of(path) for layer in ("app", "tests") for path in (ROOT / layer).rglob("*.py")}
    there |= {module.rpartition(".")[0] for module in there}
    found = [f"{place(path, node)} imports {node.module}" for path in [*python_files("app"), *python_files("tests")]
             for node in ast.walk(syntax_of(path)) if isinstance(node, ast.ImportFrom)
             and (node.module or "").startswith(("app.", "tests.")) and node.module not in there]
    assert not found, found


def test_names_are_imported_from_where_they_are_defined() -> None:
    found = [finding for path in [*python_files("app"), *python_files("tests")]
             for finding in taken_second_hand(path, syntax_of(path))]
    assert not found, found


def only_imports(tree: ast.Module) -> bool:
    """Whether a module does nothing but import, and perhaps say what may be taken from it."""
    rest = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom)
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
            and not (isinstance(node, ast.Assign) and dotted_name(node.targets[0]) == "__all__")]
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module != "__future__"]
    return bool(imports) and not rest


def test_no_module_only_hands_on() -> None:
    """A module that imports makes something of it; a package may be empty but for its words."""
    found = [module for module, tree in modules().items() if only_imports(tree)]
    assert not found, found


# --------------------------------------------------------------------------- who opens a unit of work


def only_passes_on(function: ast.FunctionDef) -> bool:
    """Whether a function does no more than to open a unit of work and call another with what it was given."""
    body = [node for node in function.body if not isinstance(node, ast.Delete)
            and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    if len(body) != 1 or not isinstance(body[0], ast.With) or len(body[0].body) != 1:
        return False
    opened = [dotted_name(item.context_expr.func) for item in body[0].items
              if isinstance(item.context_expr, ast.Call)]
    inside = body[0].body[0]
    call = inside.value if isinstance(inside, ast.Return | ast.Expr) else None
    return (any(name.rpartition(".")[2] in {"read", "write"} for name in opened) and isinstance(call, ast.Call)
            and all(dotted_name(value) != "?" for value in [*call.args, *(k.value for k in call.keywords)]))


def test_no_function_of_the_services_is_a_second_front_door() -> None:
    found = [f"{place(path, node)} {node.name}" for path in python_files("app/services")
             for node in ast.walk(syntax_of(path)) if isinstance(node, ast.FunctionDef) and only_passes_on(node)]
    assert not found, "ask with asking(query, …) or doing(command, …) of database/asking.py instead"


@pytest.mark.parametrize(("body", "is_second_door"), [
    ("    with database.read() as session:\n        return rows(session, account_id=account_id)", True),
    ("    '''Words.'''\n    del context\n    with database.write() as session:\n        change(session, at.id)", True),
    ("    with database.read() as session:\n        return tuple(rows(session, account_id=account_id))", False),
    ("    with database.read() as session:\n        return rows(session, stop=context.raise_if_cancelled())", False),
    ("    with database.read() as session:\n        first = rows(session)\n        return first, more(session)", False),
    ("    with suppress(OSError):\n        remove(path)", False),
])
def test_a_second_front_door_is_seen(body: str, is_second_door: bool) -> None:
    (function,) = ast.parse(f"def job(database, context, *, account_id):\n{body}\n").body
    assert isinstance(function, ast.FunctionDef)
    assert only_passes_on(function) is is_second_door


# --------------------------------------------------------------------------- rows by keyword


def rows_by_position(path: Path, least: int = 3) -> Iterator[tuple[ast.ClassDef, list[str]]]:
    """Frozen rows that may be made by position although two of their values could be swapped unseen."""
    for node in ast.walk(syntax_of(path)):
        if not isinstance(node, ast.ClassDef):
            continue
        for made in node.decorator_list:
            if not isinstance(made, ast.Call) or dotted_name(made.func) != "dataclass":
                continue
            said = {keyword.arg: ast.unparse(keyword.value) for keyword in made.keywords}
            kinds = [ast.unparse(field.annotation) for field in node.body if isinstance(field, ast.AnnAssign)]
            has_twins = any(one == next_ for one, next_ in pairwise(kinds))
            if said.get("frozen") == "True" and said.get("kw_only") != "True" and (len(kinds) >= least or has_twins):
                yield node, kinds


def test_rows_are_made_by_keyword() -> None:
    found = {node.name: place(path, node) for path in [*python_files("app/models"), *python_files("app/services")]
             for node, _ in rows_by_position(path)}
    assert found.keys() == READ_ACROSS.keys(), found


def test_neighbours_of_one_kind_are_never_swapped_unseen_in_views() -> None:
    found = {node.name: place(path, node) for path in python_files("app/views")
             for node, _ in rows_by_position(path, least=99)}
    assert found.keys() == READ_ACROSS_IN_VIEWS.keys(), found
