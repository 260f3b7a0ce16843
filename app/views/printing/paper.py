"""Invoices on paper: which printers there are, the dialog, and the pages sent one by one.

Pages are drawn in the background by the renderer of the preview at 200 dpi; only one is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QRect, Qt, Signal
from PySide6.QtGui import QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from app.services.printing.preview import PreviewPage, preview_page
from app.services.printing.queries import SelectedInvoice
from app.views.asking.printers import printer_names
from app.views.look.formatting import Formatter
from app.views.printing.page_view import image_of
from app.views.running.question import Question
from app.views.running.runner import Runner

_DPI: Final = 200
_NO_PRINTER: Final = "No printer is set up on this computer. The PDF files can be printed elsewhere."


class PaperPrinting(QObject):
    """Sends invoices to a printer. `said` tells how far it is; `changed` that it can, cannot, began or ended."""

    changed = Signal()
    said = Signal(str)

    def __init__(self, runner: Runner, formatter: Formatter, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._formatter = formatter
        self._names: tuple[str, ...] | None = None
        self._looking = Question(runner, self, answered=self._on_names, failed=partial(self._on_names, ()))
        self._drawing = Question(runner, self, answered=self._on_page, failed=self._on_failed)
        self._lines: list[SelectedInvoice] = []
        self._place = 0
        self._sent = 0
        self._printer: QPrinter | None = None
        self._painter: QPainter | None = None

    def look(self) -> None:
        """Find out which printers there are, once."""
        if self._names is None and not self._looking.is_busy:
            self._looking.ask(printer_names)

    @property
    def refusal(self) -> str:
        """Why nothing can be sent to paper, in words."""
        if self._names is None:
            return "Looking for printers."
        return "" if self._names else _NO_PRINTER

    @property
    def is_busy(self) -> bool:
        return self._painter is not None

    def ask(self, lines: Sequence[SelectedInvoice], parent: QWidget) -> None:
        """Open the dialog of the print system; accepted, the invoices go to the printer chosen."""
        if self.refusal or self.is_busy or not lines:
            return
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        printer.setDocName(self._document_name(lines))
        dialog = QPrintDialog(printer, parent)
        dialog.setWindowTitle("Print on paper")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(partial(self.send, tuple(lines), printer))
        QDialog.open(dialog)  # the print dialog hides this method behind one of its own

    def send(self, lines: Sequence[SelectedInvoice], printer: QPrinter) -> None:
        """Print the pages of these invoices, one after the other."""
        printer.setFullPage(True)
        painter = QPainter()
        if not painter.begin(printer):
            self.said.emit("The printer does not answer. Nothing was printed.")
            return
        self._lines, self._place, self._sent = list(lines), 0, 0
        self._printer, self._painter = printer, painter
        self.changed.emit()
        self._ask_page(0)

    def stop(self) -> None:
        """Print nothing more; pages the printer has got already come out."""
        if self.is_busy:
            self._drawing.drop()
            self._end(f"Stopped. {self._pages()} went to the printer.")

    # --- page by page ---

    def _ask_page(self, page: int) -> None:
        line = self._lines[self._place]
        number = self._formatter.number
        self.said.emit(f"{line.number}, page {page + 1}, invoice {number(self._place + 1)} of "
                       f"{number(len(self._lines))}")
        self._drawing.ask(partial(preview_page, invoice_id=line.id, page=page, scale=_DPI / 72))

    def _on_page(self, page: PreviewPage) -> None:
        painter, printer = self._painter, self._printer
        if painter is None or printer is None:
            return
        if self._sent:
            printer.newPage()
        painter.drawImage(_paper(printer), image_of(page))
        self._sent += 1
        if page.page + 1 < page.page_count:
            self._ask_page(page.page + 1)
        elif self._place + 1 < len(self._lines):
            self._place += 1
            self._ask_page(0)
        else:
            self._end(f"{self._pages()} went to the printer.")

    def _on_failed(self, error: BaseException) -> None:
        number = self._lines[self._place].number
        self._end(f"{number} could not be drawn: {error} {self._pages()} went to the printer.")

    def _on_names(self, names: tuple[str, ...], *_: object) -> None:
        self._names = names
        self.changed.emit()

    def _end(self, words: str) -> None:
        if self._painter is not None:
            self._painter.end()
        self._painter, self._printer = None, None
        self.changed.emit()
        self.said.emit(words)

    def _pages(self) -> str:
        return self._formatter.counted(self._sent, "page", "pages")

    def _document_name(self, lines: Sequence[SelectedInvoice]) -> str:
        return lines[0].number if len(lines) == 1 else f"{len(lines)} invoices"


def _paper(printer: QPrinter) -> QRect:
    """The whole sheet in dots of the printer."""
    return printer.pageLayout().fullRectPixels(printer.resolution())
