"""Accounts above their limit over the books: against the check of each one alone."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.models.ledger.figures import LimitsDue
from app.models.values import CreditEvent, Tier
from app.services.attributes.writing import set_attributes
from app.services.credit.checking import check_credit
from app.services.credit.exceeded import exceeded_accounts, limit_count, limit_page
from app.services.credit.limits import LimitBook, LimitPart, LimitQuestion
from app.services.credit.overrides import OverrideDetails, create_override
from app.services.credit.ratings import set_credit_rating
from app.services.database.unit_of_work import Database
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch
from tests.support.examples import few_examples

TODAY = TEST_NOW.date()
REFUSABLE = [event for event in CreditEvent if event is not CreditEvent.BILLING_RUN_INVOICE]


def test_who_is_above_and_what_is_refused_next(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        home = book.provider("HT", name="Harbour", currency="EUR", credit_rating="B")
        other = book.provider("SB", currency="AUD", credit_limit=100)
        business = book.profile(home, "Business", credit_limit=1_000)
        set_credit_rating(session, provider_id=home, code="B", limit_minor=500, seen=None)
        ids = {code: book.account(home, code, profile=profile, **own) for code, profile, own in (
            ("OVER", None, {}), ("EDGE", None, {}), ("FIRM", business, {}), ("FREE", None, {"credit_limit": 10**9}),
            ("LOW", None, {}), ("C", None, {"credit_rating": "C", "credit_limit": 5}))}
        ids["AU"] = book.account(other, "AU")
        for code, owing in (("OVER", 501), ("EDGE", 500), ("FIRM", 1_500), ("FREE", 10**6), ("LOW", 400), ("C", 6),
                            ("AU", 101)):
            book.invoice(ids[code], owing, TODAY - timedelta(days=9), TODAY)
        book.payment(ids["LOW"], 1, TODAY)
        book.invoice(ids["EDGE"], 50, TODAY + timedelta(days=1), TODAY + timedelta(days=30))  # of tomorrow
        create_override(session, provider_id=home, details=OverrideDetails(
            name="Firms add", events=frozenset({CreditEvent.ADD_SERVICE, CreditEvent.ADD_EXPENSE}),
            ratings=frozenset({"C"})))

        def asked(**more: object) -> dict[str, int | None]:
            parts = [LimitPart.OVER, LimitPart.NEAR] if "near_percent" in more else [LimitPart.OVER]
            rows = exceeded_accounts(session, question=LimitQuestion(**more), parts=parts)  # type: ignore[arg-type]
            return {row.code: row.head_room_minor for row in rows}

        assert asked() == {"AU": -1, "FIRM": -500, "OVER": -1, "C": -1}
        assert list(asked(provider_id=home)) == ["FIRM", "OVER", "C"]
        assert asked(provider_id=home, near_percent=80) == {"FIRM": -500, "OVER": -1, "C": -1, "EDGE": 0}
        assert asked(provider_id=home, near_percent=79)["LOW"] == 101
        assert list(asked(profile="Business")) == ["FIRM"]
        assert list(asked(rating="C")) == ["C"]
        rows = {row.code: row for row in exceeded_accounts(session, question=LimitQuestion(provider_id=home))}
        assert rows["OVER"].refused_events == tuple(REFUSABLE)
        assert set(rows["OVER"].refused_events) - set(rows["C"].refused_events) == {
            CreditEvent.ADD_SERVICE, CreditEvent.ADD_EXPENSE}
        assert (rows["FIRM"].provider_name, rows["FIRM"].profile, rows["FIRM"].rating, rows["FIRM"].as_of) == (
            "Harbour", "Business", "B", TODAY)


@few_examples(8)
@given(st.data())
def test_lists_and_single_checks_agree(database: Database, data: st.DataObject) -> None:
    """Every account that the list names is one whose check of nothing is above its limit, and no other is."""
    with scratch(database) as session:
        book = Book(session)
        accounts: list[int] = []
        for place in range(2):
            home = book.provider(f"P{place}", currency="EUR")
            set_attributes(session, tier=Tier.PROVIDER, owner_id=home, seen={}, values={
                "credit_limit": data.draw(st.one_of(st.none(), st.integers(0, 300))),
                "credit_rating": data.draw(st.sampled_from([None, "A", "B"]))})
            set_credit_rating(session, provider_id=home, code="A", seen=None,
                              limit_minor=data.draw(st.one_of(st.none(), st.integers(0, 300))))
            firm = book.profile(home, "Firm", credit_limit=data.draw(st.integers(0, 300)))
            for number in range(3):
                own = data.draw(st.sampled_from([{}, {"credit_limit": 100}, {"credit_rating": "A"}]))
                profile = data.draw(st.sampled_from([None, firm]))
                account = book.account(home, f"A{place}{number}", profile=profile, **own)
                accounts.append(account)
                for amount in data.draw(st.lists(st.integers(1, 200), max_size=3)):
                    book.invoice(account, amount, date(2026, 1, 1), date(2026, 2, 1))
                if data.draw(st.booleans()):
                    book.payment(account, data.draw(st.integers(1, 200)), date(2026, 1, 5))
            create_override(session, provider_id=home, details=OverrideDetails(
                name="Some", events=frozenset(data.draw(st.sets(st.sampled_from(REFUSABLE), min_size=1))),
                ratings=frozenset(data.draw(st.sets(st.sampled_from("AB"))))))
        answers = {account: {event: check_credit(session, account_id=account, event=event, amount_minor=0, on=TODAY)
                             for event in (*REFUSABLE[:4], CreditEvent.BILLING_RUN_INVOICE)} for account in accounts}
        found = {row.id: row for row in exceeded_accounts(session, question=LimitQuestion())}
        assert set(found) == {account for account, each in answers.items()
                              if each[CreditEvent.BILLING_RUN_INVOICE].excess_minor}
        for account, row in found.items():
            refused = {event for event, answer in answers[account].items() if not answer.allowed}
            assert refused == set(row.refused_events) & set(answers[account])
        # The accounts were made after what they inherit was set, so what is kept of them is right: the same by that.
        by_ledger = _all_parts(session)
        session.execute(update(LimitsDue).values(done=LimitsDue.wanted))
        assert LimitBook(session, LimitQuestion()).is_kept
        assert _all_parts(session) == by_ledger


def _all_parts(session: Session) -> list[object]:
    """The lists of every part, with their numbers, of all currencies and of one."""
    return [(limit_page(session, question=question, part=part).rows, limit_count(session, question=question, part=part))
            for question in (LimitQuestion(), LimitQuestion(currency="EUR"))
            for part in (LimitPart.OVER, LimitPart.NEAR, LimitPart.LEFT, LimitPart.OWING)]
