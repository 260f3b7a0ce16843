"""The set-based judgement against the pure rule, on random books, both databases and several dates."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.models.ledger.entries import Allocation, DisputeEntry, FinancialTransaction
from app.models.ledger.plans import (
    PaymentPlan,
    PaymentPlanInstalment,
    PaymentPlanInvoice,
    PaymentPlanSettlement,
)
from app.models.parties.account import Account
from app.models.parties.service import Service, ServiceChange, ServiceRestriction
from app.models.rules.suspension_decision import Rules, decide, exclusion_names
from app.models.suspension.hold import Hold
from app.models.suspension.promise import PromiseToPay
from app.models.values import HoldKind, Lifecycle, ScanOutcome, ServiceState
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database, recorded_now
from app.services.rules.rule_sets import rules_in_force
from app.services.status.stored import refresh_status
from app.services.suspension.judgement import account_range, judged_rows, scope_for
from tests.services.suspension.plain_facts import RawBook, facts_of, read_raw
from tests.support.scan_books import Book

TODAY = date(2025, 7, 2)
DATES = (date(2025, 5, 20), date(2025, 6, 16), date(2025, 6, 30), TODAY, date(2025, 7, 3), date(2025, 8, 1))
AMOUNTS = (1, 999, 1000, 1001, 2500, 4999, 5000, 5001, 6600, 10_000)


class Dice:
    """Chances of one example."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def amount(self) -> int:
        return self.random.choice(AMOUNTS)

    def day(self, first: date = date(2025, 5, 1), last: date = date(2025, 7, 10)) -> date:
        return first + timedelta(days=self.random.randint(0, max(0, (last - first).days)))

    def instant(self, day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=self.random.randint(-600, 800))


