"""The program's own sources, for tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def python_files(folder: str) -> tuple[Path, ...]:
    """Every module under a folder of the repository, generated forms left out."""
    return tuple(sorted(path for path in (ROOT / folder).rglob("*.py") if not path.name.startswith("ui_")))


@cache
def syntax_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def place(path: Path, node: ast.AST) -> str:
    """Where a finding stands, as editors understand it."""
    return f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def dotted_name(node: ast.AST) -> str:
    """The dotted text of a name or attribute chain; "?" stands for what is not a name."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{dotted_name(node.value)}.{node.attr}"
        case _:
            return "?"


def calls_in(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call below a node with the dotted name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, dotted_name(node.func)
