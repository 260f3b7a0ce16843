"""All credit terms of an account at once: what they would change, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.models.values import CreditStanding
from app.services.credit.own_terms import DueWay, OwnDue, OwnTerms, set_own_terms, terms_outlook, terms_sheet
from app.services.credit.ratings import set_credit_rating
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch

TODAY = TEST_NOW.date()
DAYS, OFFSET, MONTHLY = DueWay.DAYS, DueWay.OFFSET, DueWay.DAY_OF_MONTH


@pytest.mark.parametrize(("own", "terms", "limit", "rating", "days"), [
    ({}, OwnTerms(rating="AA"), 90_000, "AA", 14),
    ({"credit_limit": 7}, OwnTerms(rating="AA"), 90_000, "AA", 14),
    ({"credit_limit": 7}, OwnTerms(), 50_000, "B", 14),
    ({}, OwnTerms(limit_minor=0), 0, "B", 14),
    ({"trading_terms_offset": 3}, OwnTerms(due=OwnDue(way=DAYS, number=10)), 50_000, "B", 10),
    ({"trading_due_days": 20}, OwnTerms(due=OwnDue(way=OFFSET, number=-7)), 50_000, "B", 7),
    ({"trading_due_days": 20}, OwnTerms(), 50_000, "B", 14),
])
def test_what_terms_would_change_is_what_they_change(
    database: Database, own: dict[str, Any], terms: OwnTerms, limit: int, rating: str, days: int
) -> None:
    with scratch(database) as session:
        book = Book(session)
        home = book.provider("HT", currency="EUR", trading_due_days=14, trading_terms_proximity=7, credit_rating="B")
        for code, worth in (("B", 50_000), ("AA", 90_000)):
            set_credit_rating(session, provider_id=home, code=code, limit_minor=worth, seen=None)
        account = book.account(home, "A-1", **own)
        book.invoice(account, 60_000, date(2026, 1, 1), date(2026, 1, 15))
        sheet = terms_sheet(session, account_id=account)
        usual = sheet.usual
        assert (usual.limit_minor, usual.rating, sheet.usual_words) == (50_000, "B", "14 days after posting")
        outlook = terms_outlook(session, account_id=account, own=terms)
        assert (outlook.before, outlook.refusal) == (sheet.terms, "")
        after = outlook.after
        assert (after.limit_minor, after.rating, (after.due_on - after.on).days) == (limit, rating, days)
        assert after.standing is (CreditStanding.EXCEEDED if limit < 60_000 else CreditStanding.WITHIN)
        assert set_own_terms(session, account_id=account, own=terms, seen=sheet.terms.stored).undo is not None
        again = terms_sheet(session, account_id=account)
        assert (again.terms, again.own) == (after, terms)
        assert terms_outlook(session, account_id=account, own=terms).refusal == "Nothing is changed."


def test_a_day_of_the_month_and_what_lies_outside_the_proximity(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        home = book.provider("HT", currency="EUR", trading_due_days=14)
        account = book.account(home, "A-1")
        monthly = OwnTerms(due=OwnDue(way=MONTHLY, number=31, months=1))
        sheet = terms_sheet(session, account_id=account)
        set_own_terms(session, account_id=account, own=monthly, seen=sheet.terms.stored)
        again = terms_sheet(session, account_id=account)
        assert again.own == monthly
        assert again.terms.due_on.month == TODAY.month % 12 + 1
        strict = book.provider("SB", currency="EUR", trading_due_days=14, trading_terms_proximity=7)
        other = book.account(strict, "B-1")
        late = OwnTerms(due=OwnDue(way=DAYS, number=22))
        assert "lie outside the proximity" in terms_outlook(session, account_id=other, own=late).refusal
        with pytest.raises(RefusedByRule, match="outside the proximity"):
            set_own_terms(session, account_id=other, own=late, seen={})
