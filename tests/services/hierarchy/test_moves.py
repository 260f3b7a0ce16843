"""Moving accounts below another parent: what is told before is what happens, and what ties an account to its place."""

from __future__ import annotations

from datetime import date

import pytest
from argon2 import PasswordHasher
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import INHERITED
from app.models.audit import AuditEntry
from app.models.parties.account import Account
from app.models.parties.account_group import AccountGroupMember
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.powers import ALL_POWERS, Power
from app.models.values import CUSTOMER_TYPES, PROVIDER_TYPES, AccountType, Tier
from app.services.access.principal import providers_below
from app.services.attributes.writing import set_attributes
from app.services.database.unit_of_work import Database
from app.services.errors import NotAllowed, NotFound, RefusedByRule
from app.services.groups.groups import add_to_group, create_group
from app.services.hierarchy.moves import NewParent, impact_of_parent_move, move_account, parents_to_choose
from app.services.providers.modules import Module, switch_module
from app.services.staff import sign_in as signing
from tests.factories.books import Book, place_shown, scratch
from tests.services.access.test_authorize import Office
from tests.services.attributes.test_effective_forms import Plan, build, plans
from tests.services.profiles.test_impact import compare, snapshot
from tests.support.examples import few_examples
from tests.support.filled_books import FilledBooks

KEYS = [d.key for d in INHERITED]
WHOLESALE, AGENT = AccountType.WHOLESALE, AccountType.AGENT


@few_examples(5)
@example(plan=Plan([-1, 0, 1, -1], ["AUD", "AUD", "AUD", "AUD"], [(0, "AAA", 33), (3, "AAA", 44)],
                   [("provider", 1, "credit_rating", "AAA"), ("provider", 4, "trading_due_days", 3),
                    ("provider", 1, "late_fee", "enable"), ("account", 3, "trading_due_days", 9)]),
         first=1, second=1)  # a provider in the middle goes below the operator, with a provider and customers below it
@example(plan=Plan([-1, -1], ["AUD", "AUD"], [(1, "AAA", 33)],
                   [("profile", 3, "credit_rating", "AAA"), ("provider", 2, "credit_limit", 7)]), first=3, second=0)
@given(plan=plans(), first=st.integers(0, 9), second=st.integers(0, 9))
def test_what_is_told_is_what_happens(database: Database, plan: Plan, first: int, second: int) -> None:
    """Of every account of a random hierarchy and every parent it may have: the differences told are the real ones."""
    with scratch(database) as session:
        build(Book(session), plan)
        kinds = sorted(CUSTOMER_TYPES | PROVIDER_TYPES - {AccountType.OPERATOR})
        accounts = session.scalars(select(Account).where(Account.type.in_(kinds)).order_by(Account.id)).all()
        account = accounts[first % len(accounts)]
        here = account.provider_id
        choices = [id_ for id_, _, _ in parents_to_choose(session, account_id=account.id) if id_ != here] or [here]
        to = NewParent(provider_id=choices[second % len(choices)])
        before = snapshot(session, KEYS)
        told = impact_of_parent_move(session, account_id=account.id, to=to)
        if told.refusals or not told.changes:
            assert (told.own, told.below) == (None, None)
            return
        is_provider = account.type in PROVIDER_TYPES
        under = providers_below(session, account.id) if is_provider else frozenset()
        moved = account.id
        below = {a.id for a in session.scalars(select(Account).where(
            Account.provider_id.in_(under), Account.id != moved, Account.type != AccountType.SYSTEM))}
        assert move_account(session, account_id=moved, to=to, seen=place_shown(session, moved))
        after = snapshot(session, KEYS)
        assert told.own is not None
        compare(told.own, before, after, {moved})
        assert (told.below is not None) is is_provider
        if told.below is not None:
            compare(told.below, before, after, below)
        system = set(session.scalars(select(Account.id).where(Account.type == AccountType.SYSTEM)))
        others = {key for key in before.values if key[0] not in below | system | {moved}}
        assert all(before.values[key] == after.values[key] for key in others), "nobody else is touched"


