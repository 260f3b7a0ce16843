"""Group accounts: who may join, what leaving does, and what is done to a parent and its members."""

from __future__ import annotations

from collections.abc import Callable
from typing import Self

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.group_accounts.membership import FundedItem, FundingGroup, GroupMembership
from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.parties.contact import AccountContact
from app.models.parties.powers import ALL_POWERS, Power
from app.models.suspension.hold import Hold
from app.models.values import (
    AccountStatus,
    AccountType,
    FundedKind,
    Funding,
    FundingScope,
    GroupAccess,
    GroupKind,
    HoldKind,
    Lifecycle,
    Named,
)
from app.services.changes import ChangeSet
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, NotFound, RefusedByRule
from app.services.group_accounts.checks import JoinRefused
from app.services.group_accounts.joining import add_member, remove_member
from app.services.group_accounts.sheet import GroupRole, group_account_sheet
from app.services.group_accounts.what_if import outlook_of_joining, outlook_of_leaving
from app.services.groups.groups import add_to_group, create_group
from app.services.hierarchy.ordering import ordering_refusal
from app.services.ledger.reading import account_figures
from app.services.products.kinds import Sorting, set_sorting, sortings
from app.services.status.bulk import Wish, carry_out, judge, lock_for
from app.services.status.changes import change_lifecycle, lift_hold, place_hold, status_options
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch, status_shown, switch_off_guards
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks

TODAY = TEST_NOW.date()
FULL = Funding(scope=FundingScope.FULL)
FUEL = Funding(scope=FundingScope.PARTIAL, items=frozenset({Named(FundedKind.FAMILY, "FUEL")}))
MANUAL = HoldKind.MANUAL


class Fleet(Book):
    """GreenBus, which pays for nobody yet, and customers of the same provider; families FUEL and ASSIST."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.provider_id = self.provider("CY", name="Fleet Cards", currency="EUR")
        self.parent = self.account(self.provider_id, "P-2000", name="GreenBus", credit_limit=100000)
        self.anna = self.account(self.provider_id, "M-2001", name="Anna", credit_limit=10000)
        self.ben = self.account(self.provider_id, "M-2002", name="Ben")
        self.other = self.account(self.provider_id, "P-3000", name="BlueBus")
        for code in ("FUEL", "ASSIST"):
            set_sorting(session, provider_id=self.provider_id, sorting=Sorting.FAMILY, code=code, name="", seen=None)

    def taken_up(self, session: Session) -> Self:
        super().taken_up(session)
        return self

    def join(self, member: int, parent: int | None = None, funding: Funding = FULL) -> int:
        return add_member(self.session, parent_id=parent or self.parent, member_id=member, funding=funding).id

    def suspend(self, account: int, reason: str = "Dispute") -> ChangeSet:
        return place_hold(self.session, account_id=account, kind=MANUAL, reason=reason, on=TODAY,
                          seen=status_shown(self.session, account))

    def reactivate(self, account: int) -> ChangeSet:
        hold = self.session.scalars(select(Hold.id).where(
            Hold.account_id == account, Hold.kind == MANUAL.value, Hold.lifted_on.is_(None))).one()
        return lift_hold(self.session, account_id=account, hold_id=hold, reason="Settled", on=TODAY)

    def step(self, account: int, to: Lifecycle) -> ChangeSet:
        return change_lifecycle(self.session, account_id=account, to=to, on=TODAY, note="Closed",
                                seen=status_shown(self.session, account))

    def shown(self, *accounts: int) -> list[str]:
        return [status_shown(self.session, account).value for account in accounts]

    def draft(self, account: int) -> None:
        self.session.add(FinancialTransaction(
            provider_id=self.provider_id, account_id=account, kind="invoice", state="draft", currency="EUR",
            amount_minor=100, net_minor=100, tax_minor=0, issued_on=TODAY, effective_on=TODAY, due_on=TODAY,
            recorded_at=TEST_NOW, posted_by="test"))
        self.session.flush()


def system(b: Fleet) -> int:
    return b.session.scalars(select(Account.id).where(
        Account.provider_id == b.provider_id, Account.type == AccountType.SYSTEM.value,
        Account.code == "SUSPENSE")).one()


def foreign(b: Fleet) -> int:
    """Ben's account as if it were kept in dollars, which no client could make it."""
    switch_off_guards(b.session)
    b.session.execute(update(Account).where(Account.id == b.ben).values(currency="USD"))
    return b.ben


