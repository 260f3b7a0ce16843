"""The head of an account page: who it is, what limits it, and its money. F4 makes it slim."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from app.models.values import HoldKind
from app.services.accounts.header import AccountHeader
from app.views.desk.account_list import PlaceInList
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.look.words import ENTERPRISE, STATUS, TYPE
from app.views.status.account_words import credit_words
from app.views.status.hold_strips import HoldStrips
from app.views.widgets.badge import Badge
from app.views.widgets.banner import Banner
from app.views.widgets.basics import Button, ElidedLabel, IconButton, Label, LinkButton
from app.views.widgets.figure_card import FigureCard
from app.views.widgets.layout import at_right, at_top, column, grid, grows, row

_DOT = "·"


class SlimFigures(QWidget):
    """Balance, payable and credit left in two small lines, for the slim head."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit = Label(theme, ink=tk.Ink.MUTED)
        self._values = [Label(theme, weight=600) for _ in range(3)]
        titles = [Label(theme, title, size=tk.LABEL, ink=tk.Ink.MUTED)
                  for title in ("Balance", "Payable", "Credit left")]
        grid([None, *map(at_right, titles)], [at_right(self._unit), *map(at_right, self._values)], on=self, across=28,
             down=2)

    def show_figures(self, unit: str, values: list[tuple[str, str]]) -> None:
        """Currency, and each figure with its ink."""
        self._unit.setText(unit)
        for label, (text, ink) in zip(self._values, values, strict=True):
            label.setText(text)
            label.set_ink(ink)


class WalkBar(QWidget):
    """The place in the list one came from, "3 of 14", and a step to either side; not there without such a list."""

    step_asked = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = Label(theme, ink=tk.Ink.MUTED)
        self._steps = [IconButton(theme, icon, f"{which} account of the list", self, keys=keys,
                                  run=partial(self.step_asked.emit, step))
                       for icon, which, keys, step in ((Icon.UP, "Previous", "Alt+Up", -1),
                                                       (Icon.DOWN, "Next", "Alt+Down", 1))]
        row(self._words, 6, *self._steps, on=self, spacing=2)
        self.setAccessibleName("Place in the list")
        self.show_place(None)

    @property
    def text(self) -> str:
        return self._words.text()

    def show_place(self, place: PlaceInList | None) -> None:
        self.setVisible(place is not None)
        if place is not None:
            number = self._theme.formatter.number
            self._words.setText(f"{number(place.number)} of {number(place.count)}")
            self._steps[0].setEnabled(place.number > 1)
            self._steps[1].setEnabled(place.number < place.count)


