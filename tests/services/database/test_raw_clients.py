"""What the database refuses to any client: plain sessions of the drivers, with foreign keys on and off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.events.outbox import OutboxAttempt, OutboxMessage
from app.models.group_accounts.membership import FundedItem, FundingGroup, GroupMembership
from app.models.ledger.entries import Allocation, NumberSeries
from app.models.ledger.marks import Reconciliation, WriteOff, WriteOffEntry
from app.models.ledger.plans import PaymentPlan, PaymentPlanInstalment, PaymentPlanInvoice, PaymentPlanSettlement
from app.models.ledger.types import TransactionCategory, TransactionType
from app.models.parties.fact_change import AccountFactChange, Fact
from app.models.parties.note import AccountNote
from app.models.parties.profile_move import ProfileMove, ProfileMoveItem
from app.models.parties.request import ServiceRequest
from app.models.parties.service import Service, ServiceChange
from app.models.parties.staff import OrgUnit, StaffUser
from app.models.suspension.hold import Hold
from app.models.suspension.promise import PromiseToPay
from app.models.values import AccountType, HoldKind, PeriodFrequency, Tier
from app.services.access.principal import act_as_program
from app.services.attributes.writing import set_attribute
from app.services.database.guards import guards_for
from app.services.database.unit_of_work import Database, recorded_now
from app.services.invoicing.statements import freeze_statements
from app.services.periods.settings import set_periods
from app.services.status.changes import place_hold
from tests.factories.books import Book, status_shown
from tests.services.database.conftest import RawClient

Open = Callable[..., RawClient]
DAY = date(2025, 6, 3)


def write_book(database: Database) -> dict[str, Any]:
    """Two providers below a third, two customers of the first, a row of everything that must never change; its ids."""
    with database.write() as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE)
        middle = book.provider("MW", parent=upper, kind=AccountType.WHOLESALE)
        home, other = book.provider("HT", parent=middle), book.provider("CC", parent=middle)
        a, b, c = book.account(home, "A1"), book.account(home, "B1"), book.account(other, "A1")
        invoice = book.invoice(a, 1000, DAY, DAY, number="IN-1", disputed=(DAY, DAY))
        second = book.invoice(a, 500, DAY, DAY, number="IN-2")
        foreign = book.invoice(c, 1000, DAY, DAY, number="IN-3")
        payment = book.payment(a, 1200, DAY, number="PM-1", targets=[invoice])
        mine = book.invoice(b, 300, DAY, DAY, number="IN-4")
        neighbour = book.payment(b, 500, DAY, number="PM-2")
        book.allocate(a)
        place_hold(session, account_id=a, kind=HoldKind.MANUAL, reason="credit check", on=DAY,
                   seen=status_shown(session, a))
        session.add(Hold(provider_id=home, account_id=b, kind=HoldKind.OVERDUE, effective_on=DAY, placed_by="x",
                         recorded_at=recorded_now(session)))
        set_attribute(session, tier=Tier.ACCOUNT, owner_id=a, key="trading_due_days", value=3, seen={})
        spare = book.profile(home, "Spare")
        freeze_statements(session, [invoice])
        _write_agreements_and_messages(session, home, a, second)
        _write_a_group_account(session, home, a, b)
        set_periods(session, provider_id=home, frequency=PeriodFrequency.MONTHLY, first_on=DAY)
        cash = _write_documents_and_marks(session, home, a, mine, neighbour)
        _write_the_office(session, home, a, spare)
    return locals() | {"draft": 900}


def _write_agreements_and_messages(session: Session, home: int, account: int, invoice: int) -> None:
    """A promise, a plan that an allocation settles a part of, a message that was tried, a profile as it was."""
    now = recorded_now(session)
    theirs: dict[str, Any] = {"provider_id": home, "account_id": account}
    plan = PaymentPlan(**theirs, currency="AUD", effective_on=DAY, recorded_at=now, recorded_by="x",
                       frequency="monthly")
    message = OutboxMessage(**theirs, event="auto_suspend", action="message", message_key="k", effective_on=DAY,
                            recorded_at=now, state="failed")
    session.add_all([plan, message])
    session.flush()
    session.add_all([
        PromiseToPay(**theirs, amount_minor=100, currency="AUD", pay_by=DAY, effective_on=DAY, recorded_at=now,
                     recorded_by="x"),
        PaymentPlanInvoice(plan_id=plan.id, invoice_id=invoice, covered_minor=500),
        PaymentPlanInstalment(plan_id=plan.id, position=1, due_on=DAY, amount_minor=500),
        OutboxAttempt(message_id=message.id, recorded_at=now, outcome="failed"),
        AccountFactChange(account_id=account, fact=Fact.PROFILE.value, old_value="1", effective_on=DAY,
                          recorded_at=now),
        ServiceRequest(**theirs, number="SR-000001", subject="Moving", opened_on=DAY, opened_by="x", recorded_at=now),
    ])
    service = Service(**theirs, identifier="N-1", name="Mobile")
    session.add(service)
    session.flush()
    session.add(ServiceChange(service_id=service.id, account_id=account, state="preactive", effective_on=DAY,
                              recorded_at=now))
    session.flush()
    settled = session.scalars(select(Allocation.id).where(Allocation.debit_id == invoice).limit(1)).one()
    session.add(PaymentPlanSettlement(allocation_id=settled, plan_id=plan.id, position=1))
    session.flush()


def _write_a_group_account(session: Session, home: int, parent: int, member: int) -> None:
    theirs: dict[str, Any] = {"provider_id": home, "recorded_at": recorded_now(session), "recorded_by": "x"}
    group = FundingGroup(**theirs, account_id=parent, opened_on=DAY)
    session.add(group)
    session.flush()
    membership = GroupMembership(**theirs, group_id=group.id, account_id=member, scope="partial", joined_on=DAY)
    session.add(membership)
    session.flush()
    session.add(FundedItem(provider_id=home, membership_id=membership.id, kind="product", code="X"))
    session.flush()


def _write_documents_and_marks(session: Session, home: int, account: int, debit: int, credit: int) -> int:
    """A series, a type of payments with a category, a write-off with what it wrote off, books looked through."""
    now = recorded_now(session)
    cash = TransactionType(provider_id=home, kind="payment", code="cash", name="Cash")
    theirs: dict[str, Any] = {"provider_id": home, "account_id": account, "effective_on": DAY, "recorded_at": now,
                              "recorded_by": "x"}
    off = WriteOff(**theirs, currency="AUD", amount_minor=300, mirror_id=debit)
    session.add_all([NumberSeries(provider_id=home, kind="invoice", last_number=7), cash, off,
                     Reconciliation(**theirs, balance_minor=300, differences=0, note="looked through")])
    session.flush()
    session.add_all([TransactionCategory(type_id=cash.id, name="till"),
                     WriteOffEntry(write_off_id=off.id, credit_id=credit, debit_id=debit)])
    session.flush()
    return cash.id


def _write_the_office(session: Session, home: int, account: int, profile: int) -> None:
    """A staff user, a note and a move between profiles; last, because from the first user on services ask who acts."""
    now = recorded_now(session)
    unit = OrgUnit(provider_id=home, name="Collections")
    move = ProfileMove(provider_id=home, to_profile_id=profile, to_profile_name="Spare", actor="x", recorded_at=now)
    session.add_all([unit, move])
    session.flush()
    session.add_all([
        StaffUser(provider_id=home, unit_id=unit.id, login="kim@ht.example", name="Kim", password_hash="x",
                  recorded_at=now),
        AccountNote(provider_id=home, account_id=account, text="Called back", actor="x", recorded_at=now),
        ProfileMoveItem(move_id=move.id, account_id=account, from_profile_id=profile, to_profile_id=profile),
    ])


_LEDGER = ("provider_id, account_id, kind, state, number, currency, amount_minor, net_minor, tax_minor, issued_on, "
           "effective_on, due_on, recorded_at, posted_by, description, method, imported")


def ledger_row(*, id_: Any = 900, number: str = "IN-9", state: str = "draft", kind: str = "invoice",
               amount: Any = 500, day: str = "2025-06-03", verb: str = "INSERT", account: str = "{a}") -> str:
    return (f"{verb} INTO financial_transaction (id, {_LEDGER}) VALUES ({id_}, {{home}}, {account}, '{kind}', "
            f"'{state}', '{number}', 'AUD', {amount}, {amount}, 0, '{day}', '{day}', '{day}', '2025-06-03 00:00:00', "
            "'x', '', '', false)")


def allocation(credit: str, debit: str, amount: int, *, account: str = "{a}", provider: str = "{home}",
               reverses: str = "NULL") -> str:
    return ("INSERT INTO allocation (provider_id, account_id, credit_id, debit_id, amount_minor, kind, effective_on, "
            f"recorded_at, reverses_id) VALUES ({provider}, {account}, {credit}, {debit}, {amount}, 'fifo', "
            f"'2025-06-03', '2025-06-03 00:00:00', {reverses})")


def lift(where: str) -> str:
    return f"UPDATE hold SET lifted_on = '2025-06-04', lifted_recorded_at = '2025-06-04 00:00:00' WHERE {where}"


_POST = "UPDATE financial_transaction SET state = 'posted' WHERE id = {draft}"
_REJECT = ("UPDATE financial_transaction SET state = 'rejected', rejected_at = '2025-06-03 00:00:00', "
           "rejected_by = 'x', rejection_reason = 'twice' WHERE id = {draft}")
_CANCEL = (f"INSERT INTO financial_transaction (id, {_LEDGER}, cancels_id) SELECT 901, provider_id, account_id, "
           "'payment_cancellation', state, 'PC-1', currency, amount_minor, net_minor, tax_minor, issued_on, "
           "effective_on, due_on, recorded_at, posted_by, description, method, imported, id "
           "FROM financial_transaction WHERE id = {neighbour}")
_CLEAR = "UPDATE account_write_off SET cleared_on = '2025-06-04', cleared_at = '2025-06-04 00:00:00', cleared_by = 'x'"
_FIRST = "(SELECT MIN(id) FROM allocation)"

_CLOSE = ("UPDATE accounting_period SET state = 'closed', closed_at = '2025-07-03 00:00:00', closed_by = 'x' "
          "WHERE state = 'open'")


def period(number: int, starts: str, state: str = "open") -> str:
    closed = ("'2025-07-03 00:00:00', 'x'" if state == "closed" else "NULL, NULL")
    return ("INSERT INTO accounting_period (provider_id, number, starts_on, ends_on, state, opened_at, closed_at, "
            f"closed_by) VALUES ({{home}}, {number}, '{starts}', '2026-12-31', '{state}', '2025-07-03 00:00:00', "
            f"{closed})")


TAKEN: dict[str, tuple[str, ...]] = {
    "a draft": (ledger_row(),),
    "a draft rejected": (ledger_row(), _REJECT),
    "a payment": (ledger_row(kind="payment", state="posted", number="PM-9"),),
    "another name": ("UPDATE account SET name = 'Other' WHERE id = {a}",),
    "a payment of a type": (
        ledger_row(kind="payment"),
        "UPDATE financial_transaction SET type_id = {cash}, category = 'till' WHERE id = {draft}"),
    "a draft with a reference": (
        ledger_row(), "UPDATE financial_transaction SET reference = 'R1' WHERE id = {draft}"),
    "what a draft names": (
        ledger_row(kind="payment"), "INSERT INTO payment_target (payment_id, invoice_id) VALUES ({draft}, {second})",
        "DELETE FROM payment_target WHERE payment_id = {draft}"),
    "a cancellation": (_CANCEL,),
    "a series that goes on": ("UPDATE number_series SET last_number = 8",),
    "a mark cleared": (_CLEAR,),
    "an allocation": (allocation("{neighbour}", "{mine}", 300, account="{b}"),),
    "a reversal": (allocation("{payment}", "{invoice}", -1000, reverses=_FIRST),),
    "a move": ("UPDATE account SET parent_id = {upper} WHERE id = {other}",),
    "a hold lifted": (lift("account_id = {a}"),),
    "a profile nobody has": ("DELETE FROM account_profile WHERE id = {spare}",),
    "a statement of the same provider": (
        "INSERT INTO invoice_statement (transaction_id, previous_balance_minor, payments_since_minor, "
        "total_due_minor, bill_to_name, bill_to_address, recorded_at, letterhead_id) SELECT {second}, 0, 0, 0, 'x', "
        "'', recorded_at, letterhead_id FROM invoice_statement",),
}
"""What must go on working, so that no guard is too strict."""
TAKEN |= {
    "a period behind one that is closed": (_CLOSE, period(2, "2025-07-03")),
    "a payment of the next period": (_CLOSE, period(2, "2025-07-03"), ledger_row(
        kind="payment", state="posted", number="PM-9", day="2025-07-03")),
    "a draft of a closed day rejected": (
        ledger_row(), _CLOSE, _REJECT),
    "a draft of a closed day in other words": (
        ledger_row(), _CLOSE, "UPDATE financial_transaction SET description = 'y' WHERE id = {draft}"),
    "a draft of a closed day for a later one": (
        ledger_row(), _CLOSE, "UPDATE financial_transaction SET effective_on = '2025-07-03' WHERE id = {draft}"),
}

REFUSED: dict[str, tuple[str, ...]] = {
    "a posted amount": ("UPDATE financial_transaction SET amount_minor = 1, net_minor = 1 WHERE id = {invoice}",),
    "a posted date": ("UPDATE financial_transaction SET due_on = '2030-01-01' WHERE id = {invoice}",),
    "a posted number": ("UPDATE financial_transaction SET number = 'X' WHERE id = {payment}",),
    "a posted row away": ("DELETE FROM financial_transaction WHERE id = {second}",),
    "a line on a posted invoice": (
        "INSERT INTO invoice_line (transaction_id, position, heading, description, note, quantity, net_minor, "
        "tax_minor, tax_rate_bp, amount_minor) VALUES ({invoice}, 9, '', 'x', '', '1', 0, 0, 0, 0)",),
    "a line moved onto it": (
        ledger_row(), "INSERT INTO invoice_line (transaction_id, position, heading, description, note, quantity, "
        "net_minor, tax_minor, tax_rate_bp, amount_minor) VALUES ({draft}, 9, '', 'x', '', '1', 0, 0, 0, 0)",
        "UPDATE invoice_line SET transaction_id = {invoice} WHERE transaction_id = {draft}"),
    "a line of a rejected one": (
        ledger_row(), _REJECT,
        "INSERT INTO invoice_detail (transaction_id, delivery_method, layout) VALUES ({draft}, 'email', 'standard')"),
    "an invoice posted without lines": (ledger_row(), _POST),
    "another reference": (
        ledger_row(), "UPDATE financial_transaction SET reference = 'R1' WHERE id = {draft}",
        "UPDATE financial_transaction SET reference = 'R2' WHERE id = {draft}"),
    "a reference twice": (
        ledger_row(), ledger_row(id_=901, number="IN-8"), "UPDATE financial_transaction SET reference = 'R1' "
        "WHERE id >= {draft}"),
    "a reference of a posted one": ("UPDATE financial_transaction SET reference = 'R1' WHERE id = {invoice}",),
    "a draft moved": (ledger_row(), "UPDATE financial_transaction SET account_id = {b} WHERE id = {draft}"),
    "a draft of another kind": (ledger_row(), "UPDATE financial_transaction SET kind = 'payment' WHERE id = {draft}"),
    "rejected without a reason": (ledger_row(), _REJECT.replace("'twice'", "''")),
    "another reason": (
        ledger_row(), _REJECT, "UPDATE financial_transaction SET rejection_reason = 'y' WHERE id = {draft}"),
    "a rejected one brought back": (
        ledger_row(), _REJECT, "UPDATE financial_transaction SET state = 'draft', rejected_at = NULL "
        "WHERE id = {draft}"),
    "a type of another kind": (
        ledger_row(), "UPDATE financial_transaction SET type_id = {cash} WHERE id = {draft}"),
    "a category its type has not": (
        ledger_row(kind="payment"),
        "UPDATE financial_transaction SET type_id = {cash}, category = 'bank' WHERE id = {draft}"),
    "a cancellation of nothing": (ledger_row(kind="payment_cancellation", state="posted", number="PC-1"),),
    "a cancellation of half": (_CANCEL.replace("amount_minor, net_minor, tax_minor, issued", "250, 250, 0, issued"),),
    "a cancellation of another kind": (_CANCEL.replace("'payment_cancellation'", "'invoice_cancellation'"),),
    "a cancellation elsewhere": (_CANCEL.replace("account_id, 'payment", "{a}, 'payment"),),
    "a second cancellation": (_CANCEL, _CANCEL.replace("901", "902").replace("PC-1", "PC-2")),
    "a target more": ("INSERT INTO payment_target (payment_id, invoice_id) VALUES ({payment}, {second})",),
    "a target elsewhere": (
        ledger_row(kind="payment"), "INSERT INTO payment_target (payment_id, invoice_id) VALUES ({draft}, {mine})"),
    "what a target may take": ("UPDATE payment_target SET amount_minor = 1",),
    "a series set back": ("UPDATE number_series SET last_number = 6",),
    "a series away": ("DELETE FROM number_series",),
    "a type of another code": ("UPDATE transaction_type SET code = 'till'",),
    "a write-off away": ("DELETE FROM account_write_off",),
    "another sum written off": ("UPDATE account_write_off SET amount_minor = 1",),
    "a mark cleared twice": (_CLEAR, _CLEAR),
    "what was written off": ("UPDATE account_write_off_entry SET debit_id = {invoice}",),
    "who looked the books through": ("UPDATE account_reconciliation SET note = 'y'",),
    "a statement changed": ("DELETE FROM invoice_line WHERE transaction_id = {second}",),
    "too much of a payment": (allocation("{payment}", "{second}", 201),),
    "too much for an invoice": (allocation("{payment}", "{invoice}", 1),),
    "of another account": (allocation("{neighbour}", "{second}", 1),),
    "of another provider": (allocation("{payment}", "{foreign}", 1),),
    "booked to another account": (allocation("{payment}", "{second}", 1, account="{b}"),),
    "booked to another provider": (allocation("{payment}", "{second}", 1, provider="{other}"),),
    "to itself": (allocation("{payment}", "{payment}", 1),),
    "half a reversal": (allocation("{payment}", "{invoice}", -999, reverses=_FIRST),),
    "a reversal of another": (allocation("{payment}", "{second}", -200, reverses=_FIRST),),
    "a reversal of nothing": (allocation("{payment}", "{invoice}", -1),),
    "an entry of another dispute's invoice": (
        "INSERT INTO dispute_entry (provider_id, dispute_id, invoice_id, account_id, kind, delta_minor, effective_on, "
        "recorded_at, actor) SELECT provider_id, dispute_id, {second}, account_id, 'raised', 1, effective_on, "
        "recorded_at, actor FROM dispute_entry WHERE kind = 'raised'",),
    "no default profile": ("UPDATE provider SET default_profile_id = NULL WHERE account_id = {home}",),
    "a default profile that is not there": ("UPDATE provider SET default_profile_id = 0 WHERE account_id = {home}",),
    "a default profile of another": (
        "UPDATE provider SET default_profile_id = (SELECT default_profile_id FROM provider WHERE account_id = {other}) "
        "WHERE account_id = {home}",),
    "the default profile away": (
        "DELETE FROM account_profile WHERE id = (SELECT default_profile_id FROM provider WHERE account_id = {home})",),
    "the default profile given away": (
        "UPDATE account_profile SET provider_id = {other} WHERE id = "
        "(SELECT default_profile_id FROM provider WHERE account_id = {home})",),
    "a profile of another provider": (
        "UPDATE account SET profile_id = (SELECT default_profile_id FROM provider WHERE account_id = {other}) "
        "WHERE id = {a}",),
    "a provider's settings twice": ("INSERT INTO provider SELECT * FROM provider WHERE account_id = {home}",),
    "itself as parent": ("UPDATE account SET parent_id = {upper} WHERE id = {upper}",),
    "a circle of two": ("UPDATE account SET parent_id = {middle} WHERE id = {upper}",),
    "a circle of three": ("UPDATE account SET parent_id = {home} WHERE id = {upper}",),
    "two swapped at once": (
        "UPDATE account SET parent_id = CASE WHEN id = {home} THEN {other} ELSE {home} END "
        "WHERE id IN ({home}, {other})",),
    "a parent that is not there": ("UPDATE account SET parent_id = 4711 WHERE id = {home}",),
    "a customer as parent": ("UPDATE account SET parent_id = {b} WHERE id = {a}",),
    "a second root": ("UPDATE account SET type = 'operator' WHERE id = {a}",),
    "another type": ("UPDATE account SET type = 'agent' WHERE id = {a}",),
    "another currency": ("UPDATE account SET currency = 'EUR' WHERE id = {a}",),
    "another code after posting": ("UPDATE account SET code = 'Z9' WHERE id = {a}",),
    "an unknown lifecycle": ("UPDATE account SET lifecycle = 'dead' WHERE id = {a}",),
    "an account away": ("DELETE FROM account WHERE id = {b}",),
    "a provider away": ("DELETE FROM provider WHERE account_id = {other}",),
    "a hold lifted twice": (lift("account_id = {a}"), lift("account_id = {a}")),
    "a hold put back": (lift("account_id = {a}"), "UPDATE hold SET lifted_on = NULL, lifted_recorded_at = NULL"),
    "half a lift": ("UPDATE hold SET lifted_on = '2025-06-04' WHERE account_id = {a}",),
    "a second overdue hold": (
        "INSERT INTO hold (provider_id, account_id, kind, reason, effective_on, recorded_at, placed_by, "
        "lifted_by_hand) SELECT provider_id, account_id, kind, '', effective_on, recorded_at, placed_by, false "
        "FROM hold WHERE kind = 'overdue'",),
    "a hold away": ("DELETE FROM hold",),
    "a setting of another tier": ("UPDATE profile_attributes SET omit_from_auto_restrict = true",),
    "a system setting on an account": ("UPDATE account_attributes SET module_agents = true",),
    "days out of range": ("UPDATE account_attributes SET trading_due_days = 366 WHERE owner_id = {a}",),
    "days below nothing": ("UPDATE account_attributes SET trading_due_days = -1 WHERE owner_id = {a}",),
    "a choice there is not": ("UPDATE account_attributes SET credit_rating = 'AAAA' WHERE owner_id = {a}",),
    "a rate above all": ("UPDATE account_attributes SET tax_rate = 10001 WHERE owner_id = {a}",),
    "an amount beyond all": (ledger_row(amount=10**15),),
    "a negative amount": (ledger_row(amount=-1),),
    "parts that do not add up": (
        ledger_row(), "UPDATE financial_transaction SET amount_minor = 501 WHERE id = {draft}"),
    "an unknown kind": (ledger_row(kind="gift"),),
    "a number twice": (ledger_row(number="IN-1"),),
    "born posted": (ledger_row(state="posted"),),
    "a request on another account": ("UPDATE service_request SET account_id = {b}",),
    "a request away": ("DELETE FROM service_request",),
    "a request half closed": ("UPDATE service_request SET state = 'closed'",),
    "what a service was": ("DELETE FROM service_change",),
    "a manager of a person": ("UPDATE account SET enterprise = 'individual', account_manager_id = "
                              "(SELECT MIN(id) FROM staff_user) WHERE id = {a}",),
    "an address of a contact that is none of its own": (
        "INSERT INTO account_billing_address (account_id, contact_id) SELECT {a}, contact_id FROM account_contact "
        "WHERE account_id = {b}",),
    "an address of another contact": (
        "INSERT INTO contact_address (id, contact_id, address_type, address_line1, address_line2, city, region, "
        "postcode, country) SELECT 77, contact_id, 'home', 'x', '', 'x', '', '', '' FROM account_contact "
        "WHERE account_id = {b}",
        "INSERT INTO account_billing_address (account_id, contact_id, address_id) SELECT {a}, contact_id, 77 "
        "FROM account_contact WHERE account_id = {a}"),
    "the audit trail": ("UPDATE audit_entry SET actor = 'nobody'",),
    "the audit trail away": ("DELETE FROM audit_entry",),
    "a note changed": ("UPDATE account_note SET text = 'never said'",),
    "a note away": ("DELETE FROM account_note",),
    "a move unwritten": ("DELETE FROM profile_move_item",),
    "a staff user away": ("DELETE FROM staff_user",),
    "history": ("DELETE FROM account_status_change",),
    "who set what": ("UPDATE attribute_change SET actor = 'nobody'",),
    "what a payment named": ("DELETE FROM payment_target",),
    "what an invoice said": ("UPDATE invoice_statement SET total_due_minor = 1",),
    "a letterhead that was printed": ("UPDATE letterhead_version SET name = 'Other'",),
    "a letterhead away": ("DELETE FROM invoice_statement", "DELETE FROM letterhead_version"),
    "a letterhead of another provider": (
        "INSERT INTO invoice_statement (transaction_id, previous_balance_minor, payments_since_minor, "
        "total_due_minor, bill_to_name, bill_to_address, recorded_at, letterhead_id) SELECT {foreign}, 0, 0, 0, 'x', "
        "'', recorded_at, letterhead_id FROM invoice_statement",),
}

_PAID = {"kind": "payment", "state": "posted", "number": "PM-9"}
REFUSED |= {
    "a payment before the first period": (ledger_row(**_PAID, day="2025-06-02"),),
    "a draft before the first period": (ledger_row(day="2025-06-02"),),
    "a draft moved before the first period": (
        ledger_row(), "UPDATE financial_transaction SET effective_on = '2025-06-02' WHERE id = {draft}"),
    "a payment of a closed day": (_CLOSE, ledger_row(**_PAID, day="2025-07-02")),
    "a draft of a closed day posted": (
        ledger_row(kind="payment", number="PM-9"), _CLOSE, _POST),
    "a draft moved to a closed day": (
        ledger_row(day="2025-07-03"), _CLOSE, "UPDATE financial_transaction SET effective_on = '2025-07-02' "
        "WHERE id = {draft}"),
    "a period opened again": (
        _CLOSE, "UPDATE accounting_period SET state = 'open', closed_at = NULL, closed_by = NULL"),
    "a period closed twice": (_CLOSE, _CLOSE.replace("WHERE state = 'open'", "")),
    "a period that ends elsewhere": ("UPDATE accounting_period SET ends_on = '2025-07-10'",),
    "a period away": ("DELETE FROM opening_balance", "DELETE FROM accounting_period"),
    "a second open period": (period(2, "2025-07-03"),),
    "a period born closed": (_CLOSE, period(2, "2025-07-03", "closed")),
    "a period with a day missing before it": (_CLOSE, period(2, "2025-07-04")),
    "a period that leaves out a number": (_CLOSE, period(3, "2025-07-03")),
    "other settings of periods": ("UPDATE accounting_settings SET frequency = 'yearly'",),
    "another balance of a beginning": ("UPDATE opening_balance SET balance_minor = 1 WHERE account_id = {a}",),
    "a balance of a beginning away": ("DELETE FROM opening_balance",),
    "a balance of a closed period": (
        _CLOSE, "INSERT INTO opening_balance SELECT id, {c}, 5 FROM accounting_period WHERE provider_id = {home}"),
}
_COPY = "INSERT OR REPLACE INTO {table} SELECT * FROM {table}"
REFUSED_ON_SQLITE: dict[str, tuple[str, ...]] = {
    "a posted row replaced": (ledger_row(id_="{invoice}", verb="INSERT OR REPLACE", amount=1),),
    "replaced by REPLACE": (ledger_row(id_="{payment}", verb="REPLACE", kind="payment", number="PM-1", amount=1),),
    "replaced by its number": (ledger_row(number="IN-1", verb="INSERT OR REPLACE", amount=1),),
    "replaced by an update": (
        ledger_row(), "UPDATE OR REPLACE financial_transaction SET number = 'IN-1' WHERE id = {draft}"),
    "replaced by its reference": (
        ledger_row(), ledger_row(id_=901, number="IN-8"),
        "UPDATE financial_transaction SET reference = 'R1' WHERE id = 901", "UPDATE OR REPLACE financial_transaction "
        "SET reference = 'R1' WHERE id = {draft}"),
    "replaced by a moved key": (
        ledger_row(), "UPDATE OR REPLACE financial_transaction SET id = {invoice} WHERE id = {draft}"),
    "replaced by a moved row": (
        ledger_row(), "UPDATE OR REPLACE financial_transaction SET rowid = {invoice} WHERE id = {draft}"),
    "changed by an upsert": (
        ledger_row(id_="{invoice}") + " ON CONFLICT (id) DO UPDATE SET description = 'y'",),
    "an account replaced by its code": (
        "UPDATE OR REPLACE account SET code = 'A1' WHERE id = {b}",),
    "an account replaced by a row": ("UPDATE OR REPLACE account SET _rowid_ = {a} WHERE id = {b}",),
    "the default profile replaced": (
        "INSERT OR REPLACE INTO account_profile (id, provider_id, name, description, export_reference) "
        "SELECT id, {other}, 'x', '', '' FROM account_profile WHERE provider_id = {home} AND name <> 'Spare'",),
    "an overdue hold replaced": (
        "INSERT OR REPLACE INTO hold (provider_id, account_id, kind, reason, effective_on, recorded_at, placed_by, "
        "lifted_by_hand) SELECT provider_id, account_id, kind, '', effective_on, recorded_at, placed_by, 0 "
        "FROM hold WHERE kind = 'overdue'",),
    "a circle born": (
        "INSERT INTO account SELECT 901, provider_id, 902, 'X1', type, enterprise, 'X', profile_id, NULL, currency, "
        "start_date, lifecycle, status, 0, '', 'x', 'x', recorded_at, NULL FROM account WHERE id = {home}",),
    "a fraction of a cent": (ledger_row(amount=0.5),),
    "a word as amount": (ledger_row(amount="'many'"),),
    "a day that is none": (ledger_row(day="2025-02-30"),),
    "a word as day": (ledger_row(day="soon"),),
    "a provider with somebody else's profile": (
        "INSERT INTO provider SELECT {b}, default_profile_id, NULL, currency, language, time_zone, '', '', '', '', '', "
        "'', '', '', '', '', '', '', NULL, 'manual', 'never_mandatory', '' FROM provider WHERE account_id = {other}",),
    **{f"{table} replaced": (_COPY.replace("{table}", table),) for table in dict.fromkeys(
        guard.table for guard in guards_for("sqlite") if guard.name.endswith("no_replace"))
        if table not in ("service_restriction", "suspension_rule_set", "suspension_rule_excluded_group")},
}


@pytest.fixture
def book(database: Database) -> dict[str, Any]:
    return write_book(database)


def answers(client: RawClient, cases: dict[str, tuple[str, ...]], book: dict[str, Any]) -> dict[str, str]:
    return {what: client.refusal(*(s.format(**book) for s in statements)) for what, statements in cases.items()}


def test_every_client_is_refused(book: dict[str, Any], raw_client: Open, backend: str) -> None:
    client = raw_client()
    said = answers(client, REFUSED, book)
    assert [what for what, answer in said.items() if not answer] == []
    assert {what: answer for what, answer in answers(client, TAKEN, book).items() if answer} == {}


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
@pytest.mark.parametrize("foreign_keys", [True, False])
def test_clients_of_sqlite_have_more_ways(book: dict[str, Any], raw_client: Open, foreign_keys: bool) -> None:
    client = raw_client(foreign_keys=foreign_keys)
    said = answers(client, REFUSED | REFUSED_ON_SQLITE, book)
    assert [what for what, answer in said.items() if not answer] == []
    assert {what: answer for what, answer in answers(client, TAKEN, book).items() if answer} == {}


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
def test_nothing_is_truncated_or_copied_in(book: dict[str, Any], raw_client: Open) -> None:
    client = raw_client()
    tables = {guard.table for guard in guards_for("postgresql") if guard.event == "TRUNCATE"}
    assert {"account", "financial_transaction", "invoice_line", "audit_entry", "allocation", "hold"} <= tables
    for table in sorted(tables):
        assert f"{table} is never emptied" in client.refusal(f"TRUNCATE {table} CASCADE") or "is never emptied" in (
            client.refusal(f"TRUNCATE {table} CASCADE"))
    line = f"{book['invoice']}\t9\t\tslipped in\t\t1\t\\N\t0\t0\t0\t0\n"
    with pytest.raises(psycopg.Error, match="posted invoice never changes"), (
            client.connection.cursor().copy("COPY invoice_line FROM STDIN")) as copy:
        copy.write(line)


# ---- two at once, which only PostgreSQL lets work side by side


@contextmanager
def meanwhile(client: RawClient, statement: str) -> Iterator[list[str]]:
    """Run a statement of another client that has to wait until the block has ended."""
    said: list[str] = []

    def run() -> None:
        try:
            client.run(statement)
        except psycopg.Error as error:
            said.append(str(error))
        else:
            said.append("")

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(0.3)
    assert thread.is_alive(), f"it did not wait: {said}"
    yield said
    thread.join(10)


@pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("first", "second", "message"), [
    ("UPDATE account SET parent_id = {east} WHERE id = {west}",
     "UPDATE account SET parent_id = {west} WHERE id = {east}", "below itself"),
    (*[allocation("{neighbour}", "{mine}", 300, account="{b}")] * 2, "never exceed"),
    (lift("account_id = {a}"), lift("account_id = {a}"), "lifted once"),
    (_REJECT,
     "INSERT INTO invoice_detail (transaction_id, delivery_method, layout) VALUES ({draft}, 'email', 'standard')",
     "never changes"),
    (_CLOSE, ledger_row(id_=901, **_PAID, day="2025-07-02"), "closed accounting period"),
    (_CLOSE, "BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM account; " +
     ledger_row(id_=901, **_PAID, day="2025-07-02"), "could not serialize"),
], ids=["a circle", "an allocation", "a lift", "a line while it is posted", "a period", "a period of before"])
def test_two_at_once(database: Database, raw_client: Open, first: str, second: str, message: str) -> None:
    book = write_book(database)
    with database.write() as session:
        act_as_program(session)
        more = Book(session)
        book |= {name: more.provider(name.upper(), parent=book["upper"], kind=AccountType.WHOLESALE)
                 for name in ("east", "west")}
    one, other = raw_client(), raw_client()
    one.run(ledger_row().format(**book))
    one.run("BEGIN")
    one.run(first.format(**book))
    with meanwhile(other, second.format(**book)) as said:
        one.run("COMMIT")
    assert message in said[0]
