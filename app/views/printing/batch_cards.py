"""What a batch comes to, in figures, before anything is printed."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.services.printing.overview import BatchSetup
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.printing.session import BatchSession
from app.views.printing.words import address_words, folder_words, sums_words
from app.views.widgets.figure_card import FigureCard
from app.views.widgets.layout import grows, row


class BatchCards(QWidget):
    """Invoices, total by currency, addresses, and where they go."""

    def __init__(self, theme: Theme, session: BatchSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self.count = FigureCard(theme, "Invoices")
        self.total = FigureCard(theme, "Total")
        self.addresses = FigureCard(theme, "Addresses")
        self.goes_to = FigureCard(theme, "Goes to")
        row(grows(self.count, 4), grows(self.total, 6), grows(self.addresses, 5), grows(self.goes_to, 5), on=self,
            spacing=tk.CARD_GAP)
        session.setup_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the count, or empty cards while there is none."""
        setup = self._session.setup
        if setup is None:
            for card in (self.count, self.total, self.addresses):
                card.set("–", ink=tk.Ink.FAINT)
        else:
            self._show(setup)
        self._show_folder(setup)

    def _show(self, setup: BatchSetup) -> None:
        summary, formatter = setup.summary, self._theme.formatter
        accounts = formatter.counted(summary.accounts, "account", "accounts")
        self.count.set(formatter.number(summary.count), note=f"of {accounts}" if summary.count else "")
        if len(summary.sums) == 1:
            total = summary.sums[0]
            self.total.set(formatter.amount(total.minor, total.currency), total.currency, "tax included")
        elif summary.sums:
            self.total.set(f"{len(summary.sums)} currencies", note=sums_words(summary, formatter))
        else:
            self.total.set("–", ink=tk.Ink.FAINT)
        value, note = address_words(summary, formatter)
        is_missing = bool(summary.missing_addresses)
        self.addresses.set(value or "–", note=note,
                           ink=tk.Ink.WARN if is_missing else tk.Ink.TEXT if value else tk.Ink.FAINT)

    def _show_folder(self, setup: BatchSetup | None) -> None:
        folder, formatter = self._session.batch.folder, self._theme.formatter
        kind = "one file each" + (", one merged" if self._session.wants_merged else "")
        if setup is not None and setup.there:
            kind = f"{formatter.number(setup.there)} there, {formatter.number(self._session.left)} to print"
        self.goes_to.set(folder_words(folder), note=kind if folder is not None else "",
                         ink=tk.Ink.TEXT if folder is not None else tk.Ink.FAINT)
