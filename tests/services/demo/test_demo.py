"""The demo: the same every time, sound in its books, and worth a scan at every retail provider."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from app.models.all_entities import metadata
from app.models.attributes.attribute import account_attributes, profile_attributes, provider_attributes
from app.models.ledger.entries import (
    Allocation,
    Dispute,
    FinancialTransaction,
    InvoiceDetail,
    InvoiceLine,
    InvoiceStatement,
    NumberSeries,
    PaymentTarget,
)
from app.models.parties.account import Account, AccountStatusChange
from app.models.parties.contact import AccountContact, Contact
from app.models.parties.provider import Provider
from app.models.parties.service import Service, ServiceRestriction
from app.models.rules.statement import LedgerRow, statement_of
from app.models.suspension.hold import Hold
from app.models.suspension.rule_sets import SuspensionRuleSet
from app.models.suspension.scans import ScanLease, ScanRun
from app.models.values import DEBIT_KINDS, ScanOutcome, ServiceState
from app.services.access.audit import write_audit
from app.services.attributes.limits import credit_columns
from app.services.attributes.resolving import effective_values
from app.services.clock import Clock, FixedClock
from app.services.database.engine import parse_url
from app.services.database.opening import SchemaState, schema_state
from app.services.database.unit_of_work import Database
from app.services.demo import making
from app.services.demo.all_or_nothing import Target, target_of
from app.services.demo.billing_calendar import Cycle, periods, pinned_cycle
from app.services.demo.customers import chance_of, draw_outline
from app.services.demo.making import FIRST_END, LAST_END, DemoReport, create_demo
from app.services.demo.roles import parts_of
from app.services.demo.world import DOWNSTREAM, share_out
from app.services.errors import Cancelled, DatabaseProblem, RefusedByRule
from app.services.hierarchy.finding import find_account, find_provider
from app.services.jobs import JobContext
from app.services.ledger.reading import account_figures
from app.services.profiles.page import earlier_moves
from app.services.profiles.queries import profile_rows
from app.services.staff.sign_in import sign_in_to_demo
from app.services.status.stored import derived_status
from app.services.suspension.preview import preview_scan
from app.services.suspension.report import AccountResult

UNTIL = date(2025, 7, 2)
"""The day on which the worked example is looked at, a Wednesday."""
ACCOUNTS = 150
RETAIL = [spec.code for spec in DOWNSTREAM if spec.is_invoiced]


@dataclasses.dataclass(frozen=True)
class Made:
    """A demo to look at; nobody changes it."""

    database: Database
    report: DemoReport


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Made]:
    server = None
    if request.param == "sqlite":
        url = str(tmp_path_factory.mktemp("demo") / "demo.db")
    else:
        server = request.getfixturevalue("pg_server")
        url = server.create_database("demo_to_look_at")
    report = create_demo(url, accounts=ACCOUNTS, until=UNTIL)
    database = Database(parse_url(url), clock=FixedClock(midday(UNTIL)), actor="test")
    sign_in_to_demo(database)
    yield Made(database, report)
    database.close()
    if server is not None:
        server.drop_database("demo_to_look_at")


@pytest.fixture
def session(made: Made) -> Iterator[Session]:
    with made.database.read() as session:
        yield session


def midday(day: date) -> datetime:
    """Inside Harbour Telecom's window, on the same date at every provider."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC)


def scan_of(database: Database, day: date) -> list[AccountResult]:
    database.clock = FixedClock(midday(day))
    return list(preview_scan(database, JobContext()).accounts)


def outcomes(results: list[AccountResult]) -> Counter[tuple[str, ScanOutcome]]:
    return Counter((r.provider, r.outcome) for r in results)


# ---- what is there --------------------------------------------------------------------------------------------------


def test_the_report_counts_what_is_there(made: Made, session: Session) -> None:
    t = FinancialTransaction
    found = {
        "accounts": session.scalar(select(func.count()).select_from(Account).where(Account.type == "end_user")),
        "services": session.scalar(select(func.count()).select_from(Service)),
        "invoices": session.scalar(select(func.count()).select_from(t).where(t.kind == "invoice")),
        "payments": session.scalar(select(func.count()).select_from(t).where(t.kind == "payment")),
        "disputes": session.scalar(select(func.count()).select_from(Dispute)),
    }
    assert found == {name: getattr(made.report, name) for name in found}
    assert found["accounts"] == ACCOUNTS
    assert f"{ACCOUNTS} customers of 6 providers" in made.report.summary


