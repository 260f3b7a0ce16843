"""Random histories of two accounts against a ledger kept on paper: what an evening looked like stays so for good."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.parties.account import Account
from app.models.values import Tier, TransactionKind
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.documents.cancelling import cancel_document, transfer_payment
from app.services.documents.disputing import Favour, settle_disputes
from app.services.documents.drafting import NewDocument, create_draft, draft_values
from app.services.documents.posting import post_document, post_draft
from app.services.documents.writing_off import write_off_account
from app.services.hierarchy.accounts import WRITE_OFF_CODE
from app.services.ledger.disputes import raise_dispute
from app.services.ledger.reading import account_figures
from app.services.upkeep.check import check_database
from tests.factories.books import Book, scratch
from tests.services.documents.naive import NaiveLedger
from tests.support.examples import few_examples

FIRST = date(2025, 1, 1)
MOST_DAYS = 70
_NAMES = ("balance_minor", "outstanding_minor", "disputed_minor", "unallocated_minor", "overdue_payable_minor",
          "oldest_overdue_days", "open_invoices", "ageing_minor")

_amount, _place = st.integers(1, 300), st.integers(0, 4)
_entry = st.one_of(
    st.tuples(st.just("invoice"), _amount, st.sampled_from([0, 7, 14, 30])),
    st.tuples(st.just("invoice"), _amount, st.sampled_from([0, 7, 14, 30])),
    st.tuples(st.just("payment"), _amount, st.lists(_place, max_size=2, unique=True)),
    st.tuples(st.just("chosen"), _amount, _place, st.integers(1, 150)),
    st.tuples(st.just("credit_note"), _amount, _place),
    st.tuples(st.just("refund"), st.integers(1, 100)),
    st.tuples(st.just("cancel_invoice"), _place),
    st.tuples(st.just("cancel_payment"), _place),
    st.tuples(st.just("transfer"), _place),
    st.tuples(st.just("dispute"), _place, _amount),
    st.tuples(st.just("settle"), _place, st.booleans()),
    st.tuples(st.just("write_off")),
)
_history = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1), _entry), min_size=1, max_size=24)
"""Days since the entry before, the account, and what is entered."""


@dataclass
class Side:
    """One account in the program and on paper."""

    session: Session
    account: int
    paper: NaiveLedger = field(default_factory=NaiveLedger)
    debits: list[int] = field(default_factory=list)
    credits: list[int] = field(default_factory=list)
    """Ids in the order of the paper."""

    def post(self, kind: TransactionKind, amount: int, on: date, **more: Any) -> int:
        """Every third document is a draft first."""
        document = NewDocument(account_id=self.account, kind=kind, amount_minor=amount, on=on, **more)
        if amount % 3:
            return post_document(self.session, document=document).id
        draft = create_draft(self.session, document=document).id
        return post_draft(self.session, draft_id=draft, seen=draft_values(self.session, draft_id=draft)).id

    def standing_invoice(self, place: int) -> int | None:
        """The place of an invoice that is neither cancelled nor written off."""
        found = [n for n, d in enumerate(self.paper.debits) if d.is_invoice and not d.is_gone]
        return found[place % len(found)] if found else None

    def standing_payment(self, place: int) -> int | None:
        found = [n for n, c in enumerate(self.paper.credits) if c.is_payment and not c.is_gone]
        return found[place % len(found)] if found else None


class Play:
    """Enters a history on both sides."""

    def __init__(self, session: Session, clock: FixedClock) -> None:
        self.session, self.clock, self.day = session, clock, 0
        book = Book(session)
        self.set_day(0)
        self.provider = book.provider("HT")
        self.sides = [Side(session, book.account(self.provider, code)) for code in ("A1", "A2")]

    def set_day(self, day: int) -> None:
        self.day = day
        self.clock.moment = datetime(2025, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)
        self.session.info.pop("recorded_at", None)

    @property
    def today(self) -> date:
        return FIRST + timedelta(days=self.day)

    def run(self, history: list[tuple[int, int, tuple[Any, ...]]]) -> None:
        for days, which, (what, *values) in history:
            for _ in range(days):
                if self.day >= MOST_DAYS:
                    break
                self.photograph()
                self.set_day(self.day + 1)
            getattr(self, what)(self.sides[which], *values)
        self.photograph()

    def photograph(self) -> None:
        for side in self.sides:
            side.paper.photograph(self.day)

    # ---- entries

    def invoice(self, side: Side, amount: int, terms: int) -> None:
        stored = stored_values(self.session, Tier.ACCOUNT, side.account)
        set_attribute(self.session, tier=Tier.ACCOUNT, owner_id=side.account, key="trading_due_days", value=terms,
                      seen=stored)
        side.debits.append(side.post(TransactionKind.INVOICE, amount, self.today))
        side.paper.invoice(amount, self.day, self.day + terms)

    def payment(self, side: Side, amount: int, places: list[int]) -> None:
        found = {place for each in places if (place := side.standing_invoice(each)) is not None}
        self._credit(side, TransactionKind.PAYMENT, amount, dict.fromkeys(found))

    def chosen(self, side: Side, amount: int, place: int, most: int) -> None:
        found = side.standing_invoice(place)
        if found is not None:
            limit = min(most, amount, side.paper.debits[found].amount)
            self._credit(side, TransactionKind.PAYMENT, amount, {found: limit}, is_chosen=True)

    def credit_note(self, side: Side, amount: int, place: int) -> None:
        found = side.standing_invoice(place)
        self._credit(side, TransactionKind.CREDIT_NOTE, amount, {} if found is None else {found: None})

    def _credit(
        self, side: Side, kind: TransactionKind, amount: int, named: dict[int, int | None], *, is_chosen: bool = False
    ) -> None:
        side.credits.append(side.post(kind, amount, self.today, is_chosen=is_chosen,
                                      targets={side.debits[place]: most for place, most in named.items()}))
        side.paper.credit(amount, self.day, named, is_chosen=is_chosen, is_payment=kind is TransactionKind.PAYMENT)

    def refund(self, side: Side, amount: int) -> None:
        most = min(amount, -side.paper.balance)
        if most > 0:
            side.debits.append(side.post(TransactionKind.REFUND, most, self.today))
            side.paper.refund(most, self.day)

    def cancel_invoice(self, side: Side, place: int) -> None:
        found = side.standing_invoice(place)
        if found is not None:
            cancel_document(self.session, document_id=side.debits[found])
            side.paper.cancel_invoice(found)

    def cancel_payment(self, side: Side, place: int) -> None:
        found = side.standing_payment(place)
        if found is not None:
            cancel_document(self.session, document_id=side.credits[found])
            side.paper.cancel_payment(found)

    def transfer(self, side: Side, place: int) -> None:
        found = side.standing_payment(place)
        other = next(each for each in self.sides if each is not side)
        if found is not None:
            other.credits.append(transfer_payment(self.session, payment_id=side.credits[found],
                                                  to_account_id=other.account).id)
            side.paper.cancel_payment(found)
            other.paper.credit(side.paper.credits[found].amount, self.day)

    def dispute(self, side: Side, place: int, amount: int) -> None:
        found = side.standing_invoice(place)
        most = 0 if found is None else side.paper.debits[found].amount - side.paper.debits[found].disputed
        if found is not None and most > 0:
            raise_dispute(self.session, invoice_id=side.debits[found], amount_minor=min(most, amount), on=self.today)
            side.paper.dispute(found, min(most, amount))

    def settle(self, side: Side, place: int, for_customer: bool) -> None:
        found = side.standing_invoice(place)
        if found is not None and side.paper.debits[found].disputed:
            settled = settle_disputes(self.session, invoice_id=side.debits[found],
                                      favour=Favour.CUSTOMER if for_customer else Favour.PROVIDER)
            if settled.credit_note is not None:
                side.credits.append(settled.credit_note.id)
            side.paper.end_disputes(found, self.day, for_customer=for_customer)

    def write_off(self, side: Side) -> None:
        if any(debit.left for debit in side.paper.debits):
            done = write_off_account(self.session, account_id=side.account, on=self.today)
            assert done.amount_minor == side.paper.write_off()


@few_examples(12)
@given(history=_history, days=st.lists(st.integers(0, MOST_DAYS), min_size=2, max_size=5))
def test_every_evening_stays_as_it_was(
    database: Database, clock: FixedClock, history: list[Any], days: list[int]
) -> None:
    with scratch(database) as session:
        play = Play(session, clock)
        play.run(history)
        for side in play.sides:
            for day in {*days, play.day} & side.paper.evenings.keys():
                found = account_figures(session, [side.account], FIRST + timedelta(days=day))[side.account]
                assert {name: getattr(found, name) for name in _NAMES} == side.paper.evenings[day], day
        assert check_database(session) == []
        t = FinancialTransaction
        mirrored = sum(session.scalars(select(t.amount_minor).where(t.account_id.in_(
            select(Account.id).where(Account.code == WRITE_OFF_CODE)))))
        written_off = sum(session.scalars(select(t.amount_minor).where(t.kind == TransactionKind.WRITE_OFF.value)))
        assert mirrored == written_off
