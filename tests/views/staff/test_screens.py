"""Staff users, org units, roles with their tree of powers, and one's own details, worked as a person would."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from app.services.staff.queries import PowerRow, own_details, power_tree, powers_of_words, role_rows, staff_rows
from app.services.staff.roles import set_role_powers
from app.services.staff.users import edit_user
from app.views.asking.choices import TickList
from app.views.running.change_bus import ELSEWHERE
from app.views.staff.dialogs import ResetPasswordDialog, RoleDialog, UnitDialog, UserDialog
from app.views.staff.power_tree import PowerTree
from app.views.staff.power_tree_model import PowerTreeModel
from app.views.staff.screen import StaffScreen
from tests.services.access.test_authorize import PASSWORD
from tests.support.driver import Driver
from tests.views.staff.conftest import Desk, press

CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked
TREE = [PowerRow(key="a", parent="", label="A", help="Opens A.", refusal=""),
        PowerRow(key="a.b", parent="a", label="B", help="Opens B.", refusal=""),
        PowerRow(key="a.b.c", parent="a.b", label="C", help="Opens C.", refusal=""),
        PowerRow(key="d", parent="", label="D", help="Opens D.", refusal="Not yours."),
        PowerRow(key="a.e", parent="a", label="E", help="Opens E.", refusal="")]


def turn(model: PowerTreeModel, key: str, state: Qt.CheckState) -> bool:
    return model.setData(model._index_of(key), state, Qt.ItemDataRole.CheckStateRole)


def test_ticking_takes_along_what_is_needed_and_what_hangs_below(qtmodeltester: ModelTester) -> None:
    model = PowerTreeModel(TREE, ())
    qtmodeltester.check(model)
    assert turn(model, "a.b.c", CHECKED)
    assert model.ticked() == {"a", "a.b", "a.b.c"}
    turn(model, "a.e", CHECKED)
    turn(model, "a.b", UNCHECKED)
    assert model.ticked() == {"a", "a.e"}
    turn(model, "a", UNCHECKED)
    assert model.ticked() == frozenset()
    assert not turn(model, "d", CHECKED), "what one may not give is off"
    given = model._index_of("d")
    assert not given.flags() & Qt.ItemFlag.ItemIsEnabled
    assert given.siblingAtColumn(1).data() == "Not yours."
    held = PowerTreeModel(TREE, ("d",))
    assert turn(held, "d", UNCHECKED), "what is there already can be taken away"
    assert not turn(PowerTreeModel(TREE, ("a",), is_fixed=True), "a", UNCHECKED)


def test_a_role_a_unit_and_a_user_are_made_and_refusals_stand_beside_the_fields(desk: Desk) -> None:
    screen = desk.open("staff", "roles")
    assert isinstance(screen, StaffScreen)
    press(screen.roles, "New role")
    role = desk.dialog()
    assert isinstance(role, RoleDialog)
    role.entries.choice("provider_id").setCurrentText("HT")
    role.entries.fill({"name": "Role of kim"})
    turn(role.entries.field("powers", PowerTree).model(), "ledger.disputes.end", CHECKED)
    press(role, "Create role")
    assert 'There is a role "Role of kim" already' in role.words
    role.entries.fill({"name": "Settles"})
    press(role, "Create role")
    with desk.database.read() as session:
        made = next(row for row in role_rows(session) if row.name == "Settles")
    assert made.powers == {"ledger", "ledger.disputes", "ledger.disputes.end"}

    screen.show_part("units")
    press(screen.units, "New org unit")
    unit = desk.dialog()
    assert isinstance(unit, UnitDialog)
    unit.entries.choice("provider_id").setCurrentText("HT")
    unit.entries.fill({"name": "Disputes"})
    (item,) = unit.entries.field("role_ids", TickList).findItems("Settles", Qt.MatchFlag.MatchExactly)
    item.setCheckState(CHECKED)
    press(unit, "Create org unit")
    assert any(row.name == "Disputes" and row.roles == ((made.id, "Settles"),) for row in screen.units.model.rows)

    screen.show_part("users")
    press(screen.users, "New staff user")
    user = desk.dialog()
    assert isinstance(user, UserDialog)
    user.entries.choice("unit_id").setCurrentText("Disputes (HT)")
    user.entries.fill({"name": "Una Settle"})
    user.entries.fill({"password": PASSWORD})
    for login, refusal in (("una@pw.example", "Logins of HT end with @ht.example"),
                           ("kim@ht.example", "The login kim@ht.example is taken"), ("una", "is not a login")):
        user.entries.fill({"login": login})
        press(user, "Create staff user")
        assert refusal in user.words
    user.entries.fill({"login": "una@ht.example"})
    press(user, "Create staff user")
    assert "una@ht.example" in {row.login for row in screen.users.model.rows}
    assert screen.users.table.current_row().login == "una@ht.example", "what was just made has the keyboard"


def choose(screen: StaffScreen, login: str) -> None:
    screen.users.field.set_text_now(login)
    screen.users.table.go_to_row(0)


def test_a_user_is_deactivated_and_comes_back_but_never_the_last_administrator(desk: Desk) -> None:
    screen = desk.open("staff")
    assert isinstance(screen, StaffScreen)
    choose(screen, "root@")
    press(screen.users, "Deactivate")
    press(desk.dialog(), "Deactivate")
    assert Driver(screen).says("Nobody could manage staff any more")
    choose(screen, "eye@")
    press(screen.users, "Deactivate")
    press(desk.dialog(), "Deactivate")
    assert not next(row for row in screen.users.model.rows if row.login == "eye@ht.example").active
    press(screen.users, "Reactivate")
    assert all(row.active for row in screen.users.model.rows)
    press(screen.users, "Reset password")
    reset = desk.dialog()
    assert isinstance(reset, ResetPasswordDialog)
    reset.entries.fill({"password": "short"})
    press(reset, "Reset password")
    assert "differ" in reset.words
    reset.entries.fill({"again": "short"})
    press(reset, "Reset password")
    assert "8 characters" in reset.words
    reset.entries.fill({"password": "another-2026", "again": "another-2026"})
    press(reset, "Reset password")
    assert not reset.isVisible()
    assert reset.entries.value("password") == ""


@pytest.mark.parametrize(("button", "stored"), [("Keep mine", {"profiles"}), ("Take theirs", {"ledger"})])
def test_a_role_that_another_window_changed(desk: Desk, button: str, stored: set[str]) -> None:
    screen = desk.open("staff", "roles")
    assert isinstance(screen, StaffScreen)
    screen.roles.field.set_text_now("Role of eye")
    screen.roles.table.go_to_row(0)
    shown = screen.roles.model.rows[0]
    press(screen.roles, "Edit role")
    role = desk.dialog()
    assert isinstance(role, RoleDialog)
    tree = role.entries.field("powers", PowerTree)
    tree.model().tick({"profiles"})
    with desk.database.write() as session:
        set_role_powers(session, role_id=shown.id, powers=powers_of_words(["ledger"]),
                        seen=powers_of_words(shown.powers))
    press(role, "Save role")
    assert 'changed Powers to "Ledger"' in role.conflict.words
    press(role.conflict, button)
    with desk.database.read() as session:
        assert next(row for row in role_rows(session) if row.id == shown.id).powers == stored
    if button == "Take theirs":
        assert set(tree.chosen()) == stored
    else:
        assert not role.isVisible()


def test_a_dialog_stays_until_its_save_is_answered(desk: Desk) -> None:
    screen = desk.open("staff", "roles")
    assert isinstance(screen, StaffScreen)
    press(screen.roles, "New role")
    role = desk.dialog()
    assert isinstance(role, RoleDialog)
    role.entries.choice("provider_id").setCurrentText("HT")
    role.entries.fill({"name": "Role of kim"})
    desk.desk.runner.hold()
    role.submit()
    role.reject()
    role.close()
    desk.desk.runner.release()
    assert role.isVisible()
    assert "There is a role" in role.words, "a refusal is told, and what was typed is there"
    role.reject()
    assert not role.isVisible()


def test_my_details_that_somebody_else_changed(desk: Desk) -> None:
    screen = desk.open("staff", "me")
    assert isinstance(screen, StaffScreen)
    screen.me.entries.fill({"name": "Ruth"})
    with desk.database.write() as session:
        edit_user(session, staff_id=desk.ids["root"], name="Rudi", seen={"name": "Root"})
    press(screen.me, "Save my details")
    assert 'changed Name to "Rudi"' in screen.me.conflict.words
    press(screen.me.conflict, "Keep mine")
    with desk.database.read() as session:
        assert own_details(session).name == "Ruth"


def test_the_rest_of_my_details_is_saved_with_what_was_chosen(desk: Desk) -> None:
    screen = desk.open("staff", "me")
    assert isinstance(screen, StaffScreen)
    screen.me.entries.fill({"name": "Ruth", "email": "ruth@ht.example"})
    with desk.database.write() as session:
        edit_user(session, staff_id=desk.ids["root"], name="Rudi", seen={"name": "Root"})
    press(screen.me, "Save my details")
    press(screen.me.conflict, "Compare")
    screen.me.conflict.rows[0].choose(is_mine=False)
    press(screen.me.conflict, "Save as chosen")
    with desk.database.read() as session:
        own = own_details(session)
    assert (own.name, own.email) == ("Rudi", "ruth@ht.example")


def test_my_details_keep_what_is_typed_when_they_are_read_again(desk: Desk) -> None:
    screen = desk.open("staff", "me")
    assert isinstance(screen, StaffScreen)
    screen.me.entries.fill({"name": "Ruth"})

    def theirs(**values: str) -> None:
        with desk.database.write() as session:
            done = edit_user(session, staff_id=desk.ids["root"], seen=dict.fromkeys(values, values.pop("was")),
                             **values)
        desk.desk.bus.publish(done, ELSEWHERE)

    theirs(email="root@ht.example", was="")
    screen.show_part("users")
    screen.show_part("me")
    assert (screen.me.entries.text("name"), screen.me.entries.text("email")) == ("Ruth", "")
    theirs(name="Rudi", was="Root")
    assert screen.me.entries.text("name") == "Ruth"
    press(screen.me, "Save my details")
    assert 'changed Name to "Rudi"' in screen.me.conflict.words, "what was shown when it was typed is what was seen"
    press(screen.me.conflict, "Take theirs")
    theirs(name="Rosa", was="Rudi")
    assert screen.me.entries.text("name") == "Rosa", "nothing is typed any more"
    screen.me.entries.fill({"name": "Rita"})
    desk.desk.runner.hold()
    press(screen.me, "Save my details")
    screen.me.entries.fill({"name": "Rita Root"})
    desk.desk.runner.release()
    assert screen.me.entries.text("name") == "Rita Root", "typed while it was saved"


def test_what_can_do_more_is_off_with_the_reason(desk: Desk) -> None:
    with desk.database.write() as session:
        made = next(row for row in role_rows(session) if row.name == "Role of eye")
        set_role_powers(session, role_id=made.id, powers=powers_of_words({*made.powers, "staff.admin"}),
                        seen=powers_of_words(made.powers))
    desk.work_as("eye")
    screen = desk.open("staff")
    assert isinstance(screen, StaffScreen)
    choose(screen, "pat@")
    off = [button for button in screen.users.row_actions.buttons if not button.isEnabled()]
    assert len(off) == 3
    assert all("Pat has powers that you do not have yourself" in button.toolTip() for button in off)
    choose(screen, "eye@")
    assert all(button.isEnabled() for button in screen.users.row_actions.buttons)
    desk.work_as("kim")
    limited = desk.open("staff")
    assert isinstance(limited, StaffScreen)
    seen, *others = limited.users.row_actions.buttons
    assert seen.isEnabled()
    assert all(button.toolTip().startswith("Your org unit reaches some customers only") for button in others)


def test_my_details_and_a_list_without_the_power(desk: Desk) -> None:
    desk.work_as("eye")
    screen = desk.open("staff", "me")
    assert isinstance(screen, StaffScreen)
    assert Driver(screen.me).says("eye@ht.example belongs to the org unit Unit of eye of HT, with the role Role of eye")
    screen.me.entries.fill({"name": "Eve"})
    press(screen.me, "Save my details")
    with desk.database.read() as session:
        assert own_details(session).name == "Eve"
        assert len(staff_rows(session)) == 3
        assert len([row for row in power_tree(session) if not row.refusal]) == 3
    screen.me.entries.fill({"name": " "})
    press(screen.me, "Save my details")
    assert Driver(screen.me).says("needs a name")
    assert screen.users.row_actions.buttons[-1].toolTip() == 'Needs the power "Manage staff"'


@pytest.mark.parametrize("action", ["staff.open", "staff.me", "staff.sight", "groups.open"])
def test_every_screen_is_reached_by_its_action(desk: Desk, action: str) -> None:
    asked: list[object] = []
    desk.navigator.asked.connect(lambda target, _aside: asked.append(target))
    desk.registry.trigger(action)
    assert len(asked) == 1


@pytest.mark.parametrize("percent", [100, 150])
def test_the_filter_is_legible_beside_the_buttons(desk: Desk, percent: int) -> None:
    theme = desk.desk.theme
    theme.set_text_percent(percent)
    screen = desk.open("staff")
    assert isinstance(screen, StaffScreen)
    comfortable = theme.sizes.px(screen.comfortable_width)
    screen.resize(comfortable, 500)
    desk.app.processEvents()
    words = theme.metrics().horizontalAdvance(screen.users.field.placeholderText())
    assert words > 0
    assert screen.users.field.width() >= words
    assert screen.width() == comfortable, "no button is cut off"