@pytest.mark.parametrize("accounts", [0, 1, 10, 24, 60, 150, 1_999, 100_000])
def test_customers_are_shared_out_among_the_providers(accounts: int) -> None:
    counts = share_out(accounts)
    assert sum(counts) == accounts
    assert min(counts) >= 0
    if accounts >= 24:
        assert all(count >= 3 for count, spec in zip(counts, DOWNSTREAM, strict=True) if spec.is_invoiced)


def test_every_retail_provider_has_a_letterhead_and_rules_and_one_has_a_window(session: Session) -> None:
    providers = {account.code: provider for account, provider in session.execute(
        select(Account, Provider).join(Provider, Provider.account_id == Account.id))}
    for code in RETAIL:
        p = providers[code]
        assert all((p.legal_name, p.tagline, p.address, p.return_address, p.email, p.phone, p.website, p.tax_number,
                    p.bank_details, p.help_text, p.realm))
        in_force = session.scalars(
            select(SuspensionRuleSet).where(SuspensionRuleSet.provider_id == p.account_id,
                                            SuspensionRuleSet.effective_from <= UNTIL)).all()
        assert in_force
    assert providers["HT"].logo is not None
    assert providers["SB"].logo is not None
    windows = session.scalars(select(SuspensionRuleSet.windows).where(SuspensionRuleSet.windows != "")).all()
    assert windows == ["Mon-Thu 09:00-16:00"]


def test_overrides_stand_at_every_tier_with_explicit_nothings(session: Session) -> None:
    for table in (provider_attributes, profile_attributes, account_attributes):
        assert session.scalar(select(func.count()).select_from(table))
    a = account_attributes.c
    assert session.scalar(select(func.count()).where(a.paper_invoice_fee == 0))
    assert session.scalar(select(func.count()).where(
        (a.auto_invoice_approval.is_(False)) | (a.align_packages_to_account.is_(False))
        | (a.omit_from_auto_restrict.is_(False))))
    acme = find_account(session, "HT/A0001")
    sources = {v.key: (v.effective.value, v.effective.source and v.effective.source.owner)
               for v in effective_values(session, acme)}
    assert sources["trading_due_days"] == (21, "Business")
    assert sources["paper_invoice_fee"] == (250, "HT")
    assert sources["tax_rate"] == (1000, "PW")
    assert sources["module_sms_events"] == (True, "operator")
    assert sources["credit_limit"] == (500_000, "Business")


def test_profiles_say_what_they_are_for_and_a_move_can_be_taken_back(session: Session) -> None:
    harbour = find_provider(session, "HT").id
    about = {row.name: row.description for row in profile_rows(session, provider_id=harbour)}
    assert about["Business"].startswith("Firms: 21 days")
    assert about["Residential"].startswith("Homes: 14 days")
    (move,) = earlier_moves(session, provider_id=harbour)
    assert (move.from_profiles, move.to_profile, move.changed) == ("Default Profile", "Residential", 0)
    assert 1 <= move.can_go_back == move.moved


def test_some_are_over_their_credit_limit_and_some_have_a_limit_in_another_currency(session: Session) -> None:
    credit = credit_columns()
    rows = session.execute(select(Account.id, Account.currency, credit.limit_minor.label("limit_minor"),
                                  credit.currency.label("limit_currency"))
                           .select_from(credit.joined).where(Account.type == "end_user")).all()
    figures = account_figures(session, [row.id for row in rows], UNTIL)
    assert any(row.limit_currency == row.currency and figures[row.id].balance_minor > row.limit_minor for row in rows)
    assert any(row.limit_minor == 0 for row in rows)
    assert {(r.currency, r.limit_currency) for r in rows if r.limit_currency not in (None, r.currency)} == {
        ("JPY", "AUD")}


def test_names_and_addresses_show_what_they_should(session: Session) -> None:
    contacts = session.scalars(select(Contact)).all()
    assert all(c.email.endswith(".example") for c in contacts if c.email)
    assert any(not c.address_line1 for c in contacts)
    names = "".join(c.name for c in contacts)
    assert any("α" <= letter <= "ω" for letter in names)
    assert any("а" <= letter <= "я" for letter in names)
    per_account = Counter(session.scalars(select(Service.account_id)).all())
    assert max(per_account.values()) == 40
    assert len(per_account) < ACCOUNTS


