"""The demo that the stories begin with, made once; each story works on a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.demo.making import create_demo
from tests.scenarios.desk import NOW, Desk


@pytest.fixture(scope="session")
def demo_of_sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("stories") / "demo.db"
    create_demo(str(path), accounts=60, until=NOW.date())
    return path


@pytest.fixture
def books(demo_of_sixty: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(demo_of_sixty, tmp_path / "demo.db"))


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    return QSettings(str(tmp_path / "window.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def desk(qtbot: QtBot, qapp: QApplication, books: Path, settings: QSettings) -> Iterator[Desk]:
    made = Desk(qtbot, qapp, books, settings)
    yield made
    made.leave()