class AccountHead(QWidget):
    """See the module. Everything it shows comes from one `AccountHeader`."""

    open_asked = Signal(int)  # account id of the provider or the agent
    customers_asked = Signal(int)
    reasoning_asked = Signal()
    restore_asked = Signal()
    lift_asked = Signal(int)  # id of a hold
    group_account_asked = Signal()
    ledger_asked = Signal()
    limit_asked = Signal()
    step_asked = Signal(int)  # the next (+1) or previous (-1) account of the list

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._header: AccountHeader | None = None
        self._is_slim = False
        self._build()

    @property
    def header(self) -> AccountHeader | None:
        return self._header

    def set_slim(self, *, slim: bool) -> None:
        """One line with small figures, or the whole head."""
        self._is_slim = slim
        self._slim.setVisible(slim)
        self._above.setVisible(not slim and self._header is not None and bool(self._header.held_above))
        self._cards_row.setVisible(not slim)
        self._strips.setVisible(not slim and self._strips.has_holds)
        self._hold_badge.setVisible(slim and self._strips.has_holds)
        self._column.setContentsMargins(0, 10 if slim else 14, 0, 0)

    # --- building ---

    def _build(self) -> None:
        theme = self._theme
        self._name = ElidedLabel(theme, size=tk.PAGE, weight=600)
        self._badge = Badge(theme)
        self._badge.hide()
        self._hold_badge = Badge(theme)
        self._hold_badge.hide()
        self._customers = Button(theme, "Show its customers", self, icon=Icon.LIST, run=self._on_customers)
        self._customers.hide()
        self._written_off = Badge(theme)
        self._written_off.hide()
        self._actions = Button(theme, "Actions", self, icon=Icon.CARET_DOWN, run=self._on_actions)
        self._actions.hide()
        self._menu: QMenu | None = None
        self._slim = SlimFigures(theme, self)
        self._slim.hide()
        self._walk = WalkBar(theme, self)
        self._walk.step_asked.connect(self.step_asked)
        first = row(self._name, self._badge, self._written_off, self._hold_badge, ..., self._walk, spacing=12)
        words = column(first, self._build_line(), spacing=2)
        top = row(grows(words), self._slim, at_top(self._customers), at_top(self._actions),
                  margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 12),
                  spacing=16)
        self._strips = HoldStrips(theme, self)
        self._strips.reasoning_asked.connect(self.reasoning_asked)
        self._strips.restore_asked.connect(self.restore_asked)
        self._strips.lift_asked.connect(self.lift_asked)
        self._column = column(top, self._strips, self._build_above(), self._build_cards(), on=self)
        self.set_slim(slim=False)

    def _build_above(self) -> QWidget:
        """What a provider above is held for reaches everybody below it."""
        self._above = QWidget(self)
        self._above_words = Banner(self._theme, tk.Tone.WARN, Icon.WARNING, self._above)
        row(self._above_words, on=self._above, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 12))
        self._above.hide()
        return self._above

    def _build_line(self) -> QHBoxLayout:
        """The muted line; provider and agent are links to their pages."""
        theme = self._theme
        self._who = ElidedLabel(theme, ink=tk.Ink.MUTED)
        self._provider = LinkButton(theme, "", self, run=self._on_provider)
        self._provider.hide()
        self._by = Label(theme, parent=self, ink=tk.Ink.MUTED)
        self._by.hide()
        self._agent = LinkButton(theme, "", self, run=self._on_agent)
        self._agent.hide()
        self._since = ElidedLabel(theme, ink=tk.Ink.MUTED)
        self._group = LinkButton(theme, "", self, run=self.group_account_asked.emit)
        self._group.hide()
        return row(self._who, self._provider, self._by, self._agent, self._since, self._group, ..., spacing=4)

    def _build_cards(self) -> QWidget:
        theme = self._theme
        self._balance = FigureCard(theme, "Balance", self, opens_rows=True)
        self._outstanding = FigureCard(theme, "Outstanding", self, opens_rows=True)
        self._payable = FigureCard(theme, "Payable", self, opens_rows=True)
        self._credit = FigureCard(theme, "Credit left", self, opens_rows=True)
        for card in (self._balance, self._outstanding, self._payable):
            card.clicked.connect(self.ledger_asked)
        self._credit.clicked.connect(self.limit_asked)
        self._cards_row = QWidget(self)
        row(grows(self._balance), grows(self._outstanding), grows(self._payable), grows(self._credit),
            on=self._cards_row, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8), spacing=tk.CARD_GAP)
        return self._cards_row

    # --- showing ---

    def use_actions(self, menu: QMenu) -> None:
        """What can be done with the account, behind the button *Actions*."""
        self._menu = menu

    def offer_lifting(self, kinds: frozenset[HoldKind]) -> None:
        """Holds of these kinds can be lifted from their strips."""
        self._strips.offer_lifting(kinds)

    def show_place(self, place: PlaceInList | None) -> None:
        """Where the account stands in the list one came from; None takes the steps away."""
        self._walk.show_place(place)

    def show_header(self, header: AccountHeader) -> None:
        self._header = header
        look = STATUS[header.status]
        self._name.set_text(header.name)
        self._badge.set(look.text, look.tone or tk.Tone.GOOD, look.icon)
        self._badge.show()
        self._actions.setVisible(self._menu is not None)
        since = "" if header.written_off_on is None else self._theme.formatter.day(header.written_off_on)
        self._written_off.set("Written off", tk.Tone.BAD, Icon.REMOVE)
        self._written_off.setToolTip(f"Written off on {since}; it orders nothing until the mark is cleared")
        self._written_off.setVisible(bool(since))
        self._show_line(header)
        self._customers.setVisible(header.is_provider)
        self._strips.show_holds(header.holds)
        self._above_words.set_words("Orders are refused through a provider above.", header.held_above)
        count = self._theme.formatter.counted(len(header.holds), "hold", "holds")
        self._hold_badge.set(count, tk.Tone.BAD, Icon.LOCK)
        self._show_figures(header)
        self.set_slim(slim=self._is_slim)

    def _show_line(self, header: AccountHeader) -> None:
        self._group.setText(header.group_account)
        self._group.setVisible(bool(header.group_account))
        kind = ENTERPRISE[header.enterprise] if header.type.value == "end_user" else TYPE[header.type]
        parts = [header.code, kind]
        if header.ombudsman_case_open:
            parts.append("ombudsman case open")
        has_provider = header.provider_id != header.id
        if has_provider:
            parts.append(header.profile)
        self._who.set_text(f" {_DOT} ".join(parts) + (f" {_DOT}" if has_provider else ""))
        self._provider.setText(header.provider_name)
        self._provider.setVisible(has_provider)
        self._provider.setToolTip(f"Open {header.provider_name}")
        self._by.setText(f"{_DOT} signed up by")
        self._agent.setText(header.agent_name or "")
        self._by.setVisible(header.agent_id is not None)
        self._agent.setVisible(header.agent_id is not None)
        what = "customer" if header.type.value == "end_user" else "here"
        self._since.set_text(f"{_DOT} {what} since {self._theme.formatter.day(header.since)}"
                             + (f" {_DOT}" if header.group_account else ""))

    def _show_figures(self, header: AccountHeader) -> None:
        formatter, figures, unit = self._theme.formatter, header.figures, header.currency

        def amount(minor: int) -> str:
            return formatter.amount(minor, unit)

        is_late = figures.overdue_payable_minor > 0
        ink = tk.Ink.BAD if is_late else tk.Ink.TEXT
        self._balance.set(amount(figures.balance_minor), unit, _balance_note(header, amount(figures.unallocated_minor)))
        late = formatter.counted(figures.oldest_overdue_days, "day", "days")
        self._outstanding.set(amount(figures.outstanding_minor), unit,
                              f"Past its due date, oldest {late}" if figures.oldest_overdue_days else
                              "Past its due date")
        kept_out = [f"{amount(minor)} {words}" for minor, words in (
            (figures.disputed_minor, "in dispute"), (figures.planned_minor, "in a plan")) if minor]
        self._payable.set(amount(figures.overdue_payable_minor), unit, ", ".join(kept_out) or "Nothing disputed",
                          ink=ink)
        credit, credit_unit, credit_ink = credit_words(header, formatter)
        self._credit.set(credit, credit_unit, header.credit.note, ink=credit_ink)
        self._slim.show_figures(unit, [(amount(figures.balance_minor), tk.Ink.TEXT),
                                       (amount(figures.overdue_payable_minor), ink), (credit, credit_ink)])

    def _on_actions(self) -> None:
        if self._menu is not None:
            self._menu.popup(self._actions.mapToGlobal(QPoint(0, self._actions.height())))

    def _on_customers(self) -> None:
        if self._header is not None:
            self.customers_asked.emit(self._header.id)

    def _on_provider(self) -> None:
        if self._header is not None:
            self.open_asked.emit(self._header.provider_id)

    def _on_agent(self) -> None:
        if self._header is not None and self._header.agent_id is not None:
            self.open_asked.emit(self._header.agent_id)


def _balance_note(header: AccountHeader, unallocated: str) -> str:
    if header.figures.unallocated_minor:
        return f"Posted, not settled; {unallocated} not allocated"
    return "Posted, not settled"
