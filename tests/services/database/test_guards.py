"""What the database itself refuses, whoever asks: raw statements in a plain session, on both databases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.models.values import AccountType, HoldKind, PlanFrequency, Tier
from app.services.attributes.writing import set_attribute
from app.services.database.unit_of_work import Database
from app.services.ledger.plans import CoveredPart, create_plan
from app.services.providers.business_day import business_day
from app.services.status.changes import place_hold
from app.services.suspension.promises import enter_promise
from tests.factories.books import Book, scratch, status_shown

DAY = date(2025, 6, 3)


@dataclass
class Posted:
    """A small book with one row of everything that must never change."""

    upper: int
    provider: int
    other: int
    account: int
    invoice: int
    draft: int
    payment: int


def posted_book(session: Session) -> Posted:
    book = Book(session)
    upper = book.provider("PW", kind=AccountType.WHOLESALE)
    provider, other = book.provider("HT", parent=upper), book.provider("CC", parent=upper)
    account = book.account(provider, "A1")
    invoice = book.invoice(account, 1000, DAY, DAY, number="IN-1", disputed=(DAY, DAY))
    payment = book.payment(account, 1500, DAY, number="PM-1", targets=[invoice])
    book.allocate(account)
    place_hold(session, account_id=account, kind=HoldKind.MANUAL, reason="credit check", on=DAY,
                seen=status_shown(session, account))
    set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="trading_due_days", value=3, seen={})
    planned = book.account(provider, "A2")
    covered = book.invoice(planned, 900, DAY, DAY, number="IN-3")
    today = business_day(session, provider)
    create_plan(session, account_id=planned, parts=[CoveredPart(invoice_id=covered, covered_minor=800)], count=2,
                first_on=today, frequency=PlanFrequency.WEEKLY)
    book.payment(planned, 500, DAY, number="PM-3")
    book.allocate(planned)
    enter_promise(session, account_id=planned, amount_minor=400, pay_by=today)
    draft = session.execute(text(
        "INSERT INTO financial_transaction (provider_id, account_id, kind, state, number, currency, amount_minor, "
        "net_minor, tax_minor, issued_on, effective_on, due_on, recorded_at, posted_by, description, method, imported) "
        "VALUES (:p, :a, 'invoice', 'draft', 'IN-2', 'AUD', 500, 500, 0, :d, :d, :d, '2025-06-03 00:00:00', 'x', '', "
        "'', :no) RETURNING id"), {"p": provider, "a": account, "d": DAY, "no": False}).scalar_one()
    return Posted(upper, provider, other, account, invoice, draft, payment)


REFUSED = {
    "an account": ("DELETE FROM account WHERE id = {account}", "accounts are never deleted"),
    "its type": ("UPDATE account SET type = 'agent' WHERE id = {account}", "type of an account is fixed"),
    "its currency": ("UPDATE account SET currency = 'EUR' WHERE id = {account}", "currency of an account is fixed"),
    "its code, once posted": ("UPDATE account SET code = 'B1' WHERE id = {account}", "code of an account is fixed"),
    "a customer as parent": ("UPDATE account SET parent_id = {account} WHERE id = {other}",
                             "parent of an account is a provider"),
    "itself as parent": ("UPDATE account SET parent_id = {upper} WHERE id = {upper}", "not_own_parent|below itself"),
    "a circle": ("UPDATE account SET parent_id = {provider} WHERE id = {upper}", "cannot stand below itself"),
    "a second root": ("UPDATE account SET parent_id = NULL WHERE id = {account}", "one_root"),
    "the default profile": (
        "DELETE FROM account_profile WHERE id = "
        "(SELECT default_profile_id FROM provider WHERE account_id = {provider})",
        "default profile cannot be deleted"),
    "no default profile": ("UPDATE provider SET default_profile_id = NULL WHERE account_id = {provider}",
                           "default_profile_id"),
    "a provider": ("DELETE FROM provider WHERE account_id = {provider}", "providers are never deleted"),
    "an amount": ("UPDATE financial_transaction SET description = 'y' WHERE id = {invoice}", "never changes"),
    "back to draft": ("UPDATE financial_transaction SET state = 'draft' WHERE id = {payment}", "never changes"),
    "a ledger row": ("DELETE FROM financial_transaction WHERE id = {draft}", "no ledger row is ever deleted"),
    "posting without lines": ("UPDATE financial_transaction SET state = 'posted' WHERE id = {draft}", "must add up"),
    "born posted": (
        "INSERT INTO financial_transaction (provider_id, account_id, kind, state, number, currency, amount_minor, "
        "net_minor, tax_minor, issued_on, effective_on, due_on, recorded_at, posted_by, description, method, imported)"
        " SELECT provider_id, account_id, kind, 'posted', 'IN-9', currency, amount_minor, net_minor, tax_minor, "
        "issued_on, effective_on, due_on, recorded_at, posted_by, description, method, imported "
        "FROM financial_transaction WHERE id = {draft}", "written as a draft"),
    "a line": ("UPDATE invoice_line SET note = 'y' WHERE transaction_id = {invoice}", "posted invoice never changes"),
    "a line away": ("DELETE FROM invoice_line WHERE transaction_id = {invoice}", "posted invoice never changes"),
    "a line slipped in": (
        "INSERT INTO invoice_line (transaction_id, position, heading, description, note, quantity, net_minor, "
        "tax_minor, tax_rate_bp, amount_minor) VALUES ({invoice}, 9, '', 'x', '', '1', 0, 0, 0, 0)",
        "posted invoice never changes"),
    "details": ("UPDATE invoice_detail SET layout = 'business' WHERE transaction_id = {invoice}",
                "posted invoice never changes"),
    "an allocation": ("UPDATE allocation SET amount_minor = 1 WHERE debit_id = {invoice}", "undone by a row"),
    "an allocation away": ("DELETE FROM allocation WHERE debit_id = {invoice}", "undone by a row"),
    "more than the invoice": (
        "INSERT INTO allocation (provider_id, account_id, credit_id, debit_id, amount_minor, kind, effective_on, "
        "recorded_at) VALUES ({provider}, {account}, {payment}, {invoice}, 1, 'fifo', '2025-06-03', "
        "'2025-06-03 00:00:00')", "never exceed"),
    "an allocation the wrong way round": (
        "INSERT INTO allocation (provider_id, account_id, credit_id, debit_id, amount_minor, kind, effective_on, "
        "recorded_at) VALUES ({provider}, {account}, {invoice}, {payment}, 1, 'fifo', '2025-06-03', "
        "'2025-06-03 00:00:00')", "joins a posted credit"),
    "what a payment named": ("DELETE FROM payment_target WHERE payment_id = {payment}", "named is kept"),
    "a dispute": ("DELETE FROM dispute_entry WHERE invoice_id = {invoice}", "append-only"),
    "more in dispute than the invoice": (
        "INSERT INTO dispute_entry (provider_id, dispute_id, invoice_id, account_id, kind, delta_minor, effective_on, "
        "recorded_at, actor) SELECT provider_id, dispute_id, invoice_id, account_id, 'raised', 1001, effective_on, "
        "recorded_at, actor FROM dispute_entry WHERE kind = 'raised'", "between nothing and the whole"),
    "what a plan covers": ("UPDATE payment_plan_invoice SET covered_minor = 1", "cancel it and make another"),
    "what is owed in a plan": ("UPDATE payment_plan_instalment SET amount_minor = 1", "its day alone"),
    "the day of a paid instalment": (
        "UPDATE payment_plan_instalment SET due_on = '2030-01-01' WHERE payment_id IS NOT NULL", "its day alone"),
    "an instalment": ("DELETE FROM payment_plan_instalment", "(?i)instalments are kept|foreign key"),
    "what came in for it": ("UPDATE payment_plan_settlement SET position = 2", "stays with it"),
    "a plan": ("DELETE FROM payment_plan", "(?i)cancelled, never deleted|foreign key"),
    "who made a plan": ("UPDATE payment_plan SET recorded_by = 'nobody'", "ends once"),
    "a payment of a plan": (
        "INSERT INTO financial_transaction (provider_id, account_id, kind, state, number, currency, amount_minor, "
        "net_minor, tax_minor, issued_on, effective_on, due_on, recorded_at, posted_by, description, method, imported, "
        "cancels_id) SELECT provider_id, account_id, 'payment_cancellation', state, 'PC-3', currency, amount_minor, "
        "net_minor, tax_minor, issued_on, effective_on, due_on, recorded_at, posted_by, description, method, imported, "
        "id FROM financial_transaction WHERE number = 'PM-3'", "payment of a payment plan is not cancelled"),
    "a promise": ("DELETE FROM promise_to_pay", "ended, never deleted"),
    "what was promised": ("UPDATE promise_to_pay SET amount_minor = 1", "stands as it was given"),
    "a hold": ("DELETE FROM hold WHERE account_id = {account}", "holds are lifted"),
    "why it was placed": ("UPDATE hold SET reason = 'other' WHERE account_id = {account}", "placed once"),
    "history": ("DELETE FROM account_status_change WHERE account_id = {account}", "append-only"),
    "the audit trail": ("UPDATE audit_entry SET actor = 'nobody'", "append-only"),
    "who set a value": ("UPDATE attribute_change SET actor = 'nobody'", "append-only"),
    "a value out of range": ("UPDATE account_attributes SET trading_due_days = 366 WHERE owner_id = {account}",
                             "trading_due_days"),
    "a second primary contact": (
        "INSERT INTO account_contact (account_id, contact_id, is_primary, is_billing) SELECT {account}, contact_id, "
        "is_primary, is_billing FROM account_contact WHERE account_id = {other}",
        "(?i)unique|uq_account_contact"),
}


AT_COMMIT = {
    "a profile of somebody else": (
        "UPDATE account SET profile_id = (SELECT default_profile_id FROM provider WHERE account_id = {other}) "
        "WHERE id = {account}", "(?i)foreign key|fk_account_profile"),
    "a default profile of somebody else": (
        "UPDATE provider SET default_profile_id = (SELECT default_profile_id FROM provider WHERE account_id = {other}) "
        "WHERE account_id = {provider}", "(?i)foreign key|fk_provider_default_profile"),
}


def test_raw_statements_are_refused(database: Database) -> None:
    """One book for all of them: building it takes longer than trying to break it."""
    with scratch(database) as session:
        book = posted_book(session)
        wrong = {what: answer for what, (statement, message) in REFUSED.items()
                 if not re.search(message, answer := _answer(session, statement.format(**vars(book))))}
        assert wrong == {}


def _answer(session: Session, statement: str) -> str:
    """What the database says to a statement; it leaves no trace either way."""
    savepoint = session.begin_nested()
    try:
        session.execute(text(statement))
    except DBAPIError as error:
        return str(error.orig)
    else:
        return "was accepted"
    finally:
        savepoint.rollback()


@pytest.mark.parametrize("what", AT_COMMIT)
def test_what_is_checked_at_the_commit_at_the_latest(database: Database, what: str) -> None:
    statement, message = AT_COMMIT[what]
    with scratch(database) as session:
        book = posted_book(session)
        with pytest.raises(DBAPIError, match=message):
            _write(session, statement.format(**vars(book)))


def _write(session: Session, statement: str) -> None:
    """Execute, and ask at once for the keys that may wait for the commit."""
    session.execute(text(statement))
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    session.execute(text("COMMIT" if is_sqlite else "SET CONSTRAINTS ALL IMMEDIATE"))


def test_a_hold_is_lifted_once(database: Database) -> None:
    lift = text("UPDATE hold SET lifted_on = '2025-06-04', lifted_recorded_at = '2025-06-04 00:00:00'")
    with scratch(database) as session:
        posted_book(session)
        session.execute(lift)
        with pytest.raises(DBAPIError, match="lifted once"):
            session.execute(lift)


def test_a_draft_may_change_and_be_rejected(database: Database) -> None:
    with scratch(database) as session:
        book = posted_book(session)
        session.execute(text(f"UPDATE financial_transaction SET description = 'y' WHERE id = {book.draft}"))
        session.execute(text("UPDATE financial_transaction SET state = 'rejected', rejected_by = 'x', "
                             "rejection_reason = 'twice', "
                             f"rejected_at = '2025-06-03 00:00:00' WHERE id = {book.draft}"))
        with pytest.raises(DBAPIError, match="never changes"):
            session.execute(text(f"UPDATE financial_transaction SET state = 'draft' WHERE id = {book.draft}"))


def test_an_account_may_move_below_another_provider(database: Database) -> None:
    """Only circles are refused, not every change of the tree."""
    with scratch(database) as session:
        book = posted_book(session)
        session.execute(text(f"UPDATE account SET parent_id = {book.upper} WHERE id = {book.other}"))
