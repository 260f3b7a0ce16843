"""Asks for the period of a statement of account, and where to save it."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.services.database.asking import asking
from app.services.payments.payers import PayerFacts, payer_facts
from app.services.printing.statements import save_account_statement
from app.views.asking.fields import DateField
from app.views.asking.files import ask_where_to_save, file_name
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import FormField
from app.views.desk.desk import Desk
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.failures import in_words
from app.views.running.question import Question


class StatementDialog(FormDialog):
    """Begins with the last three whole months up to today."""

    def __init__(self, desk: Desk, account_id: int, parent: QWidget) -> None:
        self._desk = desk
        self._account_id = account_id
        self._facts: PayerFacts | None = None
        super().__init__(
            desk.theme, desk.runner, "Statement of account",
            "What was charged and paid from the first day to the last, both included.", verb="Save as PDF…",
            icon=Icon.PDF, parent=parent, fields=(
                FormField(key="since", label="&From", needed="Type the first day.",
                          made=lambda theme: DateField(theme, "From", self._today)),
                FormField(key="until", label="&To", needed="Type the last day.",
                          made=lambda theme: DateField(theme, "To", self._today))))
        self._know = Question(desk.runner, self, answered=self._on_facts, failed=self._refuse)
        self._know.ask(asking(payer_facts, account_id=account_id))

    def _today(self) -> date:
        return self._facts.today if self._facts is not None else self._desk.today()

    def _on_facts(self, facts: PayerFacts) -> None:
        self._facts = facts
        first = facts.today.replace(day=1)
        for _ in range(3):
            first = (first - timedelta(days=1)).replace(day=1)
        self.entries.fill({"since": first, "until": facts.today})
        self.entries.focus("since")

    def refusals(self) -> dict[str, str]:
        since, until = self.entries.value("since"), self.entries.value("until")
        if since is not None and until is not None and until < since:
            return {"until": "It ends before it begins."} | super().refusals()
        return super().refusals()

    def submit(self) -> None:
        """Ask where to save it, unless a day is missing."""
        refusals = self.refusals()
        self.entries.refuse(refusals)
        if not refusals and self._facts is not None:
            since, until = self.entries.value("since"), self.entries.value("until")
            name = file_name(f"Statement {self._facts.code} {since.isoformat()} {until.isoformat()}", "Statement")
            ask_where_to_save(self, "Save the statement", partial(self._save, since, until), ending="pdf",
                              kinds="PDF (*.pdf)", name=f"{name}.pdf")

    def _save(self, since: date, until: date, path: str) -> None:
        self._runner.read(partial(save_account_statement, account_id=self._account_id, since=since, until=until,
                                  path=Path(path)), succeeded=self._on_saved, failed=self._refuse)

    def _on_saved(self, sentence: str) -> None:
        self._desk.notices.say(sentence)
        self.accept()

    def _refuse(self, error: BaseException) -> None:
        self._desk.notices.say("The statement was not saved", in_words(error), tone=tk.Tone.BAD)
