"""A run judged once more by what was known then, held line by line against what it decided."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget

from app.services.database.asking import stoppable
from app.services.scans.run_history import RunSheet
from app.services.scans.run_report import exclusion_words
from app.services.suspension.replay import Replay, ReplayRow, Verdict, replay_run
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, text_column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.runs.words import OUTCOME
from app.views.widgets.basics import Label, LinkButton
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, row


class ReplayView(QWidget):
    """Stands in the place of the accounts of the run until somebody goes back to them."""

    def __init__(self, theme: Theme, runner: Runner, *, open_account: Callable[[int], object],
                 back: Callable[[], object]) -> None:
        super().__init__()
        self._theme = theme
        self._open_account = open_account
        self._back = back
        self._sheet: RunSheet | None = None
        self._words = Label(theme, weight=600, wraps=True)
        self.model: RowsTableModel[ReplayRow] = RowsTableModel(
            replay_columns(), lambda line: line.account_id, theme.formatter, self)
        self.table = DataTable(theme, "Decided otherwise by the replay")
        self.table.show_model(self.model)
        self.table.opened.connect(self._on_opened)
        self._area = StatefulArea(theme, self.table)
        column(row(grows(self._words), LinkButton(theme, "Back to the accounts", run=back),
                   margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)), grows(self._area), on=self)
        self._question = Question(runner, self, answered=self._on_answer, failed=self._on_failed)
        self.setAccessibleName("Result of the replay")

    def replay(self, sheet: RunSheet) -> None:
        """Judge a run once more, in the background; nothing is written."""
        self._sheet = sheet
        self._words.setText("")
        self.model.set_rows(())
        self._area.show_content()
        self._area.show_reading("Judging the accounts once more.", self._stop)
        self._question.ask(stoppable(replay_run, run_id=sheet.run.id, provider_id=sheet.provider_id))

    def _stop(self) -> None:
        self._question.drop()
        self._back()

    def _on_answer(self, answer: Replay) -> None:
        self.model.set_rows(answer.rows)
        words = replay_words(answer, self._theme.formatter)
        self._words.setText(words)
        self.setAccessibleDescription(words)
        if answer.rows:
            self._area.show_content()
            self.table.go_to_row(0)
        else:
            self._area.show_words("The same decisions.", "By what was known then, and by the same version of the "
                                  "rules, every account is decided as it was.", icon=Icon.GOOD,
                                  ways=[WayOn("Show the accounts", self._back)])

    def _on_failed(self, error: BaseException) -> None:
        sheet = self._sheet
        if sheet is not None:
            self._area.show_failure("The run could not be replayed.", in_words(error), lambda: self.replay(sheet))

    def _on_opened(self, index: QModelIndex) -> None:
        found = self.model.row_at(index.row())
        if found is not None:
            self._open_account(found.account_id)


def replay_words(answer: Replay, formatter: Formatter) -> str:
    """How it came out: "Replayed: all 22 decisions are the same."."""
    compared = formatter.number(answer.compared)
    if answer.is_same:
        return f"Replayed: all {compared} decisions are the same."
    hidden = answer.differing - len(answer.rows)
    words = f"Replayed: {formatter.number(answer.differing)} of {compared} decisions differ."
    return f"{words} {formatter.number(hidden)} of them are not listed." if hidden else words


def verdict_words(verdict: Verdict | None, currency: str, formatter: Formatter) -> str:
    """A decision with its figures, since either may differ."""
    if verdict is None:
        return "Nothing"
    parts = [OUTCOME[verdict.outcome]]
    if verdict.exclusions:
        parts.append(exclusion_words(verdict.exclusions))
    parts.append(f"{formatter.amount(verdict.payable_minor, currency)}, "
                 f"{formatter.counted(verdict.oldest_days, 'day', 'days')} late")
    return "; ".join(parts)


def replay_columns() -> tuple[Column[ReplayRow], ...]:
    return (
        text_column("name", "Account", lambda line: line.name, 170, stretches=True, is_link=lambda _line: True),
        Column(key="stored", title="Decided then", width=280,
               text=lambda line, formatter: verdict_words(line.stored, line.currency, formatter)),
        Column(key="again", title="Decided now", width=280,
               text=lambda line, formatter: verdict_words(line.again, line.currency, formatter)),
    )