def hierarchy(session: Session) -> tuple[Book, dict[str, int]]:
    book, ids = Book(session), {}
    ids["PW"] = book.provider("PW", kind=WHOLESALE, name="Pacific", trading_due_days=30)
    ids["NW"] = book.provider("NW", kind=WHOLESALE, name="Nordic", trading_due_days=5)
    ids["HT"] = book.provider("HT", parent=ids["PW"], name="Harbour")
    ids["SB"] = book.provider("SB", parent=ids["PW"], name="Summit", trading_due_days=9)
    ids["A1"] = book.account(ids["HT"], "A1", name="Acme")
    return book, ids


def test_a_customer_moves_with_its_contacts_and_leaves_its_groups(database: Database) -> None:
    with scratch(database) as session:
        book, ids = hierarchy(session)
        business = book.profile(ids["SB"], "Business", credit_limit=500_00)
        group = create_group(session, provider_id=ids["HT"], code="VIP", name="Very important").id
        add_to_group(session, group_id=group, account_ids=[ids["A1"]])
        set_attributes(session, tier=Tier.ACCOUNT, owner_id=ids["A1"], values={"autopay": True}, seen={})
        other = book.account(ids["HT"], "A2")
        shared = session.scalars(select(AccountContact.contact_id).where(AccountContact.account_id == ids["A1"])).one()
        session.add(AccountContact(account_id=other, contact_id=shared))
        session.flush()
        to = NewParent(provider_id=ids["SB"], profile_id=business)
        told = impact_of_parent_move(session, account_id=ids["A1"], to=to)
        assert [(c.what, c.old, c.new) for c in told.changes] == [
            ("Provider", "Harbour", "Summit"), ("Profile", "Default Profile", "Business")]
        assert told.own is not None
        texts = {a.key: (a.changes[0].old_text, a.changes[0].new_text) for a in told.own.attributes if a.changes}
        assert (told.groups, texts) == (("Very important",), {
            "trading_due_days": ("30 days", "9 days"), "credit_limit": ("No limit", "500.00 AUD")})
        assert move_account(session, account_id=ids["A1"], to=to, seen=place_shown(session, ids["A1"]))
        assert not move_account(session, account_id=ids["A1"], to=to,
                                seen=place_shown(session, ids["A1"])), "there already"
        account = book.entity(ids["A1"])
        assert (account.provider_id, account.parent_id, account.profile_id) == (ids["SB"], ids["SB"], business)
        assert session.scalars(select(AccountGroupMember.account_id)).all() == []
        contact = session.scalars(select(Contact).join(AccountContact).where(
            AccountContact.account_id == ids["A1"])).one()
        assert contact.id != shared
        assert contact.provider_id == ids["SB"]
        assert session.get_one(Contact, shared).provider_id == ids["HT"]
        rows = session.execute(select(AuditEntry.field, AuditEntry.old_value, AuditEntry.new_value).where(
            AuditEntry.action == "account_moved").order_by(AuditEntry.id)).all()
        assert [tuple(row) for row in rows] == [
            ("provider", "Harbour", "Summit"), ("profile", "Default Profile", "Business")]


def test_what_ties_an_account_to_its_provider_is_said_all_at_once(database: Database) -> None:
    with scratch(database) as session:
        book, ids = hierarchy(session)
        euro = book.provider("EU", name="Euro", currency="EUR")
        book.account(euro, "A1")
        book.invoice(ids["A1"], 100, date(2025, 1, 1), date(2025, 1, 2))
        book.service(ids["A1"], "N-1")
        with pytest.raises(RefusedByRule) as refused:
            move_account(session, account_id=ids["A1"], to=NewParent(provider_id=euro),
                         seen=place_shown(session, ids["A1"]))
        assert str(refused.value) == (
            "Acme is kept in AUD, Euro works in EUR, and the currency of an account never changes. Euro has an account "
            "with the code A1 already; change the code of one of them first. Acme has 1 document and 1 service of "
            "Harbour. What arose under a provider stays with it, so the account cannot move to another. Create a new "
            "account there instead, and cancel this one.")
        assert impact_of_parent_move(session, account_id=ids["A1"], to=NewParent(provider_id=euro)).refusals
        with pytest.raises(RefusedByRule, match="An end user cannot stand below a wholesale provider"):
            move_account(session, account_id=ids["A1"], to=NewParent(provider_id=ids["PW"]),
                         seen=place_shown(session, ids["A1"]))


