"""Opens *Change credit terms…* for an account, from wherever it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QWidget

from app.services.credit.own_terms import TermsSheet, terms_sheet
from app.services.database.asking import asking
from app.views.look.theme import Theme
from app.views.running.runner import Runner


def ask_terms(theme: Theme, runner: Runner, account_id: int, owner: QWidget,
              failed: Callable[[BaseException], Any] | None = None) -> None:
    """Read the terms of an account, then ask for others over a widget."""
    def show(sheet: TermsSheet) -> None:
        from app.views.status.terms_dialog import TermsDialog  # no dialog before it is asked for

        TermsDialog(theme, runner, sheet, owner).open_and_forget()

    runner.read(asking(terms_sheet, account_id=account_id), succeeded=show, failed=failed)
