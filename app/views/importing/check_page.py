"""Last page: what would come of it in words, the rows as they are read, and what is wrong beside them."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.services.database.asking import asking
from app.services.errors import InputRejected
from app.services.imports.beginning import save_map
from app.services.imports.drafting import MADE_BY_HAND, MapDraft
from app.services.imports.preview import ImportPreview, PreviewRow, preview_file
from app.views.asking.files import ask_where_to_save
from app.views.asking.wizard import WizardPage
from app.views.importing.answers import KINDS, ImportAnswers
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.failures import in_words
from app.views.running.pause import pause
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Label
from app.views.widgets.layout import column, grows, row

_PATIENCE_MS = 300


class CheckPage(WizardPage):
    """Computes anew whenever it comes to the front."""

    def __init__(self, theme: Theme, runner: Runner, answers: ImportAnswers, parent: QWidget | None = None) -> None:
        super().__init__("Check and import", "What would come of it?",
                         "Read and compared with what is there; nothing is written yet.", parent)
        self._theme = theme
        self._runner = runner
        self._answers = answers
        self._preview: ImportPreview | None = None
        self._sentence = Label(theme, "", self, weight=600, wraps=True)
        self._detail = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self._table = DataTable(theme, "Rows of the file", self)
        self._table.setMinimumHeight(theme.sizes.px(220))
        self._row_words = Label(theme, "", self, ink=tk.Ink.BAD, wraps=True)
        self._row_words.setMinimumHeight(2 * theme.metrics().height())  # nothing moves while one walks the rows
        self._table.current_row_changed.connect(self._on_row)
        self._save = Button(theme, "Save the map as…", self, icon=Icon.EXPORT, run=self._on_save)
        column(self._sentence, self._detail, grows(self._table), self._row_words, row(self._save, ...), on=self,
               spacing=8)
        self._ask = Question(runner, self, answered=self._on_preview, failed=self._on_failed)
        self._waiting = pause(self, _PATIENCE_MS, self._say_waiting)
        self.verb = "Import"

    @property
    def words(self) -> str:
        """What the page says of the file."""
        return self._sentence.text()

    @property
    def shown_rows(self) -> tuple[PreviewRow, ...]:
        return self._preview.rows if self._preview is not None else ()

    def is_ready(self) -> bool:
        report = self._preview.report if self._preview is not None else None
        return report is not None and not report.errors and report.added > 0

    def enter(self) -> None:
        answers = self._answers
        self._preview = None
        self._save.setVisible(answers.by_hand)
        mapping = answers.mapping
        if mapping is not None:
            self._waiting.start()
            self._ask.ask(partial(preview_file, kind=answers.kind, path=answers.path, mapping=mapping))

    def focus_first(self) -> None:
        self._table.setFocus()

    def stop(self) -> None:
        """Check no further."""
        self._waiting.stop()
        self._ask.drop()

    # --- inside ---

    def _on_row(self, row: object) -> None:
        self._row_words.setText(row.words if isinstance(row, PreviewRow) else "")

    def _say_waiting(self) -> None:
        self._say(f"Reading {self._answers.path.name}.", "")
        self._table.hide()

    def _say(self, sentence: str, detail: str) -> None:
        self._sentence.setText(sentence)
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))

    def _on_preview(self, preview: ImportPreview) -> None:
        self._waiting.stop()
        self._preview = preview
        report, what = preview.report, KINDS[self._answers.kind].lower()
        formatter = self._theme.formatter
        count = formatter.number(report.added)
        self.verb = f"Import {count} {what}" if report.added else "Import"
        if report.errors:
            self._say(report.sentence, "Correct the file or the map, go back, and check again. Nothing is lost.")
        elif not report.added:
            self._say(f"Everything in the file is there already: {formatter.counted(report.rows, 'row', 'rows')} "
                      "would be skipped.", "There is nothing to import.")
        else:
            sentences = [f"{count} {what} would be added from {formatter.counted(report.rows, 'row', 'rows')}."]
            if report.skipped:
                skipped = formatter.counted(report.skipped, "row is", "rows are")
                sentences.append(f"{skipped} there already or left out.")
            self._say(" ".join(sentences),
                      "All of them or none: if somebody enters one of them meanwhile with other content, nothing is "
                      "imported. What is imported is not taken back.")
        self._show_rows(preview)
        self.changed.emit()

    def _show_rows(self, preview: ImportPreview) -> None:
        has_errors = any(row.errors for row in preview.rows)
        model: RowsTableModel[PreviewRow] = RowsTableModel(
            preview_columns(preview.fields, has_errors=has_errors), lambda row: row.number, self._theme.formatter,
            self._table)
        # What is wrong comes first: nobody should have to look for it.
        model.set_rows(sorted(preview.rows, key=lambda row: (not row.errors, row.number)))
        before = self._table.model()
        self._table.show_model(model)
        if before is not None:
            before.deleteLater()
        self._table.setVisible(bool(preview.rows))
        if preview.rows:
            self._table.go_to_row(0)
            if not self.is_ready():
                self._table.setFocus()

    def _on_failed(self, error: BaseException) -> None:
        self._waiting.stop()
        words = in_words(error, "The file could not be checked")
        if isinstance(error, InputRejected) and self._answers.by_hand:
            words = words.replace(f"{MADE_BY_HAND}, ", "")
        self._say(words, "Go back and correct it.")
        self._table.hide()
        self.changed.emit()

    def _on_save(self) -> None:
        draft = self._answers.draft
        if draft is None:
            return
        ask_where_to_save(self, "Save the map", partial(self._write_map, draft), kinds="Maps (*.toml)",
                          name=str(self._answers.path.with_suffix(".toml")))

    def _write_map(self, draft: MapDraft, path: str) -> None:
        self._runner.read(asking(save_map, draft=draft, path=Path(path), inputs=[self._answers.path]),
                          succeeded=self._on_saved, failed=self._on_not_saved)

    def _on_saved(self, path: object) -> None:
        self._detail.setText(f"The map is saved as {path}. The command takes it too: bursar import "
                             f"{self._answers.kind} FILE --map {path}")
        self._detail.show()

    def _on_not_saved(self, error: BaseException) -> None:
        self._detail.setText(str(error))
        self._detail.show()


def preview_columns(fields: tuple[str, ...], *, has_errors: bool) -> tuple[Column[PreviewRow], ...]:
    """Number, what is wrong, then the fields as they are read."""

    def value(place: int, row: PreviewRow, _formatter: Formatter) -> str:
        return row.values[place] if place < len(row.values) else ""

    number: Column[PreviewRow] = Column(
        key="number", title="Row", text=lambda row, formatter: formatter.number(row.number), width=70,
        is_second_rank=True)
    wrong: Column[PreviewRow] = Column(
        key="wrong", title="What is wrong", text=lambda row, _: row.words, width=380, stretches=True,
        ink=lambda _: tk.Ink.BAD, icon=lambda row: Icon.ERROR if row.errors else None,
        icon_ink=lambda _: tk.Ink.BAD, tooltip=lambda row, _: row.words)
    found: list[Column[PreviewRow]] = [
        Column(key=name, title=_title(name), text=partial(value, place), width=130, tooltip=partial(value, place))
        for place, name in enumerate(fields)]
    return (number, *([wrong] if has_errors else []), *found)


def _title(name: str) -> str:
    words = name.removeprefix("attribute.").replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"