def test_providers_move_with_all_below_and_never_below_themselves(database: Database) -> None:
    with scratch(database) as session:
        book, ids = hierarchy(session)
        with pytest.raises(RefusedByRule, match="cannot stand below itself"):
            move_account(session, account_id=ids["PW"], to=NewParent(provider_id=book.provider(
                "LW", kind=WHOLESALE, parent=ids["PW"])), seen=place_shown(session, ids["PW"]))
        assert {code for _, code, _ in parents_to_choose(session, account_id=ids["PW"])} == {"operator", "NW"}
        assert move_account(session, account_id=ids["HT"], to=NewParent(provider_id=ids["NW"]),
                            seen=place_shown(session, ids["HT"]))
        assert book.entity(ids["HT"]).parent_id == ids["NW"]
        told = impact_of_parent_move(session, account_id=ids["HT"], to=NewParent(provider_id=book.operator))
        assert told.below is not None
        terms = told.below.of("trading_due_days")
        assert terms is not None
        assert [(c.old_text, c.new_text, c.accounts) for c in terms.changes] == [("5 days", "7 days", 1)]
        system = session.scalars(select(Account.id).where(Account.type == AccountType.SYSTEM).limit(1)).one()
        for stays in (book.operator, system):
            with pytest.raises(RefusedByRule, match="for good"):
                move_account(session, account_id=stays, to=NewParent(provider_id=ids["NW"]),
                             seen=place_shown(session, stays))


def test_agents_of_customers(database: Database) -> None:
    with scratch(database) as session:
        book, ids = hierarchy(session)
        agent = book.account(ids["HT"], "AG", name="Zebra", kind=AGENT)
        strange = book.account(ids["SB"], "AX", kind=AGENT)
        assert move_account(session, account_id=ids["A1"], to=NewParent(provider_id=ids["HT"], agent_id=agent),
                            seen=place_shown(session, ids["A1"]))
        assert book.entity(ids["A1"]).created_by_agent_id == agent
        for account, to, words in (
            (ids["A1"], NewParent(provider_id=ids["HT"], agent_id=strange), "one of the provider"),
            (ids["A1"], NewParent(provider_id=ids["SB"], agent_id=agent), "one of the provider"),
            (agent, NewParent(provider_id=ids["HT"], agent_id=agent), "Only customers have an agent"),
            (agent, NewParent(provider_id=ids["SB"]), "1 customer names Zebra as their agent"),
        ):
            with pytest.raises(RefusedByRule, match=words):
                move_account(session, account_id=account, to=to, seen=place_shown(session, account))
        switch_module(session, provider_id=ids["HT"], module=Module.AGENTS, on=False, seen=None)
        assert move_account(session, account_id=ids["A1"],
                            to=NewParent(provider_id=ids["HT"]),
                            seen=place_shown(session, ids["A1"])), "the agent can be taken away"
        with pytest.raises(RefusedByRule, match="Agents are switched off for Harbour"):
            move_account(session, account_id=ids["A1"], to=NewParent(provider_id=ids["HT"], agent_id=agent),
                         seen=place_shown(session, ids["A1"]))


def test_who_may_move(database: Database, filled_books: FilledBooks, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    with filled_books.opened(database, Office) as office:
        session = office.session
        kim, wanda = office.user(office.harbour, "kim"), office.user(office.wholesale, "wanda")
        poor = office.user(office.wholesale, "poor", ALL_POWERS - {Power.CUSTOMERS_MOVE})
        a1 = office.id("A1")
        for who, account, words, kind in (
            (kim, a1, "no such provider", NotFound), (poor, a1, "Move accounts", NotAllowed),
            (wanda, office.wholesale, "cannot move itself", RefusedByRule),
        ):
            office.sign_in(who)
            with pytest.raises(kind, match=words):
                move_account(session, account_id=account, to=NewParent(provider_id=office.summit),
                             seen=place_shown(session, account))
        office.sign_in(wanda)
        assert move_account(session, account_id=a1, to=NewParent(provider_id=office.summit),
                            seen=place_shown(session, a1))
        office.sign_in(kim)
        with pytest.raises(NotFound):
            impact_of_parent_move(session, account_id=a1, to=NewParent(provider_id=office.harbour))
