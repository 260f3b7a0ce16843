"""The group manager and *What does this person see?*, worked as a person would."""

from __future__ import annotations

from typing import Any

import pytest
from pytestqt.modeltest import ModelTester

from app.services.groups.queries import member_count
from app.views.asking.form_dialog import FormDialog
from app.views.groups.dialogs import AddMembersDialog, AssignDialog, GroupDialog
from app.views.groups.screen import GroupsScreen
from app.views.staff.sight_screen import SightScreen
from tests.views.staff.conftest import Desk, press


def members(desk: Desk, group_id: int) -> int:
    with desk.database.read() as session:
        return member_count(session, group_id=group_id)


def words_of(dialog: Any) -> str:
    assert isinstance(dialog, FormDialog)
    return dialog.words


def test_a_group_is_made_filled_assigned_and_emptied(desk: Desk, qtmodeltester: ModelTester) -> None:
    screen = desk.open("groups")
    assert isinstance(screen, GroupsScreen)
    qtmodeltester.check(screen._model)
    press(screen, "New account group")
    dialog = desk.dialog()
    assert isinstance(dialog, GroupDialog)
    dialog.entries.fill({"code": "WORK"})
    press(dialog, "Create group")
    assert "Type a name" in words_of(dialog)
    dialog.entries.fill({"name": "Served by Kim"})
    dialog.entries.choice("kind").setCurrentText("Distribution group")
    assert not dialog.entries.choice("access").isEnabled()
    dialog.entries.choice("kind").setCurrentText("Security group")
    press(dialog, "Create group")
    assert 'The code "WORK" is that of' in words_of(dialog), "what was typed is kept, with the reason"
    dialog.entries.fill({"code": "KIM"})
    press(dialog, "Create group")
    panel = screen._panel
    assert panel.sheet is not None
    assert (panel.sheet.row.code, panel.delete.isEnabled(), panel.remove.isEnabled()) == ("KIM", True, False)
    group = panel.sheet.row.id

    press(panel, "Add customers")
    adding = desk.dialog()
    assert isinstance(adding, AddMembersDialog)
    adding.list.field.set_text_now("code:A")
    qtmodeltester.check(adding.list.model)
    assert adding.add_all.text().replace("&", "") == "Add all 6 customers found"
    adding.list.field.set_text_now("balance:lots")
    assert not adding.add_all.isEnabled()
    adding.list.field.set_text_now("code:A1;A3")
    adding.list.table.selectAll()
    press(adding, "Add 2 customers")
    assert members(desk, group) == 2
    assert "has 2 members" in panel.delete.toolTip()

    press(panel, "Assign group")
    assigning = desk.dialog()
    assert isinstance(assigning, AssignDialog)
    assigning.entries.choice("unit_id").setCurrentText("Unit of pat")
    press(assigning, "Assign group")
    assert [tie.unit for tie in panel.sheet.row.units] == ["Unit of pat"]
    panel.members.table.selectAll()
    press(panel, "Remove 2 customers")
    question = desk.dialog()
    press(question, "Remove 2 customers")
    assert members(desk, group) == 0


def test_what_one_may_not_is_off_with_its_reason(desk: Desk) -> None:
    screen = desk.open("groups")
    assert isinstance(screen, GroupsScreen)
    desk.work_as("eye")
    assert "Manage groups" in screen._new.toolTip()
    assert not screen._new.isEnabled()
    assert desk.registry.refusal("groups.new") == 'needs the power "Manage groups"'
    assert not desk.registry.refusal("groups.open")
    screen._ask_rows()
    for button in (screen._panel.edit, screen._panel.add, screen._panel.assign, screen._panel.delete):
        assert not button.isEnabled(), button.text()
        assert "needs the power" in button.toolTip()
    desk.work_as("root")
    assert screen._new.isEnabled()


@pytest.mark.parametrize(("code", "answer"), [
    ("A1", ("sees, but may only look at A1", "in the group WORK")),
    ("A3", ("does not see A3", "sees only the accounts of the group WORK (Allow some)")),
])
def test_why_a_person_sees_an_account_or_not(desk: Desk, code: str, answer: tuple[str, str]) -> None:
    screen = desk.open("sight", str(desk.ids["kim"]))
    assert isinstance(screen, SightScreen)
    assert screen._counts.text() == "Sees 2 customers, may change 0; 4 hidden."
    assert [rule.effect for rule in screen._rules.rows] == ["Shows", "Limits"]
    screen._field.set_text_now(code)
    head, why = screen._answer.accessibleName(), screen._answer.accessibleDescription()
    assert answer[0] in head
    assert answer[1] in why
