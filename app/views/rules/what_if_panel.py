"""What a rule set would change today: counts beside those of the version in force, and the accounts behind them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QWidget

from app.models.values import ScanOutcome
from app.services.database.asking import stoppable
from app.services.rules.versions import RuleDraft
from app.services.suspension.what_if import WhatIf, WhatIfRow, what_would_change
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind, text_column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.figure_lines import FigureLines
from app.views.widgets.layout import column, grows

_PAUSE_MS: Final = 400
"""So long nobody types before it is judged."""
_LEAST_ROWS: Final = 5
"""So many rows are seen on the smallest window; beyond that the panel scrolls."""
_WORDS: Final = {ScanOutcome.SUSPEND: "Suspend", ScanOutcome.RESTORE: "Restore", ScanOutcome.EXCLUDED: "Excluded",
                 ScanOutcome.NONE: "Nothing"}
_COUNTED: Final = {ScanOutcome.SUSPEND: "to suspend", ScanOutcome.RESTORE: "to restore",
                   ScanOutcome.EXCLUDED: "excluded, left alone"}


class WhatIfPanel(QWidget):
    """Asked with a draft; judged once typing pauses, in the background."""

    paused = Signal(int, object)  # provider id and RuleDraft: typing paused, and it is judged now

    def __init__(self, theme: Theme, runner: Runner, open_account: Callable[[int], object]) -> None:
        super().__init__()
        self._theme = theme
        self._wanted: tuple[int, RuleDraft] | None = None
        self._shown: tuple[int, RuleDraft] | None = None
        self._sentence = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._figures = FigureLines(theme)
        self._lines = {
            ScanOutcome.SUSPEND: self._figures.add(Icon.SUSPENDED, tk.Ink.BAD),
            ScanOutcome.RESTORE: self._figures.add(Icon.GOOD, tk.Ink.GOOD),
            ScanOutcome.EXCLUDED: self._figures.add(Icon.INFO, tk.Ink.INFO),
        }
        self.model: RowsTableModel[WhatIfRow] = RowsTableModel(
            what_if_columns(), lambda row: row.account_id, theme.formatter, self)
        self.table = DataTable(theme, "Accounts that would be judged otherwise")
        self.table.show_model(self.model)
        self._open_account = open_account
        self.table.opened.connect(self._on_opened)
        self.table.setMinimumHeight(theme.sizes.row * _LEAST_ROWS)
        self._more = Label(theme, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        title = Label(theme, "What would change today", size=tk.SECTION, weight=600, wraps=True)
        column(title, self._figures, self._sentence, grows(self.table), self._more, on=self, spacing=8)
        self._question = Question(runner, self, answered=self._on_answer, failed=self._on_failed)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        self.setAccessibleName("What would change today")
        self.say("Nothing is compared yet.")

    @property
    def is_pausing(self) -> bool:
        """It waits for a pause in typing."""
        return self._pause.isActive()

    def try_draft(self, provider_id: int, draft: RuleDraft, *, at_once: bool = False) -> None:
        """Judge by this draft once typing pauses; `at_once` where nobody types."""
        self._wanted = provider_id, draft
        if self._wanted != self._shown:
            self._pause.start(0 if at_once else _PAUSE_MS)

    def read_again(self) -> None:
        """The books were changed: judge anew."""
        self._shown = None
        if self._wanted is not None:
            self._pause.start(0)

    def say(self, words: str) -> None:
        """Show words instead of a comparison, as while a field is refused."""
        self._pause.stop()
        self._question.drop()
        self._wanted = self._shown = None
        self._show(words, None)

    # --- inside ---

    def _ask(self) -> None:
        if self._wanted is not None:
            provider_id, draft = self._wanted
            self._sentence.setText("Judging the accounts of today.")
            self.paused.emit(provider_id, draft)
            self._question.ask(stoppable(what_would_change, provider_id=provider_id, draft=draft))

    def _on_answer(self, answer: WhatIf) -> None:
        self._shown = self._wanted
        self._show(self._words(answer), answer)

    def _on_failed(self, error: BaseException) -> None:
        self._show(in_words(error, "It could not be judged"), None)

    def _words(self, answer: WhatIf) -> str:
        formatter = self._theme.formatter
        day = formatter.day(answer.as_of, weekday=True)
        if answer.version is None:
            return f"No rule set is in force on {day}, so these would be judged for the first time."
        if not answer.changed:
            return f"Nobody is judged otherwise than by version {answer.version} on {day}."
        counted = formatter.counted(answer.changed, "account is", "accounts are")
        return f"{counted} judged otherwise than by version {answer.version} on {day}. Hours are left aside."

    def _show(self, words: str, answer: WhatIf | None) -> None:
        formatter = self._theme.formatter
        self._sentence.setText(words)
        self.setAccessibleDescription(words)
        for outcome, line in self._lines.items():
            now = "" if answer is None or answer.version is None else (
                f", {formatter.number(answer.before[outcome])} by version {answer.version}")
            self._figures.set(line, None if answer is None else answer.after[outcome], _COUNTED[outcome] + now)
        rows = () if answer is None else answer.rows
        self.model.set_rows(rows)
        hidden = 0 if answer is None else answer.changed - len(rows)
        more = formatter.counted(hidden, "more account", "more accounts")
        self._more.setText(f"{more} not listed." if hidden else "")

    def _on_opened(self, index: QModelIndex) -> None:
        row = self.model.row_at(index.row())
        if row is not None:
            self._open_account(row.account_id)


def _then(row: WhatIfRow) -> str:
    return f"{_WORDS[row.after]} {', '.join(row.exclusions)}".strip()


def _payable(row: WhatIfRow, formatter: Formatter) -> str:
    return formatter.amount(row.payable_minor, row.currency) if row.payable_minor else ""


def what_if_columns() -> tuple[Column[WhatIfRow], ...]:
    return (
        text_column("name", "Account", lambda row: row.name, 84, stretches=True,
                    spoken=lambda row, _: f"{row.name}, {row.code}"),
        text_column("before", "Now", lambda row: _WORDS[row.before], 72, is_second_rank=True),
        text_column("after", "Then", _then, 78),
        Column(key="payable", title="Payable", kind=Kind.FIGURE, width=84,
               text=_payable),
    )
