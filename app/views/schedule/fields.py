"""Fields of the schedule and of gateways: times of day, days of the week, lines below each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtWidgets import QPlainTextEdit

from app.services.providers.automation import AUTOMATION_KEYS, SettingValue
from app.views.asking.fields import ReadField
from app.views.look.formatting import ReadingError
from app.views.look.theme import Theme

_LINES_SHOWN: Final = 3
_ROOM: Final = 14
"""Pixels above and below the lines."""


class TimeField(ReadField[str]):
    """A time of day, "08:00"."""

    def read(self, text: str) -> str:
        return str(_checked("reminders_at", text))

    def written(self, value: str) -> str:
        return value


class ListField(ReadField[tuple[str, ...]]):
    """Several of what a setting takes, "09:00, 13:30" or "mon, tue", each read as the setting is."""

    def __init__(self, theme: Theme, name: str, key: str) -> None:
        self._key = key
        super().__init__(theme, name)

    def read(self, text: str) -> tuple[str, ...]:
        found = _checked(self._key, tuple(text.replace(",", " ").split()))
        return found if isinstance(found, tuple) else (str(found),)

    def written(self, value: tuple[str, ...]) -> str:
        return ", ".join(value)


class LinesField(QPlainTextEdit):
    """Texts below each other, one a line; empty lines are left out."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setFixedHeight(theme.metrics().lineSpacing() * _LINES_SHOWN + theme.sizes.px(_ROOM))

    def chosen(self) -> tuple[str, ...]:
        lines = (line.strip() for line in self.toPlainText().splitlines())
        return tuple(line for line in lines if line)

    def show_lines(self, lines: Sequence[str]) -> None:
        self.setPlainText("\n".join(lines))


def _checked(key: str, value: SettingValue) -> SettingValue:
    try:
        return AUTOMATION_KEYS[key].check(value)
    except ValueError as error:
        words = str(error)
        raise ReadingError(f"{words[:1].upper()}{words[1:]}.") from None
