"""What is to be scanned: a provider or all with rules, and a day. Read anew when rules or providers change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QObject, Signal

from app.services.database.asking import asking
from app.services.scans.choices import ScanChoice, scan_choices
from app.services.scans.previewed import ScanPreview
from app.views.desk.screen import BusinessPlace
from app.views.running.question import Question
from app.views.running.runner import Runner


class ScanQuestion(QObject):
    """The choices and what was chosen of them."""

    choices_changed = Signal()
    changed = Signal()  # provider or day

    def __init__(self, runner: Runner, today: Callable[[], date], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._provider_id: int | None = None
        self._day: date | None = None
        self._choices: tuple[ScanChoice, ...] = ()
        self._is_loaded = False
        self._reading = Question(runner, self, answered=self._on_choices, failed=self._on_failed)
        self._failure: BaseException | None = None

    def load(self) -> None:
        """Read which providers may be scanned."""
        self._reading.ask(asking(scan_choices))

    def begin_anew(self) -> None:
        """Another database is open: nothing of the former one counts."""
        self._provider_id, self._day, self._choices, self._is_loaded = None, None, (), False
        self.load()

    @property
    def choices(self) -> tuple[ScanChoice, ...]:
        return self._choices

    @property
    def is_loaded(self) -> bool:
        return self._is_loaded

    @property
    def provider_id(self) -> int | None:
        """The provider to scan; None means every one with rules."""
        return self._provider_id

    def choose(self, provider_id: int | None) -> None:
        if provider_id != self._provider_id:
            self._provider_id = provider_id
            self.changed.emit()

    def today(self) -> date:
        """The business date of the provider chosen; of all, the latest of theirs."""
        chosen = self._chosen()
        if chosen is not None:
            return chosen.today
        return max((choice.today for choice in self._choices), default=self._today())

    def business_place(self) -> BusinessPlace | None:
        """Whose business date counts: the provider's that is chosen, or those of all with rules."""
        chosen = self._chosen()
        asked = [chosen] if chosen is not None else [choice for choice in self._choices if choice.rules is not None]
        if not asked:
            return None
        return BusinessPlace(self.name(), tuple(dict.fromkeys(choice.time_zone for choice in asked)))

    @property
    def day(self) -> date:
        """The day to scan for; today unless another was chosen."""
        return self._day or self.today()

    def set_day(self, day: date | None) -> None:
        wanted = None if day == self.today() else day
        if wanted != self._day:
            self._day = wanted
            self.changed.emit()

    @property
    def is_today(self) -> bool:
        return self._day is None

    @property
    def as_of(self) -> date | None:
        """The day as the services take it: None lets each provider have its own today."""
        return self._day

    def is_answered_by(self, preview: ScanPreview) -> bool:
        """Whether a preview is of the provider and the day chosen."""
        is_day = preview.is_today if self._day is None else preview.as_of == self._day
        return preview.provider_id == self._provider_id and is_day

    def name(self) -> str:
        """Whom it is about, in words."""
        chosen = self._chosen()
        return chosen.name if chosen is not None else "all providers with rules"

    def prefer(self, provider_id: int) -> None:
        """Choose a provider before it is known which there are; one that is gone is forgotten."""
        self._provider_id = provider_id

    @property
    def failure(self) -> BaseException | None:
        """Why the providers could not be read."""
        return self._failure

    def _chosen(self) -> ScanChoice | None:
        return next((choice for choice in self._choices if choice.id == self._provider_id), None)

    def _on_choices(self, choices: tuple[ScanChoice, ...]) -> None:
        was_loaded, self._choices, self._is_loaded, self._failure = self._is_loaded, choices, True, None
        if self._chosen() is None and (not was_loaded or self._provider_id is not None):
            with_rules = [choice.id for choice in choices if choice.rules is not None]
            self._provider_id = with_rules[0] if with_rules else None
        self.choices_changed.emit()
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._failure = error
        self.choices_changed.emit()
