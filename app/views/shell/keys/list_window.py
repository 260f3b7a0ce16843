"""The list of all keys, built from the action registry; open beside the work, closed by Esc."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from app.models.values import fold
from app.views.desk.actions import ActionRegistry, KeyLine
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Dialog
from app.views.widgets.layout import add_line, at_top, column, grid, holding, scrolling
from app.views.widgets.search_field import SearchField


class KeysWindow(Dialog):
    """Keys by group with a filter; it reads the registry when it is made."""

    def __init__(self, registry: ActionRegistry, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("Keys", parent)
        self._theme = theme
        self._lines = registry.key_lines()
        self._rows: list[tuple[KeyLine, QLabel, QLabel]] = []
        self._heads: dict[str, QLabel] = {}
        self._filter = SearchField(theme, "Key or what it does", self)
        self._filter.setAccessibleName("Filter the list of keys")
        self._filter.textChanged.connect(self._on_filter)
        self._nothing = QLabel("No key does that.", self)
        self._nothing.hide()
        column(self._filter, self._nothing, scrolling(self._build_list(), name="Keys by group", sideways=True), on=self,
               margins=tk.PAGE_MARGIN, spacing=tk.CARD_GAP)
        self.resize(theme.sizes.px(520), theme.sizes.px(600))

    def shown_lines(self) -> list[KeyLine]:
        return [line for line, keys, _ in self._rows if not keys.isHidden()]

    def _build_list(self) -> QWidget:
        lines = grid(margins=(0, 0, tk.CARD_GAP, 0), across=tk.PAGE_MARGIN, down=4, shares={1: 1})
        for group in dict.fromkeys(line.group for line in self._lines):
            self._add_group(lines, group)
        lines.setRowStretch(lines.rowCount(), 1)
        return holding(lines)

    def _add_group(self, lines: QGridLayout, group: str) -> None:
        head = QLabel(group)
        head.setFont(self._theme.font(tk.SECTION, 600))
        head.setContentsMargins(0, 8, 0, 4)
        lines.addWidget(head, lines.rowCount(), 0, 1, 2)
        self._heads[group] = head
        for line in self._lines:
            if line.group == group:
                keys, text = QLabel(line.keys), QLabel(line.text)
                keys.setFont(self._theme.font(tk.BODY, 600))
                keys.setMinimumWidth(self._theme.sizes.px(150))
                keys.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
                add_line(lines, at_top(keys), text)
                self._rows.append((line, keys, text))

    def _on_filter(self, text: str) -> None:
        wanted = fold(text)
        shown_groups: set[str] = set()
        for line, keys, label in self._rows:
            is_hit = wanted in fold(f"{line.keys} {line.text} {line.group}")
            keys.setVisible(is_hit)
            label.setVisible(is_hit)
            if is_hit:
                shown_groups.add(line.group)
        for group, head in self._heads.items():
            head.setVisible(group in shown_groups)
        self._nothing.setVisible(not shown_groups)
