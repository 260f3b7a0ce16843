"""The group manager and *What does this person see?*, worked as a person would."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox
from pytestqt.modeltest import ModelTester

from app.services.groups.queries import member_count
from tests.support.driver import Driver
from tests.views.staff.conftest import Desk


def members(desk: Desk, group_id: int) -> int:
    with desk.database.read() as session:
        return member_count(session, group_id=group_id)


def test_a_group_is_made_filled_assigned_and_emptied(desk: Desk, qtmodeltester: ModelTester) -> None:
    screen = Driver(desk.open("groups"))
    groups = screen.table("Account groups")
    qtmodeltester.check(groups.model)
    screen.click("New account group…")
    dialog = screen.dialog()
    dialog.fill("Code", "WORK")
    dialog.click("Create group")
    assert dialog.says("Type a name")
    assert dialog.refused == ["Name"]
    dialog.fill("Name", "Served by Kim")
    assert dialog.refused == [], "what was refused is refused no longer once it is edited"
    dialog.choose("Kind", "Distribution group")
    assert not dialog.find("Access code", QComboBox).isEnabled()
    dialog.choose("Kind", "Security group")
    dialog.click("Create group")
    assert dialog.says('The code "WORK" is that of'), "what was typed is kept, with the reason"
    dialog.fill("Code", "KIM")
    dialog.click("Create group")
    assert groups.text(groups.current, "Code") == "KIM", "the new group is in front"
    assert screen.button("Delete group").isEnabled()
    assert not screen.button("Remove selected").isEnabled()
    group = groups.model.id_at(groups.current)

    screen.click("Add customers…")
    adding = screen.dialog()
    qtmodeltester.check(adding.table("Customers to add").model)
    adding.search("Find customers", "code:A")
    assert adding.button("Add all 6 customers found").isEnabled()
    adding.search("Find customers", "balance:lots")
    assert not adding.button("Add all").isEnabled()
    assert adding.field("Find customers").accessibleDescription() or adding.says("lots"), "it says what is wrong"
    adding.search("Find customers", "code:A1;A3")
    assert not adding.button("Add selected").isEnabled(), "nobody is chosen until a person chooses"
    adding.table("Customers to add").root.selectAll()
    adding.click("Add 2 customers")
    assert members(desk, group) == 2
    assert not screen.button("Remove selected").isEnabled(), "nobody is chosen until a person chooses"
    assert "has 2 members" in screen.button("Delete group").toolTip()

    screen.click("Assign group…")
    assigning = screen.dialog()
    assigning.choose("Org unit", "Unit of pat")
    assigning.click("Assign group")
    assert screen.says("Limits the staff of Unit of pat")
    screen.table("Members").root.selectAll()
    screen.click("Remove 2 customers")
    screen.dialog().click("Remove 2 customers")
    assert members(desk, group) == 0


def test_what_one_may_not_is_off_with_its_reason(desk: Desk) -> None:
    screen = Driver(desk.open("groups"))
    desk.work_as("eye")
    new = screen.button("New account group…")
    assert "Manage groups" in new.toolTip()
    assert not new.isEnabled()
    assert desk.registry.refusal("groups.new") == 'needs the power "Manage groups"'
    assert not desk.registry.refusal("groups.open")
    screen.root.bindings()["screen.refresh"].run()
    for name in ("Edit group…", "Add customers…", "Assign group…", "Delete group"):
        button = screen.button(name)
        assert not button.isEnabled(), name
        assert "needs the power" in button.toolTip()
    desk.work_as("root")
    assert new.isEnabled()


@pytest.mark.parametrize(("code", "answer"), [
    ("A1", ("sees, but may only look at A1", "in the group WORK")),
    ("A3", ("does not see A3", "sees only the accounts of the group WORK (Allow some)")),
])
def test_why_a_person_sees_an_account_or_not(desk: Desk, code: str, answer: tuple[str, str]) -> None:
    screen = Driver(desk.open("sight", str(desk.ids["kim"])))
    assert screen.says("Sees 2 customers, may change 0; 4 hidden.")
    assert screen.table("Rules").column("Effect") == ["Shows", "Limits"]
    screen.search("Code, name, service or invoice of one account", code)
    for words in answer:
        assert screen.says(words)
