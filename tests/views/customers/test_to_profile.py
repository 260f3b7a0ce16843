"""Another profile for the customers selected in a list: the effect first, then the move, then the way back."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.services.profiles.queries import profile_rows
from app.views.profiles.feature import FEATURE
from app.views.profiles.to_profile_dialog import ToProfileDialog
from tests.support.customer_list import CustomerListDriver
from tests.views.accounts.conftest import Bench


def members(bench: Bench) -> dict[str, int]:
    with bench.database.read() as session:
        return {row.name: row.members for row in profile_rows(session, provider_id=bench.ids["HT"])}


def test_customers_selected_in_the_list_get_another_profile(bench: Bench) -> None:
    screen = bench.customers("HT", FEATURE)
    before = members(bench)
    bench.trigger(screen, "customers.select_all")
    bench.trigger(screen, "customers.profile")
    (box,) = [d for d in screen.findChildren(ToProfileDialog) if d.isVisible()]
    count = CustomerListDriver(screen).rows.root.selected_count()
    assert box.windowTitle() == f"Move {count} customers to another profile"
    business = next(n for n in range(box.profile_box.count()) if box.profile_box.itemText(n) == "Business")
    box.profile_box.setCurrentIndex(business)
    terms = [(line.old, line.new) for line in box.effect.shown_lines if line.what == "Trading terms"]
    assert terms == [("10 days", "21 days")]
    moving = count - 1  # Acme has the profile already
    assert (box.verb_button.text(), box.verb_button.isEnabled()) == (f"Move {moving} accounts", True)
    box.submit()
    QApplication.processEvents()
    assert [notice.title for notice in bench.desks[-1].notices.kept] == [f"{moving} accounts moved to Business."]
    after = members(bench)
    assert after["Business"] == before["Business"] + moving
    assert sum(after.values()) == sum(before.values())

    bench.trigger(screen, "customers.profile")
    (again,) = [d for d in screen.findChildren(ToProfileDialog) if d.isVisible()]
    again.profile_box.setCurrentIndex(business)
    assert again.effect.words.startswith("There is no account to move")
    assert not again.verb_button.isEnabled()