def of_same_owner(b: Fleet) -> int:
    owner = b.session.scalars(select(AccountContact.contact_id).where(
        AccountContact.account_id == b.parent, AccountContact.is_primary)).one()
    b.session.execute(update(AccountContact).where(AccountContact.account_id == b.ben, AccountContact.is_primary)
                      .values(is_primary=False))
    b.session.add(AccountContact(account_id=b.ben, contact_id=owner, is_primary=True))
    b.session.flush()
    return b.ben


def held(b: Fleet, account: int) -> int:
    b.suspend(account)
    return account


def after(account: int, *done: object) -> int:
    """The account, once something was done."""
    return account


NAMES_NOTHING = Funding(scope=FundingScope.PARTIAL)
BOTH = Funding(scope=FundingScope.FULL, items=FUEL.items)
NO_SUCH = Funding(scope=FundingScope.PARTIAL, items=frozenset({
    Named(FundedKind.FAMILY, "COAL"), Named(FundedKind.TYPE, "FUEL"), Named(FundedKind.PRODUCT, "ANY")}))
REFUSED: list[tuple[str, Callable[[Fleet], tuple[int, int, Funding]], str]] = [
    ("two_accounts different_owners", lambda b: (b.parent, b.parent, FULL), "pays for itself anyway"),
    ("member_active", lambda b: (b.parent, held(b, b.ben), FULL), "Ben is suspended, so it cannot join a group"),
    ("parent_active", lambda b: (held(b, b.parent), b.ben, FULL), "GreenBus is suspended, so it cannot join"),
    ("member_active", lambda b: (b.parent, after(b.ben, b.step(b.ben, Lifecycle.TERMINATED)), FULL),
     "Ben is terminated, so it cannot join a group account"),
    ("member_free", lambda b: (b.other, after(b.anna, b.join(b.anna)), FULL),
     "a member of the group account of GreenBus. Take it out there first"),
    ("member_free", lambda b: (b.parent, after(b.anna, b.join(b.anna)), FUEL), "of GreenBus already"),
    ("parent_free", lambda b: (after(b.anna, b.join(b.anna)), b.ben, FULL), "Anna is itself a member"),
    ("member_free", lambda b: (b.other, after(b.parent, b.join(b.anna)), FULL), "GreenBus itself pays for 1 account"),
    ("member_customer", lambda b: (b.parent, system(b), FULL), "Suspense is a system account"),
    ("parent_customer", lambda b: (system(b), b.ben, FULL), "only customers pay for others"),
    ("parent_customer", lambda b: (b.account(b.provider_id, "AG", kind=AccountType.AGENT), b.ben, FULL),
     "AG is an agent"),
    ("member_customer", lambda b: (b.parent, b.provider_id, FULL), "Fleet Cards is a retail provider"),
    ("same_provider", lambda b: (b.parent, b.account(b.provider("GR", name="Hellas", currency="EUR"), "X"), FULL),
     "X belongs to Hellas and GreenBus to Fleet Cards"),
    ("same_currency", lambda b: (b.parent, foreign(b), FULL), "Ben is kept in USD and GreenBus in EUR"),
    ("different_owners", lambda b: (b.parent, of_same_owner(b), FULL), "have the same owner, P-2000"),
    ("funded_named", lambda b: (b.parent, b.ben, NAMES_NOTHING), "names at least one"),
    ("funded_named", lambda b: (b.parent, b.ben, BOTH), "With full funding nothing is named"),
    ("funded_known", lambda b: (b.parent, b.ben, NO_SUCH),
     'Fleet Cards has no product type "FUEL" and product family "COAL"'),
]