class RandomBook(Book):
    """A provider with a handful of accounts whose histories no command would have made in this order."""

    def __init__(self, database: Database, clock: FixedClock, code: str, dice: Dice) -> None:
        super().__init__(database, clock, code=code)
        self.dice = dice
        self.groups = [self.group(f"G{n}") for n in range(3)]
        self.excluded = set(dice.random.sample(self.groups, dice.random.randint(0, 2)))
        self.rules(x=dice.random.choice((1001, 5000)), y=dice.random.choice((0, 14)), k=dice.random.choice((0, 1000)),
                   wait=dice.random.choice((0, 3, 10)), excluded=sorted(self.excluded))
        self.has_rates = dice.chance(0.5)
        if self.has_rates:
            self.rate("JPY", "0.0101", since="2025-06-01", until="2025-07-02")
            self.rate("KWD", "4.9", since="2020-01-01")
        for n in range(6):
            self._account(f"C{n}")
        with self.database.write() as session:
            self._changes_of_services(session)

    def _account(self, code: str) -> None:
        dice = self.dice
        lifecycle = Lifecycle.ACTIVE if dice.chance(0.85) else dice.random.choice(list(Lifecycle))
        self.account(
            code, services=dice.random.choice((0, 1, 1, 2, 3)), lifecycle=lifecycle, omitted=dice.chance(0.12),
            ombudsman=dice.chance(0.12), groups=[g for g in self.groups if dice.chance(0.15)],
            start="2025-06-20" if dice.chance(0.05) else None,
            currency=dice.random.choice(("AUD", "JPY", "KWD")) if self.has_rates else "")
        invoices = [self._invoice(code) for _ in range(dice.random.choice((0, 1, 1, 2, 3)))]
        for invoice in invoices:
            if dice.chance(0.35):
                self._disputes(invoice)
        self._credits(code)
        with self.database.write() as session:
            self._allocations(session, self.accounts[code])
            for invoice in invoices:
                if dice.chance(0.3):
                    self._plan(session, invoice)
            if dice.chance(0.4):
                self._promise(session, self.accounts[code])
            self._services(session, self.accounts[code])
            self._holds(session, self.accounts[code])

    def _invoice(self, code: str) -> int:
        due = self.dice.day()
        issued = due - timedelta(days=self.dice.random.randint(0, 20))
        return self.invoice(code, self.dice.amount(), due=due.isoformat(), issued=issued.isoformat())

    def _disputes(self, invoice_id: int) -> None:
        """Raised, perhaps adjusted and ended; its entries never leave nothing … the whole invoice."""
        dice = self.dice
        with self.database.read() as session:
            amount = session.get_one(FinancialTransaction, invoice_id).amount_minor
        first = dice.random.choice((amount, max(1, amount - 1000), max(1, amount // 2)))
        begun = dice.day()
        id_ = self.dispute(invoice_id, first, on=begun.isoformat())
        taken_back = 0
        if dice.chance(0.4):
            taken_back = dice.random.randint(0, first)
            with self.database.write() as session:
                self._entry(session, invoice_id, id_, "adjusted", -taken_back, dice.day(begun))
        if dice.chance(0.4) and taken_back < first:
            self.end_dispute(id_, on=dice.day(begun).isoformat())

    def _entry(self, session: Session, invoice_id: int, dispute_id: int, kind: str, delta: int, on: date) -> None:
        owner = session.get_one(FinancialTransaction, invoice_id)
        session.add(DisputeEntry(
            provider_id=self.provider_id, dispute_id=dispute_id, invoice_id=invoice_id, account_id=owner.account_id,
            kind=kind, delta_minor=delta, effective_on=on, recorded_at=recorded_now(session), actor="test"))

    def _credits(self, code: str) -> None:
        """Payments and credit notes, posted and pending, and a refund, which is owed but no invoice."""
        kinds = ("payment", "payment", "payment", "credit_note", "write_off", "refund", "draft credit_note")
        with self.database.write() as session:
            for kind in self.dice.random.sample(kinds, self.dice.random.choice((0, 1, 2, 3))):
                amount, on = self.dice.amount(), self.dice.day()
                session.add(FinancialTransaction(
                    provider_id=self.provider_id, account_id=self.accounts[code], kind=kind.removeprefix("draft "),
                    state="draft" if kind.startswith("draft") else "posted", number=f"X-{next(self._numbers):06d}",
                    currency=self.currencies[code], amount_minor=amount, net_minor=amount, tax_minor=0, issued_on=on,
                    effective_on=on, recorded_at=recorded_now(session), posted_by="test"))

    def _allocations(self, session: Session, account_id: int) -> None:
        """Parts of credits against parts of debits, some taken back."""
        dice, debits, credits = self.dice, ("invoice", "refund"), ("payment", "credit_note", "write_off")
        rows = list(session.query(FinancialTransaction).filter_by(account_id=account_id, state="posted"))
        left = {t.id: t.amount_minor for t in rows}
        since = {t.id: t.effective_on for t in rows}
        for credit in [t for t in rows if t.kind in credits]:
            for debit in [t for t in rows if t.kind in debits]:
                most = min(left[credit.id], left[debit.id])
                if most == 0 or dice.chance(0.4):
                    continue
                first = max(since[credit.id], since[debit.id])
                amount, on = dice.random.choice((most, max(1, most // 2))), dice.day(first, date(2025, 7, 20))
                a = self._allocate(session, credit, debit, amount, on)
                if dice.chance(0.2):
                    back = dice.day(on, date(2025, 7, 25))
                    self._allocate(session, credit, debit, -amount, back, reverses=a)
                    since[credit.id] = since[debit.id] = back  # free again from that day on
                else:
                    left[credit.id] -= amount
                    left[debit.id] -= amount

    def _allocate(
        self, session: Session, credit: Any, debit: Any, amount: int, on: date, reverses: int | None = None
    ) -> int:
        a = Allocation(
            provider_id=self.provider_id, account_id=credit.account_id, credit_id=credit.id, debit_id=debit.id,
            amount_minor=amount, kind="fifo", effective_on=on, recorded_at=recorded_now(session),
            reverses_id=reverses)
        session.add(a)
        session.flush()
        return a.id

    def _plan(self, session: Session, invoice_id: int) -> None:
        """A part of an invoice in one instalment, of which something came in, and which may have ended."""
        dice, invoice = self.dice, session.get_one(FinancialTransaction, invoice_id)
        covered = invoice.amount_minor if dice.chance(0.5) else dice.random.randint(1, invoice.amount_minor)
        since = dice.day()
        ended = dice.day(since) if dice.chance(0.3) else None
        plan = PaymentPlan(
            provider_id=self.provider_id, account_id=invoice.account_id, currency=self.currency, effective_on=since,
            recorded_at=recorded_now(session), recorded_by="test", frequency="monthly",
            state="in_progress" if ended is None else "cancelled", ended_on=ended,
            ended_recorded_at=None if ended is None else recorded_now(session))
        session.add(plan)
        session.flush()
        session.add_all([
            PaymentPlanInvoice(plan_id=plan.id, invoice_id=invoice_id, covered_minor=covered),
            PaymentPlanInstalment(plan_id=plan.id, position=1, due_on=since, amount_minor=covered)])
        session.flush()
        rows = session.query(Allocation).filter_by(debit_id=invoice_id)
        taken_back = {a.reverses_id for a in rows}
        for allocation in rows:
            if allocation.reverses_id is None and allocation.id not in taken_back and (
                    allocation.amount_minor <= covered):
                covered -= allocation.amount_minor
                session.add(PaymentPlanSettlement(allocation_id=allocation.id, plan_id=plan.id, position=1))
        session.flush()

    def _promise(self, session: Session, account_id: int) -> None:
        dice, since = self.dice, self.dice.day()
        pay_by = since + timedelta(days=dice.random.choice((0, 3, 14, 60)))
        state = dice.random.choice(("open", "open", "kept", "broken", "withdrawn"))
        ended = {"open": None, "withdrawn": dice.day(since, pay_by)}.get(state, pay_by + timedelta(days=1))
        session.add(PromiseToPay(
            provider_id=self.provider_id, account_id=account_id, amount_minor=dice.amount(), currency=self.currency,
            pay_by=pay_by, effective_on=since, recorded_at=recorded_now(session), recorded_by="test", state=state,
            ended_on=ended, ended_recorded_at=None if ended is None else recorded_now(session)))
        session.flush()

    def _services(self, session: Session, account_id: int) -> None:
        states = [ServiceState.ACTIVE] * 4 + list(ServiceState)
        for service in session.query(Service).filter_by(account_id=account_id):
            service.state = self.dice.random.choice(states).value

    def _changes_of_services(self, session: Session) -> None:
        """What staff changed by hand: a state, or the account, day after day."""
        dice, accounts = self.dice, list(self.accounts.values())
        for service in session.query(Service).filter_by(provider_id=self.provider_id):
            for on in sorted(dice.day(last=TODAY) for _ in range(dice.random.choice((0, 0, 1, 2)))):
                account_id = dice.random.choice(accounts) if dice.chance(0.4) else service.account_id
                session.add(ServiceChange(
                    service_id=service.id, account_id=account_id, state=dice.random.choice(list(ServiceState)).value,
                    effective_on=on, recorded_at=recorded_now(session)))
                session.flush()

    def _holds(self, session: Session, account_id: int) -> None:
        dice = self.dice
        for kind in HoldKind:
            if kind is not HoldKind.OVERDUE and dice.chance(0.06):
                placed = dice.day(last=TODAY)
                self._hold(session, account_id, kind, placed, dice.day(placed, TODAY) if dice.chance(0.5) else None)
        placed = dice.day(last=TODAY)
        for _ in range(dice.random.choice((0, 0, 1, 2))):
            lifted = dice.day(placed, TODAY) if dice.chance(0.6) else None
            hold_id = self._hold(session, account_id, HoldKind.OVERDUE, placed, lifted, by_hand=dice.chance(0.6))
            self._restrict(session, account_id, hold_id, placed, lifted)
            if lifted is None:
                break
            placed = dice.day(lifted, TODAY)
        session.flush()
        refresh_status(session, Account.id == account_id, effective_on=TODAY, reason="")

    def _hold(
        self, session: Session, account_id: int, kind: HoldKind, placed: date, lifted: date | None, *,
        by_hand: bool = False,
    ) -> int:
        values: dict[str, Any] = {} if lifted is None else {
            "lifted_on": lifted, "lifted_recorded_at": self.dice.instant(lifted), "lifted_by": "test",
            "lifted_by_hand": by_hand}
        hold = Hold(provider_id=self.provider_id, account_id=account_id, kind=kind.value, reason="test",
                    effective_on=placed, recorded_at=recorded_now(session), placed_by="test",
                    origin_id=self.provider_id if kind is HoldKind.PARENT_GROUP else None, **values)
        session.add(hold)
        session.flush()
        return hold.id

    def _restrict(
        self, session: Session, account_id: int, hold_id: int, placed: date, lifted: date | None
    ) -> None:
        active = [s.id for s in session.query(Service).filter_by(account_id=account_id, state="active")]
        for service_id in active:
            session.execute(insert(ServiceRestriction).values(
                provider_id=self.provider_id, service_id=service_id, hold_id=hold_id, previous_state="active",
                effective_on=placed, recorded_at=recorded_now(session), lifted_on=lifted,
                lifted_recorded_at=None if lifted is None else recorded_now(session)))
            if lifted is None:
                session.execute(update(Service).where(Service.id == service_id).values(state="restricted"))


def judged(book: RandomBook, as_of: date, rules: Rules, **options: Any) -> dict[int, tuple[Any, ...]]:
    with book.database.read() as session:
        scope = scope_for(session, provider_id=book.provider_id, rules=rules, as_of=as_of, **options)
        rows = judged_rows(session, scope)
    assert [j.account_id for j in rows] == sorted({j.account_id for j in rows})
    return {j.account_id: (j.facts, j.outcome, exclusion_names(j.exclusion_bits)) for j in rows}


def in_currency(rules: Rules, currency: str, on: date) -> Rules | None:
    """The figures of the rules by the rates that random books have, reckoned on paper."""
    if currency == "KWD":  # 1 KWD = 4.9 AUD, in 1,000 parts of a dinar
        x, k = (_half_up(Fraction(minor * 100, 49)) for minor in (rules.min_overdue_minor, rules.restore_at_minor))
    elif currency == "JPY":  # 1 JPY = 0.0101 AUD, without parts
        if not date(2025, 6, 1) <= on <= date(2025, 7, 2):
            return None
        x, k = (_half_up(Fraction(minor * 100, 101)) for minor in (rules.min_overdue_minor, rules.restore_at_minor))
    else:
        return rules
    return replace(rules, min_overdue_minor=x, restore_at_minor=k)


def _half_up(exact: Fraction) -> int:
    return int(exact + Fraction(1, 2))


def expected(book: RandomBook, raw: RawBook, as_of: date, rules: Rules) -> dict[int, tuple[Any, ...]]:
    found = {}
    for account in raw.accounts:
        if account["start_date"] <= as_of:
            facts = facts_of(raw, account, as_of=as_of, today=TODAY, zone=ZoneInfo("Australia/Sydney"), rules=rules,
                             excluded_groups=book.excluded)
            decision = decide(facts, in_currency(rules, account["currency"], as_of))
            found[account["id"]] = (facts, decision.outcome, exclusion_names(decision.exclusions))
    return found


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 10**6))
def test_the_statement_equals_the_rule(seed: int, database: Database, clock: FixedClock) -> None:
    clock.moment = datetime(2025, 7, 2, 3, tzinfo=UTC)
    dice = Dice(seed)
    with database.read() as session:
        code = f"P{session.query(Account).count()}"
    book = RandomBook(database, clock, code, dice)
    with database.read() as session:
        rules = rules_in_force(session, provider_id=book.provider_id, on=TODAY)
    assert rules is not None
    raw = read_raw(database, book.provider_id)
    for as_of in DATES:
        plain = expected(book, raw, as_of, rules)
        assert judged(book, as_of, rules, include_none=True) == plain, as_of
        # Without those that nothing happens to, whole and in chunks, the rest is the same.
        something = {id_: row for id_, row in plain.items() if row[1] is not ScanOutcome.NONE}
        assert judged(book, as_of, rules) == something
        assert _in_chunks(book, as_of, rules) == something


def _in_chunks(book: RandomBook, as_of: date, rules: Rules) -> dict[int, tuple[Any, ...]]:
    found: dict[int, tuple[Any, ...]] = {}
    after = 0
    while True:
        with book.database.read() as session:
            scope = scope_for(session, provider_id=book.provider_id, rules=rules, as_of=as_of, after_id=after)
            chunk = account_range(session, scope, 4)
        if chunk is None:
            return found
        found |= judged(book, as_of, rules, after_id=after, up_to_id=chunk[0])
        after = chunk[0]


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_the_books_meet_every_outcome_and_exclusion(database: Database, clock: FixedClock) -> None:
    """So that the property above says something."""
    clock.moment = datetime(2025, 7, 2, 3, tzinfo=UTC)
    outcomes: set[str] = set()
    for seed in range(12):
        book = RandomBook(database, clock, f"P{seed}", Dice(seed))
        with database.read() as session:
            rules = rules_in_force(session, provider_id=book.provider_id, on=TODAY)
        assert rules is not None
        raw = read_raw(database, book.provider_id)
        for as_of in DATES:
            for facts, outcome, exclusions in expected(book, raw, as_of, rules).values():
                outcomes |= {outcome.value, *exclusions}
                if facts.restored_by_hand_recently:
                    outcomes.add("waits")
    assert outcomes >= {"suspend", "restore", "excluded", "none", "X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8",
                        "waits"}
