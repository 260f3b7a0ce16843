"""Kept figures against the ledger: after every step of random histories, on the days between, and behind every door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.ledger.figures import NO_LIMIT, NOT_LATE, KeptFigures, LimitsDue
from app.models.parties.service import Service
from app.models.values import PlanFrequency, Tier
from app.services.attributes.writing import set_attribute, set_attributes
from app.services.clock import FixedClock
from app.services.credit.ratings import RatingWorth, set_credit_rating
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule
from app.services.jobs import JobContext
from app.services.ledger.disputes import end_dispute
from app.services.ledger.keeping import EPOCH, keep_figures, keep_service_counts, standing_of_figures
from app.services.ledger.plans import CoveredPart, cancel_plan, create_plan
from app.services.ledger.reading import account_figures
from app.services.ledger.turning import turn_figures
from app.services.profiles.moves import Members, move_members, newest_move
from app.services.providers.business_day import business_day
from app.services.upkeep.check import check_database
from app.services.upkeep.kept_figures import reckon_figures
from tests.factories.books import Book, scratch
from tests.support.examples import few_examples

FIRST = date(2026, 3, 2)


@dataclass(frozen=True)
class Step:
    """What is entered on a day, counted from FIRST; `ahead` is how many days later it is dated."""

    day: int
    what: str
    amount: int
    ahead: int
    terms: int
    account: int


steps = st.lists(st.builds(
    Step, day=st.integers(0, 40), what=st.sampled_from(
        ["invoice", "invoice", "payment", "dispute", "end", "plan", "cancel", "allocate"]),
    amount=st.integers(1, 400), ahead=st.sampled_from([0, 0, 0, -5, 1, 4]), terms=st.sampled_from([0, 3, 14]),
    account=st.integers(0, 1)), max_size=14)


def instant(day: int) -> datetime:
    return datetime.combine(FIRST + timedelta(days=day), time(9), UTC)


class _History:
    """Enters steps, each on its own day, and remembers what later ones refer to."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.book = Book(session)
        self.provider = self.book.provider("HT")
        self.accounts = [self.book.account(self.provider, code) for code in ("A", "B")]
        self._invoices: list[tuple[int, int]] = []
        self._disputes: list[int] = []
        self._plans: list[int] = []

    def go_to(self, day: int) -> date:
        self.session.info["recorded_at"] = instant(day)
        return FIRST + timedelta(days=day)

    def enter(self, step: Step) -> None:
        on = self.go_to(step.day) + timedelta(days=step.ahead)
        account = self.accounts[step.account]
        invoice = next((i for i, of in reversed(self._invoices) if of == account), None)
        try:
            with self.session.begin_nested():
                self._enter(step, account, on, invoice)
        except RefusedByRule:
            pass  # a step that the books do not allow; figures are compared all the same

    def _enter(self, step: Step, account: int, on: date, invoice: int | None) -> None:
        match step.what:
            case "invoice":
                made = self.book.invoice(account, step.amount, on, on + timedelta(days=step.terms))
                self._invoices.append((made, account))
            case "payment":
                self.book.payment(account, step.amount, on)
            case "allocate":
                self.book.allocate(account)
            case "dispute" if invoice is not None:
                until = on + timedelta(days=step.terms) if step.terms else None
                self._disputes.append(self.book.dispute(invoice, step.amount, on, until))
            case "end" if self._disputes:
                end_dispute(self.session, dispute_id=self._disputes.pop(), on=on)
            case "plan" if invoice is not None:
                self._plans.append(create_plan(
                    self.session, account_id=account, parts=[CoveredPart(invoice_id=invoice, covered_minor=1)],
                    first_on=self.go_to(step.day), frequency=PlanFrequency.WEEKLY, count=1).id)
            case "cancel" if self._plans:
                cancel_plan(self.session, plan_id=self._plans.pop(), reason="Changed their mind")

    def compare(self) -> None:
        """What is kept, where it says to be right, against the ledger as of that very day and the days until it turns.
        """
        today = business_day(self.session, self.provider)
        rows = {row.account_id: row for row in self.session.execute(select(*KeptFigures.__table__.c).where(
            KeptFigures.account_id.in_(self.accounts)))}
        assert rows.keys() == set(self.accounts)
        for later in (0, 1, 2, 5, 15, 60):
            as_of = today + timedelta(days=later)
            right = account_figures(self.session, self.accounts, as_of)
            stale = False
            for account_id, row in rows.items():
                if not row.kept_on <= as_of < row.turns_on:
                    stale = True
                    continue
                figures = right[account_id]
                days = 0 if row.late_rank == NOT_LATE else (as_of - EPOCH).days + row.late_rank
                assert (row.balance_minor, row.outstanding_minor, row.payable_minor, days) == (
                    figures.balance_minor, figures.outstanding_minor, figures.overdue_payable_minor,
                    figures.oldest_overdue_days), (account_id, as_of)
            standing = standing_of_figures(self.session, provider_id=self.provider, as_of=as_of)
            assert standing.figures is not stale


