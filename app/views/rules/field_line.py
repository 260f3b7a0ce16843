"""One line of a rule in words with its field in it, and below it what is to be known of the field."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit, QWidget

from app.views.asking.fields import ReadField
from app.views.look import tokens as tk
from app.views.look.theme import Theme
from app.views.widgets.basics import Label
from app.views.widgets.layout import column, grows, row


class FieldLine(QWidget):
    """Words, field, words. Room for a line of notes is kept below, so that nothing moves when there is one."""

    def __init__(self, theme: Theme, before: str, field: QLineEdit, after: str = "", *, width: int = 0,
                 keeps_room: bool = True) -> None:
        """`keeps_room` for a note; a field that is hardly ever remarked on can do without."""
        super().__init__()
        self._theme = theme
        self.field = field
        self._hint = ""
        self._refusal = ""
        self._is_warning = False
        before_words = Label(theme, before, buddy=field)
        self._after = Label(theme, after, wraps=True)
        self._keeps_room = keeps_room
        self._note = Label(theme, size=tk.LABEL, ink=tk.Ink.MUTED, wraps=True)
        self._width = width
        line = row(before_words, field, grows(self._after)) if width else row(before_words, grows(field))
        column(line, self._note, on=self, spacing=1)
        self._note.setVisible(keeps_room)
        theme.changed.connect(self._fit)
        self._fit()
        if isinstance(field, ReadField):
            field.reading_changed.connect(self._on_reading)

    def say_after(self, words: str) -> None:
        """Say something else behind the field."""
        self._after.setText(words)

    def hint(self, words: str, *, is_warning: bool = False) -> None:
        """Say below the field what is to be known of it, for as long as it is not refused."""
        self._hint, self._is_warning = words, is_warning
        self._show()

    def refuse(self, why: str) -> None:
        """Say below the field why it is refused; "" takes that back."""
        self._refusal = why
        self._show()

    @property
    def note(self) -> str:
        """What stands below the field."""
        return self._note.text()

    def _on_reading(self, words: str, is_refused: bool) -> None:  # noqa: FBT001  a slot
        self.refuse(words if is_refused else "")

    def _show(self) -> None:
        words = self._refusal or self._hint
        self._note.setText(words)
        self._note.setVisible(self._keeps_room or bool(words))
        self._note.set_ink(tk.Ink.BAD if self._refusal else tk.Ink.WARN if self._is_warning else tk.Ink.MUTED)
        self.field.setAccessibleDescription(words)
        if bool(self.field.property("refused")) != bool(self._refusal):
            self.field.setProperty("refused", bool(self._refusal))
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)

    def _fit(self) -> None:
        self._note.setMinimumHeight(self._theme.metrics(tk.LABEL).height())
        if self._width:
            self.field.setFixedWidth(self._theme.sizes.px(self._width))
