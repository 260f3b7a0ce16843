"""The focused account below a customer list: who, four figures, and what a scan of today would do and why."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal

from app.models.values import AccountStatus, ScanOutcome
from app.services.database.asking import asking
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import ENTERPRISE, OUTCOME, STATUS, TYPE
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.status.account_words import credit_words, no_scan_words
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Button, ElidedLabel, LinkButton, Panel
from app.views.widgets.empty_state import IconSign
from app.views.widgets.figure_card import FigureCard
from app.views.widgets.layout import at_top, column, grows, row
from app.views.widgets.wrapped_words import WrappedWords

if TYPE_CHECKING:
    from app.services.accounts.header import AccountHeader
    from app.services.accounts.preview import AccountPreview, ScanView
    from app.services.database.unit_of_work import Database
    from app.services.jobs import JobContext

_DOT = " · "


class CustomerPreview(Panel):
    """`open_asked` and `reasoning_asked` name the account that is shown."""

    open_asked = Signal(int)
    reasoning_asked = Signal(int)
    shown = Signal(object)  # AccountPreview

    def __init__(self, theme: Theme, runner: Runner) -> None:
        super().__init__(theme, line=Qt.Edge.TopEdge)
        self._account_id: int | None = None
        self._preview: AccountPreview | None = None
        self._question = Question(runner, self, answered=self._show, failed=self._on_failed)
        self.setAccessibleName("Preview of the focused account")
        self._build()
        self._show_nothing()

    @property
    def account_id(self) -> int | None:
        return self._account_id

    @property
    def preview(self) -> AccountPreview | None:
        """What is shown, once it has been read."""
        return self._preview

    def show_account(self, account_id: int | None) -> None:
        """Read and show an account; what is shown stays until it is there. None shows nothing."""
        self._account_id = account_id
        if account_id is None:
            self._question.drop()
            self._show_nothing()
        else:
            self._question.ask(partial(_read_preview, account_id=account_id))

    def refresh(self) -> None:
        if self._account_id is not None:
            self.show_account(self._account_id)

    # --- building ---

    def _build(self) -> None:
        theme = self.theme
        self._name = ElidedLabel(theme, size=tk.TITLE, weight=600)
        self._status = Badge(theme)
        self._due = Badge(theme)
        self._who = ElidedLabel(theme, ink=tk.Ink.MUTED)
        self._open = Button(theme, "Open account", icon=Icon.OPEN, run=self._on_open)
        self._open.setToolTip("Open account (Enter)")
        self._cards = [FigureCard(theme, label, note_lines=2) for label in
                       ("Balance", "Overdue and payable", "Credit left", "A scan of today")]
        self._sign = IconSign(theme, Icon.INFO, tk.Ink.INFO, size=16)
        self._why = WrappedWords(theme)
        self._link = LinkButton(theme, "See the whole reasoning", run=self._on_reasoning)
        policy = self._link.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # so that the list above never changes its height
        self._link.setSizePolicy(policy)
        words = column(row(self._name, self._status, self._due, ..., spacing=10), self._who, spacing=2)
        column(row(grows(words), at_top(self._open)),
               row(*map(grows, self._cards), spacing=tk.CARD_GAP),
               row(at_top(self._sign), grows(self._why), at_top(self._link)),
               on=self, margins=(tk.PAGE_MARGIN, 12, tk.PAGE_MARGIN, 10), spacing=8)

    # --- showing ---

    def _show_nothing(self) -> None:
        self._preview = None
        self._name.set_text("")
        self._who.set_text("")
        self._why.set_text("The account under the keyboard is shown here.")
        for part in (self._status, self._due, self._link, self._sign):
            part.hide()
        self._open.setEnabled(False)
        for card in self._cards:
            card.set()

    def _show(self, preview: AccountPreview) -> None:
        self._preview = preview
        header, look = preview.header, STATUS[preview.header.status]
        self._name.set_text(header.name)
        self._status.set(look.text, look.tone or tk.Tone.GOOD, look.icon)
        self._status.show()
        self._who.set_text(who_line(header))
        self._open.setEnabled(True)
        self._show_due(preview.scan.outcome)
        self._show_figures(preview, self.theme.formatter)
        self._show_why(header, preview.scan)
        self.shown.emit(preview)

    def _show_due(self, outcome: ScanOutcome | None) -> None:
        look = OUTCOME[outcome] if outcome is not None else None
        self._due.setVisible(look is not None and bool(look.badge))
        if look is not None:
            self._due.set(look.badge, look.tone, look.icon)

    def _show_figures(self, preview: AccountPreview, formatter: Formatter) -> None:
        header, figures = preview.header, preview.header.figures
        balance, payable, credit, scan = self._cards
        unit = header.currency
        count = formatter.counted(figures.open_invoices, "open invoice", "open invoices")
        balance.set(formatter.amount(figures.balance_minor, unit), unit, count)
        is_late = figures.overdue_payable_minor > 0
        note = f"{formatter.counted(figures.oldest_overdue_days, 'day', 'days')} late" if is_late else "Nothing is late"
        payable.set(formatter.amount(figures.overdue_payable_minor, unit), unit, note,
                    ink=tk.Ink.BAD if is_late else tk.Ink.TEXT)
        text, credit_unit, ink = credit_words(header, formatter)
        credit.set(text, credit_unit, header.credit.note, ink=ink)
        scan.set(*_scan_words(header, preview.scan))

    def _show_why(self, header: AccountHeader, scan: ScanView) -> None:
        explanation = scan.explanation
        text = no_scan_words(header, scan) if explanation is None else (
            f"Why: {' '.join(reason.words for reason in explanation.reasons[:2])}")
        self._why.set_text(text)
        self._sign.show()
        self._link.setVisible(explanation is not None)

    def _on_failed(self, error: BaseException) -> None:
        self._show_nothing()
        self._why.set_text(f"This account could not be read. {error}")

    def _on_open(self) -> None:
        if self._account_id is not None:
            self.open_asked.emit(self._account_id)

    def _on_reasoning(self) -> None:
        if self._account_id is not None:
            self.reasoning_asked.emit(self._account_id)


def _read_preview(database: Database, context: JobContext, *, account_id: int) -> AccountPreview:
    """The job that reads a preview; what judges accounts is imported in its thread, when the list shows its rows."""
    from app.services.accounts.preview import account_preview

    return asking(account_preview, account_id=account_id)(database, context)


def who_line(header: AccountHeader) -> str:
    """Code, kind, profile and provider: "A0002 · Individual · Residential · Harbour Telecom"."""
    kind = ENTERPRISE[header.enterprise] if header.type.value == "end_user" else TYPE[header.type]
    return _DOT.join((header.code, kind, header.profile, header.provider_name))


def _scan_words(header: AccountHeader, scan: ScanView) -> tuple[str, str, str]:
    explanation = scan.explanation
    if explanation is None:
        return "Does not judge it", "", no_scan_words(header, scan)
    if explanation.outcome is ScanOutcome.NONE and header.status is AccountStatus.SUSPENDED:
        return "Stays suspended", "", explanation.changes_when
    reasons = explanation.reasons
    effect = explanation.outcome in {ScanOutcome.SUSPEND, ScanOutcome.EXCLUDED}
    note = reasons[-1].words if effect else explanation.changes_when or reasons[0].words
    return OUTCOME[explanation.outcome].card, "", note
