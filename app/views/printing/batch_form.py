"""What to print and where to: provider, account, issue dates, folder, and one merged file besides or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.services.printing.overview import Batch
from app.services.printing.selection import Selection
from app.views.asking.choices import ChoiceBox, TickBox
from app.views.asking.dressing import Dressing
from app.views.asking.fields import DateField
from app.views.asking.files import ask_for_folder
from app.views.forms.ui_batch_form import Ui_BatchForm
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.printing.session import BatchSession
from app.views.printing.words import sums_words
from app.views.widgets.basics import ElidedLabel

_ALL = "All providers"
_ONE_THERE = "{there} of {count} is there already; {left} will be printed."
_THERE = "{there} of {count} are there already; {left} will be printed."


class BatchForm(QWidget):
    """Fields in two lines, below them what stands in the way, and the main button."""

    def __init__(self, theme: Theme, session: BatchSession, today: Callable[[], date], parent: QWidget | None = None
                 ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._says_figures = False
        form = Ui_BatchForm()
        put = Dressing(form, self, theme).put
        self.provider = put(form.provider, ChoiceBox(theme, form.provider.accessibleName()))
        self.account = form.account
        self.issued_from, self.issued_to = (put(holder, DateField(theme, holder.accessibleName(), today))
                                            for holder in (form.issued_from, form.issued_to))
        self.folder = form.folder
        self.choose_folder = form.choose_folder
        self.merged = put(form.merged, TickBox(theme, form.merged.text()))
        self.message = put(form.message, ElidedLabel(theme, ink=tk.Ink.MUTED))
        self.print_button = form.print_button
        self.folder.setText(str(session.batch.folder or ""))
        self._connect()
        self._show_providers()
        self.refresh()

    def _connect(self) -> None:
        session = self._session
        self.provider.activated.connect(self._on_changed)
        for field in (self.account, self.folder):
            field.textChanged.connect(self._on_changed)
        for day in (self.issued_from, self.issued_to):
            day.textChanged.connect(self._on_changed)
        self.merged.toggled.connect(self._on_changed)
        self.choose_folder.clicked.connect(self._ask_folder)
        self.print_button.clicked.connect(session.print_now)
        session.providers_changed.connect(self._show_providers)
        session.setup_changed.connect(self.refresh)
        session.state_changed.connect(self.refresh)

    # --- reading the fields ---

    def batch(self) -> Batch:
        """What the fields say."""
        folder = self.folder.text().strip()
        return Batch(
            Selection(provider=self._provider(), account=self.account.text().strip() or None,
                      issued_from=self.issued_from.value, issued_to=self.issued_to.value),
            Path(folder).expanduser() if folder else None,
        )

    def _provider(self) -> str | None:
        chosen = self.provider.chosen()
        return chosen if isinstance(chosen, str) else None

    def _on_changed(self, _value: object = None) -> None:
        refusal = self.issued_from.refusal or self.issued_to.refusal
        self._session.choose(self.batch(), wants_merged=self.merged.isChecked(), refusal=refusal)

    def put(self, batch: Batch, *, wants_merged: bool) -> None:
        """Fill the fields from a batch of before."""
        selection = batch.selection
        self.provider.choose(selection.provider)
        self.account.setText(selection.account or "")
        self.issued_from.set_value(selection.issued_from)
        self.issued_to.set_value(selection.issued_to)
        self.folder.setText(str(batch.folder or ""))
        self.merged.setChecked(wants_merged)
        self._on_changed()

    # --- showing ---

    def _show_providers(self) -> None:
        chosen = self._session.batch.selection.provider
        choices: list[tuple[str, object]] = [(_ALL, None)]
        choices += [(provider.name, provider.code) for provider in self._session.providers]
        self.provider.set_choices(choices, chosen)
        self.provider.updateGeometry()

    def say_figures(self, *, always: bool) -> None:
        """Say the sum in the line beside the button also where the cards would say it."""
        if always != self._says_figures:
            self._says_figures = always
            self.refresh()

    def refresh(self) -> None:
        """Show what the choice comes to."""
        session, refusal = self._session, self._session.refusal()
        self.print_button.setText(session.verb())
        self.print_button.setEnabled(not refusal)
        self.print_button.setToolTip(refusal or "Ctrl+Enter")
        self.print_button.setAccessibleDescription(refusal)
        text, ink = self._words(refusal)
        self.message.set_text(text, ink)

    def _words(self, refusal: str) -> tuple[str, str]:
        session, setup = self._session, self._session.setup
        if session.is_counting:
            return "Counting the invoices.", tk.Ink.MUTED
        if refusal:
            is_wrong = setup is None or session.count_failure is not None
            return refusal, tk.Ink.BAD if is_wrong else tk.Ink.MUTED
        if setup is not None and setup.there:
            number = self._theme.formatter.number
            words = _ONE_THERE if setup.there == 1 else _THERE
            return words.format(there=number(setup.there), count=number(setup.summary.count),
                                left=number(session.left)), tk.Ink.TEXT
        if setup is not None and (len(setup.summary.sums) > 1 or self._says_figures):
            sums = sums_words(setup.summary, self._theme.formatter)
            missing = self._theme.formatter.counted(setup.summary.missing_addresses, "address", "addresses")
            return f"{sums}; {missing} missing" if self._says_figures else sums, tk.Ink.TEXT
        return "One PDF file for each invoice.", tk.Ink.MUTED

    def _ask_folder(self) -> None:
        ask_for_folder(self, "Choose the folder to print into", self.folder.setText, begin=self.folder.text())
