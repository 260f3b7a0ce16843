"""Services by hand: added, activated, upgraded, stopped and moved with dates, within the credit limit or not at all."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.service import Service, ServiceChange
from app.models.values import ServiceState, StatusReason
from app.services.accounts.history import history_page
from app.services.accounts.history_words import HistoryKind
from app.services.accounts.service_steps import (
    activate_service,
    add_service,
    change_service,
    move_service,
    service_options,
    stop_service,
)
from app.services.accounts.services import service_rows
from app.services.actions.acting import reactivate_account, suspend_account, terminate_account
from app.services.credit.checking import CreditLimitExceeded
from app.services.database.unit_of_work import Database
from app.services.errors import RefusedByRule, RefusedField
from tests.conftest import TEST_NOW
from tests.factories.books import Book, scratch, status_shown

TODAY = TEST_NOW.date()
MONDAY, TUESDAY = TODAY - timedelta(days=7), TODAY - timedelta(days=6)
S = ServiceState


def state(session: Session, service: int) -> ServiceState:
    return ServiceState(session.get_one(Service, service, populate_existing=True).state)


def test_a_service_lives_by_hand_with_its_days(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        a = book.account(provider, "A1", name="Acme")
        made = add_service(session, account_id=a, identifier=" N-1 ", name="Mobile", on=MONDAY, is_active=False).id
        activate_service(session, service_id=made, on=TUESDAY, seen=S.PREACTIVE)
        undo = stop_service(session, service_id=made, to=S.DEACTIVATED, on=TODAY, seen=S.ACTIVE).undo
        (row,) = service_rows(session, account_id=a)
        assert (row.state, row.started_on, row.ended_on, row.steps) == (
            S.DEACTIVATED, MONDAY, TODAY, (S.ACTIVE, S.CANCELLED))
        assert undo is not None
        undo.command(session, **undo.arguments)
        (row,) = service_rows(session, account_id=a)
        assert (row.state, row.ended_on) == (S.ACTIVE, None)
        kept = session.execute(select(ServiceChange.state, ServiceChange.effective_on).order_by(ServiceChange.id)).all()
        assert [tuple(each) for each in kept] == [
            ("preactive", TUESDAY), ("active", TODAY), ("deactivated", TODAY)]
        change_service(session, service_id=made, after={"name": "Mobile XL", "identifier": "N-2"},
                       seen={"name": "Mobile", "identifier": "N-1"})
        acts = [row.what for row in history_page(session, account_id=a, kind=HistoryKind.SERVICES).rows]
        assert acts == ["Service changed", "Service changed", "Service activated", "Service stopped",
                        "Service activated", "Service added"]
        stop_service(session, service_id=made, to=S.CANCELLED, on=TODAY, seen=S.ACTIVE)
        with pytest.raises(RefusedByRule, match="is never taken up again"):
            activate_service(session, service_id=made, on=TODAY, seen=S.CANCELLED)
        other = book.account(provider, "B1", name="Bob")
        for field, values in (("identifier", {"identifier": "N-2"}), ("identifier", {"identifier": ""}),
                              ("name", {"name": "x" * 121}), ("on", {"on": TODAY + timedelta(days=1)}),
                              ("on", {"on": MONDAY - timedelta(days=9999)})):
            with pytest.raises(RefusedField) as caught:
                add_service(session, account_id=other, **{"identifier": "N-3", "name": "DSL", "on": TODAY, **values})
            assert caught.value.field == field


def test_the_credit_limit_is_asked_with_the_first_charge(database: Database) -> None:
    """C1, step 5: 500.00 owing of 500.00, activating for 25.00 is refused, for nothing it is not."""
    with scratch(database) as session:
        book = Book(session)
        a = book.account(book.provider("HT", currency="EUR"), "A1", name="Acme", credit_limit=50000)
        book.invoice(a, 50000, MONDAY, TODAY)
        with pytest.raises(CreditLimitExceeded, match=r"25\.00 EUR above its limit"):
            add_service(session, account_id=a, identifier="N-1", name="Mobile", on=TODAY, first_charge_minor=2500)
        made = add_service(session, account_id=a, identifier="N-1", name="Mobile", on=TODAY, is_active=False).id
        with pytest.raises(CreditLimitExceeded):
            activate_service(session, service_id=made, on=TODAY, seen=S.PREACTIVE, first_charge_minor=1)
        activate_service(session, service_id=made, on=TODAY, seen=S.PREACTIVE)
        with pytest.raises(CreditLimitExceeded):
            change_service(session, service_id=made, after={"name": "Mobile XL"}, seen={"name": "Mobile"},
                           upgrade_charge_minor=100)
        assert state(session, made) is S.ACTIVE


def test_a_suspended_account_stops_services_and_takes_none(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        provider = book.provider("HT")
        a, b = book.account(provider, "A-5001", name="Acme"), book.account(provider, "B1", name="Bob")
        made = add_service(session, account_id=a, identifier="N-1", name="Mobile", on=MONDAY).id
        theirs = add_service(session, account_id=b, identifier="N-2", name="Mobile", on=MONDAY).id
        suspend_account(session, account_id=a, reason=StatusReason.DISPUTE, on=TODAY, seen=status_shown(session, a))
        options = service_options(session, account_id=a)
        assert options.add == "Acme is suspended, so no service can be added to it. Reactivate it first."
        assert (options.change != "", options.stop) == (True, "")
        with pytest.raises(RefusedByRule, match="Acme is suspended, so no service can be added to it"):
            add_service(session, account_id=a, identifier="N-3", name="DSL", on=TODAY)
        with pytest.raises(RefusedByRule, match="Acme is suspended, so its services cannot be changed"):
            change_service(session, service_id=made, after={"name": "x"}, seen={"name": "Mobile"})
        with pytest.raises(RefusedByRule, match="Acme is suspended, so no service can be added to it"):
            move_service(session, service_id=theirs, to_account_id=a, on=TODAY, seen=b)
        stop_service(session, service_id=made, to=S.CANCELLED, on=TODAY, seen=S.ACTIVE)
        reactivate_account(session, account_id=a, reason="Paid", on=TODAY, seen=status_shown(session, a))
        add_service(session, account_id=a, identifier="N-3", name="DSL", on=TODAY)
        with pytest.raises(RefusedByRule, match=r"1 service has not ended \(DSL N-3\)"):
            terminate_account(session, account_id=a, reason="Closed", on=TODAY, seen=status_shown(session, a))


def test_a_service_moves_to_another_account_of_its_provider(database: Database) -> None:
    with scratch(database) as session:
        book = Book(session)
        home, other = book.provider("HT"), book.provider("SB")
        a, b, c = book.account(home, "A1", name="Acme"), book.account(home, "B1", name="Bob"), book.account(other, "C1")
        made = add_service(session, account_id=a, identifier="N-1", name="Mobile", on=MONDAY).id
        with pytest.raises(RefusedField, match="services stay with theirs"):
            move_service(session, service_id=made, to_account_id=c, on=TODAY, seen=a)
        undo = move_service(session, service_id=made, to_account_id=b, on=TUESDAY, seen=a).undo
        assert [[row.identifier for row in service_rows(session, account_id=each)] for each in (a, b)] == [[], ["N-1"]]
        for each in (a, b):
            row = history_page(session, account_id=each, kind=HistoryKind.SERVICES).rows[0]
            assert (row.what, row.old, row.new) == ("Service moved", "Acme", "Bob")
        assert undo is not None
        undo.command(session, **undo.arguments)
        assert [row.identifier for row in service_rows(session, account_id=a)] == ["N-1"]
