"""`bursar db check`: a clean book is clean, and every fault planted past the guards is named."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from app.cli import run
from app.models.values import AccountType, PeriodFrequency
from app.services.database.unit_of_work import Database
from app.services.periods.settings import set_periods
from app.services.upkeep.check import check_database
from tests.factories.books import Book, scratch, switch_off_guards

DAY = date(2025, 6, 3)


def write_book(database: Database) -> dict[str, int]:
    with database.write() as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE)
        home, other = book.provider("HT", parent=upper), book.provider("CC", parent=upper)
        agent = book.account(home, "AG", kind=AccountType.AGENT)
        customer = book.account(home, "A1", agent=agent)
        service = book.service(customer, "0412 000 001")
        invoice = book.invoice(customer, 1000, DAY, DAY, number="IN-1", disputed=(DAY, DAY))
        payment = book.payment(customer, 400, DAY, number="PM-1")
        book.allocate(customer)
        set_periods(session, provider_id=home, frequency=PeriodFrequency.MONTHLY, first_on=DAY)
    return {"upper": upper, "home": home, "other": other, "agent": agent, "customer": customer, "service": service,
            "invoice": invoice, "payment": payment}


FAULTS: dict[str, tuple[str, str]] = {
    "unreachable": ("UPDATE account SET parent_id = {home} WHERE id = {upper}", "HT/A1"),
    "hierarchy": ("UPDATE account SET parent_id = {agent} WHERE id = {customer}", "HT/A1"),
    "agent": ("UPDATE account SET created_by_agent_id = {home} WHERE id = {customer}", "HT/A1"),
    "provider_row": ("UPDATE account SET type = 'end_user' WHERE id = {other}", "PW/CC"),
    "primary_contact": ("UPDATE account_contact SET is_primary = false WHERE account_id = {customer}", "HT/A1"),
    "billing_contact": ("DELETE FROM account_contact WHERE account_id = {customer}", "HT/A1"),
    "status": ("UPDATE account SET status = 'suspended' WHERE id = {customer}",
               "HT/A1 (stored suspended, derived active)"),
    "search_text": ("UPDATE account SET search_text = 'old' WHERE id = {customer}", "HT/A1"),
    "service_search_text": ("UPDATE service SET search_text = 'old'", "0412 000 001"),
    "provider_effective": ("UPDATE provider_effective SET trading_due_days = 99 WHERE provider_id = {home}", "PW/HT"),
    "invoice_lines": ("UPDATE invoice_line SET amount_minor = 999, net_minor = 999", "HT/IN-1"),
    "allocation_debit": ("UPDATE allocation SET amount_minor = 1001", "HT/IN-1"),
    "allocation_credit": ("UPDATE allocation SET amount_minor = 401", "HT/PM-1"),
    "allocation_debit_date": ("UPDATE allocation SET effective_on = '2020-01-01'", "HT/IN-1"),
    "allocation_credit_date": ("UPDATE allocation SET effective_on = '2020-01-01'", "HT/PM-1"),
    "dispute": ("UPDATE dispute_entry SET delta_minor = 2001 WHERE kind = 'raised'", "HT/IN-1"),
    "periods": ("UPDATE accounting_period SET ends_on = '2025-07-03'", "HT 1 (3 Jun 2025 to 3 Jul 2025)"),
    "opening_balances": ("UPDATE opening_balance SET balance_minor = 5 WHERE account_id = {customer}",
                         "HT/A1 on 3 Jun 2025"),
    "currency": ("UPDATE financial_transaction SET currency = 'EUR' WHERE id = {payment}", "HT/PM-1"),
}


def test_every_planted_fault_is_named(database: Database) -> None:
    book = write_book(database)
    missing = {}
    for fault, (statement, named) in FAULTS.items():
        with scratch(database) as session:
            switch_off_guards(session)
            session.execute(text(statement.format(**book)))
            found = {finding.check: finding for finding in check_database(session)}
            if fault not in found or named not in found[fault].message:
                missing[fault] = found
    assert missing == {}


def test_a_clean_book(database: Database, capsys: pytest.CaptureFixture[str]) -> None:
    write_book(database)
    url = database.url.render_as_string(hide_password=False)
    assert run(["--database", url, "db", "check"]) == 0
    assert capsys.readouterr() == ("", "Nothing is wrong.\n")


def test_what_is_wrong_is_said_and_nothing_is_changed(
    database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    book = write_book(database)
    url = database.url.render_as_string(hide_password=False)
    with database.write() as session:
        session.execute(text("UPDATE account SET status = 'suspended', name_key = 'x' WHERE id = :id"),
                        {"id": book["customer"]})
    for _ in range(2):
        assert run(["--database", url, "db", "check"]) == 1
        out, said = capsys.readouterr()
        assert out == ""
        assert said.splitlines() == [
            "The stored status does not follow from lifecycle and holds: HT/A1 (stored suspended, derived active).",
            "The search text of these accounts is stale: HT/A1.",
            "2 things are wrong; nothing was changed.",
        ]


def test_guards_away_and_orphans(database: Database) -> None:
    write_book(database)
    with scratch(database) as session:
        if not database.is_embedded:
            session.execute(text("ALTER TABLE hold DISABLE TRIGGER guard_hold_no_delete"))
            assert [f.check for f in check_database(session)] == ["guard_missing"]
            return
        session.execute(text("DROP TRIGGER guard_hold_no_delete"))
        session.execute(text("PRAGMA defer_foreign_keys = ON"))
        session.execute(text("UPDATE contact SET provider_id = 4711 WHERE id = (SELECT MIN(id) FROM contact)"))
        found = {finding.check: finding.message for finding in check_database(session)}
        assert list(found) == ["orphan", "guard_missing"]
        assert "of contact refers to a missing row of provider" in found["orphan"]
        assert found["guard_missing"].endswith("run bursar db upgrade: hold_no_delete.")
