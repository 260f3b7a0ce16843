"""Many statuses at once on screen: of a selection, and from a file; what would happen is shown first."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget
from sqlalchemy import select

from app.models.parties.account import Account
from app.views.status.bulk_dialog import BulkStatusDialog, StatusFileDialog
from tests.support.driver import Driver
from tests.views.accounts.conftest import Bench, hold


def statuses(bench: Bench) -> dict[str, str]:
    with bench.database.read() as session:
        return {row.code: row.status for row in session.execute(select(Account.code, Account.status))}


def cells(dialog: BulkStatusDialog | StatusFileDialog) -> list[list[str]]:
    model = dialog.table.model()
    return [[str(model.index(row, column).data()) for column in range(model.columnCount())]
            for row in range(model.rowCount())]


def only(parent: QWidget, kind: type[BulkStatusDialog | StatusFileDialog]) -> BulkStatusDialog | StatusFileDialog:
    (found,) = [d for d in parent.findChildren(kind) if d.isVisible()]
    return found


def test_a_selection_is_previewed_and_changed_as_far_as_it_may(bench: Bench) -> None:
    hold(bench.database, bench.ids["A1"])
    screen = bench.customers()
    bench.trigger(screen, "customers.select_all")
    bench.trigger(screen, "customers.status")
    box = only(screen, BulkStatusDialog)
    assert isinstance(box, BulkStatusDialog)
    assert box.windowTitle() == "Change the status of 6 customers"
    assert box.said.text() == ("4 would become Suspended, 1 is already, "
                               "1 stays Suspended and gets a hold by staff as well.")
    assert [row for row in cells(box) if "Stays" in row[2]] == [
        ["Bob Plain, A3", "Suspended", "Stays Suspended, gets a hold by staff"]]
    assert box.verb_button.text() == "Change 5 accounts"
    Driver(box).choose("Status", "Active")
    assert box.said.text() == "1 would become Active, 4 are already, 1 stays as it is, with the reason below."
    assert cells(box)[0][2].startswith("Has an overdue hold, so it would not become Active.")
    Driver(box).choose("Reason", "Other")
    box.submit()
    assert box.words == "Write the other reason in words, so that colleagues know why."
    Driver(box).fill("The reason in words", "all settled")
    box.submit()
    found = statuses(bench)
    assert (found["A1"], found["A3"], found["A2"]) == ("active", "suspended", "active")


def test_a_file_is_checked_before_and_changed_whole(bench: Bench, tmp_path: Path) -> None:
    screen = bench.customers()
    bench.trigger(screen, "customers.status_file")
    box = only(screen, StatusFileDialog)
    assert isinstance(box, StatusFileDialog)
    assert not box.verb_button.isEnabled()
    path = tmp_path / "statuses.csv"
    head = "ACCOUNT_ID,ACCOUNT_STATUS,ACCOUNT_STATUS_REASON\n"
    path.write_text(head + "A1,Held,Dispute\nA9,Active,Other\n", encoding="utf-8")
    Driver(box).fill("File", str(path))
    box.look()
    assert box.said.text() == "2 of 2 rows are wrong, so nothing was changed."
    assert [row[:3] for row in cells(box)] == [["1", "ACCOUNT_STATUS", "Held"], ["2", "ACCOUNT_ID", "A9"]]
    assert not box.verb_button.isEnabled()
    path.write_text(head + "A1,Suspended,Dispute\nA4,Inactive,Account closure\n", encoding="utf-8")
    box.submit()  # reads the file again, because nothing can be changed yet
    assert box.verb_button.text() == "Change 2 accounts"
    assert cells(box) == [["1", "Acme Pty Ltd, A1", "Active", "Suspended"],
                          ["2", "Delta Ltd, A4", "Active", "Inactive"]]
    box.submit()
    found = statuses(bench)
    assert (found["A1"], found["A4"]) == ("suspended", "inactive")
