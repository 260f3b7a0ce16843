"""`bursar db check` finds what it looks for: a sound book gives nothing, each kind of damage gives its finding."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.values import AccountType, Funding, FundingScope, HoldKind, PlanFrequency, TransactionKind
from app.services.database.unit_of_work import Database
from app.services.documents.cancelling import cancel_document
from app.services.documents.drafting import NewDocument
from app.services.documents.posting import post_document
from app.services.documents.writing_off import write_off_account
from app.services.group_accounts.joining import add_member
from app.services.ledger.plans import CoveredPart, create_plan
from app.services.providers.business_day import business_day
from app.services.status.changes import place_hold
from app.services.upkeep.check import Finding, check_database
from tests.factories.books import Book, scratch, status_shown, switch_off_guards

DAY, LATER = date(2025, 6, 3), date(2025, 6, 20)


def sound_book(session: Session) -> dict[str, int]:
    """A little of everything, ids by code."""
    book = Book(session)
    ids = {"PW": book.provider("PW", kind=AccountType.WHOLESALE, trading_due_days=30)}
    ids["HT"] = book.provider("HT", parent=ids["PW"], late_fee="enable", late_fee_amount=500)
    ids["AG"] = book.account(ids["HT"], "AG", kind=AccountType.AGENT)
    ids["A1"] = book.account(ids["HT"], "A1", name="Łukasz", agent=ids["AG"])
    book.service(ids["A1"], "0402")
    ids["IN"] = book.invoice(ids["A1"], 1_000, DAY, DAY, number="IN-1", disputed=(DAY, LATER))
    ids["PM"] = book.payment(ids["A1"], 1_500, LATER, number="PM-1")
    book.allocate(ids["A1"])
    place_hold(session, account_id=ids["A1"], kind=HoldKind.MANUAL, reason="check", on=DAY,
                seen=status_shown(session, ids["A1"]))
    ids["A2"] = book.account(ids["HT"], "A2")
    ids["PL"] = book.invoice(ids["A2"], 1_000, DAY, DAY, number="IN-2")
    ids["PLAN"] = create_plan(
        session, account_id=ids["A2"], parts=[CoveredPart(invoice_id=ids["PL"], covered_minor=900)], count=2,
        first_on=business_day(session, ids["HT"]), frequency=PlanFrequency.WEEKLY).id
    book.payment(ids["A2"], 550, LATER, number="PM-2")
    book.allocate(ids["A2"])
    ids["A3"] = book.account(ids["HT"], "A3")
    today = business_day(session, ids["HT"])
    first, _, ids["CR"] = (post(session, ids["A3"], kind, amount) for kind, amount in (
        (TransactionKind.INVOICE, 1_000), (TransactionKind.INVOICE, 400), (TransactionKind.PAYMENT, 1_100)))
    cancel_document(session, document_id=first)
    post(session, ids["A3"], TransactionKind.INVOICE, 900)
    write_off_account(session, account_id=ids["A3"], on=today)
    for code in ("GP", "GM"):
        ids[code] = book.account(ids["HT"], code)
    add_member(session, parent_id=ids["GP"], member_id=ids["GM"], funding=Funding(scope=FundingScope.FULL))
    place_hold(session, account_id=ids["GP"], kind=HoldKind.MANUAL, reason="check", on=DAY,
               seen=status_shown(session, ids["GP"]))
    session.flush()
    return ids


def post(session: Session, account: int, kind: TransactionKind, amount: int) -> int:
    on = business_day(session, session.get_one(Account, account).provider_id)
    return post_document(session, document=NewDocument(account_id=account, kind=kind, amount_minor=amount, on=on)).id


def test_nothing_is_wrong_with_a_sound_book(database: Database) -> None:
    with scratch(database) as session:
        sound_book(session)
        assert check_database(session) == []


def test_nothing_is_wrong_with_a_fresh_database(database: Database) -> None:
    with database.read() as session:
        assert check_database(session) == []


# Damage done by a statement: the finding it must give, and the codes it must name.
DAMAGE = {
    "UPDATE hold SET lifted_on = '2025-06-04', lifted_recorded_at = '2025-06-04 00:00:00' WHERE account_id = {GM}":
        ("group_hold", "HT/GM"),
    "UPDATE hold SET lifted_on = '2025-06-04', lifted_recorded_at = '2025-06-04 00:00:00' WHERE account_id = {GP}":
        ("group_hold", "HT/GM"),
    "UPDATE group_membership SET left_on = joined_on, left_recorded_at = recorded_at": ("group_level", "HT/GP"),
    "UPDATE account SET status = 'active' WHERE id = {A1}":
        ("status", "HT/A1 (stored active, derived suspended)"),
    "UPDATE account SET name = 'Other' WHERE id = {A1}": ("search_text", "HT/A1"),
    "UPDATE service SET name = 'Other'": ("service_search_text", "0402"),
    "UPDATE provider_effective SET trading_due_days = 3 WHERE provider_id = {HT}": ("provider_effective", "PW/HT"),
    "UPDATE provider_attributes SET trading_due_days = NULL WHERE owner_id = {PW}":
        ("provider_effective", "PW/HT and operator/PW"),
    "DELETE FROM provider_effective WHERE provider_id = {HT}": ("provider_effective", "PW/HT"),
    "UPDATE account_contact SET is_primary = {no} WHERE account_id = {A1}": ("primary_contact", "HT/A1"),
    "DELETE FROM account_contact WHERE account_id = {A1}": ("billing_contact", "HT/A1"),
    "UPDATE payment_plan_instalment SET amount_minor = 400": ("plan_sums", "HT/A2"),
    "UPDATE payment_plan_invoice SET covered_minor = 400": ("plan_settled", "HT/A2"),
    "UPDATE payment_plan_instalment SET amount_minor = 440 WHERE position = 1": ("plan_settled", "HT/A2"),
    "UPDATE payment_plan SET state = 'completed', ended_recorded_at = recorded_at": ("plan_state", "HT/A2"),
    "UPDATE payment_plan_instalment SET payment_id = {PM}": ("plan_state", "HT/A2"),
    "UPDATE payment_plan_invoice SET covered_minor = 1000": ("plan_covered", "HT/A2"),
    "UPDATE allocation SET amount_minor = 1001 WHERE reverses_id IS NULL": ("allocation_debit", "HT/IN-1"),
    "UPDATE allocation SET amount_minor = 1501 WHERE reverses_id IS NULL": ("allocation_credit", "HT/PM-1"),
    "UPDATE allocation SET effective_on = '2025-06-02' WHERE reverses_id IS NULL": ("allocation_debit_date", "HT/IN-1"),
    "UPDATE allocation SET effective_on = '2025-06-19' WHERE reverses_id IS NULL":
        ("allocation_credit_date", "HT/PM-1"),
    "UPDATE invoice_line SET amount_minor = 900, net_minor = 900, tax_minor = 0": ("invoice_lines", "HT/IN-1"),
    "DELETE FROM invoice_line": ("invoice_lines", "HT/IN-1"),
    "UPDATE dispute_entry SET delta_minor = 2000 WHERE kind = 'raised'": ("dispute", "HT/IN-1"),
    "UPDATE dispute_entry SET effective_on = '2025-06-01' WHERE kind = 'ended'": ("dispute", "HT/IN-1"),
    "UPDATE financial_transaction SET currency = 'EUR' WHERE id = {PM}": ("currency", "HT/PM-1"),
    "UPDATE allocation SET effective_on = '2099-01-01' WHERE reverses_id IS NOT NULL":
        ("allocation_credit_day", "HT/HT-R-00001"),
    "UPDATE financial_transaction SET cancels_id = {IN} WHERE kind = 'invoice_cancellation'":
        ("counter_row", "HT/HT-IC-00001"),
    "UPDATE allocation SET amount_minor = 999 WHERE amount_minor = 1000 AND credit_id IN (SELECT id FROM "
    "financial_transaction WHERE kind = 'invoice_cancellation')": ("counter_row", "HT/HT-IC-00001"),
    "UPDATE account_write_off SET amount_minor = 1": ("write_off", "HT/A3"),
    "DELETE FROM account_write_off_entry": ("write_off", "HT/A3"),
    "UPDATE financial_transaction SET amount_minor = 1, net_minor = 1, tax_minor = 0 WHERE kind = 'refund'":
        ("write_off_account", ": HT."),
    "UPDATE number_series SET last_number = 9 WHERE kind = 'payment'":
        ("number_series", "HT payment (up to 9, 1 given, 0 passed over)"),
    "UPDATE financial_transaction SET series_number = NULL WHERE id = {CR}":
        ("number_series", "HT payment (up to 1, 0 given, 0 passed over)"),
    "UPDATE account SET parent_id = {PW} WHERE id = {A1}": ("hierarchy", "HT/A1"),
    "UPDATE account SET type = 'retail_provider' WHERE id = {AG}": ("provider_row", "HT/AG"),
    "UPDATE account SET created_by_agent_id = {HT} WHERE id = {A1}": ("agent", "HT/A1"),
    "UPDATE account SET parent_id = {HT} WHERE id = {PW}": ("unreachable", "HT/A1"),
}


def test_every_kind_of_damage_is_found(database: Database) -> None:
    with scratch(database) as session:
        ids = sound_book(session)
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        switch_off_guards(session)
        for statement, (check, names) in DAMAGE.items():
            savepoint = session.begin_nested()
            session.execute(text(statement.format(**ids, no="0" if is_sqlite else "false")))
            findings = {f.check: f for f in check_database(session)}
            assert check in findings, (statement, findings)
            assert names in findings[check].message, (statement, findings[check].message)
            savepoint.rollback()


def test_a_missing_guard_is_found(database: Database) -> None:
    with scratch(database) as session:
        on_table = "" if session.get_bind().dialect.name == "sqlite" else " ON account"
        session.execute(text(f"DROP TRIGGER guard_account_no_cycle{on_table}"))
        (finding,) = check_database(session)
        assert finding.check == "guard_missing"
        assert finding.message.endswith("run bursar db upgrade: account_no_cycle.")


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_a_guard_that_is_switched_off_counts_as_missing(database: Database) -> None:
    with scratch(database) as session:
        session.execute(text("ALTER TABLE account DISABLE TRIGGER guard_account_no_cycle"))
        assert [f.check for f in check_database(session)] == ["guard_missing"]


def test_triggers_and_views_of_somebody_else_are_named(database: Database) -> None:
    with scratch(database) as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        session.execute(text("CREATE VIEW nightly_names AS SELECT name FROM account"))
        if is_sqlite:
            session.execute(text("CREATE TRIGGER nightly AFTER UPDATE ON account BEGIN SELECT 1; END"))
        else:
            session.execute(text("CREATE TRIGGER nightly BEFORE UPDATE ON account FOR EACH ROW "
                                 "EXECUTE FUNCTION suppress_redundant_updates_trigger()"))
        (finding,) = check_database(session)
        assert (finding.check, finding.count) == ("stranger", 2)
        assert finding.message.endswith(": trigger nightly on account and view nightly_names.")


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_an_orphan_is_found(database: Database) -> None:
    with scratch(database) as session:
        ids = sound_book(session)
        switch_off_guards(session)
        session.execute(text(f"UPDATE account SET profile_id = 999 WHERE id = {ids['A1']}"))
        (finding,) = [f for f in check_database(session) if f.check == "orphan"]
        assert finding.count == 1
        assert finding.message.endswith(f": row {ids['A1']} of account refers to a missing row of account_profile.")


def test_a_finding_names_the_first_ten_and_counts_the_rest(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        for number in range(12):
            book.account(provider, f"A{number:02d}")
        session.execute(text(f"UPDATE account SET status = 'suspended' WHERE provider_id = {provider} "
                             "AND type = 'end_user'"))
        (finding,) = check_database(session)
        assert isinstance(finding, Finding)
        assert finding.count == 12
        assert finding.message.endswith("HT/A09 (stored suspended, derived active) and 2 more.")