def test_each_precondition_is_judged_for_itself(database: Database, filled_books: FilledBooks) -> None:
    """The outlook names what fails; joining is refused in the same words, and nothing is written."""
    for failing, arrange, words in REFUSED:
        with filled_books.opened(database, Fleet) as b:
            parent, member, funding = arrange(b)
            before = b.session.scalars(select(GroupMembership.id)).all()
            outlook = outlook_of_joining(b.session, parent_id=parent, member_id=member, funding=funding)
            failed = [check for check in outlook.checks if not check.passed]
            also = {"same_provider"} if member == b.provider_id else set()
            assert {check.code for check in failed} - also == set(failing.split()), failing
            assert (len(outlook.checks), outlook.effects, outlook.is_allowed) == (12, (), False)
            with pytest.raises(JoinRefused, match=words) as refused:
                add_member(b.session, parent_id=parent, member_id=member, funding=funding)
            assert refused.value.checks == outlook.checks
            assert b.session.scalars(select(GroupMembership.id)).all() == before


def test_a_member_joins_and_leaves(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Fleet) as b:
        session = b.session
        b.invoice(b.anna, 1200, TODAY, TODAY)
        outlook = outlook_of_joining(session, parent_id=b.parent, member_id=b.anna, funding=FUEL)
        assert outlook.is_allowed
        assert [effect.words for effect in outlook.effects] == [
            "GreenBus becomes the parent of a group account.",
            "From today on GreenBus pays for Anna: services for a term and expenses of the product family FUEL. "
            "Everything else Anna goes on paying.",
            "When GreenBus is suspended, reactivated or cancelled, so is Anna. What automation holds for overdue debts "
            "stays with the account that owes.",
            "GreenBus has 1,000.00 EUR left of its credit limit of 1,000.00 EUR.",
            "Anna has 88.00 EUR left of its credit limit of 100.00 EUR.",
            "Anna owes 12.00 EUR; that stays owed by Anna."]
        assert group_account_sheet(session, account_id=b.anna).role is GroupRole.NONE
        b.join(b.anna, funding=FUEL)
        b.join(b.ben)
        balance = account_figures(session, [b.anna], TODAY)[b.anna].balance_minor
        assert balance == 1200, "what is owed stays"
        sheet = group_account_sheet(session, account_id=b.anna)
        assert (sheet.role, sheet.parent and sheet.parent.code, sheet.own and sheet.own.funded) == (
            GroupRole.MEMBER, "P-2000", ("family:FUEL",))
        rows = [(row.member.code, row.funding.scope.value, row.joined_on) for row in sheet.memberships]
        assert rows == [("M-2001", "partial", TODAY), ("M-2002", "full", TODAY)]
        assert group_account_sheet(session, account_id=b.parent).role is GroupRole.PARENT

        with pytest.raises(RefusedByRule, match="Ben is no member of the group account of BlueBus"):
            remove_member(session, parent_id=b.other, member_id=b.ben)
        changes = remove_member(session, parent_id=b.parent, member_id=b.anna)
        (left,) = outlook_of_leaving(session, parent_id=b.parent, member_id=b.ben).effects[1:]
        assert (left.code, left.words) == (
            "stands_alone", "GreenBus has no other member and stands alone again.")
        assert changes.undo is not None
        changes.undo.command(session, **changes.undo.arguments)
        again = group_account_sheet(session, account_id=b.anna)
        assert (again.own and again.own.funding, [row.left_on for row in again.earlier]) == (FUEL, [TODAY])
        for member in (b.anna, b.ben):
            remove_member(session, parent_id=b.parent, member_id=member)
        assert group_account_sheet(session, account_id=b.parent).role is GroupRole.NONE
        assert session.scalars(select(FundingGroup.closed_on)).all() == [TODAY]
        b.join(b.parent, parent=b.other)  # it stands alone, so it may be paid for
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.account_id == b.ben,
                                                               AuditEntry.action.like("group_account%"))).all()
        assert acts == ["group_account_joined", "group_account_left"]


