"""*Runs*: what scans of a provider did, the newest first, and the one that is chosen below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.models.values import AccountType
from app.services.changes import Changed
from app.services.database.asking import asking
from app.services.providers.queries import ProviderOption
from app.services.scans.run_history import RunList, RunRow, RunSheet, run_list, run_sheet
from app.services.scans.run_report import export_run_report
from app.views.asking.files import ask_where_to_save, file_name
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import ListPlan, ListScreen
from app.views.desk.offers import MESSAGES_OF_RUN
from app.views.desk.screen import ACCOUNT, BusinessPlace, Target
from app.views.lists.listing import Instead, ListWords
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.runs import feature as act
from app.views.runs.columns import run_columns
from app.views.runs.panel import PanelWork, RunPanel
from app.views.runs.words import title_of
from app.views.widgets.basics import HorizontalRule, Label
from app.views.widgets.layout import column, grows, row, split


class RunsScreen(ListScreen[RunRow]):
    """`part` is the id of the provider whose runs are shown."""

    comfortable_width = 1000

    def __init__(self, target: Target, desk: Desk) -> None:
        plan = ListPlan(
            title="Runs", subtitle="What scans did, by which version of the rules, and what was sent.",
            icon=Icon.HISTORY, columns=run_columns(lambda: self._zone), rows_of=self._rows_of, chooser_in_head=True,
            nowhere=Instead(head="There is no provider whose runs you may see."),
            concerns=(Changed.HOLDS, Changed.SCHEDULE, Changed.OUTBOX),
            words=ListWords(name="Runs", reading="Reading the runs.", unread="The runs could not be read.",
                            empty=Instead(head="No scan was committed yet.", icon=Icon.HISTORY,
                                          text="Previews are not listed here; they change nothing.")))
        self._zone = ZoneInfo("UTC")
        self._list: RunList | None = None
        super().__init__(target, desk, plan)
        self.wanted_provider = int(target.part) if target.part.isdigit() else None
        self.panel = RunPanel(desk.theme, desk.runner, PanelWork(
            open_account=lambda account_id: desk.navigator.go(Target(ACCOUNT, account_id)),
            save_report=self._ask_where, show_messages=self._show_messages, why_no_messages=self._why_no_messages),
            lambda: self._zone)
        self._refusal = Label(desk.theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        px = desk.theme.sizes.px
        column(self.header, row(self._refusal, margins=(tk.PAGE_MARGIN, 0, tk.PAGE_MARGIN, 6)),
               HorizontalRule(desk.theme),
               grows(split(self.listing, self.panel, shares=(2, 5), sizes=(px(190), px(420)), below=True,
                           name="Runs, accounts of the run")), on=self)

    # --- for the shell ---

    def part(self) -> str:
        return str(self.wanted_provider or "")

    def show_part(self, part: str) -> None:
        if part.isdigit():
            self.show_provider(int(part))

    def business_place(self) -> BusinessPlace | None:
        found = self._list
        return BusinessPlace(found.provider, (found.zone.key,)) if found is not None else None

    def bindings(self) -> Mapping[str, Binding]:
        found = super().bindings()
        sheet = self.panel.sheet
        return found if sheet is None else {**found, act.SAVE_REPORT: Binding(partial(self._ask_where, sheet))}

    # --- what the list says ---

    def first_provider(self, options: Sequence[ProviderOption]) -> ProviderOption | None:
        with_customers = [option for option in options
                          if option.type in {AccountType.RETAIL, AccountType.NON_BILLING}]
        return super().first_provider(with_customers or options)

    def rows(self, provider_id: int) -> Job[Any]:
        return asking(run_list, provider_id=provider_id)

    def _rows_of(self, answer: RunList) -> Sequence[RunRow]:
        """Take a list that was read; its times and sheets are those of its provider."""
        self._list, self._zone = answer, answer.zone
        self.business_place_changed.emit()
        return answer.rows

    def sheet(self, row: RunRow) -> Job[Any]:
        assert self._list is not None  # noqa: S101  its row was read with it
        return asking(run_sheet, run_id=row.id, provider_id=self._list.provider_id)

    def show_sheet(self, sheet: Any) -> None:
        self.panel.show_run(sheet)
        self.bindings_changed.emit()

    def show_none(self) -> None:
        self.panel.show_nothing()
        self.bindings_changed.emit()

    def refuse(self, error: BaseException) -> None:
        self._refusal.setText(in_words(error))
        self._refusal.show()

    # --- doing ---

    def _ask_where(self, sheet: RunSheet) -> None:
        title = title_of(sheet.run, self.theme.formatter)
        ask_where_to_save(self, "Save the report of the run", partial(self._save, sheet), ending="txt",
                          kinds="Texts (*.txt)", name=file_name(title, "Scan") + ".txt")

    def _save(self, sheet: RunSheet, path: str) -> None:
        self._refusal.hide()
        self.desk.runner.read(
            partial(export_run_report, run_id=sheet.run.id, provider_id=sheet.provider_id, path=Path(path)),
            succeeded=self.desk.notices.say, failed=self.refuse)

    def _why_no_messages(self) -> str:
        return "" if self.desk.offers.has(MESSAGES_OF_RUN) else "The outbox is not shown in this window."

    def _show_messages(self, sheet: RunSheet) -> None:
        self.desk.offers.get(MESSAGES_OF_RUN)(sheet.run.id)
