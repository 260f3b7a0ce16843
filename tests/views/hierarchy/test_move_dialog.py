"""Moving an account on screen: the effect is shown first, and what ties it to its place is said instead."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.models.parties.account import Account
from app.views.hierarchy.move_dialog import MoveDialog
from tests.views.accounts.conftest import Bench


def opened(bench: Bench, code: str) -> tuple[QWidget, MoveDialog]:
    page = bench.page(code)
    bench.trigger(page, "account.move")
    (box,) = [d for d in page.findChildren(MoveDialog) if d.isVisible()]
    return page, box


def rows(box: MoveDialog) -> list[list[str]]:
    return [[line.what, line.old, line.new, line.count] for line in box.effect.shown_lines]


def test_a_customer_gets_another_profile_agent_and_provider(bench: Bench) -> None:
    page, box = opened(bench, "A1")
    assert box.effect.words == "It stands there already. Choose another provider, profile or agent."
    assert not box.verb_button.isEnabled()
    box.agent_box.choose(bench.ids["AG"])
    assert box.effect.words == "Agent: Zebra Agency instead of None. No inherited value changes."
    box.parent_box.choose(bench.ids["CC"])
    assert not box.agent_box.isVisible(), "Coral Coast has no agents"
    assert box.effect.words == (
        "Provider: Coral Coast instead of Harbour Telecom. Profile: Default Profile instead of Business. "
        "3 inherited values change.")
    assert ["Trading terms", "21 days", "7 days", "The account"] in rows(box)
    assert box.verb_button.isEnabled()
    box.submit()
    with bench.database.read() as session:
        account = session.get_one(Account, bench.ids["A1"])
        assert (account.provider_id, account.created_by_agent_id) == (bench.ids["CC"], None)
    assert page.business_place().name == "Coral Coast"


def test_what_ties_an_account_is_said_and_a_provider_takes_all_below_it_along(bench: Bench) -> None:
    _, box = opened(bench, "A2")
    box.parent_box.choose(bench.ids["CC"])
    assert "has 1 document and 2 services of Harbour Telecom" in box.effect.words
    assert not box.verb_button.isEnabled()
    _, box = opened(bench, "HT")
    box.parent_box.setCurrentIndex(next(i for i in range(box.parent_box.count())
                                        if box.parent_box.itemText(i).startswith("Operator")))
    assert "Below it, 6 accounts are concerned." in box.effect.words
    assert ["Late payment fee", "On", "Off", "6 accounts below"] in rows(box)
    box.submit()
    with bench.database.read() as session:
        assert session.get_one(Account, bench.ids["HT"]).provider_id == 1