def test_what_is_done_to_a_parent_is_done_to_its_members(database: Database, filled_books: FilledBooks) -> None:
    """A story: Ben is suspended for himself, GreenBus is suspended, reactivated, set inactive, and cancelled."""
    with filled_books.opened(database, Fleet) as b:
        session, all_three = b.session, (b.parent, b.anna, b.ben)
        b.join(b.anna, funding=FUEL)
        b.join(b.ben)
        b.suspend(b.ben, "Credit check")
        assert b.shown(*all_three) == ["active", "active", "suspended"], "members never reach upwards"

        changes = b.suspend(b.parent)
        assert changes.account_ids == set(all_three)
        assert b.shown(*all_three) == ["suspended"] * 3
        hold = session.scalars(select(Hold).where(Hold.account_id == b.anna)).one()
        assert (hold.kind, hold.origin_id, hold.reason) == (
            "parent_group", b.parent, "With its group account GreenBus: Dispute")
        refused = ordering_refusal(session, b.anna)
        assert refused is not None
        assert "Anna" in refused.sentence
        b.payment(b.anna, 500, TODAY)
        assert not b.suspend(b.parent), "again changes nothing"

        with pytest.raises(RefusedByRule, match="reactivate that account, or take this one out of the group account"):
            lift_hold(session, account_id=b.anna, hold_id=hold.id, reason="Alone", on=TODAY)
        (verdict,) = judge(session, [Wish(account_id=b.anna, target=AccountStatus.ACTIVE, reason="Alone")])
        assert "a hold of the group account, so it would not become Active" in verdict.refusal

        b.reactivate(b.parent)
        assert b.shown(*all_three) == ["active", "active", "suspended"], "Ben's own suspension stays"
        b.reactivate(b.ben)

        undo = b.step(b.parent, Lifecycle.INACTIVE).undo
        assert b.shown(*all_three) == ["inactive", "suspended", "suspended"]
        assert undo is not None
        undo.command(session, **undo.arguments)
        assert b.shown(*all_three) == ["active"] * 3

        b.draft(b.anna)
        b.service(b.ben, "N-1")
        blocked = (r"GreenBus cannot be cancelled: 2 members of its group account are in the way \(Anna M-2001: "
                   r"1 draft has to be posted or rejected \(invoice of 1\.00 EUR\) and Ben M-2002: 1 service has not "
                   r"ended \(Mobile N-1\)\)\.")
        with pytest.raises(RefusedByRule, match=blocked):
            b.step(b.parent, Lifecycle.TERMINATED)
        (verdict,) = judge(session, [Wish(account_id=b.parent, target=AccountStatus.CANCELLED, reason="Closed")])
        assert "2 members of its group account are in the way" in verdict.refusal
        assert b.shown(*all_three) == ["active"] * 3, "all or nothing"
        session.execute(text("UPDATE financial_transaction SET state = 'rejected', rejected_at = recorded_at, "
                             "rejected_by = 'test', rejection_reason = 'twice' WHERE state = 'draft'"))
        session.execute(text("UPDATE service SET state = 'cancelled'"))

        b.suspend(b.anna)
        warnings = status_options(session, account_id=b.parent).steps[Lifecycle.TERMINATED].warnings
        assert "2 members of its group account are cancelled with it." in warnings
        b.step(b.ben, Lifecycle.TERMINATED)
        assert b.shown(*all_three) == ["active", "suspended", "cancelled"], "that ends nothing of the parent"
        b.step(b.parent, Lifecycle.TERMINATED)
        assert b.shown(*all_three) == ["cancelled"] * 3
        last = session.scalars(select(AuditEntry).where(AuditEntry.account_id == b.anna).order_by(
            AuditEntry.id.desc()).limit(1)).one()
        assert (last.action, last.old_value, last.new_value, last.detail) == (
            "account_cancelled", "active", "terminated", "With its group account GreenBus: Closed")


