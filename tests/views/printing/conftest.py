"""The print screen on a small real database, with jobs done at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.services.changes import Changed, ChangeSet
from app.services.database.unit_of_work import Database
from app.services.jobs import JobContext, Progress
from app.services.printing.batch import PrintFailure, PrintReport
from app.services.printing.records import FAILED, PRINTED, ItemRecord, begin_batch, record_items
from app.services.printing.selection import Selection, resolve
from app.services.printing.source import names_of, selected_ids
from app.views.desk.desk import Desk
from app.views.desk.screen import Navigator, Target
from app.views.look.theme import Theme
from app.views.printing.feature import PRINTING_TARGET
from app.views.printing.screen import PrintingScreen
from app.views.running.change_bus import ChangeBus
from tests.support.desks import make_desk
from tests.support.filled_books import FilledBooks
from tests.support.immediate_runner import ImmediateRunner
from tests.support.small_book import TODAY, SmallBook, build


@dataclass
class Bench:
    """Everything a test touches; keys go to the widget under the keyboard."""

    database: Database
    book: SmallBook
    runner: ImmediateRunner
    bus: ChangeBus
    screen: PrintingScreen
    folder: Path
    navigator: Navigator
    desk: Desk
    visited: list[tuple[Target, bool]] = field(default_factory=list)
    opened_folders: list[Path] = field(default_factory=list)

    def press(self, *keys: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
              on: QWidget | None = None) -> None:
        for key in keys:
            QTest.keyClick(on or self.screen.focusWidget() or self.screen, key, modifiers)
            QApplication.processEvents()

    def lines(self) -> list[str]:
        """Number and state of each line of the list."""
        model = self.screen.pane.model
        state = model.column_of("state")
        return [f"{row.number}: {model.cell(place, state).text}" for place in range(model.rowCount())
                if (row := model.row_at(place)) is not None]


@pytest.fixture
def theme(qapp: QApplication) -> Theme:
    return Theme(qapp)


@pytest.fixture
def bench(database: Database, filled_books: FilledBooks, theme: Theme, qtbot, tmp_path: Path) -> Bench:
    book = filled_books.put(database, build)
    bus, navigator = ChangeBus(), Navigator()
    runner = ImmediateRunner(database, bus)
    opened: list[Path] = []
    folder = tmp_path / "invoices"
    desk = make_desk(theme, runner, bus, navigator=navigator, today=lambda: TODAY)
    screen = PrintingScreen(PRINTING_TARGET, desk, folder=folder, open_folder=opened.append)
    made = Bench(database, book, runner, bus, screen, folder, navigator, desk, opened_folders=opened)
    navigator.asked.connect(lambda target, aside: made.visited.append((target, aside)))
    qtbot.addWidget(screen)
    screen.resize(1200, 700)
    screen.show()
    screen.shown()
    screen.activateWindow()
    qtbot.waitUntil(screen.isActiveWindow, timeout=2000)
    return made


@pytest.fixture
def quick_print(monkeypatch) -> Callable[..., None]:
    """Print without drawing: call it with numbers that fail, and where to stop."""
    failing: set[str] = set()
    stop_after: list[int] = []

    def fake(database: Database, context: JobContext, *, selection: Selection, folder: Path,
             merged_file: Path | None = None, gives_way: bool = False) -> PrintReport:
        return _print(database, context, selection, folder, failing, stop_after)

    monkeypatch.setattr("app.views.printing.session.print_batch", fake)

    def configure(*numbers: str, stop: int | None = None) -> None:
        failing.clear()
        failing.update(numbers)
        stop_after[:] = [] if stop is None else [stop]

    return configure


def _print(database: Database, context: JobContext, selection: Selection, folder: Path, failing: set[str],
           stop_after: list[int]) -> PrintReport:
    with database.write() as session:
        resolved = resolve(session, selection)
        ids = selected_ids(session, resolved)
        names = names_of(session, ids)
        batch_id = begin_batch(session, described=resolved.described, folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    done: dict[str, list[Any]] = {PRINTED: [], FAILED: [], "there": []}
    for place, invoice_id in enumerate(ids):
        if stop_after and place == stop_after[0]:
            context.cancel()
        context.raise_if_cancelled()
        name = names[invoice_id]
        path = folder / name.file_name
        state = FAILED if name.number in failing else PRINTED
        if state == PRINTED and path.exists():
            done["there"].append(name.number)
            continue
        if state == PRINTED:
            path.write_bytes(b"%PDF")
        done[state].append(name.number)
        messages = ("The font lacks 2 characters.",) if state == FAILED else ()
        with database.write() as session:
            record_items(session, batch_id=batch_id,
                         items=[ItemRecord(invoice_id=invoice_id, state=state, file_name=path.name, pages=1,
                                           messages=messages)])
        context.report(Progress(done=place + 1, total=len(ids)))
    failures = tuple(PrintFailure(number=number, message="The font lacks 2 characters.") for number in done[FAILED])
    return PrintReport(batch_id=batch_id, printed=len(done[PRINTED]), skipped=len(done["there"]), failed=failures,
                       warnings=(), changes=ChangeSet.of(Changed.PRINTING))