def test_statuses_and_holds_vary(session: Session) -> None:
    statuses = set(session.scalars(select(Account.status).distinct()))
    assert statuses >= {"active", "inactive", "preactive", "suspended", "restricted_by_parent"}
    assert set(session.scalars(select(Hold.kind).distinct())) >= {"overdue", "manual", "parent_provider"}
    assert session.scalar(select(func.count()).select_from(Account).where(Account.ombudsman_case_open)) == 1
    assert session.scalar(select(func.count()).where(Hold.lifted_by_hand))
    assert set(session.scalars(select(Service.state).distinct())) >= {
        "active", "restricted", "suspended", "preactive"}


# ---- the worked example ---------------------------------------------------------------------------------------------

EXAMPLE: dict[str, tuple[str, int, int, int, str]] = {
    # code: name, total, payable, days late, status
    "A0001": ("Acme Pty Ltd", 112_50, 112_50, 8, "active"),
    "A0002": ("Jane Citizen", 66_00, 66_00, 15, "active"),
    "A0003": ("Bob Plain", 57_50, 57_50, 19, "suspended"),
    "A0004": ("Delta Ltd", 220_00, 220_00, 22, "suspended"),
    "A0005": ("Vip Ng", 99_00, 99_00, 15, "active"),
    "A0006": ("Small Lee", 49_99, 49_99, 15, "active"),
    "A0007": ("Plan Roe", 200_00, 5_00, 15, "active"),
    "A0008": ("Dora Dispute", 100_00, 5_00, 15, "active"),
}


@pytest.mark.parametrize("code", EXAMPLE)
def test_accounts_of_the_worked_example(session: Session, code: str) -> None:
    """The worked example as of 2 July: totals, due dates, and who is suspended by then."""
    name, total, payable, days, status = EXAMPLE[code]
    account = find_account(session, f"HT/{code}")
    figures = account_figures(session, [account.id], UNTIL)[account.id]
    assert (account.name, account.status) == (name, status)
    assert (figures.balance_minor, figures.overdue_payable_minor, figures.oldest_overdue_days) == (total, payable, days)
    last = session.scalars(
        select(FinancialTransaction).where(FinancialTransaction.account_id == account.id,
                                           FinancialTransaction.kind == "invoice")
        .order_by(FinancialTransaction.effective_on.desc()).limit(1)).one()
    assert (last.effective_on, last.amount_minor) == (date(2025, 6, 3), total)
    detail = session.get_one(InvoiceDetail, last.id)
    assert (detail.period_from, detail.period_to) == (date(2025, 3, 1), date(2025, 5, 31))
    assert detail.layout == ("business" if code in ("A0001", "A0004") else "standard")


def test_the_paper_fee_of_the_worked_example(session: Session) -> None:
    """A1: 2.50 is 2.27 + 0.23; A4 set the fee to 0.00 and has no such line."""
    fees = session.execute(
        select(Account.code, InvoiceLine.net_minor, InvoiceLine.tax_minor).distinct()
        .join(FinancialTransaction, FinancialTransaction.id == InvoiceLine.transaction_id)
        .join(Account, Account.id == FinancialTransaction.account_id)
        .where(InvoiceLine.description == "Paper invoice fee", Account.code.in_(EXAMPLE))
        .order_by(Account.code)
    ).all()
    assert [tuple(row) for row in fees] == [("A0001", 227, 23), ("A0003", 227, 23)]


# ---- the scan -------------------------------------------------------------------------------------------------------


def test_a_scan_of_the_last_day_suspends_restores_and_excludes_everywhere(made: Made) -> None:
    results = scan_of(made.database, UNTIL)
    found = outcomes(results)
    for code in RETAIL:
        for outcome in (ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED):
            assert found[code, outcome] > 0, f"{code}: nobody to {outcome}"
    example = {r.code: (r.outcome, r.exclusions) for r in results if r.provider == "HT"}
    assert example["A0002"] == (ScanOutcome.SUSPEND, ())
    assert example["A0005"] == (ScanOutcome.EXCLUDED, ("X2",))
    assert example["A0007"] == (ScanOutcome.EXCLUDED, ("X4",))
    assert example["A0008"] == (ScanOutcome.EXCLUDED, ("X6",))
    assert example["A0009"][0] is ScanOutcome.RESTORE
    assert not {"A0001", "A0003", "A0004", "A0006", "A0012"} & set(example)
    assert {x for r in results for x in r.exclusions} == {"X1", "X2", "X3", "X4", "X6", "X7", "X8"}


