"""Suspend, reactivate, terminate: what is written, what is refused and that all goes through the one command."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models.audit import AuditEntry
from app.models.parties.account import Account
from app.models.parties.powers import Power
from app.models.parties.service import Service
from app.models.suspension.hold import Hold
from app.models.values import (
    AccountAction,
    AccountStatus,
    CreditEvent,
    HoldKind,
    ServiceState,
    StatusReason,
    TransactionKind,
)
from app.services.access.principal import set_staff
from app.services.actions.acting import reactivate_account, suspend_account, terminate_account
from app.services.actions.checklist import action_sheet
from app.services.credit.checking import check_credit
from app.services.database.unit_of_work import Database
from app.services.documents.drafting import NewDocument, create_draft
from app.services.documents.writing_off import clear_write_off, write_off_account
from app.services.errors import NotAllowed, RefusedByRule
from app.services.hierarchy.accounts import SUSPENSE_CODE
from app.services.ledger.writing import NewPayment, record_payments
from app.services.requests.requests import open_request
from app.services.status.changes import place_hold
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch, status_shown
from tests.services.access.test_authorize import Office
from tests.support.filled_books import FilledBooks

TODAY = TEST_NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
DUE = date(2026, 4, 1)


def suspend(session: Session, account: int, reason: StatusReason | str = StatusReason.DISPUTE) -> None:
    suspend_account(session, account_id=account, reason=reason, on=TODAY, seen=status_shown(session, account))


def reactivate(session: Session, account: int) -> object:
    return reactivate_account(session, account_id=account, reason=StatusReason.OTHER, on=TODAY,
                              seen=status_shown(session, account))


def terminate(session: Session, account: int) -> None:
    terminate_account(session, account_id=account, reason=StatusReason.CLOSURE, on=TODAY,
                      seen=status_shown(session, account))


def test_suspended_reactivated_and_terminated(database: Database) -> None:
    """C8: a suspended account takes documents; a terminated one is never anything else."""
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour", currency="EUR")
        a = book.account(provider, "A-5001", name="Acme")
        suspend(session, a)
        assert status_shown(session, a) is AccountStatus.SUSPENDED
        holds = session.execute(select(Hold.kind, Hold.reason, Hold.effective_on)).all()
        assert [tuple(row) for row in holds] == [("manual", "Dispute", TODAY)]
        book.invoice(a, 3000, TODAY, DUE)
        with pytest.raises(RefusedByRule, match=r"Acme has a hold by staff already\."):
            suspend(session, a)
        record_payments(session, provider_id=provider, currency="EUR", imported=True, payments=[
            NewPayment(account_id=a, number="P1", received_on=TODAY, amount_minor=3000)])
        reactivate(session, a)
        assert status_shown(session, a) is AccountStatus.ACTIVE
        with pytest.raises(RefusedByRule, match="Acme is active, so there is nothing to reactivate"):
            reactivate(session, a)
        terminate(session, a)
        assert status_shown(session, a) is AccountStatus.CANCELLED
        for again in (suspend, reactivate, terminate):
            with pytest.raises(RefusedByRule, match="Acme is terminated"):
                again(session, a)
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.account_id == a).order_by(AuditEntry.id))
        assert list(acts)[1:] == ["hold_placed", "hold_lifted", "account_cancelled"]


def test_reactivating_lifts_holds_by_staff_alone_and_leads_back(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        a = book.account(book.provider("HT"), "A1", name="Acme")
        suspend(session, a)
        place_hold(session, account_id=a, kind=HoldKind.MANUAL, reason="Credit check", on=TODAY,
                   seen=status_shown(session, a))
        place_hold(session, account_id=a, kind=HoldKind.SYSTEM, reason="Fraud", on=TODAY,
                   seen=status_shown(session, a))
        with pytest.raises(RefusedByRule, match=r"^Acme has a system hold\. The operator lifts it\.$"):
            reactivate(session, a)
        session.execute(update(Hold).where(Hold.kind == HoldKind.SYSTEM.value).values(
            lifted_on=TODAY, lifted_recorded_at=TEST_NOW, lifted_by="x"))
        session.execute(update(Account).where(Account.id == a).values(status="suspended"))
        changes = reactivate(session, a)
        assert status_shown(session, a) is AccountStatus.ACTIVE
        undo = changes.undo  # type: ignore[attr-defined]
        back = undo.command(session, **undo.arguments)
        assert status_shown(session, a) is AccountStatus.SUSPENDED
        open_ones = session.scalars(select(Hold.reason).where(Hold.lifted_on.is_(None)).order_by(Hold.id))
        assert list(open_ones) == ["Dispute", "Credit check"]
        back.undo.command(session, **back.undo.arguments)
        assert status_shown(session, a) is AccountStatus.ACTIVE


def test_a_termination_names_all_that_goes_on(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        a = book.account(provider, "A1", name="Acme")
        book.service(a, "N-1", "Mobile")
        book.invoice(a, 11250, TODAY, DUE)
        with pytest.raises(RefusedByRule, match=r"^1 service has not ended \(Mobile N-1\)\.$"):
            terminate(session, a)
        ahead = action_sheet(session, account_id=a).of(AccountAction.TERMINATE)
        assert not ahead.allowed
        session.execute(update(Service).values(state=ServiceState.CANCELLED.value))
        ahead = action_sheet(session, account_id=a).of(AccountAction.TERMINATE)
        assert ahead.allowed, "a debit warns"
        assert [check.words for check in ahead.checks if check.is_warning] == ["It owes 112.50 AUD; that stays owed."]
        terminate(session, a)
        suspense = session.scalars(select(Account.id).where(Account.provider_id == provider,
                                                            Account.code == SUSPENSE_CODE)).one()
        with pytest.raises(RefusedByRule, match="Suspense is a system account; those are never suspended"):
            suspend(session, suspense)


def test_who_may_not_is_told_before_and_refused(database: Database, filled_books: FilledBooks) -> None:
    with filled_books.opened(database, Office) as office:
        session = office.session
        clerk = office.user(office.harbour, "clerk", {Power.CUSTOMERS})
        set_staff(session, clerk)
        a = office.id("A1")
        ahead = action_sheet(session, account_id=a).of(AccountAction.SUSPEND)
        assert [check.words for check in ahead.checks if not check.passed] == [
            'This needs the power "Account status".']
        with pytest.raises(NotAllowed):
            suspend(session, a)


def test_a_write_off_marks_the_account_and_stops_what_is_new(database: Database) -> None:
    """C5 and A3: drafts stay in the way of the end, and the mark stops requests and whatever uses funds."""
    with scratch(database) as session:
        book = Book(session)
        a = book.account(book.provider("HT", name="Harbour", currency="EUR"), "A-4001", name="Acme")
        for amount, due in ((18000, YESTERDAY), (9000, YESTERDAY), (6000, DUE)):
            book.invoice(a, amount, YESTERDAY, due)
        create_draft(session, document=NewDocument(account_id=a, kind=TransactionKind.INVOICE, amount_minor=2500,
                                                   on=TODAY))
        ahead = action_sheet(session, account_id=a).of(AccountAction.WRITE_OFF)
        assert [check.words for check in ahead.checks if check.code == "unsettled_debt"] == [
            "330.00 EUR of what it owes is not settled."]
        assert write_off_account(session, account_id=a, on=TODAY).amount_minor == 33000
        sheet = action_sheet(session, account_id=a)
        assert (sheet.status, sheet.written_off_on) == (AccountStatus.ACTIVE, TODAY)
        assert [each.action.value for each in sheet.actions if each.is_offered] == [
            "suspend", "terminate", "write_off", "clear_write_off"]
        assert not sheet.of(AccountAction.WRITE_OFF).allowed, "nothing is unsettled"
        with pytest.raises(RefusedByRule, match=r"1 draft has to be posted or rejected \(invoice"):
            terminate(session, a)
        with pytest.raises(RefusedByRule, match="Acme is written off, so no service request can be opened on it"):
            open_request(session, account_id=a, subject="Moving")
        answer = check_credit(session, account_id=a, event=CreditEvent.ADD_SERVICE, amount_minor=0, on=TODAY)
        assert (answer.allowed, [reason.code for reason in answer.reasons]) == (False, ["state"])
        clear_write_off(session, account_id=a)
        open_request(session, account_id=a, subject="Moving")
        assert check_credit(session, account_id=a, event=CreditEvent.ADD_SERVICE, amount_minor=0, on=TODAY).allowed
