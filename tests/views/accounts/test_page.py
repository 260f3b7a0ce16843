"""The page of one account as a person uses it: head and holds, attributes in place, ledger and disputes, services."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog

from app.models.values import HoldKind, ScanOutcome, Tier
from app.services.accounts.preview import account_preview
from app.services.attributes.sheet import attribute_sheet
from app.services.attributes.writing import set_attribute
from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.jobs import JobContext
from app.services.ledger.allocating import allocate_accounts
from app.services.ledger.page import disputes_of, ledger_summary
from app.services.ledger.writing import NewPayment, record_payments
from app.views.accounts.head import SlimFigures
from app.views.accounts.page import AccountPage
from app.views.asking.effect_dialog import EffectDialog
from app.views.asking.effect_panel import EffectLine
from app.views.asking.form_dialog import FormDialog
from app.views.attributes.editor import AttributeEditor
from app.views.attributes.lines import AttributeModel, attribute_columns, lines_of
from app.views.desk.screen import Target
from app.views.ledger.invoice_panel import InvoicePanel
from app.views.lists.models.columns import SwitchState
from app.views.look.tokens import TierMark
from app.views.status.hold_strips import HoldStrips
from app.views.status.reasoning_panel import ReasoningPanel
from app.views.widgets.banner import Banner
from app.views.widgets.figure_card import FigureCard
from tests.factories.books import Book
from tests.support.account_page import AccountPageDriver
from tests.support.driver import Driver, settle
from tests.support.switches import switch_off
from tests.views.accounts.conftest import TODAY, Bench, hold, press, tab_action, type_text

ENTER, ESC, SPACE, F2, DELETE = (Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_F2,
                                 Qt.Key.Key_Delete)
FILTER = "Attribute, value or source"
_INSIDE_CHIP = QPoint(30, 13)


def attribute(bench: Bench, code: str, key: str, *, as_provider: bool = False):
    sheet = asking(attribute_sheet, account_id=bench.ids[code], as_provider=as_provider)(bench.database, JobContext())
    return next(row for row in sheet.rows if row.key == key)


def on(page: AccountPage) -> AccountPageDriver:
    return AccountPageDriver(page)


def line(page: AccountPage, key: str, column: str):
    return on(page).line(key, column)


def editor(page: AccountPage) -> AttributeEditor:
    return on(page).editor


def dialog(page: AccountPage) -> FormDialog:
    return on(page).dialog().root


def gone(page: AccountPage) -> bool:
    return not on(page).dialogs()


# --------------------------------------------------------------------------- head


def test_the_head_says_who_and_how_much(bench: Bench) -> None:
    page = bench.page("A2")
    seen = on(page)
    assert page.title == "Jane Citizen"
    assert seen.badges == ["Active"]
    assert seen.head.has("A2 · Organisation · Default Profile ·")
    assert [seen.card(name).value for name in ("Balance", "Outstanding", "Payable", "Credit left")] == [
        "66.00", "66.00", "66.00", "No limit"]
    assert seen.has_keyboard("Attributes")
    seen.head.click("Harbour Telecom")
    assert bench.visited == [(Target("account", bench.ids["HT"]), False)]


def test_a_hold_is_said_in_words_and_restored_by_hand_with_a_reason(bench: Bench) -> None:
    page = bench.page("A3")
    (strip,) = on(page).strips
    assert strip.accessibleName() == (
        "Overdue hold since Mon 16 Mar 2026, placed by the scan. 1 service is restricted.")
    assert strip.accessibleDescription() == "It lifts by itself when overdue payable is 10.00 AUD or less."
    bench.trigger(page, "account.restore")
    form = dialog(page)
    press(form, ENTER)
    assert form.words == "Write a reason, so that colleagues know why."
    type_text(form, "pays tomorrow")
    press(form, ENTER)
    assert gone(page)
    assert on(page).badges == ["Active"]
    assert on(page).strips == []
    assert page.bindings()["account.restore"].refusal == "needs an overdue hold"
    scan = asking(account_preview, account_id=bench.ids["A3"])(bench.database, JobContext()).scan
    assert scan.explanation.outcome.value == "none"


def test_a_refusal_keeps_what_was_typed(bench: Bench) -> None:
    page, other = bench.page("A3"), bench.page("A3")
    bench.trigger(page, "account.restore")
    form = dialog(page)
    type_text(form, "pays tomorrow")
    bench.trigger(other, "account.restore")
    type_text(dialog(other), "first")
    press(dialog(other), ENTER)
    form.submit()
    assert form.words.startswith("Bob Plain has no overdue hold, so there is nothing to restore.")
    assert form.words.endswith("Nothing was changed; what you typed is kept.")
    assert Driver(form).value("Reason") == "pays tomorrow"
    assert form.verb_button.isEnabled()
    form.reject()


def test_many_holds_wait_behind_a_link(bench: Bench, theme, qtbot) -> None:
    page = bench.page("A3")
    (overdue,) = on(page).head.root.header.holds
    strips = HoldStrips(theme)
    qtbot.addWidget(strips)
    strips.show()
    other = type(overdue)(id=9, kind=HoldKind.MANUAL, since=TODAY, recorded_at=overdue.recorded_at, placed_by="kim",
                          by_scan=False, reason="credit check", lifts="Staff lift it.", services_restricted=0)
    strips.show_holds([overdue, other, other, other])
    assert len(strips.findChildren(Banner)) == 2
    assert strips.findChildren(Banner)[1].accessibleDescription() == "credit check. Staff lift it."
    settle()
    Driver(strips).click("2 more holds, show")
    settle()
    assert len(strips.findChildren(Banner)) == 4


def test_f4_makes_the_head_slim_and_is_remembered(bench: Bench) -> None:
    page = bench.page("A3")
    bench.trigger(page, "account.header")
    assert on(page).head.names(FigureCard) == []
    assert on(page).badges == ["Suspended", "1 hold"]
    assert on(page).head.within(SlimFigures).words()[-4:] == ["AUD", "57.50", "57.50", "No limit"]
    assert on(bench.page("A2")).head.names(FigureCard) == []
    bench.trigger(page, "account.header")
    assert len(on(page).head.names(FigureCard)) == 4


def test_who_has_paid_is_restored_now_where_no_scan_may(bench: Bench) -> None:
    with bench.database.write() as session:
        switch_off(session, provider_id=bench.ids["HT"], event="auto_unsuspend")
        record_payments(session, provider_id=bench.ids["HT"], currency="AUD", imported=True, payments=[NewPayment(
            account_id=bench.ids["A3"], number="P-3", received_on=TODAY, amount_minor=5_750)])
        allocate_accounts(session, [bench.ids["A3"]])
    page = bench.page("A3")
    (strip,) = on(page).strips
    assert strip.accessibleDescription() == (
        "Overdue payable is 10.00 AUD or less, and Auto UnSuspend is off for the profile Default Profile, so staff "
        "restore it.")
    on(page).click("Restore now…")
    form = dialog(page)
    assert form.windowTitle() == "Restore Bob Plain now"
    type_text(form, "paid in full")
    press(form, ENTER)
    assert gone(page)
    assert on(page).badges == ["Active"]


def test_the_reasoning_opens_beside_the_tab(bench: Bench) -> None:
    page = bench.page("A2", part="reasoning")
    assert on(page).side == "What a scan of today would do"
    assert on(page).one(ReasoningPanel).explanation.name == "Jane Citizen"
    press(page, ESC)
    assert on(page).side == ""
    assert on(page).has_keyboard("Summary")
    page = bench.page("AG", part="reasoning")
    assert on(page).one(ReasoningPanel).explanation is None
    assert "judge" in on(page).description("Reasoning")


def test_the_reasoning_says_each_exclusion_and_the_day_on_which_it_changes(bench: Bench) -> None:
    page = bench.page("A2", part="reasoning")
    reasoning = on(page).part("Reasoning")
    assert len([name for name in reasoning.names() if ", does not hold, " in name]) == 8
    assert reasoning.has("An ombudsman case is open: no, does not hold, mark of the account")
    explanation = on(page).one(ReasoningPanel).explanation
    assert explanation.next_change is None or reasoning.says(bench.theme.formatter.day(explanation.next_change))


def test_a_hold_is_explained_as_of_the_day_it_was_placed(bench: Bench) -> None:
    page = bench.page("A3", part="reasoning")
    assert on(page).one(ReasoningPanel).explanation.outcome is ScanOutcome.NONE, "it is held already"
    on(page).part("Reasoning").click("Why the hold was placed")
    assert on(page).side == "Why the hold was placed"
    assert on(page).one(ReasoningPanel).explanation.outcome is ScanOutcome.SUSPEND
    bench.bus.publish(ChangeSet.of(Changed.HOLDS), None)
    settle()
    assert on(page).side == "Why the hold was placed", "reading again does not lead away"
    assert on(page).one(ReasoningPanel).explanation.outcome is ScanOutcome.SUSPEND
    on(page).part("Reasoning").click("What a scan of today would do")
    assert on(page).one(ReasoningPanel).explanation.outcome is ScanOutcome.NONE


def test_an_account_that_is_not_there_says_so(bench: Bench) -> None:
    bench.ids["?"] = 10**6
    page = bench.page("?")
    assert on(page).empty.accessibleName() == "This account is not in this database."


def test_tabs_have_keys_and_parts(bench: Bench) -> None:
    page, parts = bench.page("A2"), []
    page.part_changed.connect(parts.append)
    bench.trigger(page, tab_action("ledger"))
    assert page.part() == "ledger"
    assert on(page).has_keyboard("Ledger")
    bench.trigger(page, tab_action("services"))
    assert page.selection_text == "2 services"
    assert parts == ["ledger", "services"]
    state = page.save_state()
    again = AccountPage(Target("account", bench.ids["A2"]), bench.desk())
    again.restore_state(state)
    assert again.title == "Jane Citizen"  # before it is read
    bench.show(again)
    assert again.part() == "services"
    bench.trigger(page, "account.customers")
    assert bench.visited[-1] == (Target("customers", part=str(bench.ids["HT"])), False)


# --------------------------------------------------------------------------- attributes


def test_values_show_where_they_come_from(bench: Bench) -> None:
    page = bench.page("A1")
    assert line(page, "trading_due_days", "value").text == "21 days"
    assert (line(page, "trading_due_days", "source").text, line(page, "trading_due_days", "source").tier) == (
        "Business", TierMark.PROFILE)
    assert (line(page, "credit_limit", "source").text, line(page, "credit_limit", "source").tier) == (
        "Business, rating A", TierMark.RATING)
    assert line(page, "late_fee", "source").text == "Pacific Wholesale"
    assert line(page, "unbilled_credit_limit", "source").tier is None
    assert line(page, "invoice_layout", "here").switch is SwitchState.LOCKED
    assert page.selection_text == "61 attributes, 0 set here"
    table = on(page).attributes
    assert table.tooltip(table.model.row_of_key("trading_due_days"), "source") == (
        "Set on profile Business by test, 16 Mar 2026, overrules 7 days of the system default and "
        "10 days of Harbour Telecom")


def test_space_sets_a_value_here_and_gives_it_up_again(bench: Bench) -> None:
    page = bench.page("A1")
    on(page).go_to("trading_due_days")
    press(page, SPACE)
    edit = editor(page)
    assert edit.field.widget.text() == "21"  # begins with the inherited value
    type_text(page, "30")
    press(page, ENTER)
    assert not on(page).is_editing
    assert attribute(bench, "A1", "trading_due_days").own_value == 30
    value = line(page, "trading_due_days", "value")
    assert (value.text, value.is_bold) == ("30 days", True)
    assert line(page, "trading_due_days", "source").text == "This account"
    assert line(page, "trading_due_days", "here").switch is SwitchState.ON
    assert on(page).has_keyboard("Attributes")
    press(page, SPACE)
    assert attribute(bench, "A1", "trading_due_days").own_value is None
    assert line(page, "trading_due_days", "value").text == "21 days"


def test_a_refused_value_says_why_and_stays(bench: Bench) -> None:
    page = bench.page("A1")
    on(page).go_to("trading_due_days")
    press(page, SPACE)
    type_text(page, "400")
    assert editor(page).words == "400 is outside 0 to 365."
    press(page, ENTER)
    assert editor(page).field.text() == "400"
    assert page.unsaved_text() == "Trading terms is being edited"
    press(page, ESC)
    assert not on(page).is_editing
    assert attribute(bench, "A1", "trading_due_days").own_value is None
    assert line(page, "trading_due_days", "here").switch is SwitchState.OFF
    press(page, F2)
    assert editor(page).field.text() == "400"  # what was typed is kept


def test_an_answer_to_one_field_leaves_what_is_typed_in_another(bench: Bench) -> None:
    page = bench.page("A1")
    for stored in (30, None):  # saved, then refused
        on(page).go_to("trading_due_days")
        press(page, F2)
        editor(page).field.widget.selectAll()
        type_text(page, "30" if stored else "31")
        if stored is None:
            with bench.database.write() as session:
                set_attribute(session, tier=Tier.ACCOUNT, owner_id=bench.ids["A1"], key="trading_due_days", value=40,
                              seen={"trading_due_days": 30})
        bench.runner.hold()
        press(page, ENTER)
        on(page).go_to("credit_limit")
        press(page, F2)
        editor(page).field.widget.selectAll()
        type_text(page, "80")
        bench.runner.release()
        assert editor(page).key == "credit_limit"
        assert editor(page).field.value() == 8_000
        assert not editor(page).words.startswith("Choose below")
        press(page, ESC)
        assert attribute(bench, "A1", "trading_due_days").own_value == (stored or 40)


def test_a_rule_that_only_the_database_knows_is_said_beside_the_field(bench: Bench, monkeypatch) -> None:
    from app.services.errors import RefusedByRule

    def refuse(*_args, **_named):
        raise RefusedByRule("R. Haddad closed this profile.")

    monkeypatch.setattr("app.views.attributes.editing.set_attribute", refuse)
    page = bench.page("A1")
    on(page).go_to("credit_limit")
    press(page, SPACE)
    type_text(page, "80")
    press(page, ENTER)
    assert editor(page).words == "R. Haddad closed this profile."
    assert editor(page).field.text() == "80"


@pytest.mark.parametrize(("key", "typed", "stored", "shown"), [
    ("credit_limit", "1,250.5", 125_050, "1,250.50 AUD"),
    ("credit_limit", "0", 0, "0.00 AUD"),
    ("tax_rate", "7,5", 750, "7.5 %"),
    ("trading_review_next", "2026-12-01", None, "1 Dec 2026"),
])
def test_each_kind_is_typed_in_its_own_field(bench: Bench, key, typed, stored, shown) -> None:
    page = bench.page("A1")
    on(page).go_to(key)
    press(page, SPACE)
    type_text(page, typed)
    press(page, ENTER)
    row = attribute(bench, "A1", key)
    assert row.own_value == stored or (stored is None and row.own_value.isoformat() == typed)
    assert line(page, key, "value").text == shown


def test_choices_and_yes_or_no_are_chosen(bench: Bench) -> None:
    page = bench.page("A1")
    for key, letter, stored, shown in (("invoice_delivery_method", "p", "post", "Post"),
                                       ("omit_from_auto_restrict", "y", True, "Yes")):
        on(page).go_to(key)
        press(page, SPACE)
        type_text(page, letter)
        press(page, ENTER)
        assert attribute(bench, "A1", key).own_value == stored
        assert line(page, key, "value").text == shown


def test_followers_of_a_bundle_show_with_their_lead(bench: Bench) -> None:
    page = bench.page("A1")
    assert "early_payment_discount" in on(page).keys
    assert "early_payment_discount_days" not in on(page).keys  # it is off
    assert line(page, "late_fee_label", "attribute").text.strip() == "label"  # Pacific Wholesale switched it on
    on(page).go_to("late_fee_label")
    press(page, SPACE)
    assert on(page).has(
        'Late payment fee: label cannot be set here. It goes with "Late payment fee": set that here first.')
    on(page).search(FILTER, "discount days")
    assert "early_payment_discount_days" in on(page).keys


def test_filter_and_only_set_here(bench: Bench) -> None:
    page = bench.page("A4")
    seen = on(page)
    bench.trigger(page, "go.list")
    assert seen.has_keyboard(FILTER)
    seen.search(FILTER, "harbour")
    assert seen.keys[0] == "trading_due_days"
    assert all(key.startswith("trading_") for key in seen.keys), "what goes together comes from one owner"
    press(page, ESC)
    seen.click("Only set on this account")
    assert seen.keys == ["credit_limit"]
    seen.attributes.root.setFocus()
    press(page, DELETE)
    assert attribute(bench, "A4", "credit_limit").own_value is None
    assert seen.empty.accessibleName() == "Nothing is set here."
    seen.empty.buttons()[0].click()
    assert seen.attributes.count > 40


def test_the_chain_tells_every_tier_and_opens_owners(bench: Bench) -> None:
    page = bench.page("A1")
    on(page).go_to("trading_due_days")
    bench.trigger(page, "account.why")
    assert on(page).side == "Trading terms of Acme Pty Ltd"
    panel = on(page).chain
    assert [(room.row.owner, room.row.value_text, room.row.note) for room in panel.plan.rooms] == [
        ("Built in", "7 days", "Overruled by Business"),
        ("Operator", "Not set", "Nothing to pass on"),
        ("Pacific Wholesale", "Not set", "Nothing to pass on"),
        ("Harbour Telecom", "10 days", "Overruled by Business"),
        ("Business", "21 days", "Wins"),
        ("Acme Pty Ltd", "Not set", "Falls through"),
    ]
    assert panel.view.accessibleDescription().startswith("Trading terms of Acme Pty Ltd: 21 days. Set on account")
    bench.trigger(page, "account.why")  # again: the keyboard goes there
    assert panel.view.hasFocus()
    press(page, Qt.Key.Key_Up, ENTER)
    assert bench.visited == [(Target("account", bench.ids["HT"]), False)]
    press(page, ESC)
    assert on(page).has_keyboard("Attributes")
    on(page).go_to("invoice_layout")
    press(page, ENTER)
    assert not Driver(panel).button("Set it here").isEnabled()
    assert Driver(panel).button("Set it here").toolTip() == "It is set on the provider or the account profile."


def test_a_chip_opens_the_owner_of_the_value(bench: Bench) -> None:
    page = bench.page("A1")
    table = on(page).attributes
    profile = attribute(bench, "A1", "trading_due_days").owner_profile_id
    opened = {"late_fee": Target("account", bench.ids["PW"]),
              "trading_due_days": Target("profiles", part=f"profile/{profile}")}
    for key, target in opened.items():
        table.click_at(table.model.row_of_key(key), "source", _INSIDE_CHIP)
        assert bench.visited[-1] == (target, False)


def test_a_provider_shows_what_it_passes_on_or_holds_for_itself(bench: Bench) -> None:
    page = bench.page("HT")
    assert page.save_state()["as_provider"]
    assert line(page, "trading_due_days", "source").text == "This provider"
    on(page).field("Which values of this provider").setFocus()
    press(page, Qt.Key.Key_Down)  # As a customer
    assert not page.save_state()["as_provider"]
    assert line(page, "trading_due_days", "value").text == "7 days"
    press(page, Qt.Key.Key_Up)  # What it passes on
    on(page).go_to("trading_due_days")
    press(page, F2)
    assert editor(page).verb == "Change for 5 accounts"
    assert editor(page).words.startswith("5 accounts take it, 1 keeps its own.")
    type_text(page, "12")
    press(page, ENTER)
    (question,) = page.findChildren(EffectDialog)
    assert question.windowTitle() == "Change trading terms on Harbour Telecom"
    assert question.effect.shown_lines == [EffectLine(what="Trading terms", old="10 days", new="12 days", count="5")]
    assert attribute(bench, "A2", "trading_due_days").value == 10
    press(question, ENTER)  # the keyboard stands on the way back, and what was typed stands in the field
    assert (editor(page).field.text(), editor(page).verb) == ("12", "Change for 5 accounts")
    press(page, ENTER)
    next(dialog for dialog in page.findChildren(EffectDialog) if dialog.isVisible()).verb_button.click()
    assert attribute(bench, "A2", "trading_due_days").value == 12
    assert line(bench.page("A2"), "trading_due_days", "value").text == "12 days"


def test_a_provider_gives_up_a_default_only_after_its_effect_was_seen(bench: Bench) -> None:
    page = bench.page("HT")
    on(page).go_to("trading_due_days")
    press(page, SPACE)
    (question,) = page.findChildren(EffectDialog)
    assert question.windowTitle() == "Give up trading terms on Harbour Telecom"
    assert question.effect.shown_lines == [EffectLine(what="Trading terms", old="10 days", new="7 days", count="5")]
    assert question.accessibleDescription() == (
        "5 accounts take it, 1 keeps its own. Invoices posted from now on take the new terms; those posted keep their "
        "due date. The next scan is not touched: it would suspend 1 of them, as today. What is posted stays as it is.")
    assert question.verb_button.text() == "Give up for 5 accounts"
    press(question, ENTER)  # the keyboard stands on the way back
    assert attribute(bench, "A2", "trading_due_days").value == 10
    press(page, DELETE)
    next(dialog for dialog in page.findChildren(EffectDialog) if dialog.isVisible()).verb_button.click()
    assert attribute(bench, "A2", "trading_due_days").value == 7
    assert line(page, "trading_due_days", "source").text == "System default"


def test_a_change_by_somebody_else_arrives(bench: Bench) -> None:
    page = bench.page("A1")
    on(page).go_to("credit_limit")
    with bench.database.write() as session:
        changes = set_attribute(session, tier=attribute(bench, "A1", "credit_limit").here_tier,
                                owner_id=bench.ids["A1"], key="credit_limit", value=100, seen={})
    bench.bus.publish(changes)
    assert line(page, "credit_limit", "value").text == "1.00 AUD"
    assert on(page).current.key == "credit_limit"
    assert on(page).card("Credit left").value == "1.00"


def test_the_figure_of_the_limit_opens_where_it_comes_from(bench: Bench) -> None:
    page = bench.page("A1", part="ledger")
    on(page).card("Credit left").click()
    assert page.part() == "attributes"
    assert on(page).side == "Credit limit of Acme Pty Ltd"
    assert on(page).chain.plan.effective.value == "3,000.00 AUD"
    on(page).card("Balance").click()
    assert page.part() == "ledger"


def test_attribute_lines_pass_qt_tester(bench: Bench, qtmodeltester) -> None:
    model = AttributeModel(attribute_columns(), lambda row: row.number, bench.theme.formatter)
    qtmodeltester.check(model)
    sheet = asking(attribute_sheet, account_id=bench.ids["A1"])(bench.database, JobContext())
    model.set_rows(lines_of(sheet))
    model.set_rows(lines_of(sheet, text="credit"))
    assert [row.section for row in model.rows if row.is_head] == ["Terms and credit"]


# --------------------------------------------------------------------------- ledger


def ledger(page: AccountPage, column: str) -> list[str]:
    return on(page).table("Ledger").column(column)


def test_the_ledger_reads_as_of_a_day(bench: Bench) -> None:
    with bench.database.write() as session:
        book = Book(session)
        book.payment(bench.ids["A2"], 1_600, TODAY - timedelta(days=2), number="PM-1")
        book.allocate(bench.ids["A2"])
    page = bench.page("A2", part="ledger")
    assert ledger(page, "number") == ["PM-1", "HT-2"]
    assert ledger(page, "balance") == ["50.00", "66.00"]
    assert ledger(page, "what")[0] == "Bank transfer, settles HT-2"
    assert ledger(page, "state") == ["Allocated", "20 days late"]
    ageing = on(page).find("Unsettled by age").accessibleName()
    assert ageing.endswith("1–30 days 50.00, 31–60 days –, 61–90 days –, Over 90 days –")
    assert page.selection_text == "2 rows, balance 50.00\u00a0AUD"
    on(page).fill("Number or words", "payment")
    press(page, ENTER)
    assert ledger(page, "number") == ["PM-1"]
    assert ledger(page, "balance") == ["50.00"]  # of the whole account, whatever is left out
    on(page).fill("Number or words", "nowhere")
    press(page, ENTER)
    assert on(page).empty.accessibleName() == "No row has these words."
    on(page).click("Show all rows")
    assert ledger(page, "number") == ["PM-1", "HT-2"]
    bench.trigger(page, "ledger.as_of")
    type_text(page, "-5")
    press(page, ENTER)
    assert ledger(page, "number") == ["HT-2"]
    assert on(page).has("As it stood on the evening of Wed 11 Mar 2026")
    type_text(page, "")
    bench.trigger(page, "ledger.as_of")
    type_text(page, "soon")
    assert on(page).says('"soon" is not a date.')
    assert ledger(page, "number") == ["HT-2"]
    on(page).fill("As of", "")
    on(page).click("Today")
    assert ledger(page, "number") == ["PM-1", "HT-2"]
    bench.trigger(page, "ledger.as_of")
    type_text(page, "2024-05-01")
    assert on(page).empty.accessibleName() == "Nothing was posted by 1 May 2024."


def test_the_ledger_is_exported_as_it_is_shown(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = bench.page("A2", part="ledger")
    on(page).click("Export…")
    (dialog,) = [each for each in page.findChildren(QFileDialog) if each.isVisible()]
    dialog.fileSelected.emit(str(tmp_path / "ledger.csv"))
    dialog.reject()
    lines = (tmp_path / "ledger.csv").read_text(encoding="utf-8").splitlines()
    assert [line.split(",")[1] for line in lines] == ["Number", *ledger(page, "number")]
    assert on(page).says(f"1 row written to {tmp_path / 'ledger.csv'}.")
    monkeypatch.setattr("app.views.ledger.tab.ledger_summary", lambda session, **asked: replace(
        ledger_summary(session, **asked), may_export=False))
    page.read_again()
    assert on(page).description("Export…") == 'Needs the power "Export customers"'


def test_enter_shows_the_lines_of_an_invoice(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    page.focus_first()
    press(page, ENTER)
    assert on(page).side == "Invoice HT-2"
    items = on(page).one(InvoicePanel).lines.line_model().items
    assert [(item.title, item.right) for item in items] == [("Fees", "66.00"), ("Total", "66.00\u00a0AUD")]
    assert items[1].second == "with 6.00 tax"
    bench.trigger(page, tab_action("attributes"))
    assert on(page).side == ""  # it belonged to the ledger


def test_a_dispute_is_raised_and_ended_by_keyboard(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    page.focus_first()
    bench.trigger(page, "ledger.dispute")
    form = dialog(page)
    assert Driver(form).value("Amount in dispute") == "66.00"
    type_text(form, "70")
    Driver(form).fill("Reason", "charged twice")
    form.submit()
    assert form.words == "Between 0.01 and 66.00 AUD can be in dispute."
    Driver(form).fill("Amount in dispute", "60")
    form.submit()
    assert gone(page)
    assert ledger(page, "state") == ["20 days late"]
    assert on(page).card("Payable").value == "6.00"
    assert on(page).card("Payable").accessibleName().endswith(", 60.00 in dispute")
    (row,) = asking(disputes_of, account_id=bench.ids["A2"], as_of=TODAY)(bench.database, JobContext())
    assert (row.disputed_minor, row.reason) == (6_000, "charged twice")
    assert on(page).table("Disputes").count == 1
    assert on(page).button("Put in dispute…").isEnabled()
    bench.trigger(page, "ledger.end_dispute")
    form = dialog(page)
    Driver(form).fill("Ended on", "-1")
    press(form, ENTER)
    assert form.words == "It began on 16 Mar 2026; it cannot end before that."
    Driver(form).fill("Ended on", "=")
    press(form, ENTER)
    assert gone(page)
    assert on(page).card("Payable").value == "66.00"
    assert on(page).table("Disputes").text(0, "state") == "Ended 16 Mar 2026"
    assert "ledger.end_dispute" not in page.bindings()


def test_what_may_be_done_follows_the_dispute(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    bench.trigger(page, "ledger.dispute")
    form = dialog(page)
    Driver(form).fill("Reason", "charged twice")
    bench.runner.hold()
    form.submit()
    while len(bench.runner.waiting) < 3:  # the write, then the header, then all that stands below it
        assert bench.runner.release(1)
    bench.runner.waiting.reverse()  # the rows may well be read last
    bench.runner.release()
    assert gone(page)
    assert ledger(page, "state") == ["66.00 in dispute"]
    assert not on(page).button("Put in dispute…").isEnabled()
    assert page.bindings()["ledger.dispute"].refusal


def test_enter_on_cancel_does_not_submit(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    bench.trigger(page, "ledger.dispute")
    form = dialog(page)
    Driver(form).fill("Reason", "charged twice")
    Driver(form).button("Cancel").setFocus()
    press(form, ENTER)
    assert gone(page)
    assert not asking(disputes_of, account_id=bench.ids["A2"], as_of=TODAY)(bench.database, JobContext())


def test_what_cannot_be_disputed_says_why(bench: Bench) -> None:
    page = bench.page("A1", part="ledger")
    assert on(page).empty.accessibleName() == "Nothing is posted yet."
    assert not on(page).button("Put in dispute…").isEnabled()
    bench.use(page)
    assert bench.actions.refusal("ledger.dispute") == "needs an invoice with something payable"


def test_a_new_row_waits_and_the_old_ones_are_renewed(bench: Bench) -> None:
    page = bench.page("A2", part="ledger")
    with bench.database.write() as session:
        book = Book(session)
        book.payment(bench.ids["A2"], 1_600, TODAY, number="PM-1")
        book.allocate(bench.ids["A2"])
    bench.bus.publish(ChangeSet.of(Changed.LEDGER, accounts={bench.ids["A2"]}))
    assert ledger(page, "number") == ["HT-2"]
    assert on(page).has("1 newer row, show")
    on(page).click("1 newer row, show")
    assert ledger(page, "number") == ["PM-1", "HT-2"]


# --------------------------------------------------------------------------- services


def test_services_say_what_restricts_them(bench: Bench) -> None:
    page = bench.page("A3", part="services")
    assert on(page).table("Services").row(0) == [
        "0400 000 003", "Mobile", "Restricted", "", "", "Overdue hold since 16 Mar 2026"]
    assert on(page).parts.spoken("Services") == "Services 1"
    page = bench.page("A1", part="services")
    assert on(page).empty.accessibleName() == "Acme Pty Ltd has no services."


def test_a_hold_elsewhere_shows_at_once(bench: Bench) -> None:
    page = bench.page("A1")
    hold(bench.database, bench.ids["A1"])
    bench.bus.publish(ChangeSet.of(Changed.HOLDS, accounts={bench.ids["A2"]}))
    assert on(page).badges == ["Active"]  # not this account
    bench.bus.publish(ChangeSet.of(Changed.HOLDS, accounts={bench.ids["A1"]}))
    assert on(page).badges == ["Suspended"]
    (strip,) = on(page).strips
    assert strip.accessibleName() == "Hold by staff since Mon 16 Mar 2026, placed by test."
