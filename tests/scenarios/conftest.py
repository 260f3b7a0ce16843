"""The window that the stories are told in; each story works on a copy of one demo."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.scenarios.desk import Desk


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
