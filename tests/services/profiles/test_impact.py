"""What is told before a change is what the change then does: on books by hand, and on random hierarchies."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.attributes.catalogue import DEFINITIONS, INHERITED
from app.models.parties.account import Account
from app.models.parties.powers import ALL_POWERS, Power
from app.models.parties.profile import AccountProfile
from app.models.values import CUSTOMER_TYPES, PROVIDER_TYPES, AccountType, CreditStanding, ScanOutcome, Tier
from app.models.values import AttributeKind as Kind
from app.services.access.principal import Principal
from app.services.attributes.resolving import effective_values, stored_values
from app.services.attributes.writing import set_attributes
from app.services.customers.list import customer_rows
from app.services.database.unit_of_work import Database
from app.services.errors import Cancelled, NotAllowed, RefusedByRule
from app.services.impact.comparing import Impact
from app.services.profiles.impact import impact_of_move, impact_of_values
from app.services.profiles.moves import Members, move_members, newest_move
from app.services.rules.rule_sets import rules_in_force, set_rules
from app.services.suspension.judgement import judged_rows, scope_for
from tests.factories.books import Book, scratch
from tests.services.attributes.test_effective_forms import Plan, build, plans, values_of
from tests.support.examples import few_examples

TODAY = date(2026, 3, 16)


@dataclass(frozen=True)
class Snapshot:
    """Everything an impact speaks of, asked of the single-account forms."""

    values: dict[tuple[int, str], tuple[Any, str | None]]
    exceeded: frozenset[int]
    candidates: frozenset[int]


def snapshot(session: Session, keys: list[str]) -> Snapshot:
    session.expire_all()
    values: dict[tuple[int, str], tuple[Any, str | None]] = {}
    accounts = session.scalars(select(Account)).all()
    for account in accounts:
        for answer in effective_values(session, account, keys):
            source = answer.effective.source
            is_money = DEFINITIONS[answer.key].kind is Kind.MONEY
            currency = source.currency if source is not None and is_money else None
            values[account.id, answer.key] = answer.effective.value, currency
    rows = customer_rows(session, account_ids=[a.id for a in accounts], as_of=TODAY)
    exceeded = frozenset(row.id for row in rows if row.credit_standing is CreditStanding.EXCEEDED)
    candidates: set[int] = set()
    for provider in (a for a in accounts if a.type in PROVIDER_TYPES):
        rules = rules_in_force(session, provider_id=provider.id, on=TODAY)
        if rules is not None:
            scope = scope_for(session, provider_id=provider.id, rules=rules, as_of=TODAY)
            candidates |= {j.account_id for j in judged_rows(session, scope) if j.outcome is ScanOutcome.SUSPEND}
    return Snapshot(values, exceeded, frozenset(candidates))


def told(impact: Impact) -> dict[str, Counter[Any]]:
    return {each.key: Counter({((c.old, c.old_currency), (c.new, c.new_currency)): c.accounts for c in each.changes})
            for each in impact.attributes if each.changes}


def compare(impact: Impact, before: Snapshot, after: Snapshot, concerned: set[int]) -> None:
    """The counts told are those of the differences; nothing else changed for these accounts."""
    real: dict[str, Counter[Any]] = {}
    for (account, key), old in before.values.items():
        new = after.values[account, key]
        if account in concerned and new != old:
            real.setdefault(key, Counter())[old, new] += 1
    assert told(impact) == real
    assert impact.accounts == len(concerned)
    assert all(each.inherit + each.keep == len(concerned) for each in impact.attributes)
    assert impact.exceeded_before == len(before.exceeded & concerned)
    assert impact.exceeded_after == len(after.exceeded & concerned)
    assert impact.candidates == len(before.candidates & concerned) == len(after.candidates & concerned)


def owing(session: Session, plan: Plan) -> None:
    """Build a plan whose customers owe, under rules that would suspend some of them."""
    book = Book(session)
    scanned = [change for change in plan.changes if change[2] != "module_automated_suspension"]
    build(book, replace(plan, changes=scanned))
    for account in session.scalars(select(Account).where(Account.type == AccountType.END_USER)).all():
        book.invoice(account.id, 5_000 if account.code.startswith("A") else 20, date(2026, 1, 5), date(2026, 1, 12))
    for provider in session.scalars(select(Account).where(Account.type == AccountType.RETAIL)).all():
        set_rules(session, provider_id=provider.id, effective_from=date(2025, 1, 1), min_overdue_minor=1_000,
                  min_overdue_days=14, restore_at_minor=0, seen=0)


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, int, dict[str, Any]]:
    tier = draw(st.sampled_from([Tier.PROVIDER, Tier.PROFILE]))
    keys = [d.key for d in INHERITED if d.allowed_on(tier) and not d.operator_only]
    busy = ["credit_limit", "credit_rating", "trading_due_days", "direct_debit_discount"]
    chosen = draw(st.lists(st.one_of(st.sampled_from(busy), st.sampled_from(keys)), min_size=1, max_size=3))
    return tier.value, draw(st.integers(0, 10)), {key: draw(values_of(DEFINITIONS[key])) for key in chosen}


@few_examples(6)
@given(plan=plans(), change=changes())
# A rating brings a credit limit with it.
@example(plan=Plan([-1], ["AUD"], [(0, "AAA", 33)], []), change=("profile", 1, {"credit_rating": "AAA"}))
# The same figure in another currency is another limit.
@example(plan=Plan([-1, 0], ["EUR", "AUD"], [], [("provider", 1, "credit_limit", 99_950)]),
         change=("provider", 2, {"credit_limit": 99_950}))
# The lead of a bundle taken away takes the bundle with it.
@example(plan=Plan([-1], ["AUD"], [], [("profile", 1, "direct_debit_discount", "enable"),
                                       ("profile", 1, "direct_debit_discount_rate", 1250)]),
         change=("profile", 1, {"direct_debit_discount": None}))
def test_values_told_before_are_those_after(database: Database, plan: Plan, change: tuple[str, int, dict[str, Any]]
                                            ) -> None:
    tier, number, values = Tier(change[0]), change[1], change[2]
    with scratch(database) as session:
        owing(session, plan)
        wanted = AccountProfile.id if tier is Tier.PROFILE else Account.id
        owners = session.scalars(select(wanted).order_by(wanted) if tier is Tier.PROFILE else select(
            Account.id).where(Account.type.in_(sorted(PROVIDER_TYPES))).order_by(Account.id)).all()
        owner = owners[number % len(owners)]
        keys = [d.key for d in INHERITED]
        before = snapshot(session, keys)
        impact = impact_of_values(session, tier=tier, owner_id=owner, values=values)
        set_attributes(session, tier=tier, owner_id=owner, values=dict(values),
                       seen=stored_values(session, tier, owner))
        compare(impact, before, snapshot(session, keys), _below(session, tier, owner))


def _below(session: Session, tier: Tier, owner: int) -> set[int]:
    accounts = {a.id: a for a in session.scalars(select(Account))}
    if tier is Tier.PROFILE:
        return {a.id for a in accounts.values() if a.profile_id == owner and a.type != AccountType.SYSTEM}

    def reaches(account: Account) -> bool:
        provider = accounts[account.provider_id]
        while provider.id != owner and provider.provider_id != provider.id:
            provider = accounts[provider.provider_id]
        return provider.id == owner

    return {a.id for a in accounts.values() if a.type in CUSTOMER_TYPES and reaches(a)}


@few_examples(6)
@given(plan=plans(), number=st.integers(0, 4), backwards=st.booleans())
def test_a_move_does_what_was_told(database: Database, plan: Plan, number: int, backwards: bool) -> None:
    with scratch(database) as session:
        owing(session, plan)
        profiles = session.scalars(select(AccountProfile).order_by(AccountProfile.id)).all()[1:]
        here = profiles[number * 2 % len(profiles)].provider_id
        pair = [p.id for p in profiles if p.provider_id == here]
        source, target = reversed(pair) if backwards else pair
        concerned = {a.id for a in session.scalars(select(Account).where(Account.profile_id == source))
                     if a.type != AccountType.SYSTEM}
        keys = [d.key for d in INHERITED]
        before = snapshot(session, keys)
        members = Members(profile_id=source)
        impact = impact_of_move(session, provider_id=here, members=members, to_profile_id=target)
        if concerned:
            move_members(session, seen=newest_move(session, provider_id=here),
                         provider_id=here, members=members, to_profile_id=target)
        compare(impact, before, snapshot(session, keys), concerned)


def test_a_move_in_figures(database: Database) -> None:
    """Two take the terms and the limit of Residential, one keeps its own terms; the limit is then exceeded."""
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", trading_due_days=10)
        business = book.profile(provider, "Business", trading_due_days=21)
        residential = book.profile(provider, "Residential", credit_limit=30_00)
        for code, more in (("A1", {}), ("A2", {}), ("A3", {"trading_due_days": 5})):
            account = book.account(provider, code, profile=business, **more)  # type: ignore[arg-type]
            book.invoice(account, 30_01 if code != "A2" else 30_00, date(2026, 1, 5), date(2026, 1, 12))
        impact = impact_of_move(session, provider_id=provider, members=Members(profile_id=business),
                                to_profile_id=residential)
        terms, limit = impact.of("trading_due_days"), impact.of("credit_limit")
        assert terms is not None
        assert limit is not None
        assert (terms.inherit, terms.keep) == (2, 1)
        assert [(c.old_text, c.new_text, c.accounts) for c in terms.changes] == [("21 days", "10 days", 2)]
        assert [(c.old_text, c.new_text, c.accounts) for c in limit.changes] == [("No limit", "30.00 AUD", 3)]
        assert (impact.accounts, impact.exceeded_before, impact.exceeded_after) == (3, 0, 2)


def test_it_can_be_stopped_and_refuses_what_cannot_be_set(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        business = book.profile(provider, "Business")

        def stop() -> None:
            raise Cancelled("Stopped.")

        with pytest.raises(Cancelled):
            impact_of_values(session, tier=Tier.PROFILE, owner_id=business, values={"credit_limit": 0},
                             checkpoint=stop)
        with pytest.raises(RefusedByRule, match="cannot be set on this tier"):
            impact_of_values(session, tier=Tier.PROFILE, owner_id=business, values={"tax_rate": 0})


def test_it_asks_for_power_and_counts_only_what_is_seen(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        agent = book.account(provider, "AG", kind=AccountType.AGENT)
        business = book.profile(provider, "Business")
        book.account(provider, "A1", profile=business)
        book.account(provider, "A2", profile=business, agent=agent)
        works = Principal(name="Mara", powers=ALL_POWERS, staff_id=1, provider_id=provider, agent_id=agent,
                          providers=frozenset({provider}), customer_providers=frozenset({provider}))
        session.info["principal"] = works
        seen = impact_of_values(session, tier=Tier.PROFILE, owner_id=business, values={"trading_due_days": 3})
        assert seen.accounts == 1
        session.info["principal"] = replace(works, powers=ALL_POWERS - {Power.PROFILES_MEMBERS})
        with pytest.raises(NotAllowed, match="Move between profiles"):
            impact_of_move(session, provider_id=provider, members=Members(), to_profile_id=business)
