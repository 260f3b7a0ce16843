"""What the page of an account opens beside its tab: the reasoning of today's scan, and a row of the ledger in full.

Both are made when they are first asked for. The diagram of a value stands there too and is tied by `diagram.py`.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app.models.values import HoldKind
from app.services.accounts.header import AccountHeader, HoldRow
from app.services.accounts.preview import ScanView, scan_view
from app.services.database.asking import asking
from app.services.ledger.page import LedgerRow
from app.services.suspension.explain import ScanExplanation, explain_run
from app.views.accounts.side_pane import REASONING, ROW, SidePane
from app.views.look.theme import Theme
from app.views.look.words import TRANSACTION
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.status.account_words import no_scan_words

if TYPE_CHECKING:
    from app.views.ledger.invoice_panel import InvoicePanel
    from app.views.status.reasoning_panel import ReasoningPanel


class Beside(QObject):
    """Fills the side pane of the page of one account."""

    def __init__(self, theme: Theme, runner: Runner, side: SidePane, *, account_id: int) -> None:
        super().__init__(side)
        self._theme = theme
        self._runner = runner
        self._side = side
        self._account_id = account_id
        self._header: AccountHeader | None = None
        self._is_of_hold = False
        """The reasoning is that of the hold, of the day it was placed."""
        self._question = Question(
            runner, self, answered=self._on_scan,
            failed=lambda error: self._reasoning.show_words(f"The reasoning could not be read. {error}"))

    def show_account(self, header: AccountHeader) -> None:
        """The head was read, perhaps again: so is the reasoning, where it is shown."""
        self._header = header
        if self._side.key == REASONING:
            (self.show_placed if self._is_of_hold else self._ask)()

    def show_reasoning(self) -> None:
        """Open why a scan of today would suspend, restore or leave the account."""
        self._side.add_content(REASONING, self._reasoning)
        self._side.open_content(REASONING, "What a scan of today would do", with_focus=False)
        self._is_of_hold = False
        self._ask()

    def show_placed(self) -> None:
        """Open why the overdue hold was placed, by the rules of its run and by what was known then."""
        hold = self._scanned_hold()
        if hold is None or hold.scan_run_id is None:
            self.show_reasoning()
            return
        self._side.add_content(REASONING, self._reasoning)
        self._side.open_content(REASONING, "Why the hold was placed", with_focus=False)
        self._is_of_hold = True
        self._question.ask(asking(explain_run, account_id=self._account_id, run_id=hold.scan_run_id))

    def show_row(self, row: LedgerRow) -> None:
        """Open one row of the ledger."""
        self._row_panel.show_row(row)
        self._side.add_content(ROW, self._row_panel, self._row_panel.lines, scrolls=False)
        self._side.open_content(ROW, f"{TRANSACTION[row.kind]} {row.number}", with_focus=False)

    @cached_property
    def _reasoning(self) -> ReasoningPanel:
        from app.views.status.reasoning_panel import ReasoningPanel

        return ReasoningPanel(self._theme)

    @cached_property
    def _row_panel(self) -> InvoicePanel:
        from app.views.ledger.invoice_panel import InvoicePanel

        return InvoicePanel(self._theme, self._runner)

    def _ask(self) -> None:
        self._question.ask(asking(scan_view, account_id=self._account_id))

    def _scanned_hold(self) -> HoldRow | None:
        holds = self._header.holds if self._header is not None else ()
        return next((hold for hold in holds if hold.kind is HoldKind.OVERDUE and hold.scan_run_id is not None), None)

    def _on_scan(self, scan: ScanView | ScanExplanation) -> None:
        if isinstance(scan, ScanExplanation):
            self._reasoning.set_link("What a scan of today would do", self.show_reasoning)
            self._reasoning.show_explanation(scan)
            return
        hold = self._scanned_hold()
        if hold is not None:
            self._reasoning.set_link("Why the hold was placed", self.show_placed)
        else:
            self._reasoning.drop_link()
        if scan.explanation is not None:
            self._reasoning.show_explanation(scan.explanation)
        else:
            self._reasoning.show_words(no_scan_words(self._header, scan) if self._header is not None else scan.refusal)
