"""Entering a promise to pay or making a payment plan, whichever tab of an account is in front."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.services.accounts.agreements import AgreementSheet, agreement_sheet
from app.services.database.asking import asking
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner


class Agreeing(QObject):
    """Opens the dialogs for a new promise or plan over a page, once it is known what they may be about."""

    def __init__(self, theme: Theme, runner: Runner, page: QWidget, *,
                 failed: Callable[[BaseException], object] | None = None) -> None:
        super().__init__(page)
        self._theme = theme
        self._runner = runner
        self._page = page
        self._open: Callable[[AgreementSheet], None] = self._open_promise
        self._question = Question(runner, self, answered=self._on_sheet, failed=failed)

    def promise(self, account_id: int) -> None:
        """Enter a promise to pay."""
        self._ask(account_id, self._open_promise)

    def plan(self, account_id: int) -> None:
        """Make a payment plan."""
        self._ask(account_id, self._open_plan)

    def _ask(self, account_id: int, opens: Callable[[AgreementSheet], None]) -> None:
        self._open = opens
        self._question.ask(asking(agreement_sheet, account_id=account_id))

    def _on_sheet(self, sheet: AgreementSheet) -> None:
        self._open(sheet)

    def _open_promise(self, sheet: AgreementSheet) -> None:
        from app.views.ledger.agreement_dialogs import PromiseDialog  # no dialog before it is asked for

        PromiseDialog(self._theme, self._runner, sheet, self._page).open_and_forget()

    def _open_plan(self, sheet: AgreementSheet) -> None:
        from app.views.ledger.plan_wizard import PlanWizard

        PlanWizard(self._theme, self._runner, sheet, self._page).open_and_forget()
