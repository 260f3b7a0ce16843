"""*Would this pass?*: an account, an event and an amount, and the answer in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QWidget

from app.models.values import CreditEvent
from app.services.credit.checking import CreditAnswer
from app.services.credit.trial import TrialFacts, trial_facts, try_credit
from app.services.credit.words import ASKED
from app.services.database.asking import asking
from app.services.hierarchy.search import JumpHit, find_accounts
from app.views.asking.choices import ChoiceBox
from app.views.asking.fields import MoneyField
from app.views.look import tokens as tk
from app.views.look.formatting import NO_BREAK
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Button, Label
from app.views.widgets.fact_card import Fact, FactCard
from app.views.widgets.layout import column, grid, row
from app.views.widgets.search_field import SearchField

_MOST: Final = 8


class WouldPassPanel(QWidget):
    """Asks as often as one likes; nothing is posted."""

    def __init__(self, theme: Theme, runner: Runner) -> None:
        super().__init__()
        self._theme = theme
        self._provider_id: int | None = None
        self._facts: TrialFacts | None = None
        self._goes_on = False
        """Enter was pressed in the account, which is still being found."""
        self.setAccessibleName("Would this pass?")
        self._account = SearchField(theme, "Code or name", icon=Icon.ACCOUNT)
        self._account.setAccessibleName("Account")
        self._which = ChoiceBox(theme, "Which of them")
        self._which.fill_its_place()
        self._which.hide()
        self._event = ChoiceBox(theme, "Event")
        self._event.set_choices([(event.label, event) for event in ASKED], CreditEvent.POST_MANUAL_INVOICE)
        self._event.fill_its_place()
        self._amount = MoneyField(theme, "Amount", "EUR")
        self._who = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._ask_button = Button(theme, "Would it pass?", icon=Icon.HELP, run=self.ask)
        self._badge = Badge(theme, "", tk.Tone.GOOD)
        self._figures = FactCard(theme, "Answer")
        self._reasons = Label(theme, wraps=True)
        self._found = Question(runner, self, answered=self._on_found, failed=self._on_failed)
        self._known = Question(runner, self, answered=self._on_facts, failed=self._on_failed)
        self._answer = Question(runner, self, answered=self._on_answer, failed=self._on_failed)
        labels = [Label(theme, words, ink=tk.Ink.MUTED) for words in ("Account", "Event", "Amount")]
        column(Label(theme, "Would this pass?", size=tk.SECTION, weight=600),
               grid([labels[0], self._account], [None, self._which], [None, self._who], [labels[1], self._event],
                    [labels[2], row(self._amount, self._ask_button)], shares={1: 1}, down=6),
               row(self._badge, ...), self._reasons, self._figures, on=self, spacing=8)
        self._account.settled.connect(self._on_typed)
        self._account.returnPressed.connect(self._go_on)
        self._which.activated.connect(lambda _place: self._pick(self._which.chosen()))
        self._amount.returnPressed.connect(self.ask)
        self._event.activated.connect(lambda _place: self._forget())
        self._forget()
        self._offer()

    def look_in(self, provider_id: int | None) -> None:
        """Look among the accounts of a provider from now on."""
        if provider_id != self._provider_id:
            self._provider_id = provider_id
            self._account.clear()
            self._pick(None)

    # --- whose ---

    def _go_on(self) -> None:
        self._goes_on = self._facts is None
        if self._facts is not None:
            self._amount.setFocus()

    def _on_typed(self, text: str) -> None:
        if not text.strip():
            self._pick(None)
        elif self._facts is None or text not in (self._facts.code, self._facts.name):
            self._found.ask(asking(find_accounts, text=text, limit=_MOST * 4))

    def _on_found(self, hits: Sequence[JumpHit]) -> None:
        mine = [hit for hit in hits if hit.provider_id == self._provider_id][:_MOST]
        self._which.set_choices([(f"{hit.name}, {hit.code}", hit.account_id) for hit in mine])
        self._which.setVisible(len(mine) > 1)
        self._pick(mine[0].account_id if mine else None)
        if not mine:
            self._who.setText("No account of this provider begins like that.")

    def _pick(self, account_id: int | None) -> None:
        self._forget()
        self._facts = None
        self._offer()
        self._who.setText("")
        if account_id is None:
            self._which.setVisible(self._which.isVisible() and bool(self._account.text()))
        else:
            self._known.ask(asking(trial_facts, account_id=account_id))

    def _on_facts(self, facts: TrialFacts) -> None:
        self._facts = facts
        self._amount.set_currency(facts.currency)
        self._amount.setPlaceholderText(facts.currency)
        self._who.setText(facts.sentence)
        self._offer()
        if self._goes_on:
            self._go_on()

    def _offer(self) -> None:
        self._amount.setEnabled(self._facts is not None)
        self._ask_button.offer("" if self._facts is not None else "Find an account first.")

    # --- the answer ---

    def ask(self) -> None:
        """Ask, or say what is missing."""
        refusal = self._missing()
        if refusal:
            self._forget()
            self._reasons.setText(refusal)
        elif self._facts is not None:
            self._answer.ask(asking(try_credit, account_id=self._facts.account_id, event=self._event.chosen(),
                                    amount_minor=self._amount.value or 0))

    def ask_again(self) -> None:
        """The rules changed: an answer that is shown is asked for anew."""
        if not self._figures.isHidden():
            self.ask()

    def _missing(self) -> str:
        if self._facts is None:
            return "Find an account first."
        if self._amount.refusal:
            return self._amount.refusal
        return "Type an amount; 0 asks for the standing alone." if self._amount.value is None else ""

    def _forget(self) -> None:
        for part in (self._badge, self._figures):
            part.hide()
        self._reasons.setText("")

    def _on_failed(self, error: BaseException) -> None:
        self._forget()
        self._reasons.setText(in_words(error))

    def _on_answer(self, answer: CreditAnswer) -> None:
        words = f"Passes by {answer.rule}" if answer.rule else "Passes" if answer.allowed else "Refused"
        self._badge.set(words, tk.Tone.GOOD if answer.allowed else tk.Tone.BAD,
                        Icon.GOOD if answer.allowed else Icon.ERROR)
        self._figures.show_facts(self._lines(answer))
        self._reasons.setText("\n".join(reason.words for reason in answer.reasons))
        self._badge.show()
        self._figures.show()

    def _money(self, minor: int, currency: str) -> str:
        return f"{self._theme.formatter.amount(minor, currency)}{NO_BREAK}{currency}"


    def _lines(self, answer: CreditAnswer) -> list[Fact]:
        limit = "no limit" if answer.limit_minor is None else self._money(answer.limit_minor, answer.currency)
        parts = [("Limit", limit), ("Balance", self._money(answer.balance_minor, answer.currency)),
                 ("With the amount", self._money(answer.projected_minor, answer.currency)),
                 ("Above the limit", self._money(answer.excess_minor, answer.currency))]
        return [Fact(name=name, value=value, is_figure=True) for name, value in parts]
