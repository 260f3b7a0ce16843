"""What a change would do, shown before it is made: a sentence, old and new values with counts, consequences.

The panel knows nothing of the change. Whoever shows it hands in a job that computes the effect and a function that
puts the answer into words; the job runs in the background, where *Stop*, asking again or closing ends it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from app.services.errors import BursarError
from app.views.lists.data_table import DataTable
from app.views.lists.models.columns import Column, Kind
from app.views.lists.models.rows_table_model import RowsTableModel
from app.views.look import tokens as tk
from app.views.look.formatting import Formatter
from app.views.look.theme import Theme
from app.views.running.handle import Job
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.widgets.basics import Button, Label
from app.views.widgets.layout import at_top, column, grows, row

_STOP, _AGAIN = "Stop", "Compute again"
_MOST_LINES = 8
_PATIENCE_MS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectLine:
    """One value that becomes another, and for how many."""

    what: str
    old: str
    new: str
    count: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """A computed effect in words. With a `refusal` the change cannot be made, and that says why."""

    sentence: str
    verb: str
    """What the button says: verb and count."""
    lines: tuple[EffectLine, ...] = ()
    consequences: tuple[str, ...] = ()
    refusal: str = ""


class EffectPanel(QWidget):
    """`known` carries the newest Effect; `failed` says that there is none, in words."""

    known = Signal(object)
    failed = Signal(str)

    def __init__(self, theme: Theme, runner: Runner, parent: QWidget | None = None, *, what: str = "What",
                 whom: str = "Accounts", whom_width: int = 90, has_values: bool = True) -> None:
        super().__init__(parent)
        self._theme = theme
        self._job: Job[Any] | None = None
        self._tell: Callable[[Any], Effect] | None = None
        self._sentence = Label(theme, "", self, weight=600, wraps=True)
        self._consequences = Label(theme, "", self, ink=tk.Ink.MUTED, wraps=True)
        self._lines: RowsTableModel[tuple[int, EffectLine]] = RowsTableModel(
            effect_columns(what, whom, whom_width, has_values=has_values), lambda row: row[0], theme.formatter, self)
        self._table = DataTable(theme, "What changes", self)
        self._table.show_model(self._lines)
        self._way = Button(theme, _STOP, self, run=self._on_way)
        self._way.setAutoDefault(False)  # Enter in a field of the dialog never means it
        self._way.hide()
        column(row(grows(self._sentence), at_top(self._way), spacing=12), self._table, self._consequences, ...,
               on=self, spacing=8)
        self._question = Question(runner, self, answered=self._on_answer, failed=self._on_failed)
        self._question.told.connect(self._on_part)
        # What is there at once is never preceded by a word of waiting.
        self._waiting = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._waiting.timeout.connect(self._say_waiting)
        self._show_lines(())

    @property
    def way(self) -> QPushButton:
        """*Stop* while it is computed, *Compute again* after that was stopped or broke off; else hidden."""
        return self._way

    @property
    def words(self) -> str:
        """The sentence and the consequences, as a screen reader hears them."""
        return " ".join(part for part in (self._sentence.text(), self._consequences.text()) if part)

    @property
    def shown_lines(self) -> list[EffectLine]:
        return [line for _, line in self._lines.rows]

    def ask(self, job: Job[Any], tell: Callable[[Any], Effect]) -> None:
        """Compute an effect; an older one still under way is stopped."""
        self._job, self._tell = job, tell
        self._way.hide()
        self._waiting.start()
        self._question.ask(job)

    def stop(self) -> None:
        """Compute no further; what is shown stays."""
        self._waiting.stop()
        self._question.drop()

    def say(self, sentence: str) -> None:
        """Show a sentence instead of an effect."""
        self.stop()
        self._show(Effect(sentence=sentence, verb=""))

    # --- inside ---

    def _say_waiting(self) -> None:
        self._show(Effect(sentence="Computing what it would do.", verb=""))
        self._offer(_STOP)

    def _offer(self, way: str) -> None:
        self._way.setText(way)
        self._way.show()

    def _on_way(self) -> None:
        if self._question.is_busy:
            self.stop()
            self._show(Effect(sentence="Stopped. What it would do is not known, so nothing can be changed yet.",
                              verb=""))
            self._offer(_AGAIN)
        elif self._job is not None and self._tell is not None:
            self.ask(self._job, self._tell)

    def _on_part(self, part: object) -> None:
        """Show what is known so far; nothing can be decided by it yet."""
        if self._tell is not None and self._way.isVisibleTo(self):
            self._show(self._tell(part))
            self._offer(_STOP)

    def _on_answer(self, answer: object) -> None:
        self._waiting.stop()
        if self._tell is not None:
            effect = self._tell(answer)
            self._show(effect)
            self.known.emit(effect)

    def _on_failed(self, error: BaseException) -> None:
        self._waiting.stop()
        words = str(error) if isinstance(error, BursarError) else f"What it would do could not be computed: {error}"
        self._show(Effect(sentence=words, verb=""))
        if not isinstance(error, BursarError):
            self._offer(_AGAIN)
        self.failed.emit(words)

    def _show(self, effect: Effect) -> None:
        self._way.hide()
        self._sentence.setText(effect.refusal or effect.sentence)
        self._consequences.setText(" ".join(effect.consequences))
        self._consequences.setVisible(bool(effect.consequences))
        self._show_lines(effect.lines)

    def _show_lines(self, lines: Sequence[EffectLine]) -> None:
        self._lines.set_rows(list(enumerate(lines)))
        self._table.setVisible(bool(lines))
        rows = min(len(lines), _MOST_LINES)
        head = self._table.horizontalHeader().sizeHint().height()
        self._table.setFixedHeight(head + rows * self._theme.sizes.row + 2)


def effect_columns(
    what: str, whom: str, whom_width: int, *, has_values: bool = True
) -> tuple[Column[tuple[int, EffectLine]], ...]:
    """Columns of old and new values; `what` heads the first, `whom` the last. Without values they stand elsewhere."""

    def text(pick: Callable[[EffectLine], str]) -> Callable[[tuple[int, EffectLine], Formatter], str]:
        return lambda row, _formatter: pick(row[1])

    values = (
        Column(key="old", title="Now", text=text(lambda line: line.old), width=140, is_second_rank=True,
               tooltip=text(lambda line: line.old)),
        Column(key="new", title="Then", text=text(lambda line: line.new), width=140,
               is_bold=lambda _row: True, tooltip=text(lambda line: line.new)),
    )
    return (
        Column(key="what", title=what, text=text(lambda line: line.what), width=170, stretches=True,
               tooltip=text(lambda line: line.what)),
        *(values if has_values else ()),
        Column(key="count", title=whom, kind=Kind.FIGURE, text=text(lambda line: line.count), width=whom_width),
    )
