"""Changing many statuses at once: of the customers selected in a list, or of those that a file names.

Both show what would happen to whom before anything does, and the button repeats the count. The change itself works in
the background, among the jobs.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QLineEdit, QWidget

from app.models.values import STATUS_TARGETS, AccountStatus, StatusReason
from app.services.customers.bulk_status import (
    BULK_TOUCHES,
    BulkPreview,
    BulkResult,
    BulkRow,
    change_statuses,
    preview_statuses,
)
from app.services.customers.choice import Selected
from app.services.errors import RowError
from app.services.status.from_file import StatusChange, StatusReport, import_statuses
from app.views.asking.files import ask_for_file
from app.views.asking.form_dialog import FormDialog
from app.views.asking.form_fields import Form, FormField
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import STATUS
from app.views.running.failures import in_words
from app.views.running.handle import JobCard
from app.views.running.pause import pause
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.status.dialogs import NEEDS_WORDS, NOTE, REASON
from app.views.widgets.basics import Button, Label
from app.views.widgets.layout import Part, column, grows, row

_WIDTH: Final = 860
_ROWS: Final = 220
_PAUSE_MS: Final = 250
_LINES: Final = 2
"""Room kept for what is said, so that the rows below it stay."""
_TARGET: Final = FormField(key="target", label="&Status", choices=[(name, s) for s, name in STATUS_TARGETS.items()])


class _PreviewDialog(FormDialog):
    """What both share: what is asked for, a line that says what would happen, and the rows it happens to."""

    def __init__(self, theme: Theme, runner: Runner, title: str, text: str, *, parent: QWidget) -> None:
        super().__init__(theme, runner, title, text, verb="Change accounts", icon=Icon.TICK, parent=parent)
        self.said = Label(theme, wraps=True)
        self.said.setMinimumHeight(_LINES * theme.metrics().height())
        self.table = DataTable(theme, "What would happen")
        self.table.setMinimumHeight(theme.sizes.px(_ROWS))
        self.setMinimumWidth(theme.sizes.px(_WIDTH))
        self.question = Question(runner, self, answered=self._on_answer, failed=self._on_question_failed)
        self.offer(0)

    def lay(self, asked: Part) -> None:
        """Put what is asked for above what would happen."""
        column(asked, self.said, grows(self.table), on=self.field_holder, spacing=8)

    def offer(self, count: int) -> None:
        """The button repeats how many would change; nothing to change, nothing to press."""
        self.verb_button.setText(f"Change {self._theme.formatter.counted(count, 'account', 'accounts')}" if count
                                 else "Change accounts")
        self.verb_button.setEnabled(count > 0)

    def say(self, words: str) -> None:
        """What would happen, in one line."""
        self.said.setText(words)

    def _on_answer(self, answer: Any) -> None:
        raise NotImplementedError

    def _on_question_failed(self, error: BaseException) -> None:
        self.offer(0)
        self.say(in_words(error, "That could not be read"))


class BulkStatusDialog(_PreviewDialog):
    """Gives the customers that are selected one status."""

    def __init__(self, theme: Theme, runner: Runner, selected: Selected, parent: QWidget) -> None:
        count = theme.formatter.counted(selected.count, "customer", "customers")
        super().__init__(theme, runner, f"Change the status of {count}",
                         "Suspended places a hold by staff. Active lifts holds by staff alone, and is refused where "
                         "another hold is open. Cancelling cannot be taken back.", parent=parent)
        self._selected = selected
        self._seen: Mapping[int, AccountStatus] = {}
        self._model: RowsTableModel[BulkRow] = RowsTableModel(_bulk_columns(), lambda row: row.account_id,
                                                              theme.formatter, self)
        self.table.show_model(self._model)
        holder = QWidget()
        self.entries = Form(theme, holder, (_TARGET, REASON, NOTE))
        self.entries.fill({"target": AccountStatus.SUSPENDED, "reason": StatusReason.DISPUTE})
        self.lay(holder)
        target = self.entries.choice("target")
        target.currentIndexChanged.connect(self._ask)
        target.setFocus()
        self._ask()

    def _ask(self) -> None:
        self.offer(0)
        self.say("Looking at every account.")
        self.question.ask(partial(preview_statuses, selected=self._selected, target=self._target()))

    def _target(self) -> AccountStatus:
        chosen: AccountStatus = self.entries.value("target")
        return chosen

    def _on_answer(self, preview: BulkPreview) -> None:
        self._seen = preview.seen
        number = self._theme.formatter.number
        status = STATUS_TARGETS[self._target()]
        words = [f"{number(preview.changed - preview.held)} would become {status}"]
        if preview.unchanged:
            words.append(f"{number(preview.unchanged)} {'is' if preview.unchanged == 1 else 'are'} already")
        if preview.held:
            words.append(f"{number(preview.held)} {'stays' if preview.held == 1 else 'stay'} {status} and "
                         f"{'gets' if preview.held == 1 else 'get'} {preview.adds} as well")
        if preview.refused:
            words.append(f"{number(preview.refused)} {'stays' if preview.refused == 1 else 'stay'} as "
                         f"{'it is' if preview.refused == 1 else 'they are'}, with the reason below")
        along = self._theme.formatter.counted(preview.along, "member of a group account goes",
                                              "members of group accounts go")
        self.say(f"{', '.join(words)}." + (f" {along} along with the account that pays." if preview.along else ""))
        self._model.set_rows(preview.rows)
        self.offer(preview.changed)

    def refusals(self) -> dict[str, str]:
        values = self.values()
        is_unsaid = values["reason"] is StatusReason.OTHER and not values["note"]
        return {"note": NEEDS_WORDS} if is_unsaid else {}

    def submit(self) -> None:
        """Leave the rest to the background."""
        refusals = self.refusals()
        self.entries.refuse(refusals)
        if refusals or not self.verb_button.isEnabled():
            return
        card = JobCard(title=f"{self.verb_button.text()} to {STATUS_TARGETS[self._target()]}", icon=Icon.SUSPENDED,
                       unit="accounts", stop_text="Stop after these accounts", summary=_summary)
        job = partial(change_statuses, selected=self._selected, seen=self._seen, **self.values())
        self._runner.long(job, card=card, touches=BULK_TOUCHES)
        self.accept()


class StatusFileDialog(_PreviewDialog):
    """Changes the statuses that a file names, all of them or none."""

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget) -> None:
        super().__init__(theme, runner, "Change statuses from a file",
                         "Columns ACCOUNT_ID, ACCOUNT_STATUS and ACCOUNT_STATUS_REASON, at most 2,000 rows with the "
                         "header. One wrong row keeps the whole file out.", parent=parent)
        self._changes: RowsTableModel[StatusChange] = RowsTableModel(
            _change_columns(), lambda change: change.row, theme.formatter, self)
        self._errors: RowsTableModel[tuple[int, RowError]] = RowsTableModel(
            _error_columns(), lambda error: error[0], theme.formatter, self)
        self.table.show_model(self._changes)
        self._shown: tuple[StatusChange, ...] = ()
        self.path = QLineEdit()
        self.path.setAccessibleName("File")
        choose = Button(theme, "&Choose…", run=self._on_browse)
        choose.setAutoDefault(False)
        self.lay(row(Label(theme, "&File", ink=tk.Ink.MUTED, buddy=self.path), self.path, choose, spacing=16))
        self._pause = pause(self, _PAUSE_MS, self.look)
        self.path.textChanged.connect(self._on_typed)
        self.say("Choose a file to see what it would change.")
        self.path.setFocus()

    def look(self) -> None:
        """Read the file without changing anything."""
        self._pause.stop()
        if self.path.text().strip():
            self.say("Checking every row.")
            self.question.ask(partial(import_statuses, path=self._path(), dry_run=True, seen=None))

    def _path(self) -> Path:
        return Path(self.path.text().strip()).expanduser()

    def _on_typed(self) -> None:
        self.offer(0)
        self._pause.start()

    def _on_browse(self) -> None:
        ask_for_file(self, "Choose a file of statuses", self.path.setText,
                     kinds="Separated values (*.csv *.txt);;All files (*)")

    def _on_answer(self, report: StatusReport) -> None:
        self._shown = report.accounts
        self.say(report.sentence)
        self.offer(report.changed)
        if report.errors:
            self._errors.set_rows(list(enumerate(report.errors)))
            self.table.show_model(self._errors)
        else:
            self._changes.set_rows(report.accounts)
            self.table.show_model(self._changes)

    def submit(self) -> None:
        """Leave the rest to the background."""
        if not self.verb_button.isEnabled():
            self.look()
            return
        card = JobCard(title=f"{self.verb_button.text()} from {self._path().name}", icon=Icon.SUSPENDED,
                       unit="accounts", summary=_summary)
        job = partial(import_statuses, path=self._path(), dry_run=False, seen=self._shown)
        self._runner.long(job, card=card, touches=BULK_TOUCHES)
        self.accept()


def _summary(done: BulkResult | StatusReport) -> str:
    return done.sentence


def _bulk_columns() -> tuple[Column[BulkRow], ...]:
    return (
        Column(key="name", title="Account", text=lambda r, _: f"{r.name}, {r.code}", width=200,
               tooltip=lambda r, _: f"{r.name}, {r.code}"),
        Column(key="old", title="Now", text=lambda r, _: STATUS[r.old].text, width=130, is_second_rank=True),
        Column(key="new", title="What would happen", text=_outcome, width=330, stretches=True, tooltip=_outcome,
               ink=lambda r: tk.Ink.BAD if r.refusal else tk.Ink.TEXT),
    )


def _outcome(row: BulkRow, _formatter: Any) -> str:
    """The account stands in the first column, so its name is left out of the sentence."""
    words = row.refusal.removeprefix(f"{row.name} ")
    if words:
        return f"{words[0].upper()}{words[1:]}"
    return f"Stays {STATUS_TARGETS[row.new]}, gets {row.adds}" if row.adds else f"Becomes {STATUS_TARGETS[row.new]}"


def _becomes(change: StatusChange, _formatter: Any) -> str:
    """A row of a file that changes an account which shows the status already adds a hold to it."""
    word = STATUS[change.new].text
    return f"{word}, one more hold" if change.new is change.old else word


def _change_columns() -> tuple[Column[StatusChange], ...]:
    return (
        Column(key="row", title="Row", text=lambda r, f: f.number(r.row), width=60),
        Column(key="name", title="Account", text=lambda r, _: f"{r.name}, {r.code}", width=230, stretches=True),
        Column(key="old", title="Now", text=lambda r, _: STATUS[r.old].text, width=150, is_second_rank=True),
        Column(key="new", title="Becomes", text=_becomes, width=180, tooltip=_becomes),
    )


def _error_columns() -> tuple[Column[tuple[int, RowError]], ...]:
    return (
        Column(key="row", title="Row", text=lambda r, f: f.number(r[1].row) if r[1].row else "", width=60),
        Column(key="field", title="Field", text=lambda r, _: r[1].field, width=190),
        Column(key="value", title="Value", text=lambda r, _: r[1].value, width=110, tooltip=lambda r, _: r[1].value),
        Column(key="message", title="What would be right", text=lambda r, _: r[1].message, width=300, stretches=True,
               ink=lambda _: tk.Ink.BAD, tooltip=lambda r, _: r[1].message),
    )
