"""The resolver has two forms, one for a single account and one for whole books; they must never disagree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select

from app.models.attributes.catalogue import CREDIT_RATINGS, DEFINITIONS, INHERITED, AttributeDefinition
from app.models.parties.account import Account
from app.models.values import AccountType, Tier
from app.models.values import AttributeKind as Kind
from app.services.attributes.columns import effective_columns
from app.services.attributes.limits import credit_columns
from app.services.attributes.resolving import effective_values, stored_values
from app.services.attributes.writing import set_attributes
from app.services.credit.ratings import RatingWorth, set_credit_rating
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.upkeep.check import check_database
from tests.factories.books import Book, scratch
from tests.support.examples import few_examples

KEYS = [d.key for d in INHERITED]
_CURRENCIES = ("AUD", "EUR", "JPY")


def values_of(d: AttributeDefinition) -> st.SearchStrategy[Any]:
    """Values an attribute may have, the ones that look like nothing among them: 0, "", false, and None to clear."""
    lowest, highest = d.minimum or 0, min(d.maximum or 5000, 5000)
    by_kind: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.INTEGER: st.sampled_from([lowest, highest, max(lowest, min(3, highest))]),
        Kind.MONEY: st.sampled_from([0, 1, 99_950]),
        Kind.RATE: st.sampled_from([0, 1, 1250]),
        Kind.BOOLEAN: st.booleans(),
        Kind.CHOICE: st.sampled_from([stored for stored, _ in d.choices] or [""]),
        Kind.TEXT: st.sampled_from(["", "Late"]),
        Kind.DATE: st.sampled_from([date(2025, 1, 1), date(2026, 2, 28)]),
    }
    return st.one_of(st.none(), by_kind[d.kind])


# Half of all draws go where things interact: credit with ratings, bundles, and terms on every tier.
_BUSY = ["credit_limit", "credit_rating", "trading_due_days", "late_fee", "late_fee_amount", "late_fee_label",
         "direct_debit_discount", "direct_debit_discount_rate", "auto_invoice_approval", "trading_terms_method",
         "trading_terms_day", "trading_terms_proximity", "trading_terms_offset"]
_ANY_KEY = st.one_of(st.sampled_from(_BUSY), st.sampled_from(KEYS))


@dataclass(frozen=True)
class Plan:
    """A random hierarchy: for each provider its parent, then what is set where."""

    parents: list[int]
    currencies: list[str]
    ratings: list[tuple[int, str, int | None]]
    changes: list[tuple[str, int, str, Any]]


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    # Each provider stands below one made before it (-1 is the operator), up to five levels deep.
    size = draw(st.integers(1, 5))
    parents = [draw(st.integers(max(-1, position - 3), position - 1)) for position in range(size)]
    count = len(parents)
    ratings = draw(st.lists(st.tuples(
        st.integers(-1, count - 1), st.sampled_from(CREDIT_RATINGS[:3]), st.one_of(st.none(), st.integers(0, 9000))),
        max_size=6))
    changes = []
    for _ in range(draw(st.integers(0, 25))):
        tier = draw(st.sampled_from(["provider", "profile", "account"]))
        key = draw(_ANY_KEY)
        if DEFINITIONS[key].allowed_on(Tier(tier)):
            changes.append((tier, draw(st.integers(0, 2 * count)), key, draw(values_of(DEFINITIONS[key]))))
    currencies = draw(st.lists(st.sampled_from(_CURRENCIES), min_size=count, max_size=count))
    return Plan(parents, currencies, ratings, changes)


def build(book: Book, plan: Plan) -> None:
    """Make the hierarchy of a plan, two profiles and two customers per provider, and apply its changes in order."""
    has_child = set(plan.parents)
    providers = [book.operator]
    profiles, accounts = [book.default_profile(book.operator)], [book.operator]
    for position, parent in enumerate(plan.parents):
        kind = AccountType.WHOLESALE if position in has_child else AccountType.RETAIL
        provider = book.provider(f"P{position}", parent=providers[parent + 1], kind=kind,
                                 currency=plan.currencies[position])
        providers.append(provider)
        extra = book.profile(provider, "Business")
        profiles += [book.default_profile(provider), extra]
        accounts.append(provider)
        if kind is AccountType.RETAIL:
            accounts.append(book.account(provider, f"A{position}"))
            accounts.append(book.account(provider, f"B{position}", profile=extra))
    said: dict[tuple[int, str], RatingWorth] = {}
    for owner, rating, limit in plan.ratings:
        set_credit_rating(book.session, provider_id=providers[owner + 1], code=rating, limit_minor=limit,
                          seen=said.get((owner, rating)))
        said[owner, rating] = RatingWorth(limit_minor=limit)
    owners = {"provider": providers, "profile": profiles, "account": accounts}
    for tier, number, key, value in plan.changes:
        owner = owners[tier][number % len(owners[tier])]
        if DEFINITIONS[key].operator_only:
            owner = book.operator
        try:
            set_attributes(book.session, tier=Tier(tier), owner_id=owner, values={key: value},
                           seen=stored_values(book.session, Tier(tier), owner))
        except RefusedByRule as refused:
            assert "outside the proximity" in str(refused)  # noqa: PT017  most draws are not refused


@few_examples(10)
@given(plan=plans())
# A rating on a profile, worth something at one provider only, below a limit from the top.
@example(plan=Plan([-1, 0], ["AUD", "AUD"], [(1, "AAA", 33), (-1, "AAA", None)],
                   [("profile", 0, "credit_rating", "AAA"), ("provider", 0, "credit_limit", 0)]))
def test_both_forms_agree_on_value_tier_and_owner(database: Database, plan: Plan) -> None:
    with scratch(database) as session:
        build(Book(session), plan)
        columns = effective_columns(KEYS)
        credit = credit_columns()
        rows = session.execute(select(
            Account.id, *[columns.values[k].label(f"v_{k}") for k in KEYS],
            *[columns.tiers[k].label(f"t_{k}") for k in KEYS], *[columns.owners[k].label(f"o_{k}") for k in KEYS],
        ).select_from(columns.joined)).mappings()
        set_based = {row["id"]: row for row in rows}
        currencies = {row.id: row.currency for row in session.execute(
            select(Account.id, credit.currency.label("currency")).select_from(credit.joined))}
        for account in session.scalars(select(Account)):
            for answer in effective_values(session, account):
                source, row, key = answer.effective.source, set_based[account.id], answer.key
                assert row[f"v_{key}"] == answer.effective.value, (account.code, key)
                assert row[f"t_{key}"] == (source.tier.value if source else None), (account.code, key)
                assert row[f"o_{key}"] == (source.owner_id if source else None), (account.code, key)
                if key == "credit_limit":
                    assert currencies[account.id] == (source.currency if source else None), account.code
        # However the changes came, what providers pass on is what a rebuild from the root gives.
        assert check_database(session) == []