@few_examples(12)
@given(steps=steps)
def test_kept_figures_are_those_of_the_ledger_on_every_day(database: Database, steps: list[Step]) -> None:
    with scratch(database) as session:
        history = _History(session)
        for step in sorted(steps, key=lambda step: step.day):
            history.enter(step)
            history.compare()
        for day in (41, 44, 70):
            history.go_to(day)
            keep_figures(session, history.accounts)
            history.compare()
        assert check_database(session) == []


def test_the_day_turns_in_the_background_for_whom_it_changes_something(database: Database) -> None:
    clock = database.clock
    assert isinstance(clock, FixedClock)
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT")
        late, idle = book.account(provider, "LATE"), book.account(provider, "IDLE")
        today = business_day(session, provider)
        book.invoice(late, 500, today, today + timedelta(days=3))
    assert turn_figures(database, JobContext(), provider_id=provider) is False
    clock.moment += timedelta(days=4)
    with database.read() as session:
        now = business_day(session, provider)
        assert not standing_of_figures(session, provider_id=provider, as_of=now).figures
        assert standing_of_figures(session, provider_id=provider, as_of=today).figures
    assert turn_figures(database, JobContext(), provider_id=provider) is True
    with database.read() as session:
        standing = standing_of_figures(session, provider_id=provider, as_of=now)
        assert standing.figures
        assert standing.limits
        kept = {row.account_id: row for row in session.scalars(select(KeptFigures))}
        assert (kept[late].outstanding_minor, kept[late].kept_on) == (500, now)
        assert kept[idle].kept_on == date.min, "nothing of it changed, so it was left alone"
        assert check_database(session) == []


def limit_of(session: Session, account: int) -> tuple[int, int]:
    row = session.execute(select(KeptFigures.limit_minor, KeptFigures.credit_rank)
                          .where(KeptFigures.account_id == account)).one()
    return row.limit_minor, row.credit_rank


def test_limits_are_kept_behind_every_door(database: Database) -> None:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", credit_limit=900)
        profile = book.profile(provider, "Business", credit_limit=700)
        plain, own = book.account(provider, "PLAIN"), book.account(provider, "OWN", credit_limit=50)
        member = book.account(provider, "MEMBER", profile=profile)
        day = business_day(session, provider)
        book.invoice(own, 80, day, day)
        assert [limit_of(session, each) for each in (plain, own, member)] == [(900, 900), (50, -30), (700, 700)]
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=own, key="credit_limit", value=None,
                      seen={"credit_limit": 50})
        move_members(session, provider_id=provider, members=Members(account_ids=(plain,)), to_profile_id=profile,
                     seen=newest_move(session, provider_id=provider))
        assert [limit_of(session, each) for each in (plain, own)] == [(700, 700), (900, 820)]
    for change, wanted in (
        (lambda s: set_attributes(s, tier=Tier.PROFILE, owner_id=profile,
                                  values={"credit_limit": None, "credit_rating": "B"},
                                  seen={"credit_limit": 700, "credit_rating": None}), (900, 900, 900)),
        (lambda s: set_credit_rating(s, provider_id=provider, code="B", limit_minor=20, seen=None), (20, 900, 20)),
        (lambda s: set_credit_rating(s, provider_id=provider, code="B", limit_minor=None,
                                     seen=RatingWorth(limit_minor=20)), (900, 900, 900)),
        (lambda s: set_attribute(s, tier=Tier.PROVIDER, owner_id=provider, key="credit_limit", value=None,
                                 seen={"credit_limit": 900}), (NO_LIMIT, NO_LIMIT, NO_LIMIT)),
    ):
        with database.write() as session:
            change(session)
        with database.read() as session:
            assert not standing_of_figures(session, provider_id=provider, as_of=day).limits
            assert check_database(session) == [], "what waits to be looked through is not called wrong"
        turn_figures(database, JobContext(), provider_id=provider)
        with database.read() as session:
            assert tuple(limit_of(session, each)[0] for each in (plain, own, member)) == wanted
            assert standing_of_figures(session, provider_id=provider, as_of=day).limits
            assert check_database(session) == []


@pytest.mark.parametrize("spoilt", [{"balance_minor": 1, "credit_rank": NO_LIMIT}, {"service_count": 3},
                                    {"limit_minor": 5, "credit_rank": 5}, {"turns_on": date(2300, 1, 1)}])
def test_what_somebody_spoilt_is_found_and_mended(database: Database, spoilt: dict[str, object]) -> None:
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT")
        account = book.account(provider, "A")
        book.service(account, "1")
        ended = book.service(account, "2")
        session.execute(update(Service).where(Service.id == ended).values(state="cancelled"))
        keep_service_counts(session, [account])
        assert check_database(session) == []
        session.execute(update(KeptFigures).where(KeptFigures.account_id == account).values(**spoilt))
    with database.read() as session:
        assert [finding.message.partition(":")[2] for finding in check_database(session)] == [" HT/A."]
    assert reckon_figures(database, JobContext()) == 2
    with database.read() as session:
        assert check_database(session) == []
        assert session.scalar(select(LimitsDue.provider_id).where(LimitsDue.wanted > LimitsDue.done)) is None
