"""Credit terms of one account: what a new rating, a limit or a period brings, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.models.values import CreditStanding, Lifecycle, Tier
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attributes
from app.services.credit.ratings import set_credit_rating
from app.services.credit.terms import CreditTerms, NewTerms, change_terms, credit_terms, plan_terms
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from tests.factories.books import Book, scratch

WEEK = {"trading_due_days": 14, "trading_terms_proximity": 7}
MONTHS = {"trading_due_days": 14, "trading_terms_proximity": 2, "trading_terms_proximity_unit": "months"}
RATED = {"trading_due_days": 14, "credit_rating": "B"}


@pytest.mark.parametrize(("defaults", "own", "new", "limit", "rating", "days", "codes"), [
    (RATED, {}, NewTerms(rating="AA"), 90_000, "AA", 14, []),
    (RATED, {"credit_limit": 10_000}, NewTerms(rating="AA"), 90_000, "AA", 14, ["own_limit_cleared"]),
    (RATED, {"credit_limit": 10_000}, NewTerms(rating="AA", limit_minor=1), 1, "AA", 14, []),
    (RATED, {}, NewTerms(limit_minor=0), 0, "B", 14, []),
    (WEEK, {}, NewTerms(period=5), None, None, 19, []),
    (WEEK, {}, NewTerms(period=-7, limit_minor=500), 500, None, 7, []),
    (WEEK, {"trading_due_days": 20}, NewTerms(period=1), None, None, 15, ["own_days_cleared"]),
    (WEEK, {"trading_terms_offset": 3}, NewTerms(period=0), None, None, 14, []),
    (MONTHS, {}, NewTerms(period=1), None, None, 45, []),
    ({"trading_due_days": 14}, {}, NewTerms(period=100), None, None, 114, []),
])
def test_terms_are_changed(
    database: Database, defaults: dict[str, Any], own: dict[str, Any], new: NewTerms, limit: int | None,
    rating: str | None, days: int, codes: list[str],
) -> None:
    with scratch(database) as session:
        book = Book(session)
        home = book.provider("HT", currency="EUR", **defaults)
        for code, worth in (("B", 50_000), ("AA", 90_000)):
            set_credit_rating(session, provider_id=home, code=code, limit_minor=worth, seen=None)
        account = book.account(home, "A-1", **own)
        plan = plan_terms(session, account_id=account, new=new)
        assert [note.code for note in plan.notes] == codes
        assert change_terms(session, account_id=account, new=new, seen=plan.seen).undo is not None
        found: CreditTerms = credit_terms(session, account_id=account)
        assert (found.limit_minor, found.rating) == (limit, rating)
        assert (found.due_on - found.on).days == days, found.sentence
        assert found.own_limit_minor == new.limit_minor


def test_a_limit_below_the_balance_exceeds_at_once_and_posted_documents_stay(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT", currency="EUR"), "A-1", credit_limit=50_000)
        book.invoice(account, 20_000, date(2026, 1, 1), date(2026, 1, 15))
        assert credit_terms(session, account_id=account).standing is CreditStanding.WITHIN
        change_terms(session, account_id=account, new=NewTerms(limit_minor=19_999), seen={"credit_limit": 50_000})
        assert credit_terms(session, account_id=account).standing is CreditStanding.EXCEEDED


def test_what_is_refused(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        home = book.provider("HT", currency="EUR", **WEEK)
        account = book.account(home, "A-1")
        gone = book.account(home, "A-2", lifecycle=Lifecycle.TERMINATED)
        for target, new, words in (
                (account, NewTerms(), "Nothing is to be changed"),
                (account, NewTerms(rating="D"), '"D" is no credit rating. It is one of AAA, AA, A'),
                (account, NewTerms(period=8), "A-1: own terms of 8 days more lie outside the proximity"),
                (account, NewTerms(period=-8, limit_minor=5), "8 days less"),
                (account, NewTerms(limit_minor=-1), "at 0 or more"),
                (gone, NewTerms(limit_minor=5), "A-2 is terminated, so its terms cannot be changed")):
            with pytest.raises(RefusedByRule, match=words):
                change_terms(session, account_id=target, new=new, seen={})
            assert stored_values(session, Tier.ACCOUNT, target) == {}
        set_attributes(session, tier=Tier.PROVIDER, owner_id=home, values={"trading_terms_proximity_direction": "plus"},
                       seen={})
        with pytest.raises(RefusedByRule, match="7 days longer than usual"):
            change_terms(session, account_id=account, new=NewTerms(period=-1), seen={})
