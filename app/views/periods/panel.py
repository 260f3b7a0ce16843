"""The chosen period beside the list: what is known of it, and of the open one what stands against closing it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.models.values import PeriodState
from app.services.periods.outlook import ClosingOutlook, PeriodSheet
from app.services.periods.queries import PeriodsPage
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.periods import words
from app.views.periods.words import CheckLine
from app.views.widgets.basics import Label
from app.views.widgets.empty_state import IconSign
from app.views.widgets.fact_card import FactCard
from app.views.widgets.layout import at_top, column, grows, holding, row, scrolling


class _Lines(QWidget):
    """A checklist: an icon and a sentence each, made anew when it says something else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: list[CheckLine] = []
        self._inner = QWidget()
        self._column = column(self._inner, on=self)
        self.setAccessibleName("Checklist of the open period")

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self._shown]

    def show_lines(self, lines: list[CheckLine]) -> None:
        if lines == self._shown:
            return
        self._shown = lines
        parts = [row(at_top(IconSign(self._theme, line.icon, line.ink, size=16)),
                     grows(_spoken(Label(self._theme, line.text, wraps=True))), spacing=8) for line in lines]
        old, self._inner = self._inner, holding(column(*parts, spacing=6))
        self._column.replaceWidget(old, self._inner)
        old.hide()
        old.deleteLater()
        self._inner.show()


def _spoken(label: Label) -> Label:
    label.setAccessibleName(label.text())
    return label


class PeriodPanel(QWidget):
    """Hidden while no period is chosen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._title = Label(theme, size=tk.SECTION, weight=600, wraps=True)
        self.facts = FactCard(theme, "Period")
        self.checklist = _Lines(theme)
        self._outlook = Label(theme, wraps=True, weight=600)
        self._refusal = Label(theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        inner = column(self._title, self.facts, self.checklist, self._outlook, self._refusal, ...,
                       margins=(16, 12, tk.PAGE_MARGIN, 12), spacing=12)
        column(grows(scrolling(holding(inner), name="The chosen period")), on=self)
        self.show_nothing()

    @property
    def said(self) -> str:
        """What was refused, or what closing would do."""
        return self._refusal.text() or self._outlook.text()

    def show_nothing(self) -> None:
        self.setVisible(False)

    def show_period(self, sheet: PeriodSheet, page: PeriodsPage, outlook: ClosingOutlook | None) -> None:
        """Show a period, or the same one again; what was found about the open one is shown with it."""
        formatter = self._theme.formatter
        is_open = sheet.row.state is PeriodState.OPEN
        self._title.setText(words.days_text(sheet.row, formatter))
        self.facts.show_facts(words.facts(sheet, page, formatter))
        self.checklist.show_lines(words.check_lines(page, outlook, formatter) if is_open else [])
        self.checklist.setVisible(is_open)
        would_begin = is_open and outlook is not None and not outlook.refusal
        self._outlook.setText(words.outlook_words(outlook, formatter) if would_begin and outlook is not None else "")
        self._outlook.setVisible(would_begin)
        self.setVisible(True)

    def refuse(self, text: str) -> None:
        """Why something was refused; "" takes it back."""
        self._refusal.setText(text)
        self._refusal.setAccessibleName(text)
        self._refusal.setVisible(bool(text))
