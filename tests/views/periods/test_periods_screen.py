"""Accounting periods at the window: set up, looked at for errors, closed in the background, and said before."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot
from sqlalchemy import text

from app.models.values import TransactionKind
from app.services.clock import FixedClock
from app.services.database.unit_of_work import Database
from app.services.documents.drafting import NewDocument, create_draft
from app.views.desk.screen import Target
from app.views.look.theme import Theme
from app.views.periods.feature import CHECK, CLOSE, FEATURE
from app.views.periods.screen import PeriodsScreen
from app.views.running.change_bus import ChangeBus
from tests.factories.books import Book, switch_off_guards
from tests.support.desks import make_desk
from tests.support.driver import Driver
from tests.support.immediate_runner import ImmediateRunner

TODAY = date(2024, 3, 5)


@pytest.fixture
def backend() -> str:
    """Screens are the same on both databases, so one is enough."""
    return "sqlite"


@pytest.fixture
def screen(database: Database, clock: FixedClock, qapp: QApplication, qtbot: QtBot) -> PeriodsScreen:
    """Harbour on 5 March 2024: an invoice of January, a payment that waits, no periods yet."""
    clock.moment = datetime(2024, 3, 5, 12, tzinfo=UTC)
    with database.write() as session:
        book = Book(session)
        provider = book.provider("HT", name="Harbour", currency="EUR")
        account = book.account(provider, "A1", start=date(2023, 1, 1))
        book.invoice(account, 16_000, date(2024, 1, 5), date(2024, 1, 19), number="I1")
        book.payment(account, 1_000, date(2024, 1, 8), number="P1")
        create_draft(session, document=NewDocument(account_id=account, kind=TransactionKind.INVOICE, amount_minor=500,
                                                   on=date(2024, 1, 30)))
    bus = ChangeBus()
    desk = make_desk(Theme(qapp), ImmediateRunner(database, bus), bus, today=lambda: TODAY,
                     date_in=lambda _zone: TODAY, features=(FEATURE,))
    made = PeriodsScreen(Target("periods", part=str(provider)), desk)
    qtbot.addWidget(made)
    made.resize(1200, 700)
    made.show()
    return made


def test_periods_are_set_up_looked_at_and_closed(
    screen: PeriodsScreen, database: Database, qtmodeltester: ModelTester
) -> None:
    driver = Driver(screen)
    assert driver.says("No accounting periods yet.")
    driver.click("Set up…")
    dialog = driver.dialog()
    assert dialog.says("Periods are set up once: this cannot be changed or taken back.")
    dialog.fill("First day", "1 Apr 2024")
    dialog.click("Set up")
    assert dialog.says("nothing could be posted before"), "a refusal keeps what was typed"
    dialog.fill("First day", "1 Jan 2024")
    dialog.click("Set up")
    table = driver.table("Accounting periods")
    qtmodeltester.check(table.model)
    assert (table.column("From"), table.column("State")) == (["1 Jan 2024"], ["Open"])
    assert "set up once" in driver.button("Set up…").toolTip()

    close = driver.button("Close period…")
    assert (close.isEnabled(), "Look for errors first" in close.toolTip()) == (False, True)
    assert screen.bindings()[CLOSE].refusal == "Look for errors first."
    assert driver.says("It ended on Wed 31 Jan 2024.")
    driver.click("Look for errors")
    assert driver.says("No errors: lines, allocations and balances add up.")
    assert driver.says("1 draft of the period, 5.00\N{NO-BREAK SPACE}EUR")
    assert driver.says("10.00\N{NO-BREAK SPACE}EUR of credit are not allocated yet")
    assert driver.says("The next period would begin with 150.00\N{NO-BREAK SPACE}EUR in all, as 3 accounts stand now.")
    driver.click("Close period…")
    asked = driver.dialog()
    assert asked.says("A closed period is never opened again: this cannot be taken back.")
    asked.click("Close period")
    assert asked.says("Say why it is closed")
    asked.fill("Reason", "Month end")
    asked.click("Post 1 draft into it first, as of 31 Jan 2024")
    asked.click("Close period")
    assert (table.column("From"), table.column("State")) == (["1 Feb 2024", "1 Jan 2024"], ["Open", "Closed"])
    assert not close.isEnabled(), "what was found was about the other period"
    with database.read() as session:
        assert session.scalar(text("SELECT detail FROM audit_entry WHERE action = 'period_closed'")) == (
            "Accounting period 1 Jan 2024 to 31 Jan 2024 closed: Month end")
        assert session.scalar(text("SELECT effective_on FROM financial_transaction WHERE amount_minor = 500")) == (
            "2024-01-31")
    table.go_to(1)
    assert driver.says("Ended with"), "a closed one says what it came to"


def test_what_stands_against_closing_is_said_and_keeps_the_button_off(
    screen: PeriodsScreen, database: Database
) -> None:
    driver = Driver(screen)
    driver.click("Set up…")
    driver.dialog().fill("First day", "1 Jan 2024")
    driver.dialog().click("Set up")
    with database.write() as session:
        switch_off_guards(session)
        session.execute(text("UPDATE invoice_line SET amount_minor = 1, net_minor = 1 WHERE transaction_id = "
                             "(SELECT id FROM financial_transaction WHERE number = 'I1')"))
    screen.bindings()[CHECK].run()
    assert driver.says("The lines of the invoice I1 do not add up to it.")
    close = driver.button("Close period…")
    assert not close.isEnabled()
    assert "cannot be closed" in close.toolTip()