def test_many_at_once_bring_their_members_along(database: Database, filled_books: FilledBooks) -> None:
    """The bulk change of statuses does the same as one by one, to two parents in one go."""
    with filled_books.opened(database, Fleet) as b:
        session, everybody = b.session, (b.parent, b.anna, b.other, b.ben)
        b.join(b.anna)
        b.join(b.ben, parent=b.other)

        def set_all(target: AccountStatus, *accounts: int) -> None:
            wishes = [Wish(account_id=account, target=target, reason="Bulk") for account in accounts]
            lock_for(session, accounts)
            verdicts = judge(session, wishes)
            assert [v.refusal for v in verdicts] == [""] * len(accounts)
            assert [v.along for v in verdicts] == [int(account in (b.parent, b.other)) for account in accounts]
            carry_out(session, verdicts)

        set_all(AccountStatus.SUSPENDED, b.parent, b.other)
        assert b.shown(*everybody) == ["suspended"] * 4
        set_all(AccountStatus.ACTIVE, b.other)
        assert b.shown(*everybody) == ["suspended", "suspended", "active", "active"]
        set_all(AccountStatus.CANCELLED, b.parent, b.anna, b.other)
        assert b.shown(*everybody) == ["cancelled"] * 4


def test_who_leaves_a_suspended_parent_is_free(database: Database, filled_books: FilledBooks) -> None:
    """Overdue holds stay with the account that owes, and no way leads back while the parent is suspended."""
    with filled_books.opened(database, Fleet) as b:
        session = b.session
        b.join(b.anna)
        session.execute(insert(Hold).values(
            provider_id=b.provider_id, account_id=b.parent, kind="overdue", reason="Non-payment", effective_on=TODAY,
            recorded_at=TEST_NOW, placed_by="scan", lifted_by_hand=False))
        b.suspend(b.parent)
        effects = outlook_of_leaving(session, parent_id=b.parent, member_id=b.anna).effects
        assert [effect.code for effect in effects] == ["funding_ends", "hold_lifted", "stands_alone"]
        b.reactivate(b.parent)
        assert b.shown(b.parent, b.anna) == ["suspended", "active"], "what automation holds is the parent's own"
        b.suspend(b.parent)
        assert remove_member(session, parent_id=b.parent, member_id=b.anna).undo is None
        assert b.shown(b.parent, b.anna) == ["suspended", "active"]
        b.reactivate(b.parent)
        assert b.shown(b.anna) == ["active"]


