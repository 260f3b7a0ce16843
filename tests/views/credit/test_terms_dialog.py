"""*Change credit terms…* from the cockpit: the effect is said before it is saved."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.models.values import Tier
from app.services.attributes.resolving import stored_values
from app.services.attributes.writing import set_attributes
from app.services.database.unit_of_work import Database
from app.views.credit.feature import COCKPIT
from app.views.credit.screen import CockpitScreen
from tests.support.driver import Driver
from tests.views.credit.conftest import Bench

NB = "\N{NO-BREAK SPACE}"


@pytest.fixture
def driver(bench: Bench, qtbot: QtBot) -> Driver[CockpitScreen]:
    made = CockpitScreen(COCKPIT, bench.desk)
    qtbot.addWidget(made)
    made.resize(1204, 662)
    made.show()
    made.shown()
    found = Driver(made)
    found.table("Accounts").go_to(1)  # OWN owes 5.00 of 4.00
    return found


def test_the_effect_is_shown_before_terms_are_saved(driver: Driver[CockpitScreen], database: Database) -> None:
    account = driver.table("Accounts").model.id_at(1)
    driver.click("Change terms…")
    dialog = driver.dialog()
    verb = dialog.button("Change terms")
    assert not verb.isEnabled()
    assert dialog.says("Nothing is changed.")
    assert dialog.value("Rating") == "As usual, B"
    assert dialog.value("Own limit") == "4.00"
    dialog.fill("Own limit", "2")
    assert dialog.says(f"Limit: 4.00{NB}EUR, then 2.00{NB}EUR")
    assert dialog.says(f"Standing: 1.00{NB}EUR over the limit, then 3.00{NB}EUR over the limit")
    dialog.choose("Rating", "AA")
    assert dialog.value("Own limit") == "", "a new rating brings its own limit"
    assert dialog.says("Rating: B, then AA")
    assert dialog.says(f"Limit: 4.00{NB}EUR, then 100.00{NB}EUR"), "AA is worth nothing here, so B holds"
    dialog.choose("Rating", dialog.field("Rating").itemText(0))
    dialog.fill("Own limit", "6")
    dialog.choose("Due dates", "Day of the month")
    dialog.fill("Day of the month", "31")
    dialog.fill("Months after posting", "1")
    assert dialog.says(f"1.00{NB}EUR over the limit, then 1.00{NB}EUR left")
    assert any(name.startswith("An invoice of ") and ", then 3" in name for name in dialog.names())
    assert verb.isEnabled()
    dialog.press(Qt.Key.Key_Return, held=Qt.KeyboardModifier.ControlModifier)
    with database.read() as session:
        found = stored_values(session, Tier.ACCOUNT, account)
    assert (found["credit_limit"], found["trading_terms_day"], found["trading_terms_months"]) == (600, 31, 1)
    assert driver.table("Accounts").column("Account") == ["OVER", "FIRM"], "the cockpit follows"


def test_what_somebody_else_saved_is_kept(driver: Driver[CockpitScreen], database: Database) -> None:
    account = driver.table("Accounts").model.id_at(1)
    driver.click("Change terms…")
    dialog = driver.dialog()
    with database.write() as session:
        set_attributes(session, tier=Tier.ACCOUNT, owner_id=account, values={"credit_limit": 900},
                       seen={"credit_limit": 400})
    dialog.fill("Own limit", "2")
    dialog.click("Change terms")
    assert dialog.says("9.00")
    dialog.click("Keep mine")
    with database.read() as session:
        assert stored_values(session, Tier.ACCOUNT, account)["credit_limit"] == 200
