"""First page: what is imported, from which file, and by which map."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from app.services.database.asking import asking
from app.services.imports.beginning import look_at_file
from app.services.imports.drafting import FileLook
from app.views.asking.choices import ChoiceBox
from app.views.asking.dressing import Dressing
from app.views.asking.field_notes import FieldNotes
from app.views.asking.files import ask_for_file
from app.views.asking.wizard import WizardPage
from app.views.forms.ui_import_file_fields import Ui_ImportFileFields
from app.views.importing.answers import KINDS, ImportAnswers
from app.views.look.theme import Theme
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import without_arguments

_BY_HAND, _BY_FILE = "Made here, column by column", "A map file"


class FilePage(WizardPage):
    """Reads the file's columns before going on; `read` says that they are there."""

    read = Signal()

    def __init__(self, theme: Theme, runner: Runner, answers: ImportAnswers, parent: QWidget | None = None) -> None:
        super().__init__("File and map", "What do you import, and from which file?",
                         "Nothing is written before the last page, and then all of it or nothing.", parent)
        self._answers = answers
        self._ask = Question(runner, self, answered=self._on_look, failed=self._on_failed)
        self._form = form = Ui_ImportFileFields()
        dressing = Dressing(form, self, theme)
        self._kind = dressing.put(form.kind, ChoiceBox(theme, "What is imported"))
        self._way = dressing.put(form.way, ChoiceBox(theme, "How its columns are read"))
        for box in (self._kind, self._way):
            box.fill_its_place()
        form.grid.setRowStretch(form.grid.rowCount(), 1)
        self._notes = FieldNotes(dressing, form, {
            "kind": self._kind, "file": form.file, "way": self._way, "map": form.map}, self)
        self._kind.set_choices([(KINDS[kind], kind) for kind in answers.beginning.kinds], answers.kind)
        self._way.set_choices([(_BY_HAND, True), (_BY_FILE, False)], answers.by_hand)
        form.file.setText(answers.file)
        form.map.setText(answers.map_file)
        self._kind.activated.connect(self._on_kind)
        self._way.activated.connect(self._on_way)
        form.file.textChanged.connect(self._on_file)
        form.map.textChanged.connect(self._on_map)
        form.browse_file.clicked.connect(self._browse_file)
        form.browse_map.clicked.connect(self._browse_map)
        self._ask.busy_changed.connect(without_arguments(self.changed.emit))
        self._show_map()

    def chosen(self) -> str:
        return f"{KINDS[self._answers.kind]} from {self._answers.path.name}" if self._answers.file.strip() else ""

    def is_ready(self) -> bool:
        return not self._ask.is_busy

    def check(self) -> bool:
        answers = self._answers
        refusals = {}
        if not answers.file.strip():
            refusals["file"] = "Choose the file, or type its path."
        if not answers.by_hand and not answers.map_file.strip():
            refusals["map"] = "Choose the map file, or make the map here."
        if self._notes.refuse_all(refusals):
            return False
        if not answers.by_hand:
            return True
        if answers.look is not None and answers.look.path == answers.path and answers.draft is not None and (
                answers.draft.kind == answers.kind):
            return True
        self._ask.ask(asking(look_at_file, path=answers.path))
        return False

    def refuse(self, field: str, words: str) -> bool:
        return self._notes.refuse(field, words)

    def focus_first(self) -> None:
        self._kind.setFocus()

    # --- inside ---

    def _on_look(self, look: FileLook) -> None:
        self._answers.take_look(look)
        self.read.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._notes.refuse_all({"file": str(error)})

    def _on_kind(self, _place: int) -> None:
        chosen = self._kind.chosen()
        self._answers.kind = next(kind for kind in KINDS if kind == chosen)
        self.changed.emit()

    def _on_way(self, _place: int) -> None:
        self._answers.by_hand = bool(self._way.chosen())
        self._show_map()
        self.changed.emit()

    def _show_map(self) -> None:
        for widget in (self._form.map_name, self._form.map, self._form.browse_map, self._form.map_note):
            widget.setEnabled(not self._answers.by_hand)

    def _on_file(self, text: str) -> None:
        self._answers.file = text
        self._answers.look = None
        self.changed.emit()

    def _on_map(self, text: str) -> None:
        self._answers.map_file = text
        self.changed.emit()

    def _browse_file(self) -> None:
        self._browse("Choose the file to import", "Separated values (*.csv *.txt *.tsv);;All files (*)",
                     self._form.file)

    def _browse_map(self) -> None:
        self._browse("Choose a map file", "Maps (*.toml);;All files (*)", self._form.map)

    def _browse(self, title: str, kinds: str, line: QLineEdit) -> None:
        ask_for_file(self, title, line.setText, kinds=kinds, begin=str(self._answers.path.parent))