class Watched(Office):
    """The office, in which A1 pays for A2 and A3, and a group that shows A1 and A2 alone."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        ids = {row.code: row.id for row in session.execute(select(Account.code, Account.id))}
        self.a1, self.a2, self.a3 = ids["A1"], ids["A2"], ids["A3"]
        for member in (self.a2, self.a3):
            add_member(session, parent_id=self.a1, member_id=member, funding=FULL)
        self.group = create_group(session, provider_id=self.harbour, code="G", kind=GroupKind.SECURITY,
                                  access=GroupAccess.ALLOW).id
        add_to_group(session, group_id=self.group, account_ids=[self.a1, self.a2])


def test_who_sees_some_members_only(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Watched) as made:
        session = made.session
        some = made.user(made.harbour, "some")
        made.tie(some, made.group)
        without = made.user(made.harbour, "without", ALL_POWERS - {Power.CUSTOMERS_FUNDING})
        made.sign_in(some)
        sheet = group_account_sheet(session, account_id=made.a1)
        assert ([row.member.code for row in sheet.memberships], sheet.why_not) == (["A2"], "")
        with pytest.raises(NotAllowed, match="every member of the group account of A1; your org unit reaches some"):
            place_hold(session, account_id=made.a1, kind=MANUAL, reason="Dispute", on=TODAY,
                       seen=AccountStatus.ACTIVE)
        (verdict,) = judge(session, [Wish(account_id=made.a1, target=AccountStatus.SUSPENDED, reason="Dispute")])
        assert "every member of the group account of A1" in verdict.refusal
        with pytest.raises(NotFound):
            remove_member(session, parent_id=made.a1, member_id=made.a3)
        made.sign_in(without)
        assert 'needs the power "Group accounts"' in group_account_sheet(session, account_id=made.a1).why_not
        with pytest.raises(NotAllowed, match='"Group accounts"'):
            remove_member(session, parent_id=made.a1, member_id=made.a2)


RAW: list[tuple[str, str]] = [
    ("INSERT INTO funding_group (provider_id, account_id, opened_on, recorded_at, recorded_by) "
     "SELECT provider_id, id, '2026-03-16', '2026-03-16 09:30:00', 'raw' FROM account WHERE code = 'M-2001'",
     "pays for nobody"),
    ("INSERT INTO group_membership (provider_id, group_id, account_id, scope, joined_on, recorded_at, recorded_by) "
     "SELECT a.provider_id, g.id, a.id, 'full', '2026-03-16', '2026-03-16 09:30:00', 'raw' FROM account a, "
     "funding_group g WHERE a.code = 'P-2000'", "is no member"),
    ("INSERT INTO group_membership (provider_id, group_id, account_id, scope, joined_on, recorded_at, recorded_by) "
     "SELECT a.provider_id, g.id, a.id, 'full', '2026-03-16', '2026-03-16 09:30:00', 'raw' FROM account a, "
     "funding_group g WHERE a.code = 'M-2001'", "uq_group_membership_open|this key already"),
    ("UPDATE group_membership SET scope = 'full'", "joins once and leaves once"),
    ("DELETE FROM group_membership", "who paid for whom is kept"),
    ("UPDATE funding_group SET closed_on = '2026-03-16', closed_recorded_at = '2026-03-16 09:30:00'",
     "when its last member has left"),
    ("DELETE FROM funding_group", "who paid for whom is kept"),
    ("UPDATE funded_item SET code = 'ASSIST'", "stays as it was said"),
    ("DELETE FROM funded_item", "stays as it was said"),
    ("UPDATE hold SET origin_id = NULL", "placed once and lifted once"),
    ("INSERT INTO hold (provider_id, account_id, kind, reason, effective_on, recorded_at, placed_by, lifted_by_hand) "
     "SELECT provider_id, id, 'parent_group', 'x', '2026-03-16', '2026-03-16 09:30:00', 'raw', FALSE FROM account "
     "WHERE code = 'M-2002'", "ck_hold_origin|origin"),
]


def test_no_client_breaks_a_group_account(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Fleet) as b:
        b.join(b.anna, funding=FUEL)
        b.suspend(b.parent)
        for statement, words in RAW:
            with pytest.raises(DBAPIError, match=words), b.session.begin_nested():
                b.session.execute(text(statement))
        membership = b.session.scalars(select(GroupMembership.id)).one()
        b.reactivate(b.parent)
        b.join(b.ben)
        whole = b.session.scalars(select(GroupMembership.id).where(GroupMembership.id != membership)).one()
        item = insert(FundedItem).values(provider_id=b.provider_id, membership_id=whole, kind="family", code="FUEL")
        with pytest.raises(DBAPIError, match="named where the funding is partial"), b.session.begin_nested():
            b.session.execute(item)


def test_families_and_types_have_names(database: Database) -> None:
    with scratch(database) as session:
        provider = Book(session).provider("CY")
        for sorting, code, name in ((Sorting.TYPE, "CARD", "Cards"), (Sorting.FAMILY, " FUEL ", "")):
            assert set_sorting(session, provider_id=provider, sorting=sorting, code=code, name=name, seen=None)
        assert not set_sorting(session, provider_id=provider, sorting=Sorting.TYPE, code="CARD", name="Cards",
                               seen="Cards")
        assert [(row.sorting, row.code, row.name) for row in sortings(session, provider_id=provider)] == [
            (Sorting.FAMILY, "FUEL", "FUEL"), (Sorting.TYPE, "CARD", "Cards")]
        for code, words in (("", "The code is missing"), ("X" * 41, "at most 40 characters"), ("a\nb", "line break")):
            with pytest.raises(RefusedByRule, match=words):
                set_sorting(session, provider_id=provider, sorting=Sorting.TYPE, code=code, name="", seen=None)
