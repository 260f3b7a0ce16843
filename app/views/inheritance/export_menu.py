"""Saving and printing a diagram: the menu, the dialogs, and what came of it in words."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QPoint, Qt, Signal
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from app.services.files.kinds import PDF, PNG, SVG
from app.services.files.writing import write_file
from app.views.asking.files import ask_where_to_save, file_name
from app.views.asking.printers import printer_names
from app.views.inheritance.export import FORMATS, Sheet, encoder, print_sheet
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner

_ITEMS: Final = {"svg": "Save as &SVG picture…", "png": "Save as &PNG picture…", "pdf": "Save as P&DF document…"}
_KINDS: Final = {"svg": SVG, "png": PNG, "pdf": PDF}
_NO_PRINTER: Final = "No printer is set up on this computer. Save a PDF and print it elsewhere."


class DiagramExport(QObject):
    """`said` tells what was saved, or why it was not. The sheet is asked for when a way was chosen."""

    said = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, sheet: Callable[[], Sheet | None], owner: QWidget) -> None:
        super().__init__(owner)
        self._theme = theme
        self._runner = runner
        self._sheet = sheet
        self._owner = owner
        self._looking = Question(runner, self, answered=self._on_printers, failed=self._on_failed)
        self.menu = QMenu("Save or print the diagram", owner)
        for ending in FORMATS:
            self.menu.addAction(_ITEMS[ending]).triggered.connect(partial(self._on_chosen, ending))
        self.menu.addSeparator()
        self.menu.addAction("P&rint…").triggered.connect(self._on_print)

    def pop_up(self, under: QWidget) -> None:
        """Show the ways below a button."""
        self.menu.popup(under.mapToGlobal(QPoint(0, under.height())))

    # --- files ---

    def ask_for_file(self, ending: str) -> None:
        """Ask where to save; the name is that of the diagram."""
        sheet = self._sheet()
        if sheet is None:
            return
        ask_where_to_save(self._owner, "Save the diagram", partial(self.save, ending),
                          kinds=f"{FORMATS[ending]} (*.{ending})", name=f"{file_name(sheet.title)}.{ending}",
                          ending=ending)

    def save(self, ending: str, path: str) -> None:
        """Draw it as it is now, and have the file written."""
        sheet = self._sheet()
        if sheet is not None:
            encode = encoder(sheet, ending, self._theme.icon_font)
            self._runner.read(partial(write_file, path=Path(path), kind=_KINDS[ending], encode=encode),
                              succeeded=self._on_written, failed=self._on_failed)

    def _on_chosen(self, ending: str, _checked: object = None) -> None:
        self.ask_for_file(ending)

    def _on_written(self, path: Path) -> None:
        self.said.emit(f"Saved as {path}.")

    def _on_failed(self, error: BaseException) -> None:
        self.said.emit(in_words(error, "The diagram was not saved"))

    # --- paper ---

    def _on_print(self) -> None:
        self._looking.ask(printer_names)

    def _on_printers(self, names: tuple[str, ...]) -> None:
        sheet = self._sheet()
        if not names or sheet is None:
            self.said.emit(_NO_PRINTER)
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(sheet.title)
        dialog = QPrintDialog(printer, self._owner)
        dialog.setWindowTitle("Print the diagram")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self._send, sheet, printer))
        QDialog.open(dialog)  # the print dialog hides this method behind one of its own

    def _send(self, sheet: Sheet, printer: QPrinter) -> None:
        is_sent = print_sheet(sheet, printer, self._theme.icon_font)
        self.said.emit("The diagram went to the printer." if is_sent else
                       "The printer does not answer. Nothing was printed.")