def test_boundaries_are_on_show(made: Made) -> None:
    """Exactly x is proposed, and exactly k is restored."""
    results = scan_of(made.database, UNTIL)
    rules = {spec.code: spec.rule for spec in DOWNSTREAM if spec.is_invoiced}
    exactly = {(r.provider, r.outcome) for r in results
               if r.overdue_payable_minor in (rules[r.provider].min_overdue_minor, rules[r.provider].restore_at_minor)}
    assert ("HT", ScanOutcome.SUSPEND) in exactly
    assert ("HT", ScanOutcome.RESTORE) in exactly


def test_the_demo_is_as_good_on_the_days_after(made: Made) -> None:
    """A demo made yesterday is still worth a scan, and a provider east of us may have tomorrow already."""
    for days in (1, 2):
        found = outcomes(scan_of(made.database, UNTIL + timedelta(days=days)))
        assert all(found[code, outcome] for code in RETAIL
                   for outcome in (ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED))


@pytest.mark.parametrize("day", [date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 1)])
@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_any_weekday_will_do(database_url: str, day: date) -> None:
    """Harbour Telecom suspends from Monday to Thursday; accounts to restore are there on the other days too."""
    create_demo(database_url, accounts=24, until=day)
    database = Database(parse_url(database_url), actor="test")
    sign_in_to_demo(database)
    found = outcomes(scan_of(database, day))
    database.close()
    assert all(found[code, outcome] for code in RETAIL
               for outcome in (ScanOutcome.SUSPEND, ScanOutcome.RESTORE, ScanOutcome.EXCLUDED))


def test_earlier_scans_left_what_scans_leave(session: Session) -> None:
    """Every open overdue hold has its run, its restrictions and its line of history; no lease is left over."""
    runs = {run.id: run for run in session.scalars(select(ScanRun))}
    assert {run.state for run in runs.values()} == {"finished"}
    assert session.scalar(select(func.count()).select_from(ScanLease)) == 0
    holds = session.scalars(select(Hold).where(Hold.kind == "overdue")).all()
    restricted = set(session.scalars(select(ServiceRestriction.hold_id)))
    with_services = set(session.scalars(select(Service.account_id)))
    history = Counter(session.scalars(
        select(AccountStatusChange.account_id).where(AccountStatusChange.new_status == "suspended")))
    for hold in holds:
        assert hold.scan_run_id in runs
        assert hold.recorded_at.date() == hold.effective_on
        assert hold.id in restricted or hold.account_id not in with_services
        assert history[hold.account_id]
    open_ones = {h.account_id for h in holds if h.lifted_on is None}
    states = session.execute(select(Service.account_id, Service.state)).all()
    assert {a for a, state in states if state == ServiceState.RESTRICTED} <= open_ones
    assert not any(state == ServiceState.ACTIVE for a, state in states if a in open_ones)


# ---- soundness ------------------------------------------------------------------------------------------------------


def test_books_balance(session: Session) -> None:
    """Every balance is Σ unsettled − Σ unallocated (ARCHITECTURE.md, "Ledger"); nothing is over-allocated."""
    debits = {k.value for k in DEBIT_KINDS}
    settled: Counter[int] = Counter()
    for a in session.scalars(select(Allocation)):
        settled[a.debit_id] += a.amount_minor
        settled[a.credit_id] += a.amount_minor
    expected: Counter[int] = Counter()
    for t in session.scalars(select(FinancialTransaction)):
        rest = t.amount_minor - settled[t.id]
        assert 0 <= rest <= t.amount_minor
        assert t.effective_on <= UNTIL
        expected[t.account_id] += rest if t.kind in debits else -rest
    ids = session.scalars(select(Account.id)).all()
    figures = account_figures(session, ids, UNTIL)
    assert {i: f.balance_minor for i, f in figures.items()} == {i: expected[i] for i in ids}
    for f in figures.values():
        assert f.balance_minor == sum(f.ageing_minor) - f.unallocated_minor


def test_every_account_has_one_primary_and_one_billing_contact(session: Session) -> None:
    links = session.scalars(select(AccountContact)).all()
    primary = Counter(link.account_id for link in links if link.is_primary)
    billing = Counter(link.account_id for link in links if link.is_billing)
    customers = set(session.scalars(select(Account.id).where(Account.type != "operator")))
    assert set(primary) == set(billing) == customers
    assert set(primary.values()) == set(billing.values()) == {1}


