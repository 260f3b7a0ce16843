"""Random histories of two accounts, entered in the program and on paper at once."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from app.models.ledger.entries import FinancialTransaction
from app.models.values import PeriodFrequency, Tier, TransactionKind
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attribute
from app.services.clock import FixedClock
from app.services.documents.cancelling import cancel_document, transfer_payment
from app.services.documents.disputing import Favour, settle_disputes
from app.services.documents.drafting import NewDocument, create_draft, draft_values, edit_draft, reject_draft
from app.services.documents.posting import post_document, post_draft
from app.services.documents.types import TypeValues, set_transaction_type
from app.services.documents.writing_off import clear_write_off, standing_write_off, write_off_account
from app.services.errors import RefusedByRule
from app.services.ledger.allocating import allocate_what_came_due
from app.services.ledger.disputes import adjust_dispute, end_dispute, raise_dispute
from app.services.periods.closing import close_period
from app.services.periods.errors import check_period
from app.services.periods.queries import open_period_of, opening_balances
from app.services.periods.settings import set_periods
from tests.factories.books import Book
from tests.services.documents.naive import NaiveLedger

FIRST = date(2025, 1, 1)
MOST_DAYS = 100
INVOICE, PAYMENT, CREDIT_NOTE, REFUND = (TransactionKind.INVOICE, TransactionKind.PAYMENT,
                                         TransactionKind.CREDIT_NOTE, TransactionKind.REFUND)

_amount, _place = st.integers(1, 300), st.integers(0, 4)
_back = st.sampled_from([0, 0, 0, 1, 5, 20])
"""Most is entered on its day, some late."""
_ENTRIES: tuple[st.SearchStrategy[tuple[Any, ...]], ...] = (
    st.tuples(st.just("invoice"), _amount, st.sampled_from([0, 7, 14, 30]), _back),
    st.tuples(st.just("invoice"), _amount, st.sampled_from([0, 7, 14, 30]), _back),
    st.tuples(st.just("debit_note"), _amount, _back),
    st.tuples(st.just("payment"), _amount, st.lists(_place, max_size=2, unique=True), _back),
    st.tuples(st.just("payment"), _amount, st.lists(_place, max_size=2, unique=True), _back),
    st.tuples(st.just("chosen"), _amount, _place, st.integers(1, 150), _back),
    st.tuples(st.just("credit_note"), _amount, _place, _back),
    st.tuples(st.just("refund"), st.integers(1, 100), _back),
    st.tuples(st.just("draft"), st.sampled_from([INVOICE, PAYMENT]), _amount),
    st.tuples(st.just("post_draft"), _place, _back),
    st.tuples(st.just("reject_draft"), _place),
    st.tuples(st.just("cancel_invoice"), _place),
    st.tuples(st.just("cancel_payment"), _place),
    st.tuples(st.just("transfer"), _place),
    st.tuples(st.just("dispute"), _place, _amount, _back, st.sampled_from([None, None, 1, 10])),
    st.tuples(st.just("adjust"), _place, _amount, st.sampled_from([0, 0, 3])),
    st.tuples(st.just("end"), _place, st.sampled_from([-5, -1, 0, 0, 1, 10])),
    st.tuples(st.just("settle"), _place, st.booleans(), st.sampled_from([0, 0, 0, 5])),
    st.tuples(st.just("write_off"), _back),
    st.tuples(st.just("clear_write_off")),
    st.tuples(st.just("close")),
)
_entry = st.one_of(*_ENTRIES)


def histories(size: int) -> st.SearchStrategy[list[tuple[int, int, tuple[Any, ...]]]]:
    """Days since the entry before, the account, and what is entered."""
    return st.lists(st.tuples(st.integers(0, 9), st.integers(0, 1), _entry), min_size=1, max_size=size)


@dataclass
class Side:
    """One account in the program and on paper."""

    session: Session
    account: int
    paper: NaiveLedger = field(default_factory=NaiveLedger)
    debits: list[int] = field(default_factory=list)
    credits: list[int] = field(default_factory=list)
    """Ids in the order of the paper."""
    drafts: list[int] = field(default_factory=list)
    disputes: list[tuple[int, int, int]] = field(default_factory=list)
    """Id, the place of the invoice, and which one of it on paper."""

    def post(self, kind: TransactionKind, amount: int, on: date, **more: Any) -> int:
        """Every third document is a draft first."""
        document = NewDocument(account_id=self.account, kind=kind, amount_minor=amount, on=on, **more)
        if amount % 3:
            return post_document(self.session, document=document).id
        draft = create_draft(self.session, document=document).id
        return post_draft(self.session, draft_id=draft, seen=draft_values(self.session, draft_id=draft), on=on).id

    def standing_invoice(self, place: int) -> int | None:
        """The place of an invoice that is neither cancelled nor written off."""
        found = [n for n, d in enumerate(self.paper.debits) if d.is_invoice and not d.is_gone]
        return found[place % len(found)] if found else None

    def standing_payment(self, place: int) -> int | None:
        found = [n for n, c in enumerate(self.paper.credits) if c.is_payment and not c.is_gone]
        return found[place % len(found)] if found else None

    def find_new_rows(self) -> None:
        """Rows that the program wrote by itself, in the order in which the paper has them."""
        known = {*self.debits, *self.credits}
        kinds = {TransactionKind.INVOICE_CANCELLATION: self.credits, TransactionKind.PAYMENT_CANCELLATION: self.debits,
                 TransactionKind.WRITE_OFF: self.credits, CREDIT_NOTE: self.credits, PAYMENT: self.credits}
        for row in self.session.query(FinancialTransaction).filter_by(
                account_id=self.account, state="posted").order_by(FinancialTransaction.id):
            if row.id not in known:
                kinds[TransactionKind(row.kind)].append(row.id)


@dataclass(frozen=True)
class Moment:
    """What one could know at an instant."""

    at: datetime
    day: int
    papers: tuple[NaiveLedger, ...]


class Play:
    """Enters a history on both sides."""

    def __init__(self, session: Session, clock: FixedClock) -> None:
        self.session, self.clock, self.day = session, clock, 0
        self.open_from = 0
        self.moments: list[Moment] = []
        self.clock.moment = datetime(2025, 1, 1, 8, tzinfo=UTC)
        self.tick()
        book = Book(session)
        self.provider = book.provider("HT")
        self.sides = [Side(session, book.account(self.provider, code)) for code in ("A1", "A2")]
        set_transaction_type(session, provider_id=self.provider, code="DN", seen=None,
                             values=TypeValues(kind=INVOICE, name="Debit note"))
        set_periods(session, provider_id=self.provider, frequency=PeriodFrequency.MONTHLY, first_on=FIRST)

    def tick(self) -> None:
        """What comes next is a unit of work of its own."""
        self.clock.moment += timedelta(seconds=5)
        self.session.info.pop("recorded_at", None)

    def next_day(self) -> None:
        """A new day; the round of its morning looks for disputes that ended."""
        self.day += 1
        self.clock.moment = datetime(2025, 1, 1, 8, tzinfo=UTC) + timedelta(days=self.day)
        self.tick()
        allocate_what_came_due(self.session, provider_id=self.provider, on=self.date())
        for side in self.sides:
            side.paper.settle(self.day)

    def date(self, day: int | None = None) -> date:
        return FIRST + timedelta(days=self.day if day is None else day)

    def run(self, history: list[tuple[int, int, tuple[Any, ...]]]) -> None:
        for days, which, (what, *values) in history:
            for _ in range(days):
                if self.day < MOST_DAYS:
                    self.next_day()
            self.tick()
            getattr(self, what)(self.sides[which], *values)
            self.moments.append(Moment(self.clock.moment, self.day, tuple(deepcopy(s.paper) for s in self.sides)))

    def refused(self, entry: Callable[[], Any]) -> bool:
        """Whether the program refuses an entry; then it left nothing behind."""
        savepoint = self.session.begin_nested()
        try:
            entry()
        except RefusedByRule:
            savepoint.rollback()
            return True
        savepoint.commit()
        return False

    def dated(self, back: int) -> int:
        """A day that was; of a closed period, the first that is open."""
        return max(self.open_from, self.day - back)

    # ---- documents

    def invoice(self, side: Side, amount: int, terms: int, back: int, **more: Any) -> None:
        stored = stored_values(self.session, Tier.ACCOUNT, side.account)
        set_attribute(self.session, tier=Tier.ACCOUNT, owner_id=side.account, key="trading_due_days", value=terms,
                      seen=stored)
        day = self.dated(back)
        if standing_write_off(self.session, account_id=side.account) is not None:
            assert self.refused(lambda: side.post(INVOICE, amount, self.date(day), **more))
            clear_write_off(self.session, account_id=side.account)
        side.debits.append(side.post(INVOICE, amount, self.date(day), **more))
        due = self.session.get_one(FinancialTransaction, side.debits[-1]).due_on
        assert due is not None
        if day == self.day:
            assert due == self.date(day + terms)
        side.paper.invoice(amount, day, (due - FIRST).days, self.day)

    def debit_note(self, side: Side, amount: int, back: int) -> None:
        self.invoice(side, amount, 7, back, type="DN")

    def payment(self, side: Side, amount: int, places: list[int], back: int) -> None:
        found = {place for each in places if (place := side.standing_invoice(each)) is not None}
        self._credit(side, PAYMENT, amount, dict.fromkeys(found), back)

    def chosen(self, side: Side, amount: int, place: int, most: int, back: int) -> None:
        found = side.standing_invoice(place)
        if found is not None:
            limit = min(most, amount, side.paper.debits[found].amount)
            self._credit(side, PAYMENT, amount, {found: limit}, back, is_chosen=True)

    def credit_note(self, side: Side, amount: int, place: int, back: int) -> None:
        found = side.standing_invoice(place)
        self._credit(side, CREDIT_NOTE, amount, {} if found is None else {found: None}, back)

    def _credit(
        self, side: Side, kind: TransactionKind, amount: int, named: dict[int, int | None], back: int, *,
        is_chosen: bool = False,
    ) -> None:
        day = self.dated(back)
        side.credits.append(side.post(kind, amount, self.date(day), is_chosen=is_chosen,
                                      targets={side.debits[place]: most for place, most in named.items()}))
        side.paper.credit(amount, day, self.day, named, is_chosen=is_chosen, is_payment=kind is PAYMENT)

    def refund(self, side: Side, amount: int, back: int) -> None:
        day = self.dated(back)
        most = min(amount, -side.paper.balance(day), -side.paper.balance(MOST_DAYS))
        if most > 0:
            side.debits.append(side.post(REFUND, most, self.date(day)))
            side.paper.refund(most, day, self.day)
        elif day >= self.open_from:
            assert self.refused(lambda: side.post(REFUND, amount, self.date(day)))

    def draft(self, side: Side, kind: TransactionKind, amount: int) -> None:
        side.drafts.append(create_draft(self.session, document=NewDocument(
            account_id=side.account, kind=kind, amount_minor=amount, on=self.date())).id)

    def post_draft(self, side: Side, place: int, back: int) -> None:
        if not side.drafts:
            return
        draft, day = side.drafts.pop(place % len(side.drafts)), self.dated(back)
        values = draft_values(self.session, draft_id=draft)
        if back:
            wanted = {"amount_minor": values["amount_minor"] + back, "on": self.date()}
            edit_draft(self.session, draft_id=draft, values=wanted, seen=values)
            values = draft_values(self.session, draft_id=draft)
        if standing_write_off(self.session, account_id=side.account) is not None:
            clear_write_off(self.session, account_id=side.account)
        post_draft(self.session, draft_id=draft, seen=values, on=self.date(day))
        row = self.session.get_one(FinancialTransaction, draft, populate_existing=True)
        if row.due_on is None:
            side.credits.append(draft)
            side.paper.credit(values["amount_minor"], day, self.day)
        else:
            side.debits.append(draft)
            side.paper.invoice(values["amount_minor"], day, (row.due_on - FIRST).days, self.day)

    def reject_draft(self, side: Side, place: int) -> None:
        if side.drafts:
            reject_draft(self.session, draft_id=side.drafts.pop(place % len(side.drafts)), reason="Not wanted")

    # ---- corrections

    def cancel_invoice(self, side: Side, place: int) -> None:
        found = side.standing_invoice(place)
        if found is not None:
            side.credits.append(cancel_document(self.session, document_id=side.debits[found]).id)
            side.paper.cancel_invoice(found, self.day)
            side.disputes = [each for each in side.disputes if each[1] != found]
            assert self.refused(lambda: cancel_document(self.session, document_id=side.debits[found]))

    def cancel_payment(self, side: Side, place: int) -> None:
        found = side.standing_payment(place)
        if found is not None:
            side.debits.append(cancel_document(self.session, document_id=side.credits[found]).id)
            side.paper.cancel_payment(found, self.day)

    def transfer(self, side: Side, place: int) -> None:
        found = side.standing_payment(place)
        other = next(each for each in self.sides if each is not side)
        if found is not None:
            other.credits.append(transfer_payment(self.session, payment_id=side.credits[found],
                                                  to_account_id=other.account).id)
            side.find_new_rows()
            side.paper.cancel_payment(found, self.day)
            other.paper.credit(side.paper.credits[found].amount, self.day, self.day)

    def write_off(self, side: Side, back: int) -> None:
        paper, day = deepcopy(side.paper), self.dated(back)
        total = paper.write_off(day, self.day)
        is_whole = all(paper.left_of_debit(place, MOST_DAYS) == 0 for place in range(len(paper.debits)))
        is_possible = total > 0 and is_whole and not any(
            side.paper.left_of_debit(place, MOST_DAYS) and row.day > day for place, row in enumerate(side.paper.debits))
        assert self.refused(lambda: write_off_account(self.session, account_id=side.account, on=self.date(day))
                            ) is not is_possible
        if is_possible:
            side.find_new_rows()
            side.paper, gone = paper, {place for place, row in enumerate(paper.debits) if row.is_gone}
            side.disputes = [each for each in side.disputes if each[1] not in gone]
            mark = standing_write_off(self.session, account_id=side.account)
            assert mark is not None
            assert (mark.amount_minor, mark.effective_on) == (total, self.date(day))

    def clear_write_off(self, side: Side) -> None:
        is_marked = standing_write_off(self.session, account_id=side.account) is not None
        assert self.refused(lambda: clear_write_off(self.session, account_id=side.account)) is not is_marked

    # ---- disputes

    def dispute(self, side: Side, place: int, amount: int, back: int, until: int | None) -> None:
        found = side.standing_invoice(place)
        if found is None:
            return
        row, made = side.paper.debits[found], []
        day = max(row.day, self.day - back)
        end = None if until is None else self.day + until
        refused = self.refused(lambda: made.append(raise_dispute(
            self.session, invoice_id=side.debits[found], amount_minor=amount, on=self.date(day),
            until=None if end is None else self.date(end)).id))
        most = max(side.paper.disputed(found, each) for each in (day, *(d for d, _, _ in row.disputes if d > day))
                   if end is None or each < end)
        assert refused is (amount > row.amount - most), (amount, row, most)
        if not refused:
            side.disputes.append((made[0], found, side.paper.dispute(found, day, amount, end)))

    def adjust(self, side: Side, place: int, amount: int, back: int) -> None:
        if not side.disputes:
            return
        dispute, found, which = side.disputes[place % len(side.disputes)]
        row, day = side.paper.debits[found], self.day - back
        mine = [(since, delta) for since, delta, each in row.disputes if each == which]
        now, last = sum(delta for _, delta in mine), max(since for since, _ in mine)
        others = max(side.paper.disputed(found, each) - sum(delta for since, delta in mine if since <= each)
                     for each in (day, *(since for since, _, _ in row.disputes if since > day)))
        refused = self.refused(lambda: adjust_dispute(
            self.session, dispute_id=dispute, amount_minor=amount, on=self.date(day), seen=now))
        assert refused is (now == 0 or (amount != now and (day < last or amount > row.amount - others)))
        if not refused:
            row.disputes.append((day, amount - now, which))
            side.paper.settle(self.day)

    def end(self, side: Side, place: int, days: int) -> None:
        if not side.disputes:
            return
        dispute, found, which = side.disputes[place % len(side.disputes)]
        row, day = side.paper.debits[found], self.day + days
        mine = [(since, delta) for since, delta, each in row.disputes if each == which]
        refused = self.refused(lambda: end_dispute(self.session, dispute_id=dispute, on=self.date(day)))
        assert refused is (sum(delta for _, delta in mine) == 0 or day < mine[0][0])
        if not refused:
            side.paper.end_dispute(found, which, day)
            side.paper.settle(self.day)

    def settle(self, side: Side, place: int, for_customer: bool, ahead: int) -> None:
        found = side.standing_invoice(place)
        if found is None:
            return
        day = self.day if for_customer else self.day + ahead
        paper = deepcopy(side.paper)
        amount = paper.settle_dispute(found, day, self.day, for_customer=for_customer)
        refused = self.refused(lambda: settle_disputes(
            self.session, invoice_id=side.debits[found], on=self.date(day),
            favour=Favour.CUSTOMER if for_customer else Favour.PROVIDER))
        assert refused is (amount == 0)
        if not refused:
            side.paper = paper
            side.find_new_rows()

    # ---- periods

    def close(self, side: Side) -> None:
        period = open_period_of(self.session, self.provider)
        last = (period.ends_on - FIRST).days
        if last >= self.day:
            return
        before = [s.paper.balance(MOST_DAYS) for s in self.sides]
        checked = check_period(self.session, provider_id=self.provider)
        assert checked.errors == ()
        close_period(self.session, provider_id=self.provider, checked=checked)
        self.open_from = last + 1
        number = open_period_of(self.session, self.provider).number
        for each, balance in zip(self.sides, before, strict=True):
            assert opening_balances(self.session, account_id=each.account)[number] == each.paper.balance(last)
            assert each.paper.balance(MOST_DAYS) == balance
        with pytest.raises(RefusedByRule):
            side.post(PAYMENT, 1, self.date(last))
