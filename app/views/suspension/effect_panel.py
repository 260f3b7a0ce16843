"""What applying would do, in figures, and the rules that say so, in words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from app.services.scans.choices import RuleWords
from app.views.desk.screen import RULES, Navigator, Target
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.suspension.blocked_lines import BlockedLines
from app.views.suspension.brake.outlook import BrakeLines
from app.views.suspension.brake.panel import BrakePanel
from app.views.suspension.effect import effect_words
from app.views.suspension.foot import ScanFoot
from app.views.suspension.session import ScanSession, ScanState
from app.views.widgets.basics import ElidedLabel, HorizontalRule, Label, LinkButton, Panel
from app.views.widgets.figure_lines import FigureLines
from app.views.widgets.layout import column, emptied, grows, holding, row, scrolling

WIDTH = 324
_BEFORE, _AFTER = "If you apply this", "What was applied"


class EffectLines(QWidget):
    """*If you apply this*: follows the ticks."""

    def __init__(self, theme: Theme, session: ScanSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._lines = FigureLines(theme)
        self._suspend = self._lines.add(Icon.SUSPENDED, tk.Ink.BAD)
        self._restore = self._lines.add(Icon.GOOD, tk.Ink.GOOD)
        self._events = self._lines.add(Icon.EVENTS, tk.Ink.INFO)
        note = Label(theme, "Each profile says under Events > Templates what is sent for an event. What is applied "
                     "cannot be taken back at once; each account can be restored by hand.", ink=tk.Ink.MUTED,
                     size=tk.LABEL, wraps=True)
        self._title = Label(theme, _BEFORE, size=tk.SECTION, weight=600)
        column(self._title, self._lines, note, on=self, spacing=10)
        session.state_changed.connect(self.refresh)
        session.ticks_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        effect, formatter = self._session.effect(), self._theme.formatter
        self._title.setText(_AFTER if self._session.state is ScanState.APPLIED else _BEFORE)
        if self._session.preview is None:
            self._lines.set(self._suspend, None, "accounts suspended")
            self._lines.set(self._restore, None, "accounts restored")
            self._lines.set(self._events, None, "events")
            return
        restricted = f", {formatter.counted(effect.restricted, 'service', 'services')} restricted"
        back = f", {formatter.counted(effect.back, 'service', 'services')} back"
        self._lines.set(self._suspend, effect.suspended,
                        _words(effect.suspended, f"suspended{restricted if effect.restricted else ''}"))
        self._lines.set(self._restore, effect.restored,
                        _words(effect.restored, f"restored{back if effect.back else ''}"))
        self._lines.set(self._events, effect.events,
                        "event, one for each service" if effect.events == 1 else "events, one for each service")


def _words(count: int, rest: str) -> str:
    return f"{'account' if count == 1 else 'accounts'} {rest}"


class RuleLines(QWidget):
    """The rule sets of the preview, or of the provider chosen while there is none."""

    def __init__(self, theme: Theme, session: ScanSession, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._session = session
        self._shown: list[tuple[str, RuleWords]] | None = None
        self._body = column(spacing=4)
        self._title = Label(theme, "Rule set in words", weight=600)
        self._navigator = navigator
        open_rules = LinkButton(theme, "Open", run=self._open)
        open_rules.setAccessibleName("Open the rules")
        column(row(self._title, ..., open_rules), self._body, on=self, spacing=8)
        for changed in (session.state_changed, session.question.choices_changed, session.question.changed):
            changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        rules = self._rules()
        if rules == self._shown:
            return
        self._shown = rules
        emptied(self._body)
        self._title.setText("Rule set in words" if len(rules) < 2 else "Rule sets in words")
        for name, words in rules:
            self._add(name if len(rules) > 1 else "", words)
        if not rules:
            self._body.addWidget(Label(self._theme, "No rule set is in force.", ink=tk.Ink.MUTED, wraps=True))

    def _rules(self) -> list[tuple[str, RuleWords]]:
        preview = self._session.preview
        if preview is not None:
            return [(provider.name, provider.rules) for provider in preview.providers]
        wanted = self._session.question.provider_id
        return [(choice.name, choice.rules) for choice in self._session.question.choices
                if choice.rules is not None and wanted in {None, choice.id}]

    def _open(self) -> None:
        provider_id = self._session.question.provider_id
        self._navigator.go(Target(RULES, part="" if provider_id is None else str(provider_id)))

    def _add(self, provider: str, words: RuleWords) -> None:
        since = f"in force since {self._theme.formatter.day(words.since)}"
        name = f"“{words.name}”, {since}" if words.name else since[:1].upper() + since[1:]
        if provider:
            self._body.addWidget(Label(self._theme, provider, weight=600, wraps=True))
        self._body.addWidget(Label(self._theme, name, ink=tk.Ink.MUTED, size=tk.LABEL, wraps=True))
        self._body.addWidget(Label(self._theme, words.sentence, wraps=True))
        self._body.addSpacing(6)


class EffectPanel(Panel):
    """Beside the proposals, or below them where there is no room; then the effect is one line beside the verb."""

    def __init__(self, theme: Theme, session: ScanSession, navigator: Navigator, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent, fill="raised", line=Qt.Edge.LeftEdge)
        self._session = session
        self.foot = ScanFoot(theme, session)
        self._line_words = ElidedLabel(theme)
        self._scroll = scrolling(holding(column(
            EffectLines(theme, session), BlockedLines(theme, session, navigator), BrakeLines(theme, session),
            HorizontalRule(theme),
            RuleLines(theme, session, navigator), ...,
            margins=(tk.PAGE_MARGIN, 14, tk.PAGE_MARGIN, 12), spacing=14)), takes_focus=False)
        self.brake = BrakePanel(theme, session)
        foot = column(self._line_words, self.brake, self.foot, margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 12),
                      spacing=8)
        column(grows(self._scroll), foot, on=self, margins=(1, 0, 0, 0))
        session.state_changed.connect(self._say_line)
        session.ticks_changed.connect(self._say_line)
        self.setAccessibleName(_BEFORE)
        self.set_below(below=False)

    def set_below(self, *, below: bool) -> None:
        """Stand below the proposals instead of beside them."""
        self._line = Qt.Edge.TopEdge if below else Qt.Edge.LeftEdge
        self._scroll.setVisible(not below)
        self._line_words.setVisible(below)
        self.foot.set_flat(flat=below)
        self._say_line()
        self.update()

    def _say_line(self) -> None:
        """The effect in one line."""
        self._line_words.set_text(effect_words(self._session.effect(), self.theme.formatter)
                                  if self._session.preview is not None else "")
