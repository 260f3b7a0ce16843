"""The table of a customer list: columns that fit a small window by themselves, and wider ones where there is room."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QByteArray
from PySide6.QtGui import QResizeEvent

from app.views.theme import Theme
from app.views.widgets.data_table import DataTable

_ROOMY: Final = {"code": 96, "profile": 140, "status": 178, "services": 76, "balance": 104, "overdue": 104,
                 "payable": 104, "oldest": 84, "credit": 116}
_ROOMY_FROM: Final = 1180


class CustomerTable(DataTable):
    """Widths that a person chose are never touched again."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, "Customers")
        self._has_own_widths = False
        self._is_roomy = False

    def restore_columns(self, state: QByteArray) -> bool:
        self._has_own_widths = super().restore_columns(state)
        return self._has_own_widths

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_roomy = self.width() >= self._theme.sizes.px(_ROOMY_FROM)
        if is_roomy != self._is_roomy and not self._has_own_widths:
            self._is_roomy = is_roomy
            usual = {column.key: column.width for column in self.column_model().columns}
            self.set_widths(usual | _ROOMY if is_roomy else usual)
