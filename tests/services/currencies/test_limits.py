"""Credit limits of accounts in other currencies: one rule in two forms, in lists, on the page, in what changes do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import insert, literal, select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.rules.currency_conversion import ratio_of
from app.models.values import AccountType, CreditStanding, CurrencyState, Money, Rounding, Tier
from app.services.accounts.header import account_header
from app.services.attributes.limits import credit_columns
from app.services.attributes.writing import set_attributes
from app.services.credit.ratings import set_credit_rating
from app.services.currencies.changing import CurrencyUse, add_rate, set_currency
from app.services.currencies.conversion import limit_in_own_currency
from app.services.customers.list import CustomerSort, QuickFilter, customer_ids, customer_rows
from app.services.database.exact_ratio import exact_ratio
from app.services.database.unit_of_work import Database
from app.services.hierarchy.accounts import NewAccount, create_accounts
from app.services.profiles.impact import impact_of_values
from app.services.providers.modules import Module, switch_module
from tests.factories.books import Book, scratch
from tests.support.examples import few_examples

START, LATER = date(2024, 3, 1), date(2025, 3, 1)
TODAY = date(2026, 3, 16)


def provider_of_several(book: Book) -> int:
    """A provider in euros with dollars at 0.92 in 2024, yen at 0.0061 and dinars at 3.125 ever since."""
    provider = book.provider("HT", currency="EUR")
    switch_module(book.session, provider_id=provider, module=Module.MULTI_CURRENCY, on=True, seen=None)
    for currency, rate, last in [("USD", "0.92", date(2024, 12, 31)), ("JPY", "0.0061", None), ("KWD", "3.125", None)]:
        add_rate(book.session, provider_id=provider, currency=currency, from_date=date(2024, 1, 1), to_date=last,
                 rate=rate)
        set_currency(book.session, provider_id=provider, currency=currency, seen=CurrencyUse(),
                     wanted=CurrencyUse(state=CurrencyState.EFFECTIVE))
    return provider


def account(session: Session, provider: int, currency: str, start: date = START) -> int:
    (found,) = create_accounts(session, provider_id=provider, accounts=[
        NewAccount(code=f"{currency}-{start.year}", name=currency, start_date=start, currency=currency)])
    return found


def test_the_limit_of_a_rating_in_dollars(database: Database) -> None:
    """1 USD = 0.92 EUR: a rating worth 460.00 EUR gives 500.00 USD."""
    with scratch(database) as session:
        book = Book(session)
        provider = provider_of_several(book)
        set_credit_rating(session, provider_id=provider, code="A", limit_minor=46_000, seen=None)
        set_attributes(session, tier=Tier.PROVIDER, owner_id=provider, values={"credit_rating": "A"}, seen={})
        euros, dollars, yen = (account(session, provider, currency) for currency in ("EUR", "USD", "JPY"))
        late = account(session, provider, "USD", LATER)
        book.invoice(dollars, 50_001, START, START)
        book.invoice(yen, 70_000, START, START)
        book.invoice(late, 99_999, START, START)
        credit = account_header(session, account_id=dollars, as_of=TODAY).credit
        assert (credit.limit_minor, credit.limit_currency, credit.left_minor, credit.standing) == (
            50_000, "USD", -1, CreditStanding.EXCEEDED)
        assert credit.text == "Limit 500.00 USD (460.00 EUR at 1 USD = 0.92 EUR, of 1 Mar 2024), rating A from HT"
        assert credit.note == "Limit 500.00 (460.00 EUR), rating A"
        assert account_header(session, account_id=late, as_of=TODAY).credit.standing is CreditStanding.NO_RATE
        rows = customer_rows(session, account_ids=[euros, dollars, yen, late], as_of=TODAY)
        assert [(r.own_limit_minor, r.credit_left_minor, r.credit_standing) for r in rows] == [
            (46_000, 46_000, CreditStanding.WITHIN), (50_000, -1, CreditStanding.EXCEEDED),
            (75_410, 5_410, CreditStanding.WITHIN), (None, None, CreditStanding.NO_RATE)]
        assert {(r.credit_limit_minor, r.credit_currency) for r in rows} == {(46_000, "EUR")}
        assert customer_ids(session, provider_id=provider, as_of=TODAY, quick=QuickFilter.EXCEEDED) == [dollars]
        assert customer_ids(session, provider_id=provider, as_of=TODAY, sort=CustomerSort.CREDIT) == [
            dollars, yen, euros, late]
        lower = impact_of_values(session, tier=Tier.PROVIDER, owner_id=provider, values={"credit_limit": 43_000})
        assert (lower.exceeded_before, lower.exceeded_after) == (1, 1)
        lowest = impact_of_values(session, tier=Tier.PROVIDER, owner_id=provider, values={"credit_limit": 100})
        assert (lowest.exceeded_before, lowest.exceeded_after) == (1, 2), "the yen too; of the late dollars nothing"


@dataclass(frozen=True)
class Draw:
    """Limits stated on four tiers, in three currencies, for accounts in four."""

    above: int | None
    at_home: int | None
    profile: int | None
    rating: int | None
    own: int | None
    rates: list[tuple[str, int, int]]
    rounding: Rounding


AMOUNTS = st.one_of(st.none(), st.sampled_from([0, 1, 5, 46_000, 99_999, 10**14]))


@st.composite
def draws(draw: st.DrawFn) -> Draw:
    rates = draw(st.lists(st.tuples(st.sampled_from(["USD", "JPY", "KWD", "AUD"]), st.integers(1, 10**6),
                                    st.integers(1, 10**6)), unique_by=lambda r: r[0]))
    return Draw(*(draw(AMOUNTS) for _ in range(5)), rates, draw(st.sampled_from(list(Rounding))))


@few_examples(8)
@given(draw=draws())
@example(draw=Draw(46_000, None, None, None, None, [("USD", 23, 25), ("AUD", 3, 5)], Rounding.HALF_UP))
def test_lists_and_pages_convert_alike(database: Database, draw: Draw) -> None:
    """`attributes.own_currency` and `currencies.conversion`, for accounts whose limit comes from anywhere."""
    with scratch(database) as session:
        book = Book(session)
        above = book.provider("PW", kind=AccountType.WHOLESALE, currency="AUD",
                              credit_limit=draw.above)
        provider = book.provider("HT", parent=above, currency="EUR", credit_limit=draw.at_home)
        set_credit_rating(session, provider_id=provider, code="A", limit_minor=draw.rating, seen=None)
        rated = book.profile(provider, "Rated", credit_rating="A")
        plain = book.profile(provider, "Plain", credit_limit=draw.profile)
        for currency in ("USD", "JPY", "KWD"):
            set_currency(session, provider_id=provider, currency=currency, seen=CurrencyUse(),
                         wanted=CurrencyUse(state=CurrencyState.EFFECTIVE, rounding=draw.rounding))
        for currency, over, under in draw.rates:
            add_rate(session, provider_id=provider, currency=currency, from_date=START, rate=Fraction(over, under))
        accounts = [_insert(session, provider, f"{currency}{number}", currency, profile, day)
                    for currency in ("EUR", "USD", "JPY", "KWD")
                    for number, (profile, day) in enumerate([(rated, START), (plain, LATER), (plain, date(2024, 1, 1)),
                                                             (book.default_profile(provider), START)])]
        set_attributes(session, tier=Tier.ACCOUNT, owner_id=accounts[5], values={"credit_limit": draw.own}, seen={})
        credit = credit_columns()
        rows = session.execute(
            select(Account, credit.limit_minor.label("limit"), credit.currency.label("stated"),
                   credit.own_minor.label("own")).select_from(credit.joined).where(Account.id.in_(accounts))).all()
        assert len(rows) == len(accounts)
        for row in rows:
            pure = None if row.limit is None else limit_in_own_currency(
                session, account=row.Account, limit=Money(row.limit, row.stated))
            assert row.own == (None if pure is None else pure.amount_minor), row.Account.code


def _insert(session: Session, provider: int, code: str, currency: str, profile: int, start: date) -> int:
    """An account that no rule stopped: of a currency without rates too."""
    made = create_accounts(session, provider_id=provider, accounts=[
        NewAccount(code=f"base-{code}", name=code, start_date=start, profile_id=profile)])[0]
    values = {c.name: getattr(session.get_one(Account, made), c.name) for c in Account.__table__.columns}
    found: int = session.execute(insert(Account.__table__).values(
        values | {"id": made + 10_000, "code": code, "currency": currency})
        .returning(Account.__table__.c.id)).scalar_one()
    return found


@few_examples(20)
@given(amount=st.integers(0, 10**15 - 1), factors=st.lists(st.integers(1, 10**15 - 1), min_size=6, max_size=6),
       rounding=st.sampled_from(list(Rounding)))
def test_a_statement_reckons_as_the_rule_does(
    database: Database, amount: int, factors: list[int], rounding: Rounding,
) -> None:
    one, two, three, *under = factors
    with scratch(database) as session:
        columns = [literal(figure) for figure in (amount, one, two, three, *under)]
        found = session.scalar(select(exact_ratio(
            columns[0], (columns[1], columns[2], columns[3]), (columns[4], columns[5], columns[6]),
            literal(rounding.value))))
        assert found == ratio_of(amount, one, two, three, under[0], under[1], under[2], rounding.value)
