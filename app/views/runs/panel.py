"""An opened run: what differs from the one before on top, its accounts as they were decided, what was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from zoneinfo import ZoneInfo

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget

from app.services.scans.run_history import RunPart, RunResultRow, RunSheet, run_page, run_result_count
from app.views.lists.count_switches import CountChoice, CountSwitches
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.runs import words
from app.views.runs.columns import result_columns
from app.views.runs.replay_view import ReplayView
from app.views.widgets.badge import Badge
from app.views.widgets.basics import Button, Label, LinkButton
from app.views.widgets.layout import column, grows, row, stacked


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelWork:
    """What the buttons of the panel do."""

    open_account: Callable[[int], object]
    save_report: Callable[[RunSheet], object]
    show_messages: Callable[[RunSheet], object]
    why_no_messages: Callable[[], str]
    """Why the messages cannot be shown; empty where they can."""


class RunPanel(QWidget):
    """Hidden while no run is chosen."""

    def __init__(self, theme: Theme, runner: Runner, work: PanelWork, zone: Callable[[], ZoneInfo]) -> None:
        super().__init__()
        self._theme = theme
        self._work = work
        self._zone = zone
        self.sheet: RunSheet | None = None
        self._title = Label(theme, size=tk.SECTION, weight=600)
        self._badge = Badge(theme)
        self._facts = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._difference = Label(theme, wraps=True)
        self._blocked = Label(theme, ink=tk.Ink.MUTED, wraps=True)
        self._messages = LinkButton(theme, "", run=self._show_messages)
        self._report = Button(theme, "Save the report…", icon=Icon.EXPORT, run=self._save)
        self.parts = CountSwitches(theme, [
            CountChoice(key=part.value, text=text, tone=words.PART_TONE.get(part))
            for part, text in words.PART.items()])
        self.parts.changed.connect(self._on_part)
        self.listing: PageListing[RunResultRow] = PageListing(
            theme, runner, ListWords(name="Accounts of the run", reading="Reading the accounts of the run.",
                                     unread="The accounts of the run could not be read.", empty=self._nobody),
            result_columns(zone), row_id=lambda row: row.account_id)
        self.listing.table.opened.connect(self._on_opened)
        self.listing.table.link_clicked.connect(self._on_opened)
        self._replay = Button(theme, "Replay", icon=Icon.HISTORY, run=self._on_replay)
        self.replay = ReplayView(theme, runner, open_account=work.open_account, back=self._show_accounts)
        self._pages = stacked(self.listing, self.replay)
        head = column(row(self._title, self._badge, ..., self._messages, self._replay, self._report, spacing=12),
                      self._facts,
                      self._difference, self._blocked, margins=(tk.PAGE_MARGIN, 10, tk.PAGE_MARGIN, 8), spacing=3)
        column(head, row(self.parts, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 8)), grows(self._pages), on=self)
        self.setAccessibleName("Run")
        self.show_nothing()

    def show_nothing(self) -> None:
        """No run is chosen."""
        self.sheet = None
        self.setVisible(False)

    def show_run(self, sheet: RunSheet) -> None:
        """Show a run, or the same one again."""
        is_same = self.sheet is not None and self.sheet.run.id == sheet.run.id
        self.sheet = sheet
        run, formatter = sheet.run, self._theme.formatter
        look = words.STATE[run.state]
        self._title.setText(words.title_of(run, formatter))
        self._badge.set(look.text, look.tone or tk.Tone.GOOD, look.icon)
        self._facts.setText(words.facts_of(run, formatter, self._zone()))
        self._difference.setText(words.difference_words(sheet, formatter))
        blocked = words.blocked_sentence(sheet, formatter)
        self._blocked.setText(blocked)
        self._blocked.setVisible(bool(blocked))
        sent = words.messages_words(run, formatter)
        self._messages.setText(f"Messages: {sent}" if sent else "Nothing was to be sent")
        why = self._work.why_no_messages() if sent else "This run caused no message."
        self._messages.setEnabled(not why)
        self._messages.setToolTip(why)
        for part, count in sheet.counts.items():
            self.parts.switch(part.value).set_count(count)
        self._replay.offer("A run that is under way is not replayed." if run.state == "running" else "",
                           "Judge it once more by what was known then, and compare line by line")
        if not is_same:
            self._show_accounts()
            self.parts.switch(RunPart.ALL.value).setChecked(True)
        self._ask()
        self.setVisible(True)

    def show_part(self, part: RunPart) -> None:
        """Show some of its accounts."""
        self.parts.switch(part.value).setChecked(True)

    # --- inside ---

    @property
    def _part(self) -> RunPart:
        return RunPart(next(iter(self.parts.on())))

    def _on_part(self, _on: object) -> None:
        self._show_accounts()
        self._ask()

    def _on_replay(self) -> None:
        if self.sheet is not None:
            self._pages.setCurrentWidget(self.replay)
            self.replay.replay(self.sheet)

    def _show_accounts(self) -> None:
        self._pages.setCurrentWidget(self.listing)

    def _ask(self) -> None:
        sheet = self.sheet
        if sheet is not None:
            run_id, provider_id, part = sheet.run.id, sheet.provider_id, self._part
            self.listing.ask(partial(run_page, run_id=run_id, provider_id=provider_id, part=part),
                             partial(run_result_count, run_id=run_id, provider_id=provider_id, part=part))

    def _nobody(self) -> Instead:
        return Instead(head="No account is among these.", text="All shows every account that the run decided on.",
                       icon=Icon.GOOD)

    def _on_opened(self, index: QModelIndex) -> None:
        found = self.listing.model.row_at(index.row())
        if found is not None:
            self._work.open_account(found.account_id)

    def _save(self) -> None:
        if self.sheet is not None:
            self._work.save_report(self.sheet)

    def _show_messages(self) -> None:
        if self.sheet is not None:
            self._work.show_messages(self.sheet)
