"""A rule set as a sentence with fields in it, its hours as a week, and the groups it leaves out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.errors import RefusedByRule
from app.services.rules.holidays import check_calendar
from app.services.rules.rule_sets import LONGEST_DAYS, figure_refusals
from app.services.rules.versions import RuleBook, RuleDraft
from app.services.rules.week import read_windows, week_of, windows_of, written_windows
from app.views.asking.fields import DateField, MoneyField, NumberField, ReadField
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.rules.field_line import FieldLine
from app.views.rules.group_chips import GroupChips
from app.views.rules.week_grid import WeekGrid
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.layout import column

_FIGURE: Final = 96
_DAYS: Final = 56
_DATE: Final = 140
_LONGEST_NAME: Final = 120
ANY_TIME: Final = "No hours are chosen, so suspensions are applied at any time."
_CALENDAR: Final = "A country, or a country and its region, such as AU-NSW; empty for no holidays."
_TYPED: Final = "Also typed, such as Mon-Thu 09:00-16:00; Fri 09:00-12:00."


class RuleEditor(QWidget):
    """Shows one version, to be changed or only to be looked at. `changed` says that a person changed something."""

    changed = Signal()

    def __init__(self, theme: Theme, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._book: RuleBook | None = None
        self._is_fixed = True
        self.name = QLineEdit()
        self.name.setMaxLength(_LONGEST_NAME)
        self.effective_from = DateField(theme, "In force from", self._business_day)
        self.minimum = MoneyField(theme, "Suspend when at least this is overdue and payable", "")
        self.days = NumberField(theme, "Suspend when the oldest invoice is more days late than", 0, LONGEST_DAYS)
        self.restore_at = MoneyField(theme, "Restore at this amount or less", "")
        self.wait = NumberField(theme, "Days to leave an account alone after a restoration by hand", 0, LONGEST_DAYS)
        self.windows = QLineEdit()
        self.holidays = QLineEdit()
        self.week = WeekGrid(theme, "Hours in which suspensions are applied")
        self.groups = GroupChips(theme)
        self.name.setAccessibleName("Name of the rule set")
        self.windows.setAccessibleName("Hours as text")
        self.holidays.setAccessibleName("Never on public holidays of")
        self._lines = {
            "name": FieldLine(theme, "Name", self.name, keeps_room=False),
            "effective_from": FieldLine(theme, "In force from", self.effective_from, width=_DATE, keeps_room=False),
            "min_overdue_minor": FieldLine(theme, "Suspend when at least", self.minimum, width=_FIGURE),
            "min_overdue_days": FieldLine(theme, "and the oldest invoice is more than", self.days, "days late.",
                                          width=_DAYS),
            "restore_at_minor": FieldLine(theme, "Restore at", self.restore_at, width=_FIGURE),
            "resuspend_days": FieldLine(theme, "After a restoration by hand wait", self.wait,
                                        "days before suspending again.", width=_DAYS),
            "windows": FieldLine(theme, "Hours", self.windows),
            "holidays": FieldLine(theme, "Never on public holidays of", self.holidays, width=_FIGURE),
        }
        self._group_note = Label(theme, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        lines = self._lines
        column(lines["name"], lines["effective_from"], 6,
               lines["min_overdue_minor"], lines["min_overdue_days"], lines["restore_at_minor"],
               lines["resuspend_days"],
               Label(theme, "When suspensions are applied", weight=600), lines["windows"], self.week, 6,
               lines["holidays"],
               Label(theme, "Groups left out", weight=600), self.groups, self._group_note, ...,
               on=self, margins=(tk.PAGE_MARGIN, 4, tk.PAGE_MARGIN, 12), spacing=2)
        self._connect()

    def _connect(self) -> None:
        for field in (self.effective_from, self.minimum, self.days, self.restore_at, self.wait):
            field.textEdited.connect(self._on_edited)
            field.value_changed.connect(self._on_edited)
        self.name.textEdited.connect(self._on_edited)
        self.holidays.textEdited.connect(self._on_edited)
        self.windows.textEdited.connect(self._on_windows)
        self.week.changed.connect(without_arguments(self._on_week))
        self.groups.changed.connect(self._on_edited)

    def _business_day(self) -> date:
        return self._book.today if self._book is not None else self._today()

    # --- showing ---

    def show_version(self, book: RuleBook, draft: RuleDraft, *, fixed: bool) -> None:
        """Show what a version says; a `fixed` one can be looked at and copied."""
        self._book, self._is_fixed = book, fixed
        for money in (self.minimum, self.restore_at):
            money.set_currency(book.currency)
        self._lines["min_overdue_minor"].say_after(f"{book.currency} is overdue and payable")
        self._lines["restore_at_minor"].say_after(f"{book.currency} or less.")
        fields: Sequence[QLineEdit] = (self.name, self.effective_from, self.minimum, self.days, self.restore_at,
                                       self.wait, self.windows, self.holidays)
        blockers = [QSignalBlocker(self)]
        for field in fields:
            field.setReadOnly(fixed)
        self.name.setText(draft.name)
        self.effective_from.set_value(draft.effective_from)
        self.minimum.set_value(draft.min_overdue_minor)
        self.days.set_value(draft.min_overdue_days)
        self.restore_at.set_value(draft.restore_at_minor)
        self.wait.set_value(draft.resuspend_days)
        self.windows.setText(written_windows(draft.windows))
        self.holidays.setText(draft.holidays)
        self.week.set_week(week_of(draft.windows))
        self.week.set_fixed(fixed=fixed)
        self.groups.show_groups(book.groups, draft.excluded_group_ids, fixed=fixed)
        blockers.clear()
        self._check()

    # --- what it says ---

    def draft(self) -> RuleDraft | None:
        """What is entered; None while something is missing or refused."""
        values = self.effective_from.value, self.minimum.value, self.days.value, self.restore_at.value, self.wait.value
        effective_from, minimum, days, restore_at, wait = values
        if (effective_from is None or minimum is None or days is None or restore_at is None or wait is None
                or self.refusals()):
            return None
        return RuleDraft(
            name=self.name.text().strip(), effective_from=effective_from, min_overdue_minor=minimum,
            min_overdue_days=days, restore_at_minor=restore_at, resuspend_days=wait,
            windows=read_windows(self.windows.text()), excluded_group_ids=self.groups.chosen,
            holidays=check_calendar(self.holidays.text()))

    def refusals(self) -> dict[str, str]:
        """Why fields are refused, by their names in `RuleDraft`."""
        found: dict[str, str] = {}
        read: dict[str, ReadField[Any]] = {
            "effective_from": self.effective_from, "min_overdue_minor": self.minimum,
            "min_overdue_days": self.days, "restore_at_minor": self.restore_at, "resuspend_days": self.wait}
        for name, field in read.items():
            if field.value is None:
                found[name] = field.refusal or "Fill in this field."
        minimum, restore_at = self.minimum.value, self.restore_at.value
        if self._book is not None and minimum is not None and restore_at is not None:
            found |= figure_refusals(
                min_overdue_minor=minimum, min_overdue_days=self.days.value or 0, restore_at_minor=restore_at,
                resuspend_days=self.wait.value or 0, currency=self._book.currency)
        try:
            read_windows(self.windows.text())
        except RefusedByRule as error:
            found["windows"] = str(error)
        try:
            check_calendar(self.holidays.text())
        except RefusedByRule as error:
            found["holidays"] = str(error)
        return found

    def say_notes(self, notes: Mapping[str, str]) -> None:
        """Say what is worth knowing below the fields it concerns, by their names in `RuleDraft`."""
        for name, line in self._lines.items():
            usual = ""
            if name == "windows" and not self._is_fixed:
                usual = _TYPED if self.windows.text().strip() else f"{ANY_TIME} {_TYPED}"
            elif name == "windows" and not self.windows.text().strip():
                usual = ANY_TIME
            elif name == "holidays" and not self._is_fixed:
                usual = _CALENDAR
            line.hint(notes.get(name, usual), is_warning=name in notes)
        words = notes.get("excluded_group_ids", "")
        self._group_note.setText(words)
        self._group_note.set_ink(tk.Ink.WARN)

    def focus_first_refused(self) -> None:
        """Put the keyboard where something is refused."""
        refused = self.refusals()
        first = next((line.field for name, line in self._lines.items() if name in refused), None)
        if first is not None:
            first.setFocus()

    # --- what a person does ---

    def _on_edited(self, *_what: object) -> None:
        self._check()
        self.changed.emit()

    def _on_windows(self, text: str) -> None:
        with suppress(RefusedByRule):  # said below the field; the week stays as it was last understood
            self.week.set_week(week_of(read_windows(text)))
        self._on_edited()

    def _on_week(self) -> None:
        self.windows.setText(written_windows(windows_of(self.week.week)))
        self._on_edited()

    def _check(self) -> None:
        refused = {} if self._is_fixed else self.refusals()
        for name, line in self._lines.items():
            line.refuse(refused.get(name, ""))
