"""*Accounting periods*: those of a provider, the newest first, and what stands against closing the open one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Final
from zoneinfo import ZoneInfo

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.periods.closing import Closing, check_and_close
from app.services.periods.outlook import ClosingOutlook, PeriodSheet, look_ahead, period_sheet
from app.services.periods.queries import PeriodRow, PeriodsPage, periods_page
from app.views.desk.actions import Binding
from app.views.desk.desk import Desk
from app.views.desk.list_screen import HeadAction, ListPlan, ListScreen
from app.views.desk.screen import BusinessPlace, Target
from app.views.lists.listing import Instead, ListWords
from app.views.lists.models.columns import Column, state_column
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.periods import words
from app.views.periods.dialogs import CloseDialog, SetUpDialog
from app.views.periods.feature import CHECK, CLOSE
from app.views.periods.panel import PeriodPanel
from app.views.running.failures import in_words
from app.views.running.handle import Job, JobCard
from app.views.running.question import Question
from app.views.widgets.empty_state import WayOn
from app.views.widgets.layout import column, grows, split

_POWER: Final = "ledger.periods"
_TOUCHES: Final = ChangeSet.of(Changed.PERIODS)


class PeriodsScreen(ListScreen[PeriodRow]):
    """`part` is the id of the provider whose periods are shown."""

    def __init__(self, target: Target, desk: Desk) -> None:
        self._page: PeriodsPage | None = None
        self._outlook: ClosingOutlook | None = None
        self._is_closing = False
        list_words = ListWords(name="Accounting periods", reading="Reading accounting periods.",
                               unread="The accounting periods could not be read.", empty=self._none_yet)
        super().__init__(target, desk, ListPlan(
            title="Accounting periods", icon=Icon.CALENDAR, words=list_words, columns=self._columns(),
            concerns=(Changed.PERIODS, Changed.STAFF, Changed.DATABASE), rows_of=_newest_first, chooser_in_head=True,
            nowhere=Instead(head="No provider is within your reach.", icon=Icon.PROVIDER)), (
            HeadAction(text="Set &up…", power=_POWER, run=self.set_up, refusal=self._why_not_set_up),
            HeadAction(text="Look for &errors", power=_POWER, run=self.look_for_errors, icon=Icon.SEARCH,
                       refusal=self._why_not_look),
            HeadAction(text="C&lose period…", kind="main", power=_POWER, run=self.ask_to_close,
                       refusal=self._why_not_close)))
        self.wanted_provider = int(target.part) if target.part.isdigit() else None
        self._sheet_shown: PeriodSheet | None = None
        self.panel = PeriodPanel(desk.theme)
        self._looking = Question(desk.runner, self, answered=self._on_outlook, failed=self.refuse)
        px = desk.theme.sizes.px
        column(self.header, grows(split(self.listing, self.panel, shares=(6, 5), sizes=(px(540), px(410)))), on=self)

    # --- what the list says ---

    def part(self) -> str:
        return str(self.wanted_provider or "")

    def rows(self, provider_id: int) -> Job[Any]:
        return asking(periods_page, provider_id=provider_id)

    def take_answer(self, answer: Any) -> None:
        page: PeriodsPage = answer
        before = self._page
        self._page = page
        if before is None or before.provider_id != page.provider_id or before.open_one != page.open_one:
            self._outlook = None
            self.panel.refuse("")
        self.header.set_subtitle(words.subtitle(page, self.theme.formatter))
        self._show_again()
        self.business_place_changed.emit()

    def sheet(self, row: PeriodRow) -> Job[Any]:
        return asking(period_sheet, period_id=row.id)

    def show_sheet(self, sheet: PeriodSheet) -> None:
        self._sheet_shown = sheet
        self._show_again()

    def show_none(self) -> None:
        self._sheet_shown = None
        self.panel.show_nothing()

    def refuse(self, error: BaseException) -> None:
        self._is_closing = False
        self.panel.refuse(in_words(error))
        self._show_again()

    def _show_again(self) -> None:
        page, sheet = self._page, self._sheet_shown
        if page is not None and sheet is not None and sheet.row in page.periods:
            self.panel.show_period(sheet, page, self._outlook)
        self.show_head()
        self.bindings_changed.emit()

    def _none_yet(self) -> Instead:
        may_not = self.desk.powers.refusal(_POWER)
        ways = () if may_not else (WayOn("Set up accounting periods…", self.set_up),)
        return Instead(head="No accounting periods yet.", icon=Icon.CALENDAR, ways=ways,
                       text="Without them documents may be posted on any day. With them months or years are closed.")

    # --- for the shell ---

    def bindings(self) -> Mapping[str, Binding]:
        return {**super().bindings(),
                CHECK: Binding(self.look_for_errors, refusal=self._why_not_look()),
                CLOSE: Binding(self.ask_to_close, refusal=self._why_not_close())}

    def business_place(self) -> BusinessPlace | None:
        return None if self._page is None else BusinessPlace(self._page.provider_name, (self._page.time_zone,))

    # --- doing ---

    def set_up(self) -> None:
        """Ask how the periods are to run."""
        page = self._page
        if page is not None and page.frequency is None:
            SetUpDialog(self.theme, self.desk.runner, self, provider_id=page.provider_id, name=page.provider_name,
                        today=page.today).open_and_forget()

    def look_for_errors(self) -> None:
        """Look for what stands against closing the open period, and reckon what the next one would begin with."""
        if self._page is not None and not self._why_not_look():
            self.panel.refuse("")
            self._looking.ask(partial(look_ahead, provider_id=self._page.provider_id))
            self._show_again()

    def _on_outlook(self, outlook: ClosingOutlook) -> None:
        if self._page is not None and outlook.page.provider_id == self._page.provider_id:
            self._outlook = outlook
            self._go_to_open_one()
            self._show_again()

    def _go_to_open_one(self) -> None:
        if self.listing.model.rowCount():
            self.listing.table.go_to_row(0)

    def ask_to_close(self) -> None:
        """Say what closing does, and ask for the reason."""
        page, outlook = self._page, self._outlook
        period = None if page is None else page.open_one
        if page is None or period is None or outlook is None or self._why_not_close():
            return
        formatter = self.theme.formatter
        dialog = CloseDialog(self.theme, self.desk.runner, f"Close {words.days_text(period, formatter)}?",
                             words.closing_words(page, period, outlook, formatter), self,
                             drafts=words.draft_tick(period, outlook, formatter))
        dialog.agreed.connect(partial(self._close, page.provider_id, period))
        dialog.open_and_forget()

    def _close(self, provider_id: int, period: PeriodRow, reason: str, post_drafts: bool) -> None:  # noqa: FBT001  a signal's
        self._is_closing = True
        self.panel.refuse("")
        self._show_again()
        card = JobCard(title=f"Close {words.days_text(period, self.theme.formatter)}", icon=Icon.LOCK,
                       unit="steps", stop_text="Stop, closing nothing", summary=lambda done: str(done.sentence))
        self.desk.runner.long(
            partial(check_and_close, provider_id=provider_id, number=period.number, reason=reason,
                    post_drafts=post_drafts), card=card,
            initiator=self, touches=_TOUCHES, succeeded=self._on_closed, failed=self.refuse,
            cancelled=self._on_stopped)

    def _on_closed(self, done: Closing) -> None:
        self._is_closing = False
        self.desk.notices.say(done.sentence)
        self.read_again()

    def _on_stopped(self) -> None:
        self._is_closing = False
        self._show_again()

    # --- why not ---

    def _why_not_set_up(self) -> str:
        page = self._page
        if page is None:
            return "Nothing was read yet."
        return "" if page.frequency is None else f"{page.provider_name} has accounting periods; they are set up once."

    def _why_not_look(self) -> str:
        if self._page is None or self._page.open_one is None:
            return "No accounting period is open."
        return "Errors are being looked for." if self._looking.is_busy else ""

    def _why_not_close(self) -> str:
        page, outlook = self._page, self._outlook
        if self._is_closing:
            return "It is being closed."
        if page is None or page.open_one is None:
            return "No accounting period is open."
        if page.not_to_be_closed:
            return page.not_to_be_closed
        if outlook is None:
            return "Look for errors first."
        return outlook.refusal

    def _columns(self) -> Sequence[Column[PeriodRow]]:
        def closed(row: PeriodRow, formatter: Formatter) -> str:
            zone = ZoneInfo(self._page.time_zone) if self._page is not None else None
            return "" if row.closed_at is None else formatter.instant(row.closed_at, zone)

        return (
            Column(key="number", title="No.", text=lambda r, f: f.number(r.number), width=56, is_second_rank=True),
            Column(key="from", title="From", text=lambda r, f: f.day(r.starts_on), width=110),
            Column(key="to", title="To", text=lambda r, f: f.day(r.ends_on), width=110),
            state_column("state", "State", lambda r: words.STATE[r.state], 96),
            Column(key="closed", title="Closed", text=closed, width=140, is_second_rank=True),
            Column(key="by", title="By", text=lambda r, _: r.closed_by or "", width=120, stretches=True,
                   is_second_rank=True, tooltip=lambda r, _: r.closed_by or ""),
        )


def _newest_first(page: PeriodsPage) -> list[PeriodRow]:
    return list(reversed(page.periods))
