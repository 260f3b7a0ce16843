"""*Credit > Override rules*: what lets events through above a limit, and whether something would pass."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QWidget

from app.services.changes import Changed
from app.services.credit.overrides import OverrideRow, delete_override, edit_override
from app.services.credit.rule_book import RuleBook, rule_book
from app.services.database.asking import asking, doing
from app.views.credit.feature import NEW_RULE
from app.views.credit.rule_dialog import RuleDialog
from app.views.credit.rule_words import WHAT_IT_IS, conditions, conditions_words, count_words, events_words
from app.views.credit.would_pass import WouldPassPanel
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import HeadAction, ListPlan, ListScreen
from app.views.desk.screen import Target
from app.views.lists.listing import Instead, ListWords
from app.views.lists.models.columns import Column, state_column, text_column
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import Look
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.widgets.basics import HorizontalRule, Label, without_arguments
from app.views.widgets.empty_state import WayOn
from app.views.widgets.fact_card import Fact, FactCard
from app.views.widgets.layout import column, grows, holding, row, scrolling, split

_POWER: Final = "credit.rules"
_ON, _OFF = Look("On", None, Icon.GOOD), Look("Off", tk.Tone.NEUTRAL, Icon.INACTIVE)


class RulesScreen(ListScreen[OverrideRow]):
    """`part` is the id of the provider whose rules are shown."""

    comfortable_width = 1000

    def __init__(self, target: Target, desk: Desk) -> None:
        self._book: RuleBook | None = None
        super().__init__(target, desk, ListPlan(
            title="Override rules", subtitle=WHAT_IT_IS, icon=Icon.CREDIT, columns=_columns(), chooser_in_head=True,
            nowhere=Instead(head="No provider is within your reach.", icon=Icon.PROVIDER),
            concerns=(Changed.CREDIT, Changed.STAFF), rows_of=lambda book: book.rules,
            words=ListWords(name="Override rules", reading="Reading override rules.",
                            unread="The override rules could not be read.", empty=self._none_yet)), (
            HeadAction(text="&New rule…", kind="main", power=_POWER, run=self.new_rule),))
        self.wanted_provider = int(target.part) if target.part.isdigit() else None
        self._rule = _RulePanel(desk.theme)
        self._actions: RowActions[OverrideRow] = RowActions(desk.theme, self.listing.table, (
            RowAction(text="Edit rule…", icon=Icon.EDIT, run=self._edit, refusal=self._why_not),
            RowAction(text="Switch off", run=self._turn, refusal=self._why_not,
                      says=lambda row: "Switch off" if row.details.enabled else "Switch on"),
            RowAction(text="Delete rule…", icon=Icon.REMOVE, run=self._ask_to_delete, refusal=self._why_not),
        ), owner=self, none="Choose a rule first.")
        self.trial = WouldPassPanel(desk.theme, desk.runner)
        self._refusal = Label(desk.theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        px = desk.theme.sizes.px
        beside = column(self._rule, row(*self._actions.buttons, ...), self._refusal, HorizontalRule(desk.theme),
                        self.trial, ..., margins=(16, 4, tk.PAGE_MARGIN, 12), spacing=12)
        column(self.header, grows(split(self.listing, scrolling(holding(beside), takes_focus=False), shares=(6, 5),
                                        sizes=(px(560), px(470)))), on=self)
        self.listing.table.opened.connect(without_arguments(self._actions.buttons[0].click))
        desk.powers.changed.connect(self._actions.refresh)

    # --- what the list says ---

    def part(self) -> str:
        return str(self.wanted_provider or "")

    def rows(self, provider_id: int) -> Job[Any]:
        return asking(rule_book, provider_id=provider_id)

    def take_answer(self, answer: Any) -> None:
        self._book = answer
        self._refusal.hide()
        self.trial.look_in(self.wanted_provider)
        self.trial.ask_again()
        self.show_head()
        self.bindings_changed.emit()

    def _ask_sheet(self, row: OverrideRow) -> None:
        self._rule.show_rule(row)
        self._actions.refresh()

    def show_none(self) -> None:
        self._rule.show_rule(None)
        self._actions.refresh()

    def refuse(self, error: BaseException) -> None:
        self._refusal.setText(in_words(error))
        self._refusal.show()

    def _none_yet(self) -> Instead:
        ways = () if self.desk.powers.refusal(_POWER) else (WayOn("New rule…", self.new_rule),)
        return Instead(head="No override rules yet.", icon=Icon.CREDIT, ways=ways,
                       text="Without one everything that would pass a limit is refused.")

    # --- for the shell ---

    def bindings(self) -> Mapping[str, Binding]:
        return {**super().bindings(), NEW_RULE: Binding(
            self.new_rule, refusal="" if self._book is not None else "needs rules that were read")}

    # --- doing ---

    def new_rule(self) -> None:
        """Ask for a new rule."""
        if self._book is not None and self.wanted_provider is not None:
            dialog = self._dialog(self._book, self.wanted_provider)
            dialog.created.connect(self.go_to)
            dialog.open_and_forget()

    def _dialog(self, book: RuleBook, provider_id: int, rule: OverrideRow | None = None) -> RuleDialog:
        return RuleDialog(self.theme, self.desk.runner, self, provider_id=provider_id, rule=rule,
                          classifications=book.classifications, kyc_profiles=book.kyc_profiles)

    def _edit(self, rule: OverrideRow) -> None:
        if self._book is not None and self.wanted_provider is not None:
            self._dialog(self._book, self.wanted_provider, rule).open_and_forget()

    def _turn(self, rule: OverrideRow) -> None:
        details = replace(rule.details, enabled=not rule.details.enabled)
        self.write(doing(edit_override, rule_id=rule.id, details=details, seen=rule.details))

    def _ask_to_delete(self, rule: OverrideRow) -> None:
        self.confirm(f"Delete the override rule {rule.details.name}?",
                     "It lets nothing through any more. What it let through stays.",
                     doing(delete_override, rule_id=rule.id), verb="Delete rule", stay="Keep it", kind="danger")

    def _why_not(self, _rule: OverrideRow) -> str:
        why = self.desk.powers.refusal(_POWER)
        return f"This {why}" if why else ""


class _RulePanel(QWidget):
    """The chosen rule in words; a line that asks to choose one while there is none."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._title = Label(theme, size=tk.SECTION, weight=600, wraps=True)
        self._facts = FactCard(theme, "What it lets through, and for whom")
        column(self._title, self._facts, on=self, spacing=8)
        self.show_rule(None)

    def show_rule(self, rule: OverrideRow | None) -> None:
        self._facts.setVisible(rule is not None)
        self._title.setText("No rule is chosen" if rule is None else rule.details.name)
        if rule is not None:
            asked = conditions(rule.details) or [("For", "every account")]
            self._facts.show_facts([Fact(name="Lets through", value=events_words(rule.details.events)),
                                    *[Fact(name=kind, value=words) for kind, words in asked]])


def _columns() -> tuple[Column[OverrideRow], ...]:
    return (
        text_column("name", "Name", lambda r: r.details.name, 150, sorts=True),
        text_column("events", "Lets through", lambda r: count_words(r.details.events), 110, is_second_rank=True),
        text_column("conditions", "For", lambda r: conditions_words(r.details), 180, stretches=True),
        state_column("state", "State", lambda r: _ON if r.details.enabled else _OFF, 76),
    )
