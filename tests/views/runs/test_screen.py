"""The history of runs, walked as a person would: a run is opened, held against the one before, and saved as a text."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from pytestqt.modeltest import ModelTester
from sqlalchemy import update

from app.models.suspension.scans import ScanResult
from app.services.changes import Changed, ChangeSet
from app.services.jobs import JobContext
from app.services.scans.scan import run_scan
from app.views.desk.screen import Target
from app.views.running.change_bus import ELSEWHERE
from tests.views.runs.conftest import Bench


def accounts(bench: Bench) -> list[tuple[str, str, str, str]]:
    table = bench.driver.table("Accounts of the run")
    return [(table.text(place, "Account"), table.text(place, "Decided"), table.text(place, "Not done because"),
             table.text(place, "Run before")) for place in range(table.count)]


def test_runs_are_listed_and_the_newest_is_opened(bench: Bench, qtmodeltester: ModelTester) -> None:
    runs = bench.driver.table("Runs")
    qtmodeltester.check(runs.model)
    qtmodeltester.check(bench.driver.table("Accounts of the run").model)
    assert runs.count == 2
    assert [runs.column(title) for title in ("Suspended", "Restored", "Left alone", "Not applied")] == [
        ["1", "1"], ["1", "–"], ["1", "–"], ["1", "–"]]
    assert runs.column("State") == ["Finished", "Finished"]
    assert accounts(bench) == [
        ("Bob Plain", "Suspend", "Not ticked", ""), ("Jane Citizen", "Suspended", "", ""),
        ("Marta Alvarez", "Restored", "", "Suspend"), ("Vip Ng", "Left alone: in an excluded group (X2)", "", "")]
    assert bench.driver.says("Not applied: 1 not ticked.")


def test_its_parts_are_chosen_by_their_counts(bench: Bench) -> None:
    panel = bench.driver.part("Run")
    panel.click("Not applied 1")
    assert [row[0] for row in accounts(bench)] == ["Bob Plain"]
    panel.click("No longer 0")
    assert panel.says("No account is among these.")
    panel.click("New 4")
    assert len(accounts(bench)) == 4
    bench.driver.table("Runs").go_to(1)
    assert accounts(bench) == [("Marta Alvarez", "Suspended", "", "")], "another run begins with all its accounts"
    assert bench.driver.says("There is no run before it to compare with.")


def test_an_account_is_opened_with_enter(bench: Bench) -> None:
    table = bench.driver.table("Accounts of the run")
    table.go_to(1)
    table.press(Qt.Key.Key_Return)
    assert bench.visited == [Target("account", bench.book.late)]


def test_messages_lead_to_the_outbox(bench: Bench) -> None:
    (link,) = [name for name in bench.driver.names() if name.startswith("Messages:")]
    bench.driver.click(link)
    (run_id,) = bench.asked_messages
    assert run_id == bench.driver.table("Runs").model.id_at(0)


def test_the_report_is_saved_as_a_text(bench: Bench, tmp_path: Path) -> None:
    bench.screen.bindings()["runs.report"].run()
    (dialog,) = bench.screen.findChildren(QFileDialog)
    path = tmp_path / "run.txt"
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    assert path.read_text(encoding="utf-8").startswith("Report of scan ")
    path.write_text("Dear diary", encoding="utf-8")
    bench.driver.click("Save the report…")
    (dialog,) = [found for found in bench.screen.findChildren(QFileDialog) if found.isVisible()]
    dialog.fileSelected.emit(str(path))
    dialog.reject()
    assert path.read_text(encoding="utf-8") == "Dear diary"
    assert bench.driver.says("another text"), "it says what is in the way"


def test_a_run_of_somebody_else_comes_up(bench: Bench) -> None:
    run_scan(bench.database, JobContext())
    bench.bus.publish(ChangeSet.of(Changed.HOLDS), ELSEWHERE)
    runs = bench.driver.table("Runs")
    assert runs.count == 3
    assert bench.driver.has("Scan 2 for"), "the run that was in front stays there"


def test_a_run_is_replayed_to_the_same_decisions(bench: Bench, qtmodeltester: ModelTester) -> None:
    bench.driver.click("Replay")
    replay = bench.driver.part("Result of the replay")
    assert replay.says("Replayed: all 4 decisions are the same.")
    qtmodeltester.check(bench.screen.panel.replay.model)
    replay.click("Show the accounts")
    assert len(accounts(bench)) == 4


def test_a_replay_names_whom_it_decides_otherwise(bench: Bench) -> None:
    with bench.database.write() as session:
        session.execute(update(ScanResult).where(ScanResult.account_id == bench.book.late)
                        .values(overdue_payable_minor=6599))
    bench.driver.click("Replay")
    replay = bench.driver.part("Result of the replay")
    assert replay.says("Replayed: 1 of 4 decisions differ.")
    table = replay.table("Decided otherwise by the replay")
    assert table.row(0) == ["Jane Citizen", "Suspend; 65.99, 20 days late", "Suspend; 66.00, 20 days late"]
    table.go_to(0)
    table.press(Qt.Key.Key_Return)
    assert bench.visited == [Target("account", bench.book.late)]
    replay.click("Back to the accounts")
    assert len(accounts(bench)) == 4
