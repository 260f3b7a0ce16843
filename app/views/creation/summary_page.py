"""Last page: in words what will be there, what it sets itself, and who looks the same already."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from app.models.values import AccountType, Enterprise
from app.services.attributes.rows import AttributeRow
from app.services.database.asking import asking
from app.services.hierarchy.new_account_outlook import Outlook, creation_outlook
from app.views.asking.wizard import WizardPage
from app.views.creation.answers import Answers, ContactMode
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import TYPE
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label, without_arguments
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import emptied, grid

_SAID: Final = ("trading_due_days", "credit_limit", "account_billing_day", "period_length_months",
                "invoice_delivery_method")
"""Inherited values worth a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One part of the last page."""

    head: str
    text: str
    is_warning: bool = False


class SummaryPage(WizardPage):
    """Asks what would come of it; `refused` says what is wrong before anything is written."""

    refused = Signal(object)  # RefusedByRule

    def __init__(self, theme: Theme, runner: Runner, answers: Answers, parent: QWidget | None = None) -> None:
        super().__init__("Summary", "Check before it is created", "Nothing is written until you press the button.",
                         parent)
        self._theme = theme
        self._answers = answers
        self._outlook: Outlook | None = None
        self._ask = Question(runner, self, answered=self._on_outlook, failed=self.refused.emit)
        self._ask.busy_changed.connect(without_arguments(self.changed.emit))
        self._grid = grid(on=self, margins=(0, 0, 8, 0), across=16, down=12, shares={2: 1})
        self.paragraphs: list[Paragraph] = []

    def is_ready(self) -> bool:
        return not self._ask.is_busy and self._outlook is not None

    def enter(self) -> None:
        self.verb = f"&Create {_NOUN.get(self._answers.kind, 'account')}"
        self._outlook = None
        self._ask.ask(asking(creation_outlook, request=self._answers.request()))

    def _on_outlook(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self.paragraphs = summary_of(self._answers, outlook, self._theme.formatter)
        self._show()
        self.changed.emit()
        if outlook.refusal is not None:
            self.refused.emit(outlook.refusal)

    def _show(self) -> None:
        emptied(self._grid)
        for line, paragraph in enumerate(self.paragraphs):
            if paragraph.is_warning:
                sign = IconSign(self._theme, Icon.WARNING, tk.Ink.WARN, self, size=16)
                self._grid.addWidget(sign, line, 0, Qt.AlignmentFlag.AlignTop)
            head = Label(self._theme, paragraph.head, self, ink=tk.Ink.MUTED)
            head.setMinimumWidth(self._theme.sizes.px(130))
            words = Label(self._theme, paragraph.text, self, wraps=True)
            words.setAccessibleName(f"{paragraph.head}. {paragraph.text}")
            for place, label in enumerate((head, words), 1):
                self._grid.addWidget(label, line, place, Qt.AlignmentFlag.AlignTop)
        self._grid.setRowStretch(len(self.paragraphs), 1)


_NOUN: Final = {AccountType.END_USER: "account", AccountType.AGENT: "agent", AccountType.RETAIL: "provider",
                AccountType.WHOLESALE: "provider", AccountType.NON_BILLING: "provider"}


def summary_of(answers: Answers, outlook: Outlook, formatter: Formatter) -> list[Paragraph]:
    """The last page, from the answers and what the service foretells."""
    of_key = {row.key: row for row in outlook.rows}
    parts = [Paragraph(head="What", text=_what(answers, formatter))]
    if answers.is_provider:
        parts.append(Paragraph(head="Settings", text=" ".join((
            f"Log-ins end with {answers.text('realm')}.", f"Money is kept in {answers.currency} for good.",
            f"Days begin and end by the clock of {answers.text('time_zone')}."))))
    own = [f"{of_key[key].label}: {of_key[key].value_text}." for key in answers.overrides if key in of_key]
    parts.append(Paragraph(head="Set here",
                           text=" ".join(own) or "Nothing: every setting is inherited, now and later."))
    inherited = [_inherited(of_key[key]) for key in _SAID if key in of_key and key not in answers.overrides]
    if inherited:
        parts.append(Paragraph(head="Inherited", text=" ".join(inherited)))
    parts.append(Paragraph(head="Contacts", text=_contacts(answers)))
    if outlook.alike:
        alike = "; ".join(f"{one.code} {one.name} ({one.why})" for one in outlook.alike)
        parts.append(Paragraph(head="Looks alike", text=f"{alike}. It can be created all the same.", is_warning=True))
    parts.append(Paragraph(head="For good", text="Nobody deletes an account; one that was created by mistake is set "
                                                 "inactive."))
    return parts


def _what(answers: Answers, formatter: Formatter) -> str:
    options = answers.options
    start = answers.start_date or options.start_date
    kind = TYPE[answers.kind]
    article = "an" if kind[0] in "AEIOU" else "a"
    person = "an organisation" if answers.enterprise is Enterprise.ORGANISATION else "an individual"
    where = f"below {options.parent.name}" if answers.kind is not AccountType.END_USER else f"of {options.parent.name}"
    code = answers.text("code")
    told = f"Its code is {code}." if code else "Its code is generated: the next one that is free."
    day = formatter.day(start, weekday=True)
    name = answers.text("name") or "The account, named by the provider's rule,"
    text = f"{name} becomes {article} {kind.lower()} {where}, {person}, from {day}. {told}"
    if answers.is_provider:
        profile = answers.text("default_profile")
        return f'{text} It begins with the profile "{profile}" and the accounts Suspense and Write-off.'
    profile = next((p.name for p in options.profiles if p.id == answers.profile_id), "")
    text += f' Its profile is "{profile}".'
    if answers.account_currency != options.currency or len(options.currencies) > 1:
        text += f" It is kept in {answers.account_currency} for good."
    classification = next((c.name for c in options.classifications if c.id == answers.classification_id), "")
    manager = next((m.name for m in options.managers if m.id == answers.account_manager_id), "")
    text += f" Its classification is {classification}." if classification else ""
    text += f" {manager} looks after it." if manager and answers.has_manager else ""
    agent = next((a.name for a in options.agents if a.id == answers.agent_id), "")
    return f"{text} {agent} signed it up." if agent and answers.kind is AccountType.END_USER else text


def _inherited(row: AttributeRow) -> str:
    return f"{row.label}: {row.value_text} ({row.owner})."


def _contacts(answers: Answers) -> str:
    if answers.billing.mode is ContactMode.SAME:
        text = f"{answers.primary.name} owns it and receives its invoices."
    else:
        text = f"{answers.primary.name} owns it; {answers.billing.name} receives its invoices."
    if not answers.is_provider and answers.address.words:
        text += f" They go to {answers.address.words}."
    return text
