"""Letters of pages: Alt and a letter of the menu bar opens the menu, so no button or field of a page may have it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest

from app.views.shell.actions import MENUS
from tests.support.sources import ROOT, python_files, syntax_of

VIEWS, FORMS = ROOT / "app" / "views", ROOT / "ui"
_LETTER = re.compile(r"&([A-Za-z])")
_DRAWN = re.compile(r"<string>([^<]*&amp;([A-Za-z])[^<]*)</string>")
_WORDED = frozenset({"Button", "TickBox", "RowAction", "Label", "FormField", "Field", "setText", "PartSwitch"})
"""What carries words of a page; entries of menus are reached while their menu is open."""
_WINDOWS = frozenset({"Dialog", "QDialog", "WizardPage"})
"""What has no menu bar over it."""
TAKEN = frozenset(found.group(1).lower() for menu in MENUS if (found := _LETTER.search(menu)))


def bases_of(node: ast.ClassDef) -> list[str]:
    return [ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases]


@cache
def bases() -> Mapping[str, frozenset[str]]:
    """Every class of the views and what it is made of, as written."""
    return {node.name: frozenset(bases_of(node))
            for path in python_files(VIEWS) for node in ast.walk(syntax_of(path)) if isinstance(node, ast.ClassDef)}


def is_window(name: str) -> bool:
    """Whether a class is a window of its own, or a page of one."""
    return name in _WINDOWS or any(is_window(base) for base in bases().get(name, ()))


def of_pages(node: ast.AST) -> Iterator[ast.AST]:
    """What is below a node, without the classes that are windows of their own."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.ClassDef) and any(is_window(base) for base in bases_of(child))):
            yield child
            yield from of_pages(child)


def clashes_of(tree: ast.AST) -> list[str]:
    """Words of pages whose letter a menu has, or that only a value knows, with their lines."""
    classes = [node for node in ast.iter_child_nodes(tree) if isinstance(node, ast.ClassDef)]
    if classes and all(is_window(base) for node in classes for base in bases_of(node)[:1] or [""]):
        return []  # what stands beside dialogs is a part of theirs
    found = set()
    for call in of_pages(tree):
        if isinstance(call, ast.Call) and ast.unparse(call.func).partition("[")[0].rpartition(".")[2] in _WORDED:
            for part in ast.walk(call):
                match part:
                    case ast.Constant(value=str(text)) if {x.lower() for x in _LETTER.findall(text)} & TAKEN:
                        found.add(f"line {part.lineno}: {text}")
                    case ast.JoinedStr(values=values) if any(
                            isinstance(each, ast.Constant) and str(each.value).endswith("&") for each in values[:-1]):
                        found.add(f"line {part.lineno}: {ast.unparse(part)}")
    return sorted(found)


def drawn_pages() -> list[Path]:
    """Forms drawn in Designer that stand on a page."""
    pages = []
    for form in sorted(FORMS.glob("*.ui")):
        users = [syntax_of(path) for path in python_files(VIEWS)
                 if f"ui_{form.stem} import" in path.read_text(encoding="utf-8")]
        classes = [node.name for tree in users for node in tree.body if isinstance(node, ast.ClassDef)]
        if not any(is_window(name) for name in classes):
            pages.append(form)
    return pages


def test_a_clash_is_found_on_pages_alone() -> None:
    assert clashes_of(ast.parse("class Page(Screen):\n    a = Button(theme, '&Edit role…')")) == ["line 2: &Edit role…"]
    assert clashes_of(ast.parse("class Ask(FormDialog):\n    a = Button(theme, '&Edit role…')")) == []
    assert clashes_of(ast.parse("class Page(Screen):\n    a.setText(f'&{verb} it')")) == [
        "line 2: f'&{verb} it'"]
    assert clashes_of(ast.parse("class Page(Screen):\n    a = RowAction(text='E&dit role…')")) == []


@pytest.mark.parametrize("room", sorted(path.name for path in VIEWS.iterdir() if (path / "__init__.py").exists()))
def test_pages_leave_the_letters_of_the_menus_alone(room: str) -> None:
    found = {str(path.relative_to(ROOT)): lines for path in python_files(VIEWS / room)
             if "forms" not in path.parts and (lines := clashes_of(syntax_of(path)))}
    assert found == {}


def test_drawn_pages_leave_the_letters_of_the_menus_alone() -> None:
    pages = drawn_pages()
    assert FORMS / "settings_screen.ui" in pages
    found = {form.name: [words for words, letter in _DRAWN.findall(form.read_text(encoding="utf-8"))
                         if letter.lower() in TAKEN] for form in pages}
    assert {name: words for name, words in found.items() if words} == {}