def test_stored_status_is_the_derived_one(session: Session) -> None:
    wrong = session.execute(select(Account.code).where(Account.status != derived_status())).all()
    assert wrong == []


def test_statements_are_frozen_and_agree_with_the_rule(session: Session) -> None:
    rows: dict[int, list[LedgerRow]] = {}
    for t in session.scalars(select(FinancialTransaction)):
        is_invoice = t.kind == "invoice"
        signed = t.amount_minor if is_invoice else -t.amount_minor
        rows.setdefault(t.account_id, []).append(LedgerRow(id=t.id, effective_on=t.effective_on, signed_minor=signed,
                                                           is_invoice=is_invoice))
    statements = {s.transaction_id: s for s in session.scalars(select(InvoiceStatement))}
    for entries in rows.values():
        for invoice in (e for e in entries if e.is_invoice):
            found, rule = statements.pop(invoice.id), statement_of(entries, invoice.id)
            assert (found.previous_balance_minor, found.payments_since_minor, found.total_due_minor) == (
                rule.previous_balance_minor, rule.payments_since_minor, rule.total_due_minor)
            assert found.bill_to_name
    assert not statements


def test_numbers_have_no_gap_and_follow_the_dates(session: Session) -> None:
    for code in RETAIL:
        provider = find_account(session, code)
        t = FinancialTransaction
        rows = session.execute(select(t.number, t.effective_on).where(t.provider_id == provider.id, t.kind == "invoice")
                               .order_by(t.number)).all()
        assert [r.number for r in rows] == [f"{code}-{n:05d}" for n in range(1, len(rows) + 1)]
        assert [r.effective_on for r in rows] == sorted(r.effective_on for r in rows)
        assert session.get_one(NumberSeries, (provider.id, "invoice")).last_number == len(rows)


def test_invoices_keep_their_terms_and_nobody_is_invoiced_before_the_start(session: Session) -> None:
    rows: list[Row[Any]] = list(session.execute(
        select(FinancialTransaction, InvoiceDetail, Account.start_date)
        .join(InvoiceDetail, InvoiceDetail.transaction_id == FinancialTransaction.id)
        .join(Account, Account.id == FinancialTransaction.account_id)))
    for invoice, detail, start in rows:
        assert invoice.due_on - invoice.effective_on == timedelta(days=detail.terms_days)
        assert start <= detail.period_from <= detail.period_to < invoice.effective_on
        assert not invoice.imported
    assert min(invoice.effective_on for invoice, _, _ in rows) >= UNTIL - timedelta(days=730)


def test_payers_of_every_kind_are_there(session: Session) -> None:
    """On time, late, partly, not at all, too much, and without naming an invoice."""
    t = FinancialTransaction
    named = set(session.scalars(select(PaymentTarget.payment_id)))
    payments = set(session.scalars(select(t.id).where(t.kind == "payment")))
    assert named < payments
    figures = account_figures(session, session.scalars(select(Account.id)).all(), UNTIL)
    assert any(f.unallocated_minor for f in figures.values())
    assert any(f.oldest_overdue_days > 20 for f in figures.values())
    partly = session.execute(
        select(Allocation.debit_id).group_by(Allocation.debit_id).having(func.count() > 1)).all()
    assert partly


# ---- the same every time, and refusals ------------------------------------------------------------------------------


def tables_of(path: Path) -> list[str]:
    with sqlite3.connect(path) as connection:
        lines = list(connection.iterdump())
    connection.close()
    return lines


