"""Earlier versions of a template: read, compared line by line with what is used now, and restored."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

from PySide6.QtCore import QItemSelection, QRect, Signal
from PySide6.QtGui import QPalette, QStandardItem, QStandardItemModel, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QPlainTextEdit, QTreeView, QWidget

from app.services.events.drafting import ComparedLine, compared
from app.services.events.templates import LABELS, Version
from app.views.look import tokens as tk
from app.views.look.icons import Icon
from app.views.look.theme import Theme
from app.views.widgets.basics import Button, Dialog, HorizontalRule, Label
from app.views.widgets.layout import column, grows, holding, row, split
from app.views.widgets.tabs import SectionTabs

_WIDTH, _HEIGHT = 900, 560
_COMPARED, _READ = 0, 1
_NOTHING: Final = "There is no difference."


class VersionsDialog(Dialog):
    """`restore_asked` says which version is to be used again."""

    restore_asked = Signal(int)

    def __init__(self, theme: Theme, title: str, versions: Sequence[Version], parent: QWidget, *,
                 may_edit: str, zone: ZoneInfo) -> None:
        super().__init__(f"Versions of {title}", parent)
        self._theme = theme
        self._may_edit = may_edit
        self._versions = list(versions)
        self._now = next((each for each in versions if each.is_current), versions[0])
        self._model = QStandardItemModel(self)
        self._model.setHorizontalHeaderLabels(["Version", "Saved", "By"])
        for each in versions:
            words = (f"{each.version}, used now" if each is self._now else str(each.version),
                     f"{theme.formatter.day(each.recorded_at.astimezone(zone).date())}, "
                     f"{theme.formatter.time(each.recorded_at, zone)}",
                     each.recorded_by)
            self._model.appendRow([QStandardItem(word) for word in words])
        self.list = QTreeView(self)
        self.list.setAccessibleName("Versions")
        self.list.setModel(self._model)
        self.list.setRootIsDecorated(False)
        self.list.setUniformRowHeights(True)
        self.list.setFrameShape(QTreeView.Shape.NoFrame)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.bar = SectionTabs(theme, "How a version is shown", self)
        self.bar.add("Beside the one used now")
        self.bar.add("As it was")
        self.text = QPlainTextEdit(self)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("Words of the version")
        self.text.setFont(theme.fixed_font())
        self.restore_button = Button(theme, "Restore version", self, icon=Icon.UNDO, kind="main", run=self._restore)
        close = Button(theme, "Close", self, run=self.reject)
        left = holding(column(grows(self.list)))
        right = holding(column(row(self.bar, ...), grows(self.text), spacing=4))
        column(column(Label(theme, self.windowTitle(), size=tk.TITLE, weight=600),
                      grows(split(left, right, shares=(0, 1), sizes=(330, 540), name="Versions and words")),
                      margins=(tk.PAGE_MARGIN, 16, tk.PAGE_MARGIN, 12), spacing=12),
               HorizontalRule(theme), row(..., close, self.restore_button, margins=(tk.PAGE_MARGIN, 12)), on=self)
        self.list.selectionModel().selectionChanged.connect(self._on_chosen)
        self.bar.currentChanged.connect(self._show)
        self.list.setCurrentIndex(self._model.index(min(1, len(versions) - 1), 0))
        self.list.setFocus()
        room = parent.screen().availableGeometry() if parent is not None else QRect(0, 0, 1280, 800)
        self.resize(min(theme.sizes.px(_WIDTH), room.width() - 40), min(theme.sizes.px(_HEIGHT), room.height() - 60))

    @property
    def chosen(self) -> Version:
        """The version under the keyboard."""
        return self._versions[max(0, self.list.currentIndex().row())]

    def _on_chosen(self, _selected: QItemSelection, _deselected: QItemSelection) -> None:
        self._show()

    def _show(self) -> None:
        chosen = self.chosen
        self.restore_button.setText(f"Restore version {chosen.version}")
        self.restore_button.offer(self._may_edit or ("It is used now." if chosen is self._now else ""))
        self.text.clear()
        if self.bar.currentIndex() == _READ:
            self._write([ComparedLine(field=label, sign=" ", text=text) for field, label in LABELS.items()
                         for text in chosen.content[field].split("\n") if chosen.content[field]])
        else:
            self._write(compared(chosen.content, self._now.content))
        self.text.moveCursor(QTextCursor.MoveOperation.Start)

    def _write(self, lines: Sequence[ComparedLine]) -> None:
        """Lines under the names of their fields; what is in one version alone has its sign and its colour."""
        if not lines:
            self.text.setPlainText(_NOTHING)
            return
        tokens, cursor, field = self._theme.tokens, self.text.textCursor(), ""
        looks = {" ": QTextCharFormat(), "-": QTextCharFormat(), "+": QTextCharFormat()}
        looks["-"].setBackground(tokens.bad_soft)
        looks["-"].setForeground(tokens.on_bad)
        looks["+"].setBackground(tokens.good_soft)
        looks["+"].setForeground(tokens.on_good)
        head = QTextCharFormat()
        head.setForeground(self.palette().color(QPalette.ColorRole.PlaceholderText))
        for line in lines:
            if line.field != field:
                field = line.field
                cursor.insertText(f"{field}\n", head)
            cursor.insertText(f"{line.sign} {line.text}\n", looks[line.sign])

    def _restore(self) -> None:
        self.accept()
        self.restore_asked.emit(self.chosen.version)
