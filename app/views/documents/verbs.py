"""What can be done with one document, wherever it is listed: the lines of its menu."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QDir, QTemporaryDir, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QWidget

from app.models.values import TransactionKind
from app.services.database.asking import asking, doing
from app.services.documents.drafting import DraftValues, draft_values
from app.services.invoicing.sending import send_invoice
from app.services.payments.payers import PayerFacts, payer_facts, payer_of_document
from app.services.printing.single import invoice_file
from app.views.asking.files import ask_where_to_save, file_name
from app.views.asking.form_dialog import FormDialog
from app.views.desk.desk import Desk
from app.views.desk.offers import Document
from app.views.documents.dialogs import (
    NewDocumentDialog,
    PostDraftDialog,
    SettleDisputeDialog,
    cancel_dialog,
    reject_dialog,
    transfer_dialog,
)
from app.views.look import tokens as tk
from app.views.running.failures import in_words
from app.views.widgets.menus import Entry

_CANCELLABLE: Final = frozenset({TransactionKind.INVOICE, TransactionKind.PAYMENT})
_POST, _CORRECT, _SETTLE = "ledger.post", "ledger.correct", "ledger.disputes.end"
_PRINT: Final = "invoices.print"
_SEND: Final = "events.send"


class DocumentVerbs:
    """One for a window."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._opened = QTemporaryDir(QDir.tempPath() + "/bursar-XXXXXX")
        """Where invoices lie that were only looked at; gone with the window."""

    def entries(self, document: Document, owner: QWidget) -> Sequence[Entry | None]:
        """The lines for a document, in their groups."""
        if document.is_draft:
            return self._of_draft(document, owner)
        copying = Entry("Copy number", partial(self._copy, document))
        if document.is_cancelled or document.kind not in _CANCELLABLE:
            return (copying,)
        corrects = self._may(_CORRECT)
        cancelling = partial(self._open_dialog, cancel_dialog, document, owner)
        if document.kind is TransactionKind.PAYMENT:
            return (Entry("Transfer payment…", partial(self._open_dialog, transfer_dialog, document, owner), corrects),
                    Entry("Cancel payment…", cancelling, corrects), None, copying)
        prints = self._may(_PRINT)
        settles = [Entry("Settle the dispute…", partial(self._settle, document, owner), self._may(_SETTLE))]
        return (
            Entry("Open the PDF", partial(self._open, document), prints),
            Entry("Save as PDF…", partial(self._ask_where, document, owner), prints),
            Entry("Send it again", partial(self._send, document), self._may(_SEND)), copying, None,
            Entry("Credit note…", partial(self._credit, document, owner), self._may(_POST)),
            *(settles if document.disputed_minor else []), Entry("Cancel invoice…", cancelling, corrects),
        )

    def _of_draft(self, document: Document, owner: QWidget) -> Sequence[Entry | None]:
        posts = self._may(_POST)
        return (Entry("Post the draft…", partial(self._post, document, owner), posts),
                Entry("Reject the draft…", partial(self._open_dialog, reject_dialog, document, owner), posts))

    # --- writing and correcting ---

    def write(self, kind: TransactionKind, account_id: int, owner: QWidget) -> None:
        """Ask for an invoice, a credit note or a refund of an account."""
        self._desk.runner.read(asking(payer_facts, account_id=account_id), failed=self._failed,
                               succeeded=lambda facts: NewDocumentDialog(self._desk, facts, kind, owner)
                               .open_and_forget())

    def _open_dialog(self, make: Callable[[Desk, Document, QWidget], FormDialog], document: Document, owner: QWidget
                     ) -> None:
        make(self._desk, document, owner).open_and_forget()

    def _credit(self, document: Document, owner: QWidget) -> None:
        self._desk.runner.read(
            asking(payer_of_document, document_id=document.id), failed=self._failed,
            succeeded=lambda facts: NewDocumentDialog(self._desk, facts, TransactionKind.CREDIT_NOTE, owner,
                                                      invoice=document).open_and_forget())

    def _settle(self, document: Document, owner: QWidget) -> None:
        self._desk.runner.read(
            asking(payer_of_document, document_id=document.id), failed=self._failed,
            succeeded=lambda facts: SettleDisputeDialog(self._desk, document, facts.today, owner).open_and_forget())

    def _post(self, document: Document, owner: QWidget) -> None:
        def both(session: Any) -> tuple[PayerFacts, DraftValues]:
            return (payer_of_document(session, document_id=document.id),
                    draft_values(session, draft_id=document.id))

        self._desk.runner.read(
            asking(both), failed=self._failed, succeeded=lambda known: PostDraftDialog(
                self._desk, document, known[1], known[0].today, owner).open_and_forget())

    # --- an invoice as a file ---

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
