"""The inheritance diagram as a person uses it: drawn from the resolver's answer, walked, edited, saved and reread."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QContextMenuEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu
from sqlalchemy import select

from app.models.attributes.catalogue import DEFINITIONS
from app.models.parties.account import Account
from app.models.values import PROVIDER_TYPES, AccountType, Tier
from app.services.attributes.explain import explain_account
from app.services.attributes.resolving import effective_values
from app.services.attributes.rows import AttributeRow, RoomState, account_attributes
from app.services.attributes.sheet import attribute_sheet
from app.services.attributes.values import value_text
from app.services.attributes.writing import set_attribute
from app.services.database.asking import asking
from app.services.database.unit_of_work import Database
from app.services.errors import InputRejected
from app.services.files.kinds import PNG
from app.services.files.writing import write_file
from app.services.hierarchy.finding import find_account
from app.services.jobs import JobContext
from app.views.accounts.page import AccountPage
from app.views.accounts.side_pane import SidePane
from app.views.asking.effect_dialog import EffectDialog
from app.views.asking.effect_panel import EffectLine
from app.views.asking.files import file_name
from app.views.attributes.tab import AttributesTab
from app.views.desk.screen import Target
from app.views.inheritance.export import Sheet, rendered
from app.views.inheritance.export_menu import DiagramExport
from app.views.inheritance.panel import TextPage
from app.views.inheritance.plan import DiagramPlan, Look, Words, make_plan
from app.views.inheritance.room_editing import SetThereDialog
from app.views.inheritance.wide import WideDiagram
from app.views.look import tokens as tk
from tests.factories.books import Book, scratch
from tests.services.attributes.test_effective_forms import Plan, build, plans
from tests.support.account_page import AccountPageDriver
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench, press, tab_action, type_text

UP, DOWN, END, ENTER, ESC = Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_Return, Qt.Key.Key_Escape
F2, DELETE, T = Qt.Key.Key_F2, Qt.Key.Key_Delete, Qt.Key.Key_T
SVG = "{http://www.w3.org/2000/svg}"


def on(page: AccountPage) -> AccountPageDriver:
    return AccountPageDriver(page)


def open_diagram(bench: Bench, code: str, key: str) -> AccountPage:
    """The diagram beside the table, with the keyboard in it."""
    page = bench.page(code)
    on(page).go_to(key)
    bench.trigger(page, "account.why")
    bench.trigger(page, "account.why")
    assert on(page).chain.view.hasFocus()
    return page


def export_of(page: AccountPage) -> DiagramExport:
    """Saving and printing of the diagram beside the table."""
    return next(one for one in page.findChildren(DiagramExport) if not isinstance(one.parent(), WideDiagram))


def under_ring(page: AccountPage) -> str:
    room = on(page).chain.room()
    return "effective" if room is None else room.owner


def stored(bench: Bench, code: str, key: str) -> AttributeRow:
    sheet = asking(attribute_sheet, account_id=bench.ids[code])(bench.database, JobContext())
    return next(row for row in sheet.rows if row.key == key)


def shown(page: AccountPage, kind: type):
    (found,) = [one for one in page.findChildren(kind) if one.isVisible()]
    return found


# --------------------------------------------------------------------------- the drawing is the resolver's answer


def parsed(data: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(data)  # noqa: S314  written by the program a moment ago


def words_of(plan: DiagramPlan, theme) -> list[str]:
    """Every text of the drawing, read back from its SVG."""
    data = rendered(Sheet(plan=plan, title="Title", text="Text"), "svg", theme.icon_font)
    return ["".join(text.itertext()).strip() for text in parsed(data).iter(f"{SVG}text")]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(plan=plans())
def test_rooms_say_what_the_resolver_says_on_random_trees(database: Database, plan: Plan) -> None:
    with scratch(database) as session:
        build(Book(session), plan)
        accounts = session.scalars(select(Account).where(Account.type.not_in(sorted(PROVIDER_TYPES))).limit(2)).all()
        for account in accounts:
            rows = account_attributes(session, account_id=account.id)
            answers = {answer.key: answer for answer in effective_values(session, account)}
            for row in rows:
                drawn = make_plan(row, Words(title="Effective"), width=500, height=900)
                effective = answers[row.key].effective
                steps = [(place, one) for place, one in enumerate(one for room in drawn.rooms for one in room.rows)]
                assert [(s.tier, s.owner_id) for s in effective.chain] == [(one.tier, one.set_id) for _, one in steps]
                assert [place for place, one in steps if one.state is RoomState.WINS] == (
                    [] if effective.winner is None else [effective.winner])
                struck = {one.set_id or 0 for room in drawn.rooms if room.look is Look.STRUCK for one in room.rows}
                assert len(drawn.stubs) == len([s for n, s in enumerate(effective.chain)
                                                if s.value is not None and n != effective.winner])
                assert {s.owner_id or 0 for n, s in enumerate(effective.chain)
                        if s.value is not None and n != effective.winner} == struck
                currency = (effective.source.currency if effective.source else None) or account.currency
                expected = value_text(DEFINITIONS[row.key], effective.value, currency)
                assert drawn.effective.value.endswith(expected if effective.source else "")
                assert expected in row.story


@pytest.mark.parametrize(("values", "expected"), [
    ({}, "7 days"),
    ({"operator": 3}, "3 days"), ({"PW": 4}, "4 days"), ({"HT": 5}, "5 days"), ({"profile": 6}, "6 days"),
    ({"account": 8}, "8 days"), ({"HT": 5, "account": 0}, "0 days"), ({"profile": 0, "PW": 4}, "0 days"),
])
def test_the_drawn_words_are_those_of_the_answer(database: Database, theme, values, expected) -> None:
    with scratch(database) as session:
        book = Book(session)
        upper = book.provider("PW", kind=AccountType.WHOLESALE, name="Pacific Wholesale")
        provider = book.provider("HT", parent=upper, name="Harbour Telecom")
        profile = book.profile(provider, "Business")
        account = book.account(provider, "A1", name="Acme", profile=profile)
        owners = {"operator": (Tier.PROVIDER, book.operator), "PW": (Tier.PROVIDER, upper),
                  "HT": (Tier.PROVIDER, provider), "profile": (Tier.PROFILE, profile),
                  "account": (Tier.ACCOUNT, account)}
        for owner, value in values.items():
            tier, owner_id = owners[owner]
            set_attribute(session, tier=tier, owner_id=owner_id, key="trading_due_days", value=value, seen={})
        row = next(r for r in account_attributes(session, account_id=account) if r.key == "trading_due_days")
        drawn = words_of(make_plan(row, Words(title="Effective for Acme", when="1 Jun 2025"), width=600, height=900),
                         theme)
        for room in row.chain:
            assert {room.owner, room.tier_text, room.value_text, room.note} <= set(drawn)
        assert drawn.count("Wins") == 1
        assert drawn[drawn.index("Effective for Acme") + 1] == expected
        assert explain_account(session, find_account(session, "A1"), attribute="trading_due_days")[0].text == row.story


@pytest.mark.parametrize(("key", "value", "drawn"), [
    ("credit_limit", 0, "0.00 AUD"), ("omit_from_auto_restrict", False, "No"), ("late_fee_label", "", ""),
    ("unbilled_credit_limit", None, "Not set anywhere: no limit"),
])
def test_empty_values_are_values(database: Database, theme, key, value, drawn) -> None:
    with scratch(database) as session:
        book = Book(session)
        account = book.account(book.provider("HT"), "A1", name="Acme")
        if key == "late_fee_label":
            set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key="late_fee", value="enable", seen={})
        if value is not None:
            set_attribute(session, tier=Tier.ACCOUNT, owner_id=account, key=key, value=value, seen={})
        row = next(r for r in account_attributes(session, account_id=account) if r.key == key)
        plan = make_plan(row, Words(title="Effective for Acme"), width=600, height=900)
        assert plan.effective.value == drawn
        assert (plan.path is None) == (value is None)
        if value is not None:
            assert plan.rooms[plan.start].row.tier is Tier.ACCOUNT
            assert "Wins" in words_of(plan, theme)


# --------------------------------------------------------------------------- by keyboard


def test_the_keyboard_starts_on_the_winner_and_walks_the_rooms(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    view = on(page).chain.view
    assert under_ring(page) == "Business"
    assert view.accessibleName() == (
        "Trading terms of Acme Pty Ltd. Account profile, Business: 21 days. Wins")
    assert view.accessibleDescription() == stored(bench, "A1", "trading_due_days").story
    walked = []
    for key in (UP, UP, UP, UP, UP, DOWN, END, DOWN, UP):
        press(page, key)
        walked.append(under_ring(page))
    assert walked == ["Harbour Telecom", "Pacific Wholesale", "Operator", "Built in", "Built in", "Operator",
                      "effective", "effective", "Acme Pty Ltd"]


def test_a_room_without_a_say_is_passed_over(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "account_billing_day")
    assert under_ring(page) == "Built in"
    press(page, END, UP, UP)
    assert under_ring(page) == "Harbour Telecom"  # the profile has no say in billing days


def test_enter_opens_owners_and_plus_minus_zoom(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    view = on(page).chain.view
    press(page, ENTER)  # a profile has a page of its own
    press(page, UP, UP, ENTER)
    profile = stored(bench, "A1", "trading_due_days").owner_profile_id
    assert [target for target, _ in bench.visited] == [Target("profiles", part=f"profile/{profile}"),
                                                       Target("account", bench.ids["PW"])]
    press(page, END, UP, ENTER)  # its own page is here already
    assert len(bench.visited) == 2
    press(page, Qt.Key.Key_Plus, Qt.Key.Key_Plus)
    assert view.zoom == pytest.approx(1.5625)
    assert view.transform().m11() == pytest.approx(1.5625)
    press(page, Qt.Key.Key_Minus)
    assert view.zoom == pytest.approx(1.25)
    press(page, Qt.Key.Key_0)
    assert view.zoom == 1


def test_t_shows_the_text_and_goes_back(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    panel = on(page).chain
    press(page, T)
    assert Driver(panel).one(TextPage).hasFocus()
    assert Driver(panel).one(TextPage).toPlainText() == stored(bench, "A1", "trading_due_days").story
    press(page, T)
    assert panel.view.hasFocus()
    press(page, ESC)
    assert on(page).side == ""
    assert on(page).has_keyboard("Attributes")


def test_a_mouse_chooses_and_opens_rooms(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    view = on(page).chain.view
    box = view.plan.rooms[3].box
    point = view.mapFromScene(box.x + 20, box.middle)
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert under_ring(page) == "Harbour Telecom"
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
    assert bench.visited[-1][0] == Target("account", bench.ids["HT"])


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # pop-ups without a display
def test_a_right_click_offers_what_the_keys_do(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    view = on(page).chain.view

    def menu_at(stop: int) -> dict[str, bool]:
        view.go_to(stop)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
        QApplication.sendEvent(view.viewport(), event)
        menu = shown(page, QMenu)
        found = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
        menu.close()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        return found

    assert menu_at(3) == {"&Open Harbour Telecom": True, "&Change it on Harbour Telecom…": True,
                          "C&lear it there…": True, "As &text": True}
    assert menu_at(5) == {"&Open": False, "&Set it on Acme Pty Ltd…": True, "C&lear it there…": False,
                          "As &text": True}
    assert menu_at(0) == {"&Open": False, "&Set it on Built in…": False, "C&lear it there…": False, "As &text": True}


def test_a_provider_shows_what_it_passes_on(bench: Bench) -> None:
    page = open_diagram(bench, "HT", "trading_due_days")
    panel = on(page).chain
    assert [room.row.owner for room in panel.plan.rooms] == ["Built in", "Operator", "Pacific Wholesale",
                                                             "Harbour Telecom"]
    assert panel.plan.effective.title == "Passed on by Harbour Telecom"
    assert under_ring(page) == "Harbour Telecom"
    assert panel.words == "5 accounts inherit this value, 1 has its own."
    press(page, F2)
    type_text(page, "12")
    press(page, ENTER)
    assert panel.plan.effective.value == "10 days"
    shown(page, EffectDialog).verb_button.click()
    assert panel.plan.effective.value == "12 days"


def test_whom_a_provider_or_a_profile_reaches(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    panel = on(page).chain
    assert panel.words == "1 account inherits this value."  # the members of Business
    press(page, UP)
    assert panel.words == "5 accounts inherit this value, 1 has its own."
    press(page, UP)
    assert panel.words == "A value set here would reach 0 accounts; 6 have their own."
    press(page, END)
    assert panel.words == ""


# --------------------------------------------------------------------------- setting and clearing


def test_f2_sets_where_the_ring_stands_after_its_effect_was_seen(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    press(page, F2)
    form = shown(page, SetThereDialog)
    assert form.windowTitle() == "Change trading terms on Business"
    assert (form.field.text(), form.effect.words, form.verb_button.text()) == (
        "21", "1 account takes it; for none of them does a value change.", "Change for 1 account")
    form.field.put_text("400")
    form.submit()
    assert form.words == "400 is outside 0 to 365."
    form.field.put_text("28")
    assert not form.verb_button.isEnabled()  # what was computed is of another value
    press(form, ENTER)
    assert form.effect.shown_lines == [EffectLine(what="Trading terms", old="21 days", new="28 days", count="1")]
    assert form.effect.words == (
        "1 account takes it. Invoices posted from now on take the new terms; those posted keep their due date.")
    assert stored(bench, "A1", "trading_due_days").value == 21
    press(form, ENTER)
    row = stored(bench, "A1", "trading_due_days")
    assert (row.value, row.owner) == (28, "Business")
    assert on(page).chain.plan.effective.value == "28 days"
    assert under_ring(page) == "Business"  # the keyboard stays while the value changes


def test_f2_on_the_account_itself_edits_in_the_table(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    press(page, END, UP, F2)
    type_text(page, "14")
    press(page, ENTER)
    assert stored(bench, "A1", "trading_due_days").own_value == 14
    assert on(page).chain.plan.effective.value == "14 days"


def test_delete_clears_where_the_ring_stands(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    press(page, UP, DELETE)
    question = shown(page, EffectDialog)
    assert question.windowTitle() == "Give up trading terms on Harbour Telecom"
    assert question.effect.shown_lines == [EffectLine(what="Trading terms", old="10 days", new="7 days", count="5")]
    assert question.verb_button.text() == "Give up for 5 accounts"
    question.verb_button.click()
    row = stored(bench, "A1", "trading_due_days")
    assert [one.value_text for one in row.chain][3:5] == ["Not set", "21 days"]
    press(page, DELETE)
    assert on(page).chain.words == "Nothing is set there."
    press(page, Qt.Key.Key_Home, DELETE)
    assert on(page).chain.words == "The system default is built in."
    press(page, F2)
    assert on(page).chain.words == "Trading terms cannot be set there. It is built in."


def test_a_limit_from_a_rating_stands_in_the_room_that_set_the_rating(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "credit_limit")
    plan = on(page).chain.plan
    room = plan.rooms[plan.start]
    assert (room.row.owner, room.row.rating, room.row.value_text) == ("Business", "A", "rating A: 3,000.00 AUD")
    assert plan.effective.value == "3,000.00 AUD"
    press(page, DELETE)
    assert on(page).chain.words == "The limit comes from rating A; clear the credit rating there instead."


# --------------------------------------------------------------------------- the wide form


def test_the_wide_form_covers_the_page_and_escape_goes_back(bench: Bench) -> None:
    page = bench.page("A1")
    on(page).go_to("trading_due_days")
    bench.trigger(page, "account.diagram")
    wide = on(page).one(WideDiagram)
    assert on(page).is_wide
    assert wide.panel.view.hasFocus()
    assert wide.accessibleName() == "Trading terms of Acme Pty Ltd"
    press(page, END, UP, F2)  # the table is hidden, so a dialog asks
    form = shown(page, SetThereDialog)
    assert form.windowTitle() == "Set trading terms on Acme Pty Ltd"
    form.field.put_text("9")
    form.submit()
    assert wide.panel.plan.effective.value == "9 days"
    wide.panel.view.setFocus()
    press(page, ESC)
    assert not on(page).is_wide
    assert page.focusWidget() is on(page).attributes.root


def test_the_matrix_shows_all_and_enter_opens_one(bench: Bench) -> None:
    page = bench.page("A1")
    on(page).go_to("trading_due_days")
    shown_keys = on(page).keys
    bench.trigger(page, "account.matrix")
    wide = on(page).one(WideDiagram)
    assert wide.matrix.hasFocus()
    assert wide.matrix.accessibleName() == (
        "All attributes of Acme Pty Ltd. Trading terms. Account profile, Business: 21 days. Wins")
    assert [row.key for row in wide.matrix.plan.attributes] == shown_keys
    downwards = shown_keys.index("credit_rating") - shown_keys.index("trading_due_days")
    press(page, *[DOWN] * downwards, Qt.Key.Key_Left)
    press(page, T)
    assert stored(bench, "A1", "credit_rating").story in Driver(wide).one(TextPage).toPlainText()
    press(page, T, ENTER)
    assert not wide.shows_all
    assert wide.panel.subject.row.key == "credit_rating"
    assert page.findChild(AttributesTab).current().key == "credit_rating"
    bench.trigger(page, tab_action("ledger"))
    assert not on(page).is_wide


def test_heads_and_labels_of_a_matrix_stay_while_it_scrolls(bench: Bench) -> None:
    page = bench.page("A1")
    page.resize(700, 420)
    bench.trigger(page, "account.matrix")
    view = on(page).one(WideDiagram).matrix
    plan = view.plan
    press(page, END, *[Qt.Key.Key_Right] * 5)
    corner = view.mapToScene(0, 0)
    assert corner.x() > 0
    assert corner.y() > 0
    box = plan.box(view.stop)
    assert box.x >= corner.x() + plan.kept_width  # the ring is not behind what stays
    assert box.y >= corner.y() + plan.kept_height
    stop = view.stop
    for point in (QPoint(30, 200), QPoint(400, 20)):  # over the labels, over the heads
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=point)
        assert view.stop == stop
    image = view.viewport().grab().toImage()
    strip = view.mapFromScene(plan.columns[-1].box.x + 8, corner.y() + 5)
    assert image.pixelColor(strip) == bench.theme.tokens.tier_account
    press(page, Qt.Key.Key_Home)
    assert view.mapToScene(0, 0).y() == 0


def test_it_opens_by_itself_where_there_is_room_until_it_is_closed(bench: Bench) -> None:
    page = bench.page("A1")
    assert on(page).side == ""
    page.resize(1500, 800)
    QApplication.processEvents()
    assert on(page).side
    assert on(page).has_keyboard("Attributes")
    assert on(page).one(SidePane).width() == 460
    bench.trigger(page, tab_action("ledger"))
    assert on(page).side == ""
    bench.trigger(page, tab_action("attributes"))
    assert on(page).side
    on(page).click("Close this panel")
    page.resize(1600, 800)
    bench.trigger(page, tab_action("ledger"))
    bench.trigger(page, tab_action("attributes"))
    assert on(page).side == ""


def test_both_palettes_and_text_sizes_draw_it_anew(bench: Bench) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    view = on(page).chain.view
    bench.theme.set_choice("light")
    room = view.plan.rooms[view.stop].box
    point = view.mapFromScene(room.x + 3, room.middle)
    colours = []
    for choice in ("light", "dark"):
        bench.theme.set_choice(choice)
        QApplication.processEvents()
        colours.append(QColor(view.viewport().grab().toImage().pixelColor(point)))
    assert colours == [tk.LIGHT.tier_profile, tk.DARK.tier_profile]
    bench.theme.set_text_percent(150)
    assert view.transform().m11() == pytest.approx(1.5)
    assert under_ring(page) == "Business"


# --------------------------------------------------------------------------- files


@pytest.fixture
def sheet(bench: Bench) -> Sheet:
    row = stored(bench, "A1", "trading_due_days")
    return Sheet(plan=make_plan(row, Words(title="Effective for Acme Pty Ltd"), width=600, height=900),
                 title="Trading terms of Acme Pty Ltd", text=row.story)


def test_an_svg_is_opened_again(sheet: Sheet, theme) -> None:
    theme.set_choice("dark")
    root = parsed(rendered(sheet, "svg", theme.icon_font))
    assert root.findtext(f"{SVG}title") == sheet.title
    assert root.findtext(f"{SVG}desc") == sheet.text
    assert root.attrib["viewBox"].split()[2] == "600"
    words = ["".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")]
    assert {"Business", "21 days", "Wins", "10 days", "Overruled by Business"} <= set(words)
    fills = {one.attrib.get("fill", "").upper() for one in root.iter()}
    assert {tk.LIGHT.tier_profile.name().upper(), tk.LIGHT.tint_provider.name().upper()} <= fills
    assert tk.DARK.tint_provider.name().upper() not in fills  # always the light palette
    assert not list(root.iter(f"{SVG}image"))  # icons stay sharp


def test_a_pdf_is_opened_again(sheet: Sheet, theme) -> None:
    document = pypdfium2.PdfDocument(rendered(sheet, "pdf", theme.icon_font))
    assert len(document) == 1
    page = document[0]
    assert [round(side) for side in page.get_size()] == [595, 842]
    text = re.sub(r"\s+", " ", page.get_textpage().get_text_bounded())
    assert "Trading terms of Acme Pty Ltd" in text
    assert sheet.text in text
    assert all(word in text for word in ("Harbour Telecom", "10 days", "Overruled by Business", "Falls through"))


def test_a_png_is_opened_again_and_grey_keeps_the_tiers_apart(sheet: Sheet, theme, tmp_path) -> None:
    path = tmp_path / "diagram.png"
    path.write_bytes(rendered(sheet, "png", theme.icon_font))
    image = QImage(str(path))
    assert image.width() == 1200
    assert image.text("Description") == sheet.text
    plan = sheet.plan
    strips = [image.pixelColor(int(room.box.x + 4) * 2, int(room.box.middle) * 2) for room in plan.rooms]
    greys = [strips[place].lightnessF() for place in (0, 1, 3, 4, 5)]
    assert greys == sorted(greys, reverse=True)


def test_a_wide_matrix_lies_across_the_page(bench: Bench) -> None:
    page = bench.page("A1")
    bench.trigger(page, "account.matrix")
    plan = on(page).one(WideDiagram).matrix.plan
    sheet = Sheet(plan=plan, title="All attributes of Acme Pty Ltd", text="Text")
    document = pypdfium2.PdfDocument(rendered(sheet, "pdf", bench.theme.icon_font))
    width, height = document[0].get_size()
    assert (width > height) == (plan.width > plan.height)
    text = document[0].get_textpage().get_text_bounded()
    assert all(row.label in text for row in plan.attributes)


def test_a_diagram_is_saved_through_the_dialog(bench: Bench, tmp_path: Path) -> None:
    page = open_diagram(bench, "A1", "trading_due_days")
    export = export_of(page)
    assert [action.text() for action in export.menu.actions() if action.text()] == [
        "Save as &SVG picture…", "Save as &PNG picture…", "Save as P&DF document…", "P&rint…"]
    export.menu.actions()[0].trigger()
    dialog = shown(page, QFileDialog)
    assert dialog.selectedFiles()[0].endswith("Trading terms of Acme Pty Ltd.svg")
    dialog.fileSelected.emit(str(tmp_path / "terms.svg"))
    dialog.reject()
    assert on(page).chain.words == f"Saved as {tmp_path / 'terms.svg'}."
    assert parsed((tmp_path / "terms.svg").read_bytes()).findtext(f"{SVG}title") == (
        "Trading terms of Acme Pty Ltd")
    export.save("svg", str(tmp_path / "missing" / "terms.svg"))
    assert on(page).chain.words.startswith(f"{tmp_path / 'missing' / 'terms.svg'} cannot be written:")


def test_a_refused_file_leaves_nothing_behind(bench: Bench, tmp_path: Path) -> None:
    place = tmp_path / "place"
    taken = place / "folder"
    taken.mkdir(parents=True)
    (taken / "inside").write_text("kept")
    with pytest.raises(InputRejected, match="Choose another name"):
        write_file(bench.database, JobContext(), path=taken, kind=PNG, encode=lambda: b"x")
    assert [path.name for path in place.iterdir()] == ["folder"]


def test_without_a_printer_it_says_so(bench: Bench, monkeypatch) -> None:
    monkeypatch.setattr("app.views.inheritance.export_menu.printer_names", lambda _database, _context: ())
    page = open_diagram(bench, "A1", "trading_due_days")
    export_of(page).menu.actions()[-1].trigger()
    assert on(page).chain.words == "No printer is set up on this computer. Save a PDF and print it elsewhere."


@pytest.mark.parametrize(("title", "name"), [
    ("Trading terms of Acme Pty Ltd", "Trading terms of Acme Pty Ltd"),
    ('Late fee: kind of "A/B"', "Late fee kind of A B"), ("...", "Diagram")])
def test_names_of_files(title: str, name: str) -> None:
    assert re.sub(" +", " ", file_name(title)) == name


def test_a_name_longer_than_its_room_is_cut_and_said_in_full(bench: Bench, theme) -> None:
    row = stored(bench, "A1", "trading_due_days")
    long = "The Long and Winding Telecommunications Company of Northern Territory Pty Ltd"
    chain = tuple(replace(one, owner=long) if one.tier is Tier.PROVIDER else one for one in row.chain)
    plan = make_plan(replace(row, chain=chain), Words(title="Effective"), width=372, height=500)
    assert any(word.startswith("The") and "…" in word for word in words_of(plan, theme))
    assert long in plan.spoken(3)
