"""*Events > Outbox*: the messages of a provider, of one account or of one run, and the chosen one beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QModelIndex

from app.models.values import EventAction, OutboxState
from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking, doing
from app.services.jobs import JobContext
from app.services.outbox.handling import (
    cancel_messages,
    hold_messages,
    mark_printed,
    release_messages,
    resend_messages,
)
from app.services.outbox.letters import Letter, print_letters, waiting_letters
from app.services.outbox.listing import (
    OutboxDetail,
    OutboxFilter,
    OutboxRow,
    outbox_count,
    outbox_counts,
    outbox_message,
    outbox_page,
)
from app.services.providers.queries import ProviderOption
from app.views.asking.files import ask_where_to_save
from app.views.desk.desk import Desk
from app.views.desk.list_screen import ListPlan, ProviderListScreen
from app.views.desk.screen import ACCOUNT, Target
from app.views.lists.count_switches import CountChoice, CountSwitches
from app.views.lists.listing import Instead, ListWords, PageListing
from app.views.lists.row_actions import RowAction, RowActions
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.outbox import words
from app.views.outbox.columns import outbox_columns
from app.views.outbox.letters import letters_pdf
from app.views.outbox.panel import MessagePanel
from app.views.running.failures import in_words
from app.views.running.question import Question
from app.views.widgets.basics import Button, HorizontalRule, Label
from app.views.widgets.layout import column, grows, row, split

if TYPE_CHECKING:
    from app.services.database.unit_of_work import Database

_WAITS = frozenset({OutboxState.QUEUED, OutboxState.HELD})
_AGAIN = frozenset({OutboxState.SENT, OutboxState.FAILED, OutboxState.UNKNOWN, OutboxState.CANCELLED})


class OutboxScreen(ProviderListScreen[OutboxRow]):
    """`part` is the id of a provider, "run" and the number of a scan, or "account" and the id of one."""

    comfortable_width = 1000

    def __init__(self, target: Target, desk: Desk) -> None:
        self._zone = ZoneInfo("UTC")
        self._zones: Mapping[int, str] = {}
        listing: PageListing[OutboxRow] = PageListing(
            desk.theme, desk.runner, ListWords(
                name="Messages", reading="Reading the outbox.", unread="The outbox could not be read.",
                empty=self._nothing), outbox_columns(lambda: self._zone))
        plan: ListPlan[OutboxRow] = ListPlan(
            title="Outbox", subtitle="What was told to whom, what was not, and why.", icon=Icon.EVENTS,
            words=ListWords(name="Messages", reading="", unread="", empty=self._nothing), columns=(),
            chooser_in_head=True, nowhere=Instead(head="There is no provider whose messages you may see."),
            concerns=(Changed.OUTBOX,))
        super().__init__(target, desk, plan, listing)
        self._pages = listing
        self._run_id: int | None = None
        self._account_id: int | None = None
        self._take_part(target.part)
        self.panel = MessagePanel(desk.theme, lambda: self._zone)
        self._refusal = Label(desk.theme, ink=tk.Ink.BAD, wraps=True)
        self._refusal.hide()
        self._only = Label(desk.theme, ink=tk.Ink.MUTED)
        self._whole = Button(desk.theme, "Show all messages", kind="flat", run=self._show_whole)
        self.chips = CountSwitches(desk.theme, [CountChoice(key=key, text=text, tone=tone)
                                                for key, (text, _states, tone) in words.CHIPS.items()])
        self.chips.changed.connect(lambda _on: self.ask_rows())
        self._actions: RowActions[OutboxRow] = RowActions(
            desk.theme, listing.table, self._verbs(), owner=self, none="No message is chosen.")
        self._actions.offer_menu(listing.table)
        self._counts = Question(desk.runner, self, answered=self._on_counts, failed=self.fail)
        self._detail = Question(desk.runner, self, answered=self._on_detail, failed=self.refuse)
        self._print = Button(desk.theme, "Print &letters…", icon=Icon.PDF, run=self._ask_letters)
        self._letters = Question(desk.runner, self, answered=self._on_letters, failed=self.refuse)
        desk.powers.changed.connect(self._offer_letters)
        self._offer_letters()
        listing.table.current_row_changed.connect(self._on_current)
        listing.table.opened.connect(self._on_opened)
        listing.table.link_clicked.connect(self._on_opened)
        desk.powers.changed.connect(self._actions.refresh)
        px, margin = desk.theme.sizes.px, tk.PAGE_MARGIN
        column(self.header,
               row(self.chips, ..., self._only, self._whole, margins=(margin, 0, margin, 6), spacing=8),
               row(*self._actions.buttons, ..., self._print, margins=(margin, 0, margin, 6), spacing=8),
               row(self._refusal, margins=(margin, 0, margin, 6)), HorizontalRule(desk.theme),
               grows(split(self.listing, self.panel, shares=(7, 3), sizes=(px(690), px(310)),
                           name="Messages, chosen message")), on=self)
        self._say_only()

    # --- for the shell ---

    def part(self) -> str:
        if self._run_id is not None:
            return f"run {self._run_id}"
        return f"account {self._account_id}" if self._account_id is not None else str(self.wanted_provider or "")

    def show_part(self, part: str) -> None:
        self._take_part(part)
        self._say_only()
        self.ask_rows()

    # --- reading ---

    def _take_part(self, part: str) -> None:
        kind, _, number = part.partition(" ")
        self._run_id = int(number) if kind == "run" and number.isdigit() else None
        self._account_id = int(number) if kind == "account" and number.isdigit() else None
        if part.isdigit():
            self.wanted_provider = int(part)

    def _say_only(self) -> None:
        of = (f"Messages of scan {self.theme.formatter.number(self._run_id)}" if self._run_id is not None else
              "Messages of one account" if self._account_id is not None else "")
        self._only.setText(of)
        self._only.setVisible(bool(of))
        self._whole.setVisible(bool(of))

    def _show_whole(self) -> None:
        self.show_part(str(self.wanted_provider or ""))

    def _on_providers(self, options: Sequence[ProviderOption]) -> None:
        self._zones = {option.id: option.time_zone for option in options}
        super()._on_providers(options)

    def _filter(self, states: Collection[OutboxState] = ()) -> OutboxFilter:
        is_part = self._run_id is not None or self._account_id is not None
        return OutboxFilter(provider_id=None if is_part else self.wanted_provider, run_id=self._run_id,
                            account_id=self._account_id, states=frozenset(states))

    def ask_rows(self) -> None:
        if self.wanted_provider is None:
            return
        self._zone = ZoneInfo(self._zones.get(self.wanted_provider, "UTC"))
        which = self._filter(words.CHIPS[next(iter(self.chips.on()))][1])
        self._pages.ask(partial(outbox_page, which=which), partial(outbox_count, which=which))
        self._counts.ask(asking(outbox_counts, which=self._filter()))

    def _on_counts(self, counts: Mapping[OutboxState, int]) -> None:
        for key, (_text, states, _tone) in words.CHIPS.items():
            self.chips.switch(key).set_count(sum(counts.get(state, 0) for state in states or OutboxState))

    def _on_current(self, found: OutboxRow | None) -> None:
        self._refusal.hide()
        if found is None:
            self.panel.show_nothing()
        else:
            self._detail.ask(asking(outbox_message, message_id=found.id))

    def _on_detail(self, detail: OutboxDetail) -> None:
        self.panel.show_message(detail)

    def _on_opened(self, index: QModelIndex) -> None:
        found = self._pages.model.row_at(index.row())
        if found is not None:
            self.desk.navigator.go(Target(ACCOUNT, found.account_id))

    def _nothing(self) -> Instead:
        return Instead(head="There are no such messages.", icon=Icon.EVENTS,
                       text="Events leave messages here once one of their actions is on.")

    def show_none(self) -> None:
        self.panel.show_nothing()

    def refuse(self, error: BaseException) -> None:
        self._refusal.setText(in_words(error))
        self._refusal.show()

    # --- doing ---

    def _verbs(self) -> list[RowAction[OutboxRow]]:
        return [
            RowAction(text="Send agai&n…", icon=Icon.READ_AGAIN, run=self._ask_again, refusal=self._why_not_again),
            RowAction(text="H&old", icon=Icon.LOCK, run=partial(self._change, hold_messages),
                      refusal=lambda r: self._why_not(r, r.state is OutboxState.QUEUED, "It does not wait.")),
            RowAction(text="&Release", icon=Icon.FORWARD, run=partial(self._change, release_messages),
                      refusal=lambda r: self._why_not(r, r.state is OutboxState.HELD, "It is not held.")),
            RowAction(text="&Do not send", icon=Icon.CANCELLED, run=partial(self._change, cancel_messages),
                      refusal=lambda r: self._why_not(r, r.state in _WAITS, "It has left, or never will.")),
            RowAction(text="Mark as pr&inted", icon=Icon.PRINTING, run=partial(self._change, mark_printed),
                      refusal=self._why_not_printed),
        ]

    def _why_not(self, _row: OutboxRow, fits: bool, words_: str) -> str:  # noqa: FBT001  one condition of many
        return self.desk.powers.refusal("events.send") or ("" if fits else words_)

    def _why_not_again(self, found: OutboxRow) -> str:
        leaves = bool(found.action) and EventAction(found.action).leaves
        return self._why_not(found, leaves and found.state in _AGAIN, "It still waits, or nothing leaves by it.")

    def _why_not_printed(self, found: OutboxRow) -> str:
        is_letter = found.action == EventAction.LETTER and found.state is OutboxState.QUEUED
        return self._why_not(found, is_letter, "It is no letter that waits to be printed.")

    def _change(self, command: Any, found: OutboxRow) -> None:
        self._refusal.hide()
        self.write(doing(command, message_ids=(found.id,), seen={found.id: found.state}))

    # --- letters ---

    def _offer_letters(self) -> None:
        missing = self.desk.powers.refusal("events.send")
        self._print.offer(f"This {missing}." if missing else "", "All that wait, as one document.")

    def _ask_letters(self) -> None:
        self._refusal.hide()
        self._letters.ask(asking(waiting_letters, which=self._filter()))

    def _on_letters(self, letters: Sequence[Letter]) -> None:
        if letters:
            ask_where_to_save(self, "Print letters", partial(self.print_letters, letters),
                              kinds="PDF documents (*.pdf)", name="Letters.pdf", ending="pdf")
        else:
            self._refusal.setText("No letter waits to be printed.")
            self._refusal.show()

    def print_letters(self, letters: Sequence[Letter], path: str) -> None:
        """Write letters to a file, and mark them as printed."""
        family = self.theme.font().family()

        def job(database: Database, _context: JobContext) -> ChangeSet:
            document = letters_pdf(letters, family)
            return database.attempt(lambda session: print_letters(session, letters=letters, path=Path(path),
                                                                  document=document))

        said = self.theme.formatter.counted(len(letters), "letter", "letters")
        self.desk.runner.write(job, failed=self.refuse, succeeded=lambda _changes: self.desk.notices.say(
            f"{said} printed", f"Saved as {path}, and marked as printed."))

    def _ask_again(self, found: OutboxRow) -> None:
        job = doing(resend_messages, message_ids=(found.id,), seen={found.id: found.state},
                    even_unknown=found.state is OutboxState.UNKNOWN)
        text = words.doubt_words(found) or (
            f"{found.recipient or found.account_name} gets the same words once more, as a message of its own.")
        self.confirm("Send it again?", text, job, verb="Send again", stay="Keep it as it is",
                     kind="danger" if found.state is OutboxState.UNKNOWN else "main")
