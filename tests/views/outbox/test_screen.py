"""The outbox, walked as a person would: found by state, read, kept from leaving, printed and sent again."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester
from sqlalchemy import update

from app.models.parties.contact import Contact
from app.services.outbox.letters import waiting_letters
from app.services.outbox.listing import OutboxFilter
from app.views.desk.screen import ACCOUNT, Target
from tests.support.pdf_reading import page_texts
from tests.views.outbox.conftest import Bench


def test_messages_are_listed_by_state_and_shown(bench: Bench, qtmodeltester: ModelTester) -> None:
    messages = bench.driver.table("Messages")
    qtmodeltester.check(messages.model)
    assert sorted(messages.column("Channel")) == ["Letter"] * 2 + ["Log"] * 4 + ["SMS"] * 2
    bench.driver.click("Waiting")
    assert messages.column("Channel") == ["Letter", "Letter"]
    assert messages.column("Why") == ["It waits to be printed."] * 2
    assert bench.driver.says("Your service")
    messages.go_to(0)
    assert bench.driver.says("None yet.")
    bench.driver.click("Sent")
    assert bench.driver.says("It is read in the program, and nothing leaves.")
    bench.driver.click("Not sent")
    assert messages.column("State") == ["Nothing to send"] * 2
    assert bench.driver.says("Tries")


def test_a_letter_is_held_released_printed_and_sent_again(bench: Bench) -> None:
    bench.driver.click("Waiting")
    messages = bench.driver.table("Messages")
    bench.driver.click("Hold")
    assert messages.column("State") == ["Waiting"]
    bench.driver.click("Held")
    assert messages.column("State") == ["Held"]
    bench.driver.click("Release")
    bench.driver.click("Waiting")
    assert messages.count == 2
    bench.driver.click("Mark as printed")
    assert messages.count == 1
    bench.driver.click("Do not send")
    assert messages.count == 0
    bench.driver.click("Sent")
    row = messages.where("Channel", "Letter")
    messages.go_to(row)
    bench.driver.click("Send again…")
    bench.driver.dialog("Send it again?").click("Send again")
    bench.driver.click("Waiting")
    assert messages.column("Channel") == ["Letter"]
    assert bench.driver.says("Repeats: Message")


def test_a_button_that_goes_off_leaves_the_keyboard_to_the_list(bench: Bench) -> None:
    messages = bench.driver.table("Messages")
    messages.go_to(messages.column("State").index("Waiting"))
    bench.driver.button("Hold").setFocus()
    bench.driver.press(Qt.Key.Key_Space)
    assert messages.text(messages.current, "State") == "Held"
    focused = bench.screen.focusWidget()
    assert focused is not None
    assert focused.accessibleName() == "Messages", "and not Do not send, the next button"


def test_what_cannot_be_done_says_why(bench: Bench) -> None:
    bench.driver.click("Not sent")
    assert not bench.driver.button("Hold").isEnabled()
    assert bench.driver.description("Hold") == "It does not wait."
    assert not bench.driver.button("Mark as printed").isEnabled()


def test_messages_of_one_run_or_account_are_shown_apart(bench: Bench) -> None:
    bench.screen.show_part(f"run {bench.run_id}")
    messages = bench.driver.table("Messages")
    assert messages.count == 6, "without the log of the scan before"
    assert bench.driver.says(f"Messages of scan {bench.run_id}")
    bench.screen.show_part(f"account {bench.book.held}")
    assert messages.column("Account") == ["Marta Alvarez"] * 2
    bench.driver.click("Show all messages")
    assert messages.count == 8


def test_a_message_leads_to_its_account(bench: Bench) -> None:
    messages = bench.driver.table("Messages")
    messages.click_at(0, "Account")
    assert bench.visited == [Target(ACCOUNT, bench.book.late)]


def test_letters_that_wait_become_one_document_and_are_sent(bench: Bench, tmp_path: Path) -> None:
    with bench.database.write() as session:
        session.execute(update(Contact).values(address_line1="12 <Quay> Street", city="Sydney", region="NSW",
                                               postcode="2000"))
    with bench.database.read() as session:
        letters = waiting_letters(session, which=OutboxFilter(run_id=bench.run_id))
    assert len(letters) == 2
    path = tmp_path / "letters.pdf"
    bench.screen.print_letters(letters, str(path))
    pages = page_texts(path.read_bytes())
    assert [page.partition(" is restricted")[0] for page in pages] == [
        f"A1 12 <Quay> Street Sydney NSW 2000 Your service A1-{number}" for number in range(2)]
    bench.driver.click("Waiting")
    assert bench.driver.says("There are no such messages.")
    bench.driver.click("Print letters…")
    assert bench.driver.says("No letter waits to be printed.")


def test_letters_are_not_marked_where_the_file_cannot_be_written(bench: Bench, tmp_path: Path) -> None:
    with bench.database.read() as session:
        letters = waiting_letters(session, which=OutboxFilter())
    bench.screen.print_letters(letters, str(tmp_path / "nowhere" / "letters.pdf"))
    assert bench.driver.says("nowhere")
    bench.driver.click("Waiting")
    assert bench.driver.table("Messages").count == 2
