"""Why a scan would suspend, restore or leave an account alone: the operands side by side with the rule.

The same widget stands on the account page, under a customer list and in the rows of a scan. It shows what the service
explains and judges nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLayout, QSizePolicy, QWidget

from app.models.values import ScanOutcome
from app.services.suspension.explain import OUTCOME_WORDS, ScanExplanation
from app.services.suspension.reasons import NO_HISTORY, Condition
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Label, LinkButton
from app.views.widgets.empty_state import IconSign
from app.views.widgets.layout import Part, Placed, add_line, at_top, column, emptied, grid, holding, row

_ICON_SIZE: Final = 16
_NARROW: Final = 480
"""Below this width the source of a figure stands under its condition and not beside it."""
_NOT_IN_THE_TABLE: Final = frozenset({"effect", NO_HISTORY.code})
"""Reasons of a suspension that its conditions do not say."""


class ReasoningPanel(QWidget):
    """Outcome, the rule set in words, the table of conditions, and when the outcome would change."""

    def __init__(self, theme: Theme, parent: QWidget | None = None, *, shows_outcome: bool = True,
                 shows_exclusions: bool = True) -> None:
        """Where it `shows_exclusions`, each stands there with its figure, whether it holds or not."""
        super().__init__(parent)
        self._theme = theme
        self._shows_outcome = shows_outcome
        self._shows_exclusions = shows_exclusions
        self._explanation: ScanExplanation | None = None
        self._link: tuple[str, Callable[[], object]] | None = None
        self._is_narrow = False
        self._column = column(on=self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.setAccessibleName("Reasoning")

    @property
    def explanation(self) -> ScanExplanation | None:
        """What is shown; None before the first one and while only words are."""
        return self._explanation

    def set_link(self, text: str, run: Callable[[], object]) -> None:
        """A link at the lower right of each explanation shown from now on: "Open account"."""
        self._link = (text, run)

    def drop_link(self) -> None:
        """Explanations shown from now on have no link."""
        self._link = None

    def show_explanation(self, explanation: ScanExplanation) -> None:
        """Show the whole reasoning for one account."""
        self._explanation = explanation
        self._show(
            self._outcome(explanation) if self._shows_outcome else None,
            self._rule_line(explanation),
            self._table("Condition", [_of_condition(condition) for condition in explanation.conditions]),
            self._exclusions(explanation),
            *(Label(self._theme, sentence, wraps=True) for sentence in _sentences(explanation)),
            self._foot(explanation.changes_when) if explanation.changes_when or self._link is not None else None)
        self.setAccessibleDescription(explanation.as_text())

    def show_words(self, text: str) -> None:
        """Say why there is no reasoning: "No rule set is in force for Harbour Telecom.\""""
        self._explanation = None
        self._show(Label(self._theme, text, ink=tk.Ink.MUTED, wraps=True))
        self.setAccessibleDescription(text)

    # --- parts ---

    def _show(self, *parts: Part) -> None:
        emptied(self._column)
        self._column.addWidget(holding(column(*parts, spacing=6)))

    def _outcome(self, explanation: ScanExplanation) -> QWidget:
        day = self._theme.formatter.day(explanation.as_of, weekday=True)
        text = f"On {day}, {explanation.name} {OUTCOME_WORDS[explanation.outcome]}."
        return Label(self._theme, text, size=tk.SECTION, weight=600, wraps=True)

    def _rule_line(self, explanation: ScanExplanation) -> QWidget:
        name = f"rule set “{explanation.rule_name}”" if explanation.rule_name else "the rule set"
        text = f"Why: {name}, in force since {self._theme.formatter.day(explanation.rule_since)}"
        line = Label(self._theme, text, weight=600, wraps=True)
        line.setToolTip(explanation.rule_in_words)
        return line

    def _exclusions(self, explanation: ScanExplanation) -> QGridLayout | None:
        if not self._shows_exclusions or not explanation.exclusions:
            return None
        return self._table("Left alone where", [
            _Line(words=line.words, figure=line.figure, source=capital(line.source), spoken_source=line.source,
                  icon=Icon.INFO if line.holds else Icon.INACTIVE,
                  ink=tk.Ink.INFO if line.holds else tk.Ink.NEUTRAL, state="holds" if line.holds else "does not hold")
            for line in explanation.exclusions])

    def _table(self, title: str, lines: Sequence[_Line]) -> QGridLayout:
        titles = [Label(self._theme, title, size=tk.LABEL, weight=600, ink=tk.Ink.MUTED)
                  for title in (title, "This account", "Where it comes from")[:2 if self._is_narrow else 3]]
        table = grid([None, at_top(titles[0]), _figure(titles[1]), *map(at_top, titles[2:])], margins=(0, 2, 0, 4),
                     across=8, down=6, shares={1: 3} if self._is_narrow else {1: 3, 3: 4})
        table.setColumnMinimumWidth(2, self._theme.sizes.px(90))
        for line in lines:
            self._add_line(table, line)
        return table

    def _add_line(self, table: QGridLayout, line: _Line) -> None:
        sign = IconSign(self._theme, line.icon, line.ink, size=_ICON_SIZE)
        sign.setAccessibleName(line.state)
        words = Label(self._theme, line.words, wraps=True)
        figure = Label(self._theme, line.figure, weight=600)
        source = Label(self._theme, line.source, ink=tk.Ink.MUTED, wraps=True)
        words.setAccessibleName(f"{line.words}: {line.figure}, {line.state}, {line.spoken_source}")
        add_line(table, at_top(sign), at_top(words), _figure(figure), None if self._is_narrow else at_top(source))
        if self._is_narrow:
            table.addWidget(source, table.rowCount(), 1, 1, 2, Qt.AlignmentFlag.AlignTop)

    def _foot(self, changes_when: str) -> QLayout:
        sign = IconSign(self._theme, Icon.HISTORY, tk.Ink.INFO, size=_ICON_SIZE) if changes_when else None
        link = None
        if self._link is not None:
            text, run = self._link
            link = LinkButton(self._theme, text, run=run)
        return row(*(at_top(part) for part in (sign,) if part), at_top(Label(self._theme, changes_when, wraps=True), 1),
                   *(at_top(part) for part in (link,) if part))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < self._theme.sizes.px(_NARROW)
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            if self._explanation is not None:
                self.show_explanation(self._explanation)


def _figure(label: Label) -> Placed:
    """Figures stand at the right of their column."""
    return Placed(item=label, align=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One line of a table: what is asked, the figure of this account, where that comes from, and whether it holds."""

    words: str
    figure: str
    source: str
    spoken_source: str
    icon: Icon
    ink: str
    state: str


def _of_condition(condition: Condition) -> _Line:
    """Codes of exclusions are for files; what is shown below the table names them."""
    icon, ink = (Icon.GOOD, tk.Ink.GOOD) if condition.holds else (Icon.INACTIVE, tk.Ink.NEUTRAL)
    return _Line(words=condition.words, figure=condition.figure, icon=icon, ink=ink,
                 source="Said below" if condition.exclusions else capital(condition.source),
                 spoken_source=condition.source, state="met" if condition.holds else "not met")


def capital(text: str) -> str:
    """A text that begins a line."""
    return text[:1].upper() + text[1:]


def _sentences(explanation: ScanExplanation) -> list[str]:
    """What the table does not say already: the effect of a suspension, the exclusions, why nothing happens."""
    is_suspended = explanation.outcome is ScanOutcome.SUSPEND
    return [reason.words for reason in explanation.reasons if not is_suspended or reason.code in _NOT_IN_THE_TABLE]
