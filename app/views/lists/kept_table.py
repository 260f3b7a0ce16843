"""A table whose columns a person arranges: they fit a small window by themselves, and are wider where there is room."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtGui import QResizeEvent

from app.views.lists.data_table import DataTable
from app.views.look.theme import Theme

_ROOMY_FROM: Final = 1180


class KeptTable(DataTable):
    """Widths that a person chose are never touched again."""

    def __init__(self, theme: Theme, name: str, roomy: Mapping[str, int]) -> None:
        """`roomy` are the widths, by the keys of columns, that a wide window gives."""
        super().__init__(theme, name)
        self._roomy = dict(roomy)
        self._has_own_widths = False
        self._is_roomy = False

    def layout_text(self) -> str:
        """Columns shown, in their order, with their widths at 100 % text size, to be kept."""
        header, scale = self.horizontalHeader(), self._theme.sizes.px(1000) / 1000
        shown = [(column.key, round(header.sectionSize(self.column_model().column_of(column.key)) / scale))
                 for column in self.shown_columns()]
        return json.dumps(shown)

    def layout_of(self, keys: Sequence[str]) -> str:
        """These columns in their own widths."""
        columns = {column.key: column.width for column in self.column_model().columns}
        return json.dumps([(key, columns[key]) for key in keys])

    def shown_widths(self) -> dict[str, int]:
        """Widths at 100 % text size of the columns shown, in their order."""
        return dict(_pairs(self.layout_text()))

    def restore_layout(self, text: str) -> None:
        """Take back what `layout_text` gave; what cannot be read, and columns that are gone, are left out."""
        known = {column.key for column in self.column_model().columns}
        widths = {key: width for key, width in _pairs(text) if key in known}
        if widths:
            self.take_columns(list(widths), widths)

    def take_columns(self, keys: Sequence[str], widths: Mapping[str, int]) -> None:
        """Show these columns, as wide as a person wants them."""
        self._has_own_widths = True
        self.choose_columns(keys)
        self.set_widths(widths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_roomy = self.width() >= self._theme.sizes.px(_ROOMY_FROM)
        if is_roomy != self._is_roomy and not self._has_own_widths:
            self._is_roomy = is_roomy
            usual = {column.key: column.width for column in self.column_model().columns}
            self.set_widths(usual | self._roomy if is_roomy else usual)


def _pairs(text: str) -> list[tuple[str, int]]:
    try:
        read = json.loads(text or "[]")
    except ValueError:
        return []
    pairs = read if isinstance(read, list) else []
    return [(str(pair[0]), min(800, max(40, int(pair[1])))) for pair in pairs
            if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[1], int | float)]