def dump(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, in order of its key."""
    database = Database(parse_url(url), actor="test")
    with database.read() as session:
        rows = {t.name: [tuple(r) for r in session.execute(select(t).order_by(*t.primary_key.columns))]
                for t in metadata.sorted_tables}
    database.close()
    return rows


@pytest.fixture(scope="module")
def thirty(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of a demo in a file; nobody changes them."""
    path = str(tmp_path_factory.mktemp("demo") / "thirty.db")
    create_demo(path, accounts=30, seed=7, until=UNTIL)
    return dump(path)


def test_the_same_seed_gives_the_same_demo(
    empty_database_url: str, thirty: dict[str, list[tuple[Any, ...]]]
) -> None:
    """Row by row and instant by instant, and the same on both databases."""
    create_demo(empty_database_url, accounts=30, seed=7, until=UNTIL)
    again = dump(empty_database_url)
    for table, rows in thirty.items():
        # A scan writes its messages as a set, so their ids say nothing; everything else has one order.
        first, second = ([sorted(row[1:] for row in found) for found in (rows, again[table])]
                         if table == "outbox_message" else (rows, again[table]))
        assert first == second, table


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_another_seed_gives_another_demo(
    empty_database_url: str, thirty: dict[str, list[tuple[Any, ...]]]
) -> None:
    create_demo(empty_database_url, accounts=30, seed=8, until=UNTIL)
    assert dump(empty_database_url)["account"] != thirty["account"]


def test_today_comes_from_the_clock(database_url: str) -> None:
    report = create_demo(database_url, accounts=5, clock=FixedClock(datetime(2025, 7, 2, 23, 30, tzinfo=UTC)))
    assert report.until == UNTIL


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("accounts", [0, 1, 12])
def test_small_demos_are_complete(database_url: str, accounts: int) -> None:
    assert create_demo(database_url, accounts=accounts, until=UNTIL).accounts == accounts


def test_an_empty_database_of_this_version_will_do(database_url: str) -> None:
    assert create_demo(database_url, accounts=3, until=UNTIL).accounts == 3


def test_a_second_demo_is_refused(database_url: str) -> None:
    create_demo(database_url, accounts=3, until=UNTIL)
    before = dump(database_url)
    with pytest.raises(RefusedByRule, match="already holds accounts"):
        create_demo(database_url, accounts=3, until=UNTIL)
    assert dump(database_url) == before


def stopping() -> JobContext:
    """Asks to stop as soon as the first customers are there."""
    context = JobContext(lambda _progress: context.cancel())
    return context


def test_a_demo_that_is_stopped_leaves_nothing(empty_database_url: str, tmp_path: Path) -> None:
    there = sorted(tmp_path.iterdir())
    with pytest.raises(Cancelled, match="everything is as it was before"):
        create_demo(empty_database_url, accounts=24, until=UNTIL, context=stopping())
    assert sorted(tmp_path.iterdir()) == there
    database = Database(parse_url(empty_database_url), actor="test")
    assert schema_state(database) in (SchemaState.MISSING, SchemaState.EMPTY)
    database.close()
    assert create_demo(empty_database_url, accounts=3, until=UNTIL).accounts == 3


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_folders_made_for_a_demo_go_with_it(empty_database_url: str, tmp_path: Path) -> None:
    with pytest.raises(Cancelled):
        create_demo(str(tmp_path / "books" / "mine" / "demo.db"), accounts=24, until=UNTIL, context=stopping())
    assert list(tmp_path.iterdir()) == []
    del empty_database_url


def test_a_demo_that_fails_leaves_what_was_there(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long after the first commit, on a database that had been set up: its own rows and counters are back."""
    own = Database(parse_url(database_url), actor="test")
    with own.write() as session:
        write_audit(session, provider_id=None, action="tried", detail="kept")
    own.close()
    before = dump(database_url)

    def failing(*_arguments: object, **_named: object) -> None:
        raise RuntimeError("no scan today")

    monkeypatch.setattr(making, "run_scan", failing)
    with pytest.raises(RuntimeError, match="no scan today"):
        create_demo(database_url, accounts=24, until=UNTIL)
    assert dump(database_url) == before
    monkeypatch.undo()
    create_demo(database_url, accounts=3, until=UNTIL)
    ids = [row[0] for row in dump(database_url)["audit_entry"]]
    assert ids == list(range(ids[0], ids[0] + len(ids))), "no number is left out for what was undone"


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_both_are_said_where_nothing_can_be_put_back(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(url: str, *, clock: Clock, actor: str) -> Target:
        target = target_of(url, clock=clock, actor=actor)

        def no_room() -> None:
            raise OSError("no room on the disk")

        monkeypatch.setattr(target, "undo", no_room)
        return target

    monkeypatch.setattr(making, "target_of", full)
    with pytest.raises(DatabaseProblem, match=r"^Stopped\. .*put back \(no room on the disk\), so .* incomplete demo"):
        create_demo(database_url, accounts=3, until=UNTIL, context=stopping())


def test_a_demo_that_was_killed_says_so(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def left_as_it_is(url: str, *, clock: Clock, actor: str) -> Target:
        target = target_of(url, clock=clock, actor=actor)
        monkeypatch.setattr(target, "undo", lambda: None)
        return target

    monkeypatch.setattr(making, "target_of", left_as_it_is)
    with pytest.raises(Cancelled):
        create_demo(database_url, accounts=24, until=UNTIL, context=stopping())
    monkeypatch.undo()
    with pytest.raises(RefusedByRule, match=r"interrupted and is incomplete\. Delete it, or choose"):
        create_demo(database_url, accounts=24, until=UNTIL)


@given(seed=st.integers(), accounts=st.integers(0, 3_000))
def test_nothing_is_dated_before_its_account(seed: int, accounts: int) -> None:
    """Whatever is drawn: an account is closed, held and invoiced from its start on, and by the last day."""
    for spec, count in zip(DOWNSTREAM, share_out(accounts), strict=True):
        parts = parts_of(spec, count)
        for n in range(1, count + 1):
            outline = draw_outline(chance_of(seed, spec, n), spec, n, parts.get(n), UNTIL)
            dates = [outline.changed_on(UNTIL), *(period.posted_on for period in outline.periods(UNTIL))]
            assert all(outline.start_date <= day <= UNTIL for day in dates), (spec.code, n)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_a_seed_with_a_young_account_on_hold(database_url: str) -> None:
    """Drawn so that staff would hold an account a few days before it begins."""
    assert create_demo(database_url, accounts=100, seed=15, until=UNTIL).accounts == 100


def test_a_database_of_something_else_is_refused(sqlite_template: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE recipe (id INTEGER PRIMARY KEY)")
    connection.close()
    older = tmp_path / "older.db"
    shutil.copyfile(sqlite_template, older)
    with sqlite3.connect(older) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'of another program'")
    connection.close()
    for path in (foreign, older):
        content = tables_of(path)
        with pytest.raises(RefusedByRule, match="needs an empty database"):
            create_demo(str(path), accounts=3, until=UNTIL)
        assert tables_of(path) == content


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_absurd_sizes_are_refused(empty_database_url: str) -> None:
    for accounts in (-1, 10_000_000):
        with pytest.raises(RefusedByRule, match="between 0 and"):
            create_demo(empty_database_url, accounts=accounts, until=UNTIL)


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_days_outside_the_calendar_are_refused(empty_database_url: str, tmp_path: Path) -> None:
    for until in (date.min, date(1909, 12, 31), date.max):
        with pytest.raises(RefusedByRule, match="can end on a day from 1910-01-01 to 9900-01-01"):
            create_demo(empty_database_url, accounts=3, until=until)
    assert list(tmp_path.iterdir()) == []
    for until in (FIRST_END, LAST_END):
        assert create_demo(str(tmp_path / f"{until}.db"), accounts=0, until=until).until == until


# ---- the calendar ---------------------------------------------------------------------------------------------------


def test_periods_of_the_worked_example() -> None:
    """The worked example: 1 March to 31 May, posted on 3 June."""
    cycle = pinned_cycle(date(2025, 6, 3), 3)
    assert cycle == Cycle(anchor=date(2025, 6, 1), months=3)
    (last,) = periods(cycle, exists_from=date(2024, 1, 1), posted_from=date(2025, 6, 1), posted_to=UNTIL)
    assert (last.first, last.last, last.posted_on, last.days) == (
        date(2025, 3, 1), date(2025, 5, 31), date(2025, 6, 3), 92)


def test_the_first_period_begins_with_the_account() -> None:
    """The worked example: 15 to 31 May is 17 of 31 days."""
    found = periods(Cycle(anchor=date(2025, 1, 1), months=1), exists_from=date(2025, 5, 15),
                    posted_from=date(2025, 1, 1),
                    posted_to=date(2025, 7, 3))
    assert [(p.first, p.days, p.full_days, p.is_whole) for p in found] == [
        (date(2025, 5, 15), 17, 31, False), (date(2025, 6, 1), 30, 30, True)]


@pytest.mark.parametrize("day", [date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 31), date(2024, 2, 29)])
@pytest.mark.parametrize("months", [1, 3])
def test_a_cycle_can_be_pinned_to_any_day(day: date, months: int) -> None:
    found = periods(pinned_cycle(day, months), exists_from=day - timedelta(days=900),
                    posted_from=day - timedelta(days=400), posted_to=day)
    assert found[-1].posted_on == day
    assert all(p.last + timedelta(days=1) == q.first for p, q in pairwise(found))
    assert all(p.is_whole for p in found)
