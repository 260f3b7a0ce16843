"""The wide tab of the scan: preview, proposals with their reasons, and beside them what applying would do.

The rows are those of the session's preview and stay so until somebody previews again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QByteArray, QModelIndex, QPoint
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QBoxLayout, QWidget

from app.models.values import ScanOutcome
from app.services.scans.previewed import ProposalRow
from app.services.suspension.explain import ScanExplanation
from app.views.desk.account_list import AccountListScreen, PlaceInList
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.screen import BusinessPlace, State, Target
from app.views.lists.count_switches import CountChoice, CountSwitches
from app.views.lists.stateful_area import StatefulArea
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.suspension import feature as act
from app.views.suspension.conditions import ScanConditions
from app.views.suspension.effect_panel import WIDTH, EffectPanel
from app.views.suspension.head import ScanHead
from app.views.suspension.proposals.columns import proposal_columns
from app.views.suspension.proposals.model import ProposalModel
from app.views.suspension.proposals.table import ProposalTable
from app.views.suspension.question_bar import QuestionBar
from app.views.suspension.session import ScanSession, ScanState
from app.views.suspension.words import OUTCOME_TITLES, OUTCOME_TONES, SHOWN_OUTCOMES
from app.views.widgets.basics import ElidedLabel
from app.views.widgets.layout import column, grows, holding, row
from app.views.widgets.menus import Entry, pop_up
from app.views.widgets.search_field import SearchField

_NARROW: Final = 900
"""Below this width the effect stands under the proposals and not beside them."""


class ScanScreen(AccountListScreen):
    """See the module. The session is shared with the scan panel."""

    comfortable_width = 1100

    def __init__(self, target: Target, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(target, "Scan", Icon.SUSPENSION, parent)
        theme, session = desk.theme, desk.offers.get(act.SESSION)
        self._theme = theme
        self._session = session
        self._navigator = desk.navigator
        self._shown_preview: object = None
        self._had_keyboard = False
        session.state_changed.connect(self._note_keyboard)  # before the fields below are switched off
        self._head = ScanHead(theme, session)
        self._question = QuestionBar(theme, session)
        self._switches = CountSwitches(theme, [
            CountChoice(key=outcome.value, text=OUTCOME_TITLES[outcome],
                        tone=OUTCOME_TONES[outcome]) for outcome in SHOWN_OUTCOMES
        ], exclusive=False)
        self._unchanged = ElidedLabel(theme, ink=tk.Ink.MUTED)
        self._filter = SearchField(theme, "Name, code or profile", icon=Icon.FILTER)
        self._table = ProposalTable(theme, self.open_account)
        self._model = ProposalModel(proposal_columns(session), session.is_ticked, lambda: session.may_tick,
                                    theme.formatter, self)
        self._table.show_proposals(self._model)
        self._area = StatefulArea(theme, self._table)
        self._conditions = ScanConditions(self._area, session, theme.formatter, show_all=self._show_all)
        self.panel = EffectPanel(theme, session, desk.navigator)
        self._build()
        self._connect()
        self._on_state()

    def _build(self) -> None:
        self._filter.setMaximumWidth(self._theme.sizes.px(240))
        self._filter.setMinimumWidth(self._theme.sizes.px(120))
        line = row(self._switches, grows(self._unchanged), grows(self._filter),
                   margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 10))
        main = holding(column(self._head, self._question, 10, line, grows(self._area)))
        self._box = row(grows(main), self.panel, on=self, spacing=0)
        self._place_panel()

    def _connect(self) -> None:
        session, table = self._session, self._table
        session.state_changed.connect(self._on_state)
        session.question.changed.connect(self._on_state)
        session.question.changed.connect(self.business_place_changed)
        for moved in (self._model.modelReset, self._model.rowsInserted, self._model.rowsRemoved):
            moved.connect(self.rows_changed)
        session.question.choices_changed.connect(self._on_state)
        session.ticks_changed.connect(self._on_ticks)
        session.explained.connect(self._on_explained)
        session.brake.changed.connect(self.bindings_changed)
        session.dock_shown.connect(self._place_panel)
        table.reasons_wanted.connect(session.explain)
        table.opened.connect(self._on_opened)
        table.opened_aside.connect(partial(self._on_opened, aside=True))
        table.link_clicked.connect(self._on_opened)
        table.switch_clicked.connect(self._on_tick)
        table.menu_asked.connect(self._show_menu)
        table.left_upwards.connect(self._filter.setFocus)
        table.current_row_changed.connect(self.bindings_changed)
        table.selection_changed.connect(self._say_selection)
        self._switches.changed.connect(self._on_groups)
        self._filter.settled.connect(self._on_filter)
        self._filter.left_downwards.connect(self._focus_table)
        self._filter.returnPressed.connect(self._focus_table)
        self.panel.brake.left.connect(self.focus_first)
        self.press_with_ctrl_enter(self._press_main)

    # --- for the shell ---

    def focus_first(self) -> None:
        if self._model.rowCount():
            self._focus_table()
        else:
            self._question.provider.setFocus()

    def shown(self) -> None:
        if not self._session.question.is_loaded:
            self._session.question.load()

    def business_place(self) -> BusinessPlace | None:
        return self._session.question.business_place()

    def place_of(self, account_id: int) -> PlaceInList | None:
        listed = self._model.listed_ids()
        return PlaceInList(number=listed.index(account_id) + 1, count=len(listed)) if account_id in listed else None

    def neighbour(self, account_id: int, step: int) -> int | None:
        listed = self._model.listed_ids()
        place = listed.index(account_id) + step if account_id in listed else -1
        if not 0 <= place < len(listed):
            return None
        row = self._model.loaded_row_of_id(listed[place])
        if row is not None:
            self._table.go_to_row(row)
        return listed[place]

    def bindings(self) -> Mapping[str, Binding]:
        session = self._session
        busy = "waits until the scan under way has ended" if session.is_busy else ""
        bindings = {
            "screen.refresh": Binding(session.preview_now, busy),
            "go.list": Binding(self._filter.setFocus),
            act.PREVIEW: Binding(session.preview_now, busy),
        }
        if session.is_busy:
            bindings[act.STOP] = Binding(session.stop)
        if session.preview is not None:
            bindings[act.APPLY] = Binding(session.apply_now, busy or session.refusal())
            bindings[act.DISCARD] = Binding(session.discard, busy)
            refusal = "" if session.may_tick else "needs a preview of today that was not applied yet"
            bindings[act.TICK_ALL] = Binding(partial(self.tick_all, on=True), refusal)
            bindings[act.TICK_NONE] = Binding(partial(self.tick_all, on=False), refusal)
        row = self._table.current_row()
        if isinstance(row, ProposalRow):
            bindings["account.open"] = Binding(partial(self.open_account, row.account_id))
            bindings["account.why"] = Binding(partial(self._table.open_reasons, row.account_id))
        return bindings

    def save_state(self) -> State:
        state: State = {
            "groups": ",".join(sorted(self._switches.on())),
            "columns": bytes(self._table.save_columns().toBase64().data()).decode(),
        }
        if self._session.question.provider_id is not None:
            state["provider"] = self._session.question.provider_id
        return state

    def restore_state(self, state: State) -> None:
        groups = str(state.get("groups", "")).split(",")
        for outcome in SHOWN_OUTCOMES:
            self._switches.switch(outcome.value).setChecked(outcome.value in groups or groups == [""])
        provider = state.get("provider")
        if isinstance(provider, int) and not self._session.question.is_loaded:
            self._session.question.prefer(provider)
        columns = state.get("columns")
        if isinstance(columns, str) and columns:
            self._table.restore_columns(QByteArray.fromBase64(QByteArray(columns.encode())))

    @property
    def table(self) -> ProposalTable:
        return self._table

    @property
    def session(self) -> ScanSession:
        return self._session

    # --- verbs ---

    def open_account(self, account_id: int, *, aside: bool = False) -> None:
        self._navigator.go(Target("account", account_id), aside=aside)

    def tick_all(self, *, on: bool) -> None:
        """Tick or untick every proposal shown; what a filter hides keeps its tick."""
        rows = [row for outcome in SHOWN_OUTCOMES for row in self._model.shown_rows(outcome)]
        self._session.tick(rows, on=on)

    def _press_main(self) -> None:
        """Ctrl+Enter: the verb where there is one, else the preview."""
        if self._session.preview is None:
            self._session.preview_now()
        else:
            self._session.apply_now()

    def _focus_table(self) -> None:
        if not self._table.currentIndex().isValid():
            self._table.go_to_row(1 if self._model.rowCount() > 1 else 0)
        self._table.setFocus()

    def _show_all(self) -> None:
        """Let go of the filter and show every group."""
        self._filter.clear_now()
        for outcome in SHOWN_OUTCOMES:
            self._switches.switch(outcome.value).setChecked(True)
        self._focus_table()

    # --- what the session says ---

    def _note_keyboard(self) -> None:
        """A preview switches the question off while it works; whether the keyboard was in it is known only before."""
        if self._session.is_busy:
            focus = QApplication.focusWidget()
            self._had_keyboard = focus is not None and self.isAncestorOf(focus)

    def _on_state(self) -> None:
        session = self._session
        if session.preview is not self._shown_preview:
            self._take_preview()
        else:
            self._model.all_changed(is_applied=session.state is ScanState.APPLIED)
        self._table.set_dimmed(dimmed=session.state is ScanState.PREVIEWING)
        self._conditions.update(has_lines=bool(self._model.rowCount()), filter_text=self._filter.text())
        preview = session.preview
        day = f" {self._theme.formatter.day(preview.as_of)}" if preview is not None else ""
        self.set_title(f"Scan{day}")
        self._say_selection()
        self.bindings_changed.emit()

    def _take_preview(self) -> None:
        preview = self._session.preview
        self._shown_preview = preview
        self._model.set_rows(preview.rows if preview else (), preview.currency if preview else "")
        several = preview is not None and len(preview.providers) > 1
        self._table.setColumnHidden(self._model.column_of("provider"), not several)
        self._table.restretch()
        self._table.scrollToTop()
        self._show_counts()
        if self._model.rowCount() and self._area_has_focus():
            self._focus_table()

    def _area_has_focus(self) -> bool:
        """Whether the keyboard may be moved into the rows: it is on what asked for them."""
        focus = QApplication.focusWidget()
        if focus is None:
            return True
        asked_here = self._had_keyboard and self.isAncestorOf(focus) and focus is not self._filter
        return asked_here or focus in {self._head.again, self._table} or self._area.isAncestorOf(focus)

    def _show_counts(self) -> None:
        preview, formatter = self._session.preview, self._theme.formatter
        for outcome in SHOWN_OUTCOMES:
            self._switches.switch(outcome.value).set_count(preview.count(outcome) if preview else None)
        self._unchanged.set_text(f"{formatter.number(preview.unchanged)} stay as they are" if preview else "")

    def _on_ticks(self, account_ids: set[int]) -> None:
        self._model.ticks_changed(account_ids)
        self._say_selection()
        self.bindings_changed.emit()

    def _on_explained(self, account_id: int, answer: ScanExplanation | BaseException) -> None:
        box = self._table.box(account_id)
        if box is not None:
            box.show_answer(answer)
        self._table.renew_tip(account_id)

    def _say_selection(self) -> None:
        preview = self._session.preview
        if preview is None:
            self.set_selection_text("")
            return
        formatter, possible = self._theme.formatter, preview.actionable
        ticked = self._session.effect().total
        if self._session.state is ScanState.APPLIED:
            self.set_selection_text(f"{formatter.counted(ticked, 'account', 'accounts')} changed")
            return
        self.set_selection_text(f"{formatter.number(ticked)} of "
                                f"{formatter.counted(possible, 'proposal', 'proposals')} ticked" if possible else "")

    # --- what the person does ---

    def _on_opened(self, index: QModelIndex, *, aside: bool = False) -> None:
        row = self._model.row_at(index.row())
        if row is not None:
            self.open_account(row.account_id, aside=aside)
        else:
            self._table.toggle(index)

    def _on_tick(self, index: QModelIndex) -> None:
        """Tick one proposal, the selected ones, or a whole group by its heading."""
        line = self._model.line(index.row())
        if line is None:
            return
        row = self._model.row_at(index.row())
        if row is None:
            rows = self._model.shown_rows(line.outcome)
            on = not all(self._session.is_ticked(r.account_id) for r in rows if r.can_be_applied)
        else:
            chosen = [r for r in self._table.selected_rows() if isinstance(r, ProposalRow)]
            rows = tuple(chosen) if row in chosen else (row,)
            on = not self._session.is_ticked(row.account_id)
        self._session.tick(rows, on=on)

    def _on_groups(self, on: frozenset[str]) -> None:
        self._model.show_groups(frozenset(ScanOutcome(key) for key in on))
        self._conditions.update(has_lines=bool(self._model.rowCount()), filter_text=self._filter.text())

    def _on_filter(self, text: str) -> None:
        self._model.set_filter(text)
        self._conditions.update(has_lines=bool(self._model.rowCount()), filter_text=text)

    def _show_menu(self, index: QModelIndex, position: QPoint) -> None:
        row = self._model.row_at(index.row())
        if row is None:
            return
        tick = "&Untick" if self._session.is_ticked(row.account_id) else "&Tick"
        pop_up(self, position,
               Entry("&Open account", partial(self.open_account, row.account_id)),
               Entry("Show the &reasoning", partial(self._table.open_reasons, row.account_id)),
               *([Entry(tick, partial(self._on_tick, index))] if row.can_be_applied and self._session.may_tick else []),
               Entry("&Copy row", self._table.copy_rows))

    # --- room ---

    def _place_panel(self) -> None:
        """Effect and verb beside the rows, below them where it is narrow, or in the panel at the right alone."""
        self.panel.setHidden(self._session.is_dock_shown)
        narrow = self.width() < self._theme.sizes.px(_NARROW)
        direction = QBoxLayout.Direction
        self._box.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self.panel.set_below(below=narrow)
        wide = self._theme.sizes.px(WIDTH)
        self.panel.setMinimumWidth(0 if narrow else wide)
        self.panel.setMaximumWidth(16_777_215 if narrow else wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_panel()

