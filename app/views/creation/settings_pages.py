"""Pages of inherited settings: what a new account gets from above, and what it sets itself instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtWidgets import QWidget

from app.services.attributes.rows import AttributeRow, attributes_of_new
from app.services.database.asking import asking
from app.views.asking.wizard import WizardPage
from app.views.creation.answers import OWN_TERMS, Answers
from app.views.creation.override_rows import OverrideRows
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import without_arguments
from app.views.widgets.layout import column

TERMS: Final = ("trading_due_days", OWN_TERMS, "credit_rating", "credit_limit", "unbilled_credit_limit")
_RATING: Final = "credit_rating"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsTopic:
    """Which settings one page asks about, and how."""

    step: str
    heading: str
    keys: tuple[str, ...]
    for_providers_only: bool = False
    needs_power: bool = False
    """Terms and limits of a new customer need a power of their own."""


TOPICS: Final = (
    SettingsTopic(step="Terms and credit", heading="Which terms and limits does it get?", keys=TERMS, needs_power=True),
    SettingsTopic(step="Periods and invoices", heading="How is it invoiced?",
                  keys=("account_billing_day", "period_length_months", "invoice_delivery_method", "invoice_layout",
                   "paper_invoice_fee", "tax_rate", "auto_invoice_approval", "align_packages_to_account")),
    SettingsTopic(step="New customers", heading="What is offered first for its own customers?",
                  keys=("default_account_enterprise", "default_start_date_offset", "auto_allocate_payments",
                   "minimum_payment_amount", "days_after_due_before_auto_payment"), for_providers_only=True),
)


class SettingsPage(WizardPage):
    """One topic; the values are asked for anew whenever the page comes to the front."""

    def __init__(self, theme: Theme, runner: Runner, answers: Answers, topic: SettingsTopic,
                 parent: QWidget | None = None) -> None:
        super().__init__(topic.step, topic.heading, "", parent)
        self._answers = answers
        self._topic = topic
        self._asked: object = None
        self._ask = Question(runner, self, answered=self._on_rows, failed=self._on_failed)
        self.rows = OverrideRows(theme, answers, self)
        column(self.rows, ..., on=self)
        self._ask.busy_changed.connect(without_arguments(self.changed.emit))
        self.rows.changed.connect(self._on_changed)

    def applies(self) -> bool:
        return self._answers.is_provider or not self._topic.for_providers_only

    def chosen(self) -> str:
        own = [key for key in self._topic.keys if key in self._answers.overrides]
        return "" if not self.rows.rows else "All inherited" if not own else f"{len(own)} set here"

    def is_ready(self) -> bool:
        return bool(self.rows.rows) and not self._ask.is_busy

    def enter(self) -> None:
        self.text = self._why_not() or (
            "What it passes on to its customers. Off means inherited from above, now and later."
            if self._answers.is_provider else "Off means inherited, now and later; on sets it for this account alone.")
        self._read()

    def check(self) -> bool:
        return self.rows.check()

    def refuse(self, field: str, words: str) -> bool:
        row = self.rows.rows.get(field)
        if row is None:
            return False
        row.refuse(words)
        return True

    def focus_first(self) -> None:
        self.rows.focus_first()

    def _why_not(self) -> str:
        is_kept = self._topic.needs_power and not self._answers.is_provider and self._answers.options.why_no_terms
        return f"You can look, but not set them. {self._answers.options.why_no_terms}" if is_kept else ""

    def _read(self) -> None:
        """A rating set here stands for a limit, so the limit is asked for with it."""
        answers = self._answers
        answers.settle_amounts()
        rating = {_RATING: answers.overrides[_RATING]} if answers.overrides.get(_RATING) else {}
        profile = None if answers.is_provider else answers.profile_id
        self._ask.ask(asking(attributes_of_new, parent_id=answers.options.parent.id, profile_id=profile,
            as_provider=answers.is_provider, name=answers.text("name"), currency=answers.currency, values=rating))

    def _on_rows(self, rows: list[AttributeRow]) -> None:
        of_key = {row.key: row for row in rows}
        has_tier = [of_key[key] for key in self._topic.keys if _may_stand(of_key[key])]
        why_not = self._why_not()
        self.rows.show_rows(has_tier, why_not=lambda _key: why_not)
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self.text = f"The values could not be read: {error}"
        self.changed.emit()

    def _on_changed(self, key: str) -> None:
        if key == _RATING and not self._ask.is_busy:
            self._read()
        self.changed.emit()


def _may_stand(row: AttributeRow) -> bool:
    """Attributes that this kind of owner cannot set at all are not offered."""
    return row.may_set
