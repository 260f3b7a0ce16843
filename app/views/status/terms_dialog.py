"""*Change credit terms…*: rating, limit and due dates of one account, with the effect shown before they are saved."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.models.values import CreditStanding, TermUnit
from app.services.credit.own_terms import (
    NOTHING_CHANGED,
    DueWay,
    OwnDue,
    OwnTerms,
    TermsOutlook,
    TermsSheet,
    set_own_terms,
    terms_outlook,
)
from app.services.credit.terms import CreditTerms
from app.services.credit.words import RATINGS
from app.services.database.asking import asking, doing
from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import MoneyField, NumberField
from app.views.asking.form_dialog import FormDialog, in_fields
from app.views.asking.form_fields import FormField
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.fact_card import Fact, FactCard
from app.views.widgets.layout import grows, least_height_of, row


class DueField(QWidget):
    """How due dates follow: a way, and the numbers that it takes."""

    changed = Signal()

    def __init__(self, theme: Theme, sheet: TermsSheet) -> None:
        super().__init__()
        unit = "days" if sheet.unit is TermUnit.DAYS else "months"
        self._way = ChoiceBox(theme, "Due dates")
        self._way.set_choices([
            (f"As usual, {sheet.usual_words}", DueWay.USUAL), ("Later or earlier", DueWay.OFFSET),
            ("Days after posting", DueWay.DAYS), ("Day of the month", DueWay.DAY_OF_MONTH)])
        self._way.fill_its_place()
        self._fields = {DueWay.OFFSET: NumberField(theme, f"{unit.capitalize()} later", -999, 999),
                        DueWay.DAYS: NumberField(theme, "Days after posting", 0, 999),
                        DueWay.DAY_OF_MONTH: NumberField(theme, "Day of the month", 1, 31)}
        self._months = NumberField(theme, "Months after posting", 0, 24)
        self._between, self._behind = Label(theme, "of the month,"), Label(theme, "months later")
        self._later = Label(theme, f"{unit} later, with a minus earlier")
        self._after = Label(theme, "days")
        for field in (*self._fields.values(), self._months):
            field.setFixedWidth(theme.sizes.px(56))
            field.value_changed.connect(lambda _value: self.changed.emit())
        self._way.activated.connect(without_arguments(self._on_way))
        self._way.setMinimumWidth(theme.sizes.px(170))
        row(grows(self._way), *self._fields.values(), self._later, self._after, self._between, self._months,
            self._behind, on=self, spacing=6)
        self.setFocusProxy(self._way)
        self.show_due(sheet.own.due)

    def show_due(self, due: OwnDue) -> None:
        self._way.choose(due.way)
        if due.way in self._fields:
            self._fields[due.way].set_value(due.number)
        self._months.set_value(due.months if due.way is DueWay.DAY_OF_MONTH else 1)
        self._show_fields()

    def chosen(self) -> OwnDue | None:
        """What is said; None while a number is missing or cannot be read."""
        way: DueWay = self._way.chosen()
        if way is DueWay.USUAL:
            return OwnDue()
        number = self._fields[way].value
        months = self._months.value if way is DueWay.DAY_OF_MONTH else 0
        return None if number is None or months is None else OwnDue(way=way, number=number, months=months)

    def _on_way(self) -> None:
        self._show_fields()
        self.changed.emit()

    def _show_fields(self) -> None:
        way = self._way.chosen()
        for each, field in self._fields.items():
            field.setVisible(each is way)
        for part in (self._between, self._months, self._behind):
            part.setVisible(way is DueWay.DAY_OF_MONTH)
        self._later.setVisible(way is DueWay.OFFSET)
        self._after.setVisible(way is DueWay.DAYS)


class TermsDialog(FormDialog):
    """All terms at once; the button works once the effect is known."""

    def __init__(self, theme: Theme, runner: Runner, sheet: TermsSheet, parent: QWidget) -> None:
        terms, own = sheet.terms, sheet.own
        usual = f"As usual, {sheet.usual.rating or 'no rating'}"
        choices: list[tuple[str, object]] = [(usual, None), *[(code, code) for code in RATINGS]]
        self._outlook: TermsOutlook | None = None
        self._sheet = sheet
        super().__init__(
            theme, runner, f"Change credit terms of {terms.name}",
            "Invoices posted from now on take the new terms. What is posted keeps its due date.", verb="Change terms",
            icon=Icon.RATING, parent=parent, seen=dict(terms.stored), sees=in_fields, fields=(
                FormField(key="rating", label="&Rating", choices=choices),
                FormField(key="limit_minor", label="Own &limit", unit=terms.currency,
                          hint="Empty: the limit of the rating, or whatever it inherits. 0 is no credit.",
                          made=lambda theme: MoneyField(theme, "Own limit", terms.currency)),
                FormField(key="due", label="&Due dates", made=lambda theme: DueField(theme, sheet))))
        self._effect = FactCard(theme, "What it changes")
        self._form.body.insertWidget(self._form.body.indexOf(self._form.fields) + 1, self._effect)
        self.setMinimumWidth(theme.sizes.px(680))
        self.field_holder.setMinimumHeight(least_height_of(self.field_holder)(theme.sizes.px(620)))
        self._asking = Question(runner, self, answered=self._on_outlook, failed=self._on_unknown)
        self.entries.fill({"rating": own.rating, "limit_minor": own.limit_minor})
        self.entries.choice("rating").activated.connect(without_arguments(self._on_rating))
        self.entries.field("limit_minor", MoneyField).value_changed.connect(lambda _value: self._ask())
        self.entries.field("due", DueField).changed.connect(self._ask)
        self._ask()

    # --- what is said ---

    def own(self) -> OwnTerms | None:
        """The terms as they are typed; None while something cannot be read."""
        limit, due = self.entries.field("limit_minor", MoneyField), self.entries.value("due")
        if limit.refusal or due is None:
            return None
        return OwnTerms(rating=self.entries.value("rating"), limit_minor=limit.value, due=due)

    def _on_rating(self) -> None:
        """A new rating brings its own limit, so one that was typed in goes; it can be typed anew."""
        limit = self.entries.field("limit_minor", MoneyField)
        if limit.value is not None and self.entries.value("rating") != self._sheet.own.rating:
            limit.clear()
        self._ask()

    def command(self) -> Job[object]:
        own = self.own() or self._sheet.own
        return doing(set_own_terms, account_id=self._sheet.terms.account_id, own=own, seen=self.seen)

    def refusals(self) -> dict[str, str]:
        missing = {"due": "Type the number that is missing."} if self.entries.value("due") is None else {}
        return super().refusals() | missing

    def refusal(self) -> str:
        return self._outlook.refusal if self._outlook is not None else ""

    def show_taken(self, taken: Any) -> bool:
        """What somebody else saved is shown when the dialog is opened anew."""
        del taken
        return False

    # --- the effect ---

    def _ask(self) -> None:
        own = self.own()
        self.verb_button.setEnabled(False)
        if own is None:
            self._asking.drop()
            self._effect.show_facts([])
        else:
            self._asking.ask(asking(terms_outlook, account_id=self._sheet.terms.account_id, own=own))

    def _on_unknown(self, error: BaseException) -> None:
        self._effect.show_facts([Fact(value=in_words(error))])

    def _on_outlook(self, outlook: TermsOutlook) -> None:
        self._outlook = outlook
        before, after = outlook.before, outlook.after
        day = self._theme.formatter.day
        lines = [
            ("Rating", before.rating or "none", after.rating or "none"),
            ("Limit", self._limit(before), self._limit(after)),
            ("Standing", self._standing(before), self._standing(after)),
            (f"An invoice of {day(before.on)} is due", day(before.due_on), day(after.due_on)),
        ]
        facts = [Fact(name=name, value=old if old == new else f"{old}, then {new}") for name, old, new in lines]
        if outlook.refusal:
            facts.append(Fact(value=outlook.refusal,
                              ink=tk.Ink.MUTED if outlook.refusal == NOTHING_CHANGED else tk.Ink.BAD))
        self._effect.show_facts(facts)
        self.verb_button.setEnabled(not outlook.refusal)
        self.adjustSize()

    def _limit(self, terms: CreditTerms) -> str:
        if terms.standing is CreditStanding.NO_LIMIT:
            return "no limit"
        return "no rate" if terms.limit_minor is None else "no credit" if terms.limit_minor == 0 else self._money(
            terms.limit_minor, terms.currency)

    def _standing(self, terms: CreditTerms) -> str:
        if terms.limit_minor is None:
            return "nothing is refused"
        left = terms.limit_minor - terms.balance_minor
        if left < 0:
            return f"{self._money(-left, terms.currency)} over the limit"
        return f"{self._money(left, terms.currency)} left"

    def _money(self, minor: int, currency: str) -> str:
        return f"{self._theme.formatter.amount(minor, currency)}{NO_BREAK}{currency}"
