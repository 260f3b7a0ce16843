"""*Events > Templates* as a person works in it: the tree, switches, words, preview, versions, copies and trials."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.models.events.outbox import OutboxMessage
from app.models.values import EventAction
from app.services.events.listing import events_of_profiles
from app.services.events.mappings import switch_action
from app.services.events.templates import set_template
from app.services.outbox.preview import render_message
from app.services.rules.rule_sets import set_rules
from app.views.events.chip_edit import ChipEdit
from app.views.events.tree_model import EventsTreeModel
from app.views.widgets.message_browser import MessageBrowser
from tests.factories.books import Book
from tests.support.driver import settle
from tests.support.resizing import LayoutWatch
from tests.views.events.conftest import Bench

DUE = "invoice_due"
CTRL = Qt.KeyboardModifier.ControlModifier


def tree_of(bench: Bench) -> list[tuple[str, str]]:
    """Words and state of the profiles and, of opened ones, their events."""
    tree = bench.screen.tree
    index, found = tree.model().index(0, 0), []
    while index.isValid():
        node = tree.events.node(index)
        assert node is not None
        found.append((node.text, node.state))
        index = tree.indexBelow(index)
    return found


def write(bench: Bench, name: str, text: str) -> None:
    bench.driver.field(name).setFocus()
    bench.driver.press(Qt.Key.Key_A, held=CTRL)
    bench.driver.type(text)
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.hide()
    settle()


# --- the tree ---


def test_profiles_stand_with_what_is_on_and_the_silent_one_says_so(bench: Bench) -> None:
    with bench.database.write() as session:
        switch_action(session, mapping_id=bench.mapping("Firms", DUE).id, action=EventAction.MESSAGE, enabled=True,
                      seen=False)
    driver = bench.show("Charity")
    assert tree_of(bench)[0] == ("Charity", "None")
    assert ("Firms", "1 on") in tree_of(bench)
    assert ("Homes", "0 on") in tree_of(bench)
    assert driver.says("Charity sends nothing")
    assert driver.says("It has no events yet.")


def test_the_model_of_the_tree_passes_qt_tester_whatever_is_shown(bench: Bench, qtmodeltester) -> None:
    model = EventsTreeModel()
    with bench.database.read() as session:
        profiles = events_of_profiles(session, provider_id=bench.ids["GLEN"])
    qtmodeltester.check(model)
    for text in ("", "overdue", "firms", "nothing there", ""):
        model.show_profiles(profiles, filter_text=text)
        qtmodeltester.check(model)
    told = []
    model.dataChanged.connect(lambda first, _last: told.append(model.node(first).text))
    mapping = next(p for p in profiles if p.profile == "Firms").mappings[0]
    model.show_profiles(profiles, unsaved=[(mapping.id, EventAction.SMS)])
    assert told == ["SMS"]


def test_the_filter_finds_events_of_all_profiles(bench: Bench) -> None:
    driver = bench.show("Firms")
    driver.search("Event or profile", "auto s")
    assert [words for words, _ in tree_of(bench)] == [
        "Default Profile", "Auto Suspend", "Firms", "Auto Suspend", "Homes", "Auto Suspend"]
    driver.press(Qt.Key.Key_Down)
    assert bench.screen.tree.hasFocus()


def test_standard_events_are_provided_with_what_that_makes(bench: Bench) -> None:
    driver = bench.show("Charity")
    driver.click("Provision standard events…")
    dialog = driver.dialog("Provision standard events for Charity")
    assert dialog.says("16 events")
    assert dialog.says("Invoice Overdue, 14 days after")
    dialog.click("Provision 16 events")
    settle()
    assert bench.said == ["16 events were provided for Charity, all off."]
    assert ("Charity", "0 on") in tree_of(bench)
    assert not bench.is_on("Charity", DUE, EventAction.MESSAGE)
    assert driver.button("Provision standard events…").toolTip() == "It has all standard events."


# --- switches and the checklist ---


def test_a_switch_is_turned_where_nothing_blocks_it_and_taken_back(bench: Bench) -> None:
    driver = bench.show(event=DUE)
    assert driver.part("Message").says("No mail server is set up: messages wait in the outbox.")
    driver.part("Message").click("Message")
    assert bench.is_on("Firms", DUE, EventAction.MESSAGE)
    assert driver.part("Message").says("On since 16 Mar 2026")
    bench.desk.undoing.undo()
    settle()
    assert not bench.is_on("Firms", DUE, EventAction.MESSAGE)


def test_what_has_no_words_cannot_be_switched_on_and_says_the_step(bench: Bench) -> None:
    mapping = bench.mapping("Firms", DUE)
    with bench.database.write() as session:
        seen = bench.stored("Firms", DUE, EventAction.SMS)
        set_template(session, mapping_id=mapping.id, action=EventAction.SMS, content={"text": ""}, seen=seen)
    driver = bench.show(event=DUE)
    line = driver.part("SMS")
    assert not line.button("SMS").isEnabled()
    assert "write its template" in line.button("SMS").toolTip()
    line.click("Edit words of SMS")
    assert bench.screen.part() == f"event/{mapping.id}/sms"
    assert driver.has_keyboard("SMS")


def test_extended_logging_is_ticked(bench: Bench) -> None:
    driver = bench.show(event=DUE)
    was = bench.mapping("Firms", DUE).extended_logging
    driver.click("Extended logging")
    assert bench.mapping("Firms", DUE).extended_logging is not was


# --- writing and saving ---


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_S])
def test_words_are_written_with_variables_and_saved_as_the_next_version(bench: Bench, key: Qt.Key) -> None:
    driver = bench.show(event=DUE, action="message")
    assert driver.value("Subject") == "Invoice %%invoiceId%% is due on %%invoiceDueDate%%"
    design = driver.one(ChipEdit)
    assert "contactName" in design.chips()
    write(bench, "Subject", "Due soon: %%invoiceId%%")
    assert driver.button("Save version 2").isEnabled()
    assert ("Message", "Off, not saved") in tree_of(bench)
    driver.press(key, held=CTRL)
    settle()
    assert bench.stored("Firms", DUE, EventAction.MESSAGE)["subject"] == "Due soon: %%invoiceId%%"
    assert ("Message", "Off") in tree_of(bench)
    assert bench.screen.unsaved_text() == ""
    bench.desk.undoing.undo()
    settle()
    assert driver.value("Subject") == "Invoice %%invoiceId%% is due on %%invoiceDueDate%%"


def test_an_unknown_variable_keeps_it_from_being_saved_and_is_mended_by_a_click(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="message")
    write(bench, "Subject", "Due: %%invoceId%% ")
    assert not driver.button("Save version 2").isEnabled()
    assert driver.says("Subject, line 1, column 6: There is no variable %%invoceId%%. Use %%invoiceId%%.")
    assert "Subject" in driver.refused
    driver.click("Use invoiceId")
    assert driver.value("Subject").startswith("Due: %%invoiceId%%")
    assert driver.button("Save version 2").isEnabled()


def test_the_source_of_a_message_is_written_and_shown_formatted(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="message")
    driver.tabs("Sides of the message").click_on_tab("Source")
    write(bench, "Message, HTML source", "<p>Pay <b>%%amountPayable%%</b></p>")
    assert driver.says("There is no variable %%amountPayable%%")
    driver.tabs("Sides of the message").click_on_tab("Design")
    design = driver.one(ChipEdit)
    assert design.chips() == ["amountPayable"]
    driver.click("Use amountPayableIncTax")
    assert design.html() == "<p>Pay <strong>%%amountPayableIncTax%%</strong></p>"
    driver.click("Save version 2")
    assert bench.stored("Firms", DUE, EventAction.MESSAGE)["html"] == (
        "<p>Pay <strong>%%amountPayableIncTax%%</strong></p>")


def test_words_that_are_not_saved_stay_while_somebody_looks_elsewhere(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="sms")
    write(bench, "SMS", "Pay now")
    assert bench.screen.unsaved_text() == "The words of Invoice Due, on the day, SMS are not saved yet."
    bench.show(event="auto_suspend", action="sms")
    assert driver.value("SMS") != "Pay now"
    bench.show(event=DUE, action="sms")
    assert driver.value("SMS") == "Pay now"
    driver.click("Discard")
    driver.dialog().click("Discard words")
    settle()
    assert driver.value("SMS") == bench.stored("Firms", DUE, EventAction.SMS)["text"]
    assert bench.screen.unsaved_text() == ""


def test_a_long_message_is_read_when_somebody_pauses_and_never_lost(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="sms")
    with bench.database.write() as session:
        set_template(session, mapping_id=bench.mapping("Firms", DUE).id, action=EventAction.SMS,
                     content={"text": "word " * 2_000}, seen=bench.stored("Firms", DUE, EventAction.SMS))
    bench.screen.read_again()
    driver.field("SMS").setFocus()
    driver.type("Dear ")
    bench.show("Charity")
    assert bench.screen.unsaved_text() == "The words of Invoice Due, on the day, SMS are not saved yet."
    bench.show(event=DUE, action="sms")
    assert driver.value("SMS").startswith("Dear word word")


def test_an_event_of_another_provider_is_gone_to_and_words_wait_meanwhile(bench: Bench) -> None:
    with bench.database.write() as session:
        book = Book(session)
        other = book.provider("HILL", name="Hill Net")
        mapping_id = next(mapping.id for each in events_of_profiles(session, provider_id=other)
                          for mapping in each.mappings if mapping.event == "auto_suspend")
    driver = bench.show(event=DUE, action="sms")
    write(bench, "SMS", "Pay now")
    bench.screen.show_part(f"event/{mapping_id}/sms")
    settle()
    assert driver.value("Provider") == "Hill Net"
    assert bench.screen.part() == f"event/{mapping_id}/sms"
    assert driver.value("SMS") == ""
    bench.show(event=DUE, action="sms")
    assert driver.value("Provider") == "Glen Fibre"
    assert driver.value("SMS") == "Pay now"


def test_somebody_else_who_saved_first_is_settled_in_the_form(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="sms")
    mapping = bench.mapping("Firms", DUE)
    write(bench, "SMS", "Mine")
    with bench.database.write() as session:
        set_template(session, mapping_id=mapping.id, action=EventAction.SMS, content={"text": "Theirs"},
                     seen=bench.stored("Firms", DUE, EventAction.SMS))
    driver.click("Save version 2")
    sheet = driver.part("Somebody else saved first")
    sheet.click("Keep mine")
    settle()
    assert bench.stored("Firms", DUE, EventAction.SMS)["text"] == "Mine"
    assert bench.screen.unsaved_text() == ""


def test_who_may_not_edit_looks_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.desk.powers, "refusal", lambda power: "You may not." if power == "events.edit" else "")
    driver = bench.show(event=DUE, action="message")
    assert driver.field("Subject").isReadOnly()
    assert not driver.button("Save version 2").isEnabled()
    assert not driver.button("On").isEnabled()


# --- preview ---


def test_the_preview_is_what_would_be_sent_of_words_not_saved_yet(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="message")
    bench.preview()
    assert driver.value("Account") == "Acme  A1"
    write(bench, "Subject", "Hello %%accountId%%")
    bench.preview()
    shown = bench.screen.preview.channels[0].message
    draft = bench.screen.editor.draft
    assert draft is not None
    with bench.database.read() as session:
        sent = render_message(session, content=draft.content, event=DUE, action=EventAction.MESSAGE,
                              account_id=bench.ids["A1"], document_id=bench.ids["I1"])
    assert (shown.subject, shown.html, shown.text, shown.recipients) == (
        sent.subject, sent.html, sent.text, sent.recipients)
    assert driver.part("E-mail as it would be sent").says("Hello A1")
    assert driver.part("E-mail as it would be sent").says("to pay@acme.example")


def test_another_account_is_found_by_a_few_letters(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="message")
    driver.search("Account", "bol")
    popup = QApplication.activePopupWidget()
    assert popup is not None
    QTest.keyClick(popup, Qt.Key.Key_Return)
    settle()
    assert driver.value("Account") == "Bolt  A2"
    bench.preview()
    assert driver.part("E-mail as it would be sent").says("GF-2")


def test_parts_of_a_text_message_name_the_letter_that_makes_it_dear(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="sms")
    write(bench, "SMS", "Pay" + " now" * 20)
    quoted = QMimeData()
    quoted.setText("“”")
    driver.field("SMS").insertFromMimeData(quoted)
    bench.preview()
    card = driver.part("Text message as it would be sent")
    assert card.says("85 of 134 characters, 2 parts")
    assert card.says("left double quotation mark")


def test_nothing_is_fetched_for_a_preview(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    browser = MessageBrowser(bench.theme, "words")
    qtbot.addWidget(browser)
    picture = tmp_path / "picture.png"
    QImage(8, 8, QImage.Format.Format_RGB32).save(str(picture))
    browser.show_html(f'<p>a<img src="{QUrl.fromLocalFile(str(picture)).toString()}"><img src="cid:logo"></p>')
    browser.grab()
    image = QTextDocument.ResourceType.ImageResource.value
    assert browser.loadResource(image, QUrl.fromLocalFile(str(picture))).isNull()
    assert browser.loadResource(image, QUrl("http://x.example/i.png")).isNull()
    assert not browser.loadResource(image, QUrl("cid:logo")).isNull()


# --- versions, copies, new ones ---


def test_an_earlier_version_is_read_compared_and_restored(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="sms")
    first = bench.stored("Firms", DUE, EventAction.SMS)["text"]
    write(bench, "SMS", "Second")
    driver.click("Save version 2")
    driver.click("Versions")
    dialog = driver.dialog()
    assert "+ Second" in dialog.value("Words of the version")
    assert f"- {first}" in dialog.value("Words of the version")
    dialog.tabs("How a version is shown").click_on_tab("As it was")
    assert first in dialog.value("Words of the version")
    dialog.click("Restore version 1")
    settle()
    assert bench.stored("Firms", DUE, EventAction.SMS)["text"] == first
    assert driver.value("SMS") == first
    assert driver.has("Save version 4")


def test_words_are_copied_to_other_profiles_after_saying_what_is_written_over(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="sms")
    write(bench, "SMS", "Ours")
    driver.click("Save version 2")
    driver.click("Copy to other profiles…")
    dialog = driver.dialog()
    assert dialog.lines("Profiles to copy to")[:1] == ["Charity: gets the event, off"]
    assert "Homes: version 1 is written over" in dialog.lines("Profiles to copy to")
    dialog.click("Copy words")
    assert dialog.says("Tick the profiles to copy to.")
    ticks = dialog.items("Profiles to copy to")
    for row in range(ticks.model().rowCount()):
        if not ticks.model().index(row, 0).data().startswith("Default"):
            ticks.model().setData(ticks.model().index(row, 0), Qt.CheckState.Checked.value,
                                  Qt.ItemDataRole.CheckStateRole)
    dialog.click("Copy words")
    settle()
    assert bench.stored("Homes", DUE, EventAction.SMS)["text"] == "Ours"
    assert bench.stored("Charity", DUE, EventAction.SMS)["text"] == "Ours"
    assert not bench.is_on("Charity", DUE, EventAction.SMS)


def test_a_new_template_is_not_made_without_its_profile(bench: Bench) -> None:
    driver = bench.show("Charity")
    bench.screen.new_template()
    dialog = driver.dialog("New template")
    dialog.choose("Profile", "Choose a profile")
    dialog.choose("Event", "Invoice Overdue")
    dialog.fill("Period", "21")
    dialog.choose("Action", "SMS")
    dialog.click("Write it")
    assert dialog.says("Choose the profile it is for; without one nothing is sent.")
    dialog.choose("Profile", "Charity")
    dialog.click("Write it")
    settle()
    made = bench.mapping("Charity", "invoice_overdue", 21)
    assert not made.is_on
    assert bench.screen.part() == f"event/{made.id}/sms"
    assert driver.has("SMS")


def test_an_event_that_is_there_is_only_gone_to(bench: Bench) -> None:
    driver = bench.show("Homes")
    bench.screen.new_template()
    dialog = driver.dialog("New template")
    dialog.choose("Event", "Invoice Due")
    dialog.click("Write it")
    settle()
    assert bench.screen.part() == f"event/{bench.mapping('Homes', DUE).id}/message"


def test_an_advance_warning_is_added_off_and_follows_the_rules(bench: Bench) -> None:
    with bench.database.write() as session:
        set_rules(session, provider_id=bench.ids["GLEN"], effective_from=date(2026, 1, 1), min_overdue_minor=5000,
                  min_overdue_days=20, restore_at_minor=1000, seen=0)
    driver = bench.show("Charity")
    driver.click("Add advance warning…")
    dialog = driver.dialog("Add advance warning")
    dialog.fill("Days before the first suspension", "0")
    dialog.click("Add warning")
    assert dialog.says("Write a whole number from 1 to 60.")
    dialog.fill("Days before the first suspension", "2")
    dialog.click("Add warning")
    settle()
    made = bench.mapping("Charity", "invoice_overdue", 19)
    assert (made.follows_rules, made.is_on) == (True, False)
    assert bench.said == ["Charity: Invoice Overdue warns before suspensions and follows the rules. What is off stays "
                          "off."]
    assert ("Charity", "0 on") in tree_of(bench)


def test_an_event_is_taken_away_once_it_is_off(bench: Bench) -> None:
    driver = bench.show(event="invoice_overdue", period=7)
    driver.click("Take event away…")
    driver.dialog().click("Take event away")
    settle()
    assert "Invoice Overdue, 7 days after" not in [words for words, _ in tree_of(bench)]


# --- trials ---


def test_a_trial_goes_to_the_writer_alone_and_asks_once_where_to(bench: Bench) -> None:
    driver = bench.show(event=DUE, action="message")
    bench.preview()
    write(bench, "Subject", "Try %%accountId%%")
    driver.click("Send to me")
    dialog = driver.dialog("Send to me")
    dialog.fill("E-mail address", "me@glen.example")
    dialog.click("Send trial")
    settle()
    driver.click("Send to me")
    settle()
    with bench.database.read() as session:
        rows = session.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [(row.recipient, row.subject, row.state, row.state_reason, row.cc) for row in rows] == [
            ("me@glen.example", "Try A1", "queued", "A trial, sent to its writer alone.", "")] * 2
    assert bench.said == ["A trial to me@glen.example is in the outbox."] * 2


# --- the page itself ---


@pytest.mark.parametrize("action", ["", "message", "sms"])
def test_it_comes_to_rest_at_every_size(bench: Bench, action: str) -> None:
    bench.show(event=DUE, action=action)
    bench.preview()
    sizes = [*((width, 700) for width in range(900, 1601, 97)), *((1204, height) for height in range(500, 1101, 97))]
    assert LayoutWatch().restless(bench.screen, sizes) == []
