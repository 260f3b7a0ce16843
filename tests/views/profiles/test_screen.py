"""The profile manager used by hand, on the worked example with other names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QPushButton
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models.parties.account import Account
from app.models.parties.profile import AccountProfile
from app.models.values import Tier
from app.services.attributes.sheet import attribute_sheet
from app.services.attributes.writing import set_attribute
from app.services.database.asking import asking
from app.services.invoicing.compose import BaseLine, InvoiceBasis, compose_invoices
from app.services.invoicing.posting import post_invoices
from app.services.jobs import JobContext
from app.services.profiles.page import ProfileList, ProfilePage, ProfileRights, profile_list, profile_page
from app.views.asking.confirm_dialog import ConfirmDialog
from app.views.asking.effect_dialog import EffectDialog
from app.views.asking.effect_panel import EffectLine
from app.views.attributes.editor import AttributeEditor
from app.views.profiles.columns import override_columns
from app.views.profiles.dialogs import DuplicateProfileDialog, EditProfileDialog, NewProfileDialog
from app.views.widgets.empty_state import EmptyState
from tests.services.invoicing.test_compose import RUN, posted
from tests.support.driver import Driver
from tests.views.accounts.conftest import press, type_text
from tests.views.profiles.conftest import Desk

MEMBERS = "Code, name, service or field:value"
ENTER, SPACE, DELETE = Qt.Key.Key_Return, Qt.Key.Key_Space, Qt.Key.Key_Delete


def dialog(desk: Desk, kind: type[QDialog]) -> QDialog:
    found = [d for owner in (desk.screen, desk.desk.window) for d in owner.findChildren(kind) if d.isVisible()]
    assert len(found) == 1, f"{len(found)} dialogs"
    return found[0]


@dataclass(frozen=True)
class Asked:
    """What a question showed before it was accepted."""

    title: str
    words: str
    verb: str
    lines: list[EffectLine]


def accept(desk: Desk) -> Asked:
    question = dialog(desk, EffectDialog)
    asked = Asked(question.windowTitle(), question.effect.words, question.verb_button.text(),
                  question.effect.shown_lines)
    question.verb_button.click()
    QApplication.processEvents()
    return asked


def choose(desk: Desk, name: str) -> None:
    """Walk to a profile of the list."""
    desk.profiles.go_to(next(n for n, row in enumerate(desk.profiles.model.rows) if row.name == name))
    assert desk.screen.card.page.details.name == name


def create(desk: Desk, name: str, *, layout: str = "") -> None:
    desk.seen.click("New profile…")
    box = dialog(desk, NewProfileDialog)
    type_text(box, name)
    if layout:
        box.entries.fill({"layout": layout})
    press(box, ENTER, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert desk.screen.card.page.details.name == name, "the new profile is in front"


def go_to_override(desk: Desk, key: str) -> None:
    table = Driver(desk.screen.card.overrides).table()
    table.go_to(table.model.row_of_key(key))


def override(desk: Desk, key: str, typed: str) -> Asked:
    """Turn an override on by its switch, type the value, see the effect and accept it."""
    tab = desk.screen.card.overrides
    desk.screen.card.show_tab(0)
    go_to_override(desk, key)
    press(tab, SPACE)
    editor = next(found for found in tab.findChildren(AttributeEditor) if found.isVisible())
    editor.field.widget.setFocus()
    editor.field.widget.selectAll()
    type_text(tab, typed)
    press(tab, ENTER)
    return accept(desk)


def move(desk: Desk, query: str, to: str) -> Asked:
    """Filter the members, select all found, choose where they go and accept what is shown."""
    card = desk.screen.card
    card.show_tab(1)
    desk.members.search(MEMBERS, query)
    desk.members.table().root.selectAll()
    QApplication.processEvents()
    next(each for each in desk.members.every(QPushButton) if each.text().startswith("Move")).click()
    (menu,) = [each for each in card.members.findChildren(QMenu) if each.isVisible()]
    next(action for action in menu.actions() if action.text() == to).trigger()
    menu.close()
    QApplication.processEvents()
    return accept(desk)


def terms(desk: Desk, code: str) -> tuple[str, str, str]:
    """Terms of an account, whose they are, and its layout, as its page shows them."""
    sheet = asking(attribute_sheet, account_id=desk.bench.ids[code])(desk.bench.database, JobContext())
    rows = {row.key: row for row in sheet.rows}
    row = rows["trading_due_days"]
    return row.value_text, row.owner, rows["invoice_layout"].value_text


def profile_of(desk: Desk, code: str) -> str:
    with desk.bench.database.read() as session:
        return session.scalars(select(AccountProfile.name).join(Account, Account.profile_id == AccountProfile.id)
                               .where(Account.id == desk.bench.ids[code])).one()


def test_the_example_by_hand(desk: Desk, clock) -> None:
    """The example set up, members moved, its run with its figures, its twist, and what can be taken back."""
    create(desk, "Trade", layout="business")
    effect = override(desk, "trading_due_days", "21")
    assert effect.title == "Set trading terms on Trade"
    create(desk, "Household")
    override(desk, "trading_due_days", "14")
    row = next(row for row in desk.profiles.model.rows if row.name == "Trade")
    assert (row.members, row.overrides, row.layout, row.is_default) == (0, 2, "Business", False)
    choose(desk, "Default Profile")
    effect = move(desk, "K1 or K4", "Trade")
    assert effect.lines == [EffectLine(what="Trading terms", old="10 days", new="21 days", count="1"),
                                         EffectLine(what="Invoice layout", old="Standard", new="Business", count="2")]
    assert desk.notices[-1].title == "2 accounts moved to Trade."
    effect = move(desk, "not code:K3", "Household")
    assert effect.verb == "Move 5 accounts"
    assert desk.screen.card.page.members == 1
    assert terms(desk, "K1") == ("21 days", "Trade", "Business")
    assert terms(desk, "K2") == ("14 days", "Household", "Standard")
    assert terms(desk, "K3") == ("10 days", "Northgate Net", "Standard")
    assert terms(desk, "K4") == ("7 days", "This account", "Business")
    first = run(desk, date(2025, 6, 3))
    with desk.bench.database.read() as session:
        found = {code: posted(session, invoice) for code, invoice in first.items()}
    assert found == {code.replace("A", "K"): (total, due, days, layout) for code, _, total, due, days, layout in RUN}
    clock.moment = datetime(2025, 6, 20, 9, tzinfo=UTC)
    move(desk, "", "Household")
    undo = desk.notices[-1]
    choose(desk, "Trade")
    tab = desk.screen.card.overrides
    desk.screen.card.show_tab(0)
    go_to_override(desk, "trading_due_days")
    press(tab, DELETE)
    effect = accept(desk)
    assert effect.lines == [EffectLine(what="Trading terms", old="21 days", new="10 days", count="1")]
    second = run(desk, date(2025, 7, 3))
    with desk.bench.database.read() as session:
        assert posted(session, second["K1"])[1:3] == (date(2025, 7, 13), 10)
        assert posted(session, second["K3"])[1:3] == (date(2025, 7, 17), 14)
        assert posted(session, first["K1"])[1] == date(2025, 6, 24), "what is posted stays"
        assert posted(session, first["K3"])[1] == date(2025, 6, 13)
    undo.run()
    assert (profile_of(desk, "K3"), desk.notices[-1].title, desk.notices[-1].text) == (
        "Default Profile", "Taken back: move of 1 account.", "1 account moved to Default Profile.")


def run(desk: Desk, on: date) -> dict[str, int]:
    """The invoice run of the example on one day; invoices by account."""
    with desk.bench.database.write() as session:
        bases = [InvoiceBasis(account_id=desk.bench.ids[code.replace("A", "K")], posted_on=on,
                              lines=(BaseLine(description="Charges", amount_minor=base),))
                 for code, base, *_ in RUN]
        made = post_invoices(session, provider_id=desk.bench.ids["NN"], invoices=compose_invoices(session, bases=bases))
    return {code.replace("A", "K"): invoice for (code, *_), invoice in zip(RUN, made, strict=True)}


def test_a_move_is_taken_back_but_for_what_changed_since(desk: Desk, clock) -> None:
    create(desk, "Household")
    choose(desk, "Default Profile")
    move(desk, "code:K2;K5;K6", "Household")
    clock.moment = datetime(2025, 6, 4, 9, tzinfo=UTC)
    with desk.bench.database.write() as session:
        changes = set_attribute(session, tier=Tier.ACCOUNT, owner_id=desk.bench.ids["K5"], key="trading_due_days",
                                value=30, seen={})
    desk.bench.bus.publish(changes)
    card = desk.screen.card
    card.show_tab(2)
    moves = Driver(card.moves)
    assert moves.has("Move 2 accounts back…")
    press(moves.table().root, ENTER)
    question = accept(desk)
    assert question.words == (
        "3 accounts moved to Household. 2 can be moved back; 1 changed since: Eve Vaughn.")
    assert [profile_of(desk, code) for code in ("K2", "K5", "K6")] == ["Default Profile", "Household",
                                                                       "Default Profile"]
    rows = [(row.to_profile, row.moved, row.can_go_back, row.changed, row.takes_back)
            for row in moves.table().model.rows]
    assert rows == [("Default Profile", 2, 2, 0, True), ("Household", 3, 0, 3, False)]
    moves.table().go_to(1)
    (back,) = moves.every(QPushButton)
    assert not back.isEnabled()
    assert moves.says("changed since")


def test_profiles_are_changed_duplicated_made_default_and_deleted(desk: Desk) -> None:
    card = desk.screen.card
    assert not desk.seen.button("Delete profile…").isEnabled()
    assert Driver(card).has("Default Profile is the default profile. Make another one the default first.")
    assert not desk.seen.button("Set as default").isEnabled()
    create(desk, "Trade", layout="business")
    desk.seen.click("New profile…")
    box = dialog(desk, NewProfileDialog)
    press(box, ENTER, modifiers=Qt.KeyboardModifier.ControlModifier)
    assert box.words == "A profile needs a name."
    type_text(box, "trade")
    box.submit()
    assert box.words == 'There is a profile "trade" already. Choose another name.'
    box.reject()
    desk.seen.click("Edit profile…")
    box = dialog(desk, EditProfileDialog)
    box.entries.fill({"name": "Trades", "description": "Firms with an account manager"})
    box.submit()
    assert card.page.details.name == "Trades"
    assert Driver(card).has(f"ID {card.page.id} · Firms with an account manager")
    desk.seen.click("Duplicate profile…")
    box = dialog(desk, DuplicateProfileDialog)
    assert box.entries.text("name") == "Trades copy"
    box.submit()
    assert (card.page.details.name, card.page.layout, card.page.members) == ("Trades copy", "business", 0)
    desk.seen.click("Set as default")
    dialog(desk, ConfirmDialog).verb_button.click()
    assert [row.name for row in desk.profiles.model.rows] == ["Trades copy", "Default Profile", "Trades"]
    assert not desk.seen.button("Delete profile…").isEnabled()
    choose(desk, "Default Profile")
    why = "8 accounts have the profile Default Profile. Move the members to another profile first."
    assert Driver(card).has(why)
    choose(desk, "Trades")
    assert not Driver(card).has(why)
    desk.seen.click("Delete profile…")
    dialog(desk, ConfirmDialog).verb_button.click()
    assert [row.name for row in desk.profiles.model.rows] == ["Trades copy", "Default Profile"]
    desk.profiles.root.selectAll()
    desk.screen.copy_request()
    lines = QGuiApplication.clipboard().text().splitlines()
    ids = {row.name: row.id for row in desk.profiles.model.rows}
    assert lines[1:4] == ["ID, name", *[f"{ids[name]}, {name}" for name in ("Trades copy", "Default Profile")]]
    assert desk.notices[-1].title == "Work request for 2 profiles copied."


def test_the_filter_of_members_and_the_way_to_one(desk: Desk) -> None:
    create(desk, "Trade")
    default = next(row for row in desk.profiles.model.rows if row.is_default)
    desk.open(f"profile/{default.id}")
    assert desk.screen.card.page.id == default.id
    card = desk.screen.card
    card.show_tab(1)
    members, table = desk.members, desk.members.table()
    assert members.has("8 members")
    members.search(MEMBERS, "delivery:post name:works")
    assert members.has("1 of 8 members")
    assert table.column("code") == ["K4"]
    members.search(MEMBERS, "delivry:post")
    assert members.says("delivry")
    assert table.count == 1, "what was shown before stays"
    members.search(MEMBERS, "")
    table.go_to(2)
    chosen = table.model.peek(2).id
    assert card.members.chosen().account_ids == (chosen,)
    assert members.has("Move 1 member to…")
    press(table.root, ENTER)
    target, aside = desk.bench.visited[-1]
    assert (target.kind, target.ident, aside) == ("account", chosen, False)
    members.search(MEMBERS, "name:nobody")
    assert [each.isEnabled() for each in members.every(QPushButton) if each.text().startswith("Move")] == [False]


def test_what_a_person_lacks_the_power_for_is_off_with_the_reason(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    create(desk, "Trade")
    card = desk.screen.card
    choose(desk, "Default Profile")
    card.show_tab(1)
    why = ProfileRights(edit="Editing needs a power.", terms="Terms need a power.", move="Moving needs a power.")

    def listed(session: Session, **asked: int) -> ProfileList:
        return replace(profile_list(session, **asked), rights=why)

    def page(session: Session, **asked: int) -> ProfilePage:
        return replace(profile_page(session, **asked), rights=why, why_not_default=why.edit, why_not_delete=why.edit)

    monkeypatch.setattr("app.views.profiles.screen.profile_list", listed)
    monkeypatch.setattr("app.views.profiles.screen.profile_page", page)
    desk.screen.read_again()
    new = desk.seen.button("New profile…")
    own = [desk.seen.button(name) for name in ("Edit profile…", "Duplicate profile…", "Set as default",
                                               "Delete profile…")]
    assert [button.isEnabled() for button in (new, *own)] == [False] * 5
    assert (new.toolTip(), own[0].toolTip()) == (why.edit,) * 2
    assert Driver(card).has(why.edit)
    assert [each.isEnabled() for each in desk.members.every(QPushButton) if each.text().startswith("Move")] == [False]
    assert desk.members.has(why.move)
    card.show_tab(2)
    assert Driver(card.moves).every(EmptyState)


def test_the_overrides_name_whose_value_the_last_column_is_about() -> None:
    heads = {column.key: column.title for column in override_columns({})}
    assert (heads["value"], heads["inherited"], heads["source"]) == (
        "Effective value", "Without override", "Without it from")
