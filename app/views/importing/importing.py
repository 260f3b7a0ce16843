"""Where *Import…* begins: it opens the wizard, runs what it decided as a job, and keeps a draft for the day."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.imports.beginning import ImportBeginning, import_beginning
from app.services.imports.run import ImportReport, import_file
from app.views.asking.wizard import Wizard
from app.views.desk.desk import Desk
from app.views.importing.answers import KINDS, ImportAnswers
from app.views.importing.check_page import CheckPage
from app.views.importing.file_page import FilePage
from app.views.importing.mapping_page import MappingPage
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.handle import JobCard
from app.views.running.question import Question
from app.views.running.runner import Runner

_TOUCHES: Final = ChangeSet.of(Changed.ACCOUNTS, Changed.LEDGER, Changed.SERVICES, Changed.ATTRIBUTES)


class ImportWizard(Wizard):
    """Three pages over one set of answers; the second only where the map is made here."""

    def __init__(self, theme: Theme, runner: Runner, answers: ImportAnswers, parent: QWidget) -> None:
        super().__init__(theme, "Import", Icon.IMPORT, parent)
        self.answers = answers
        self.file_page = FilePage(theme, runner, answers)
        self.mapping_page = MappingPage(theme, answers)
        self.check_page = CheckPage(theme, runner, answers)
        self.file_page.read.connect(self.go_on)
        self.finished.connect(self._on_finished)
        self.show_pages((self.file_page, self.mapping_page, self.check_page))

    def finish(self) -> None:
        self.accept()

    def _on_finished(self, _result: int) -> None:
        self.check_page.stop()


class Importing(QObject):
    """Belongs to a window, over which its wizard opens."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk.window)
        self._desk = desk
        self._today = desk.today
        self._draft: tuple[date, ImportAnswers] | None = None
        self._ask = Question(desk.runner, self, answered=self._on_beginning, failed=self._on_failed)
        self.wizard: ImportWizard | None = None

    def begin(self) -> None:
        """Open the wizard, with today's draft where one was left."""
        if self.wizard is None:
            self._ask.ask(asking(import_beginning))

    def _on_beginning(self, beginning: ImportBeginning) -> None:
        listed = self._desk.navigator.listed_provider()
        code = next((p.code for p in beginning.providers if p.id == listed), "")
        kept = self._draft[1] if self._draft is not None and self._draft[0] == self._today() else None
        answers = kept or ImportAnswers(beginning, code, beginning.kinds[0])
        answers.beginning = beginning
        wizard = ImportWizard(self._desk.theme, self._desk.runner, answers, self._desk.window)
        self.wizard = wizard
        self._draft = (self._today(), answers)
        wizard.accepted.connect(partial(self._run, answers))
        wizard.finished.connect(self._on_finished)
        wizard.open_and_forget()

    def _on_finished(self, _result: int) -> None:
        self.wizard = None

    def _run(self, answers: ImportAnswers) -> None:
        mapping = answers.mapping
        if mapping is None:
            return
        what = KINDS[answers.kind].lower()
        card = JobCard(title=f"Import {what} from {answers.path.name}", icon=Icon.IMPORT, unit="rows",
                       stop_text="Stop, importing nothing", summary=lambda report: str(report.sentence))
        self._desk.runner.long(partial(import_file, kind=answers.kind, path=answers.path, mapping=mapping), card=card,
                          initiator=self, touches=_TOUCHES, succeeded=partial(self._on_imported, what),
                          failed=self._on_failed)

    def _on_imported(self, what: str, report: ImportReport) -> None:
        if report.errors:
            self._desk.notices.say("Nothing was imported.",
                                   f"{report.sentence} Open Import… again: your answers are kept.")
            return
        self._draft = None
        self._desk.notices.say(f"{self._desk.theme.formatter.number(report.added)} {what} imported.", report.sentence)

    def _on_failed(self, error: BaseException) -> None:
        self._desk.notices.say("Nothing was imported.", str(error))
