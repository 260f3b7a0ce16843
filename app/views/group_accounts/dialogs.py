"""A member is added to a group account, or taken out of it: what must hold and what follows is said before.

What is chosen is judged in the background each time it changes; the verb can be pressed once everything is met, and
the command judges again under its lock.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtWidgets import QLineEdit, QWidget

from app.models.values import FundedKind, Funding, FundingScope, Named
from app.services.changes import ChangeSet, Created
from app.services.database.asking import asking, doing
from app.services.group_accounts.joining import add_member, remove_member
from app.services.group_accounts.sheet import HELP, GroupAccountSheet
from app.services.group_accounts.stored import MembershipRow
from app.services.group_accounts.what_if import GroupOutlook, outlook_of_joining, outlook_of_leaving
from app.services.hierarchy.search import JumpHit, find_accounts
from app.services.products.kinds import Sorting, SortingRow, sortings
from app.views.asking.check_lines import CheckLine, CheckLines
from app.views.asking.choices import ChoiceBox, TickList
from app.views.asking.form_dialog import FormDialog
from app.views.lists.listing import Instead, ListWords, RowListing
from app.views.lists.models.columns import Column
from app.views.look import tokens as tk
from app.views.look import words
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row, scrolling
from app.views.widgets.search_field import SearchField

_WIDTH, _HEIGHT = 980, 430
_LEFT: Final = 400
_LEAVING_WIDTH, _LEAVING_HEIGHT = 560, 190
_FOUND: Final = ListWords(
    name="Accounts found", reading="Looking for accounts.", unread="The accounts could not be read.",
    empty=Instead(head="No account matches.", text="Type the beginning of its code or name."))
_KINDS: Final = {Sorting.FAMILY: FundedKind.FAMILY, Sorting.TYPE: FundedKind.TYPE}


class AddMemberDialog(FormDialog):
    """`created` is said once another account is paid for."""

    def __init__(self, theme: Theme, runner: Runner, sheet: GroupAccountSheet, parent: QWidget) -> None:
        payer = self._payer = sheet.parent or sheet.account
        super().__init__(theme, runner, f"Add a member to {payer.name}", HELP, verb="Add member",
                         icon=Icon.NEW_ACCOUNT, parent=parent)
        self.field = SearchField(theme, "Code or name of the account that is paid for")
        self.found: RowListing[JumpHit] = RowListing(theme, runner, _FOUND, _COLUMNS,
                                                     row_id=lambda hit: hit.account_id)
        self.scope = ChoiceBox(theme, "How far it is paid for")
        self.scope.set_choices([("Fully: services for a term and expenses", FundingScope.FULL),
                                ("Partly: what is named below", FundingScope.PARTIAL)], FundingScope.FULL)
        self.scope.fill_its_place()
        self.items = TickList()
        self.items.setAccessibleName("Product families and types that are paid for")
        self.products = QLineEdit()
        self.products.setAccessibleName("Codes of products that are paid for")
        self.products.setPlaceholderText("Codes, with commas; taken as written")
        self.checks = CheckLines(theme, "Preconditions")
        self._lay_out(theme)
        self.field.settled.connect(self._on_typed)
        self.field.left_downwards.connect(self.found.table.setFocus)
        self.found.table.left_upwards.connect(self.field.setFocus)
        self.found.table.current_row_changed.connect(self._judge)
        self.scope.activated.connect(self._on_scope)
        self.items.itemChanged.connect(self._judge)
        self.products.editingFinished.connect(self._judge)
        self._search, self._sorted, self._outlook = (
            Question(runner, self, answered=answered, failed=self._on_question_failed)
            for answered in (self._on_hits, self._on_sortings, self._on_outlook))
        self._sorted.ask(asking(sortings, provider_id=sheet.provider_id))
        self._on_scope()
        self.field.setFocus()

    def command(self) -> Job[Created]:
        return doing(add_member, parent_id=self._payer.id, member_id=self._member(), funding=self._funding())

    def refusal(self) -> str:
        return "" if self.verb_button.isEnabled() else "Choose an account that meets every precondition."

    def _lay_out(self, theme: Theme) -> None:
        self.found.say(Instead(head="Find the account that is paid for."))
        left = column(
            Label(theme, "&Member", ink=tk.Ink.MUTED, buddy=self.field), self.field, grows(self.found, 3),
            Label(theme, "&Paid", ink=tk.Ink.MUTED, buddy=self.scope), self.scope,
            Label(theme, "&Families and types", ink=tk.Ink.MUTED, buddy=self.items), grows(self.items, 2),
            Label(theme, "P&roducts", ink=tk.Ink.MUTED, buddy=self.products), self.products, spacing=5)
        holder = QWidget()
        holder.setLayout(left)
        holder.setFixedWidth(theme.sizes.px(_LEFT))
        row(holder, grows(scrolling(self.checks, name="Preconditions and what follows")), on=self.field_holder,
            spacing=20)
        self.field_holder.setMinimumHeight(theme.sizes.px(_HEIGHT))
        self.setMinimumWidth(theme.sizes.px(_WIDTH))

    # --- choosing ---

    def _member(self) -> int:
        hit = self.found.current
        return hit.account_id if hit is not None else -1

    def _funding(self) -> Funding:
        scope = self.scope.chosen()
        if scope is FundingScope.FULL:
            return Funding(scope=scope)
        codes = [code.strip() for code in self.products.text().split(",")]
        items = {*self.items.chosen(), *(Named(FundedKind.PRODUCT, code) for code in codes if code)}
        return Funding(scope=FundingScope.PARTIAL, items=frozenset(items))

    def _on_typed(self, text: str) -> None:
        if text.strip():
            self._search.ask(asking(find_accounts, text=text, anywhere=True))

    def _on_hits(self, hits: list[JumpHit]) -> None:
        self.found.show_rows(hits)
        if hits:
            self.found.table.go_to_row(0)
        self._judge()

    def _on_sortings(self, rows: list[SortingRow]) -> None:
        self.items.set_choices([(f"{row.sorting.words.capitalize()} {row.name}", Named(_KINDS[row.sorting], row.code))
                                for row in rows])

    def _on_scope(self) -> None:
        is_partial = self.scope.chosen() is FundingScope.PARTIAL
        self.items.setEnabled(is_partial)
        self.products.setEnabled(is_partial)
        self._judge()

    # --- judging ---

    def _judge(self, *_what: object) -> None:
        self.verb_button.setEnabled(False)
        if self._member() < 0:
            self._outlook.drop()
            self.checks.say("What must hold, and what would follow, is said here once an account is chosen.")
        else:
            self._outlook.ask(asking(outlook_of_joining, parent_id=self._payer.id, member_id=self._member(),
                                     funding=self._funding()))

    def _on_outlook(self, outlook: GroupOutlook) -> None:
        self.checks.show_lines([CheckLine(words=check.words, is_met=check.passed, is_warning=check.is_warning)
                                for check in outlook.checks],
                               [effect.words for effect in outlook.effects])
        self.verb_button.setEnabled(outlook.is_allowed)

    def _on_question_failed(self, error: BaseException) -> None:
        self.checks.say(in_words(error, "That could not be read"))


class RemoveMemberDialog(FormDialog):
    """`accepted` is said once the member pays for itself again."""

    def __init__(self, theme: Theme, runner: Runner, membership: MembershipRow, parent: QWidget) -> None:
        self._ids = {"parent_id": membership.parent.id, "member_id": membership.member.id}
        super().__init__(theme, runner, f"Remove {membership.member.name}",
                         f"{membership.parent.name} no longer pays for {membership.member.name}.",
                         verb="Remove member", icon=Icon.REMOVE, parent=parent)
        self.checks = CheckLines(theme, "What follows")
        column(grows(scrolling(self.checks, name="What follows")), on=self.field_holder)
        self.field_holder.setMinimumHeight(theme.sizes.px(_LEAVING_HEIGHT))
        self.setMinimumWidth(theme.sizes.px(_LEAVING_WIDTH))
        self.verb_button.setEnabled(False)
        self.checks.say("Reading what would follow.")
        outlook = Question(runner, self, answered=self._on_outlook, failed=self._on_question_failed)
        outlook.ask(asking(outlook_of_leaving, **self._ids))

    def command(self) -> Job[ChangeSet]:
        return doing(remove_member, **self._ids)

    def _on_outlook(self, outlook: GroupOutlook) -> None:
        self.checks.show_lines([], [effect.words for effect in outlook.effects])
        self.verb_button.setEnabled(outlook.is_allowed)
        self.verb_button.setFocus()

    def _on_question_failed(self, error: BaseException) -> None:
        self.checks.say(in_words(error, "That could not be read"))


_COLUMNS: Final[tuple[Column[JumpHit], ...]] = (
    Column(key="code", title="Code", text=lambda r, _: r.code, width=90, is_second_rank=True),
    Column(key="name", title="Name", text=lambda r, _: r.name, width=150, stretches=True),
    Column(key="status", title="Status", text=lambda r, _: words.STATUS[r.status].text, width=90,
           is_second_rank=True),
)
