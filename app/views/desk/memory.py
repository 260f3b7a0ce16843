"""What the window remembers of one database: which tabs were open, which nodes of the tree.

It is kept in the settings of this person. Settings are a file that people may damage; what cannot be read is empty.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from PySide6.QtCore import QObject, QSettings, Signal


class BooksMemory(QObject):
    """`saving` is said when the window writes how it stands; whoever has something to keep keeps it then."""

    saving = Signal()

    def __init__(self, settings: QSettings, books: str, parent: QObject | None = None) -> None:
        """`books` tells one database from another; it is its address and stays out of the file."""
        super().__init__(parent)
        self._settings = settings
        self._prefix = f"books/{hashlib.sha256(books.encode()).hexdigest()[:12]}"

    def keep(self, what: str, value: dict[str, Any]) -> None:
        """Remember plain values under a name."""
        self._settings.setValue(f"{self._prefix}/{what}", json.dumps(value))

    def flush(self) -> None:
        """Write to the disk what was kept, and read what other programs wrote."""
        self._settings.sync()

    def kept(self, what: str) -> dict[str, Any]:
        """What `keep` was given; empty where there is nothing or nothing readable."""
        try:
            read = json.loads(str(self._settings.value(f"{self._prefix}/{what}", "")) or "{}")
        except ValueError:
            return {}
        return read if isinstance(read, dict) else {}
