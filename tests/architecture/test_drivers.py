"""Tests of screens work from outside: by names, keys and what is shown, so that a screen may be built anew."""

from __future__ import annotations

import ast

import pytest
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tests.support.driver import Driver, NotThereError
from tests.support.sources import place, python_files, syntax_of

MOST = 22
"""Accesses to private members of other objects, most of them in tests of models; the number goes down, never up."""


def private_accesses(*folders: str) -> list[str]:
    """Where tests reach into what an object keeps to itself."""
    found = []
    for folder in folders:
        for path in python_files(folder):
            for node in ast.walk(syntax_of(path)):
                if not isinstance(node, ast.Attribute) or not node.attr.startswith("_") or node.attr.startswith("__"):
                    continue
                if not (isinstance(node.value, ast.Name) and node.value.id in {"self", "cls"}):
                    found.append(f"{place(path, node)} {node.attr}")
    return found


def test_tests_of_screens_know_no_private_members() -> None:
    found = private_accesses("tests/views", "tests/scenarios")
    assert len(found) <= MOST, f"{len(found)} accesses, {MOST} at most:\n" + "\n".join(sorted(found))


@pytest.fixture
def form(qtbot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    name, hidden = QLineEdit(window), QLineEdit(window)
    label = QLabel("&Name", window)
    label.setBuddy(name)
    name.setAccessibleName("Name")
    hidden.setAccessibleName("Code")
    for widget in (label, name, hidden, QLabel("Balance 66.00 AUD", window), QPushButton("&Save", window)):
        column.addWidget(widget)
    hidden.hide()
    window.show()
    return window


def test_a_driver_finds_by_name_or_its_first_words(form: QWidget) -> None:
    driver = Driver(form)
    driver.fill("Name", "Acme")
    assert driver.value("Name") == "Acme"
    assert driver.find("Balance", QLabel).text() == "Balance 66.00 AUD"
    assert not driver.has("Bal")
    assert driver.words() == ["Name", "Balance 66.00 AUD", "Save"]


def test_what_is_hidden_switched_off_or_not_there_is_said_with_what_there_is(form: QWidget) -> None:
    driver = Driver(form)
    with pytest.raises(NotThereError, match=r"'Code' is not shown; there are: 'Name'$"):
        driver.field("Code")
    driver.button("Save").setEnabled(False)
    with pytest.raises(NotThereError, match="'Save' cannot be pressed"):
        driver.click("Save")
    QPushButton("Save", form).show()
    with pytest.raises(NotThereError, match="'Save' is shown 2 times"):
        driver.button("Save")
