"""The printers of this computer."""

from __future__ import annotations

from typing import Any

from PySide6.QtPrintSupport import QPrinterInfo

from app.services.jobs import JobContext


def printer_names(_database: Any, _context: JobContext) -> tuple[str, ...]:
    """Names of the printers of this computer; asking the print system may take a while."""
    return tuple(QPrinterInfo.availablePrinterNames())
