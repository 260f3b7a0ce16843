"""The wide form of the diagram, over the whole tab: one attribute large, or all attributes as a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from app.services.attributes.rows import AttributeRow
from app.views.asking.choices import ChoiceBox
from app.views.inheritance.export import Sheet
from app.views.inheritance.export_menu import DiagramExport
from app.views.inheritance.matrix_plan import MatrixPlan, make_matrix
from app.views.inheritance.panel import InheritancePanel, TextPage
from app.views.inheritance.plan import DiagramPlan
from app.views.inheritance.subject import Subject, whole_text
from app.views.inheritance.view import PlanView
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.running.runner import Runner
from app.views.widgets.basics import ElidedLabel, IconButton, Panel
from app.views.widgets.layout import column, grows, row, stacked

_ONE, _ALL, _TEXT = range(3)
_MARGIN: Final = 20


class WideDiagram(Panel):
    """Follows the attribute of the table behind it; Escape goes back there."""

    left = Signal()
    key_chosen = Signal(str)  # the attribute of the matrix that was opened
    open_asked = Signal(int)  # account id
    profile_asked = Signal(int)  # profile id

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self._subject: Subject | None = None
        self._rows: Sequence[AttributeRow] = ()
        self._today = date.min
        self.panel = InheritancePanel(theme, runner, self, edits_in_row=False)
        self.matrix = PlanView(theme, "All attributes", self)
        self._matrix_text = TextPage(self)
        self.export = DiagramExport(theme, runner, self._sheet, self)
        self._build(theme)
        self._connect()

    @property
    def shows_all(self) -> bool:
        return self._pages.currentIndex() != _ONE

    @property
    def said(self) -> str:
        """What came of saving or printing."""
        return self._said.text

    def show_subject(self, subject: Subject, rows: Sequence[AttributeRow], today: date) -> None:
        """Follow the table: the attribute in front, and all rows it shows."""
        is_other = self._subject is None or self._subject.account_id != subject.account_id
        self._subject, self._rows, self._today = subject, rows, today
        self.panel.show_subject(subject, today)
        self._lay_matrix(keep=not is_other)
        self._show_title()

    def show_form(self, *, all_attributes: bool) -> None:
        """One attribute, or all of them, with the keyboard in the drawing."""
        self._form.choose(all_attributes)
        self._pages.setCurrentIndex(_ALL if all_attributes else _ONE)
        self._said.set_text("")
        self._show_title()
        self.focus_first()

    def focus_first(self) -> None:
        self._view().setFocus(Qt.FocusReason.OtherFocusReason)

    # --- building ---

    def _build(self, theme: Theme) -> None:
        self._title = ElidedLabel(theme, "", self, size=tk.SECTION, weight=600)
        self._form = ChoiceBox(theme, "What the diagram shows", self)
        self._form.set_choices([("One attribute", False), ("All attributes", True)])
        self._smaller = IconButton(theme, Icon.ZOOM_OUT, "Smaller", self, keys="-", is_square=True,
                                   run=partial(self._zoom, -1))
        self._larger = IconButton(theme, Icon.ZOOM_IN, "Larger", self, keys="+", is_square=True,
                                   run=partial(self._zoom, 1))
        self._save = IconButton(theme, Icon.EXPORT, "Save or print the diagram", self, is_square=True,
                                run=self._on_save)
        self._close = IconButton(theme, Icon.CLOSE, "Back to the table", self, keys="Esc", is_square=True,
                                 run=self.left.emit)
        self._said = ElidedLabel(theme, "", self, size=tk.LABEL, ink=tk.Ink.MUTED)
        head = row(grows(self._title), self._said, self._form, self._smaller, self._larger, self.panel.as_text,
                   self._save, self._close, margins=(_MARGIN, 8, _MARGIN, 6))
        self._pages = stacked(self.panel, self.matrix, self._matrix_text)
        column(head, grows(self._pages), on=self)

    def _connect(self) -> None:
        self._form.activated.connect(self._on_form)
        self.export.said.connect(self._said.set_text)
        self.panel.open_asked.connect(self.open_asked)
        self.panel.profile_asked.connect(self.profile_asked)
        self.matrix.room_changed.connect(partial(self._lay_matrix, keep=True))
        self.matrix.opened.connect(self._on_cell)
        self.matrix.set_asked.connect(self._on_cell)
        self.matrix.text_asked.connect(partial(self._show_matrix_text, shown=True))
        self._matrix_text.left.connect(partial(self._show_matrix_text, shown=False))

    # --- inside ---

    def _view(self) -> QWidget:
        page = self._pages.currentIndex()
        return {_ONE: self.panel.view, _ALL: self.matrix}.get(page, self._matrix_text)

    def _show_title(self) -> None:
        if self._subject is not None:
            name = self._subject.account_name
            self._title.set_text(f"All attributes of {name}" if self.shows_all else self._subject.title)
            self.setAccessibleName(self._title.text)

    def _lay_matrix(self, *, keep: bool) -> None:
        """The cells for the width there is; the keyboard stays on its cell."""
        subject = self._subject
        if subject is None or not self._rows:
            return
        width = self.matrix.space()[0] - 16  # a scroll bar stands at its right
        plan, old = make_matrix(self._rows, width=width), self.matrix.plan
        stop = self.matrix.stop if keep and isinstance(old, MatrixPlan) else plan.stop_of(subject.row.key)
        if stop is None or stop >= len(plan.cells):
            stop = plan.start
        text = whole_text(self._rows)
        self._matrix_text.setPlainText(text)
        self._matrix_text.setAccessibleName(f"All attributes of {subject.account_name}")
        self.matrix.set_name(f"All attributes of {subject.account_name}")
        self.matrix.show_plan(plan, stop, text)

    def _sheet(self) -> Sheet | None:
        """What is to be saved or printed: the form in front."""
        plan = self.matrix.plan if self.shows_all else self.panel.plan
        if not isinstance(plan, DiagramPlan | MatrixPlan) or self._subject is None:
            return None
        text = whole_text(self._rows) if self.shows_all else self._subject.row.story
        return Sheet(plan=plan, title=self._title.text, text=text)

    def _zoom(self, steps: int) -> None:
        (self.matrix if self.shows_all else self.panel.view).zoom_by(steps)

    def _show_matrix_text(self, *, shown: bool) -> None:
        self._pages.setCurrentIndex(_TEXT if shown else _ALL)
        self._view().setFocus()

    def _on_form(self, _place: int) -> None:
        self.show_form(all_attributes=self._form.chosen() is True)

    def _on_save(self) -> None:
        self.export.pop_up(self._save)

    def _on_cell(self, stop: int) -> None:
        """The single diagram of the attribute under the ring; there F2 and Delete know their room."""
        plan = self.matrix.plan
        if isinstance(plan, MatrixPlan) and self._subject is not None:
            row = plan.attribute(stop)
            self._subject = replace(self._subject, row=row)
            self.key_chosen.emit(row.key)
            self.show_form(all_attributes=False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(0, 0)
