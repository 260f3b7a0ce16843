"""Paths and the database address: the only place that knows where things lie on a person's machine."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

APP_NAME = "bursar"
PACKAGE = Path(__file__).resolve().parent
RESOURCES = PACKAGE.parent / "resources"
"""Icons, logos and translations; beside the package in a source tree."""

DATABASE_VARIABLE = "BURSAR_DATABASE"
DATA_DIR_VARIABLE = "BURSAR_DATA_DIR"


def data_dir() -> Path:
    """The person's data directory; BURSAR_DATA_DIR overrides it."""
    given = os.environ.get(DATA_DIR_VARIABLE)
    return Path(given).expanduser() if given else Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))


def log_dir() -> Path:
    return data_dir() / "log"


def default_database() -> str:
    """The embedded file of the person's data directory."""
    return str(data_dir() / "bursar.db")


def demo_database() -> str:
    """The demo's own file, apart from the person's."""
    return str(data_dir() / "demo.db")


def database_url(option: str | None) -> str:
    """The database to use: the option, else BURSAR_DATABASE, else the embedded file."""
    return option or os.environ.get(DATABASE_VARIABLE) or default_database()
