"""What can be done with one document, wherever it is listed: the lines of its menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QDir, QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from app.models.values import TransactionKind
from app.services.database.asking import doing
from app.services.invoicing.sending import send_invoice
from app.services.printing.single import invoice_file
from app.views.asking.files import ask_where_to_save, file_name
from app.views.desk.desk import Desk
from app.views.desk.offers import Document
from app.views.look import tokens as tk
from app.views.running.failures import in_words
from app.views.widgets.menus import Entry

_PRINT: Final = "invoices.print"
_SEND: Final = "events.send"


class DocumentVerbs:
    """One for a window."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._opened = QTemporaryDir(QDir.tempPath() + "/bursar-XXXXXX")
        """Where invoices lie that were only looked at; gone with the window."""

    def entries(self, document: Document, owner: QWidget) -> Sequence[Entry | None]:
        """The lines for a posted document, in their groups."""
        if document.kind is not TransactionKind.INVOICE or not document.number:
            return (Entry("Copy number", partial(self._copy, document)),) if document.number else ()
        prints, sends = self._may(_PRINT), self._may(_SEND)
        return (
            Entry("Open the PDF", partial(self._open, document), prints),
            Entry("Save as PDF…", partial(self._ask_where, document, owner), prints),
            Entry("Send it again", partial(self._send, document), sends),
            Entry("Copy number", partial(self._copy, document)),
        )

    def _may(self, power: str) -> bool:
        return not self._desk.powers.refusal(power)

    def _copy(self, document: Document) -> None:
        QGuiApplication.clipboard().setText(document.number)
        self._desk.notices.say(f"{document.number} copied")

    def _open(self, document: Document) -> None:
        self._write(document, Path(self._opened.path()), self._show)

    def _show(self, path: str) -> None:
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(path)):
            self._desk.notices.say("No program opens PDF files here", "Save the invoice and open it by hand.",
                                   tone=tk.Tone.WARN)

    def _ask_where(self, document: Document, owner: QWidget) -> None:
        ask_where_to_save(owner, f"Save {document.number}", partial(self._save, document), ending="pdf",
                          kinds="PDF (*.pdf)", name=f"{file_name(document.number, 'Invoice')}.pdf")

    def _save(self, document: Document, path: str) -> None:
        self._write(document, Path(path), partial(self._say_saved, document))

    def _say_saved(self, document: Document, path: str) -> None:
        self._desk.notices.say(f"{document.number} saved", f"As {path}.")

    def _write(self, document: Document, path: Path, then: Callable[[str], object]) -> None:
        self._desk.runner.read(partial(invoice_file, invoice_id=document.id, path=path),
                               succeeded=then, failed=self._failed)

    def _send(self, document: Document) -> None:
        self._desk.runner.write(doing(send_invoice, invoice_id=document.id),
                                succeeded=lambda _changes: self._desk.notices.say(
                                    f"{document.number} is on its way", "Its message stands in the outbox."),
                                failed=self._failed)

    def _failed(self, error: BaseException) -> None:
        self._desk.notices.say("Not done", in_words(error), tone=tk.Tone.BAD)
