"""One batch on its way from a choice to files: what was chosen, what it comes to, and how the printing goes.

Selection and folder make the batch. Counting follows the choice after a pause; printing is a long job; what is
recorded of it is read again each second while it works. The session owns no widget.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal

from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking
from app.services.errors import DatabaseProblem
from app.services.jobs import Progress
from app.services.printing.batch import PrintReport, print_batch
from app.services.printing.overview import Batch, BatchCounts, BatchSetup, batch_counts, batch_setup
from app.services.printing.selection import Selection
from app.services.providers.queries import ProviderOption, provider_options
from app.views.desk.screen import BusinessPlace
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.printing.words import invoices, merged_name, result_words, selection_words
from app.views.running.change_bus import ChangeBus
from app.views.running.handle import JobCard, JobHandle
from app.views.running.pause import pause
from app.views.running.question import Question
from app.views.running.runner import Runner

_PAUSE_MS: Final = 250
_LOOK_EVERY_MS: Final = 1000
_TOUCHES: Final = ChangeSet.of(Changed.PRINTING)
_POWER: Final = "invoices.print"


def _has_power(_power: str) -> str:
    return ""


class PrintState(Enum):
    """Where the batch is."""

    CHOOSING = "choosing"
    PRINTING = "printing"
    ENDED = "ended"


class BatchSession(QObject):
    """See the module."""

    providers_changed = Signal()
    setup_changed = Signal()  # counted, being counted, or refused
    state_changed = Signal()
    counts_changed = Signal()  # lines may have another state
    progressed = Signal(object)  # JobHandle under way

    def __init__(self, runner: Runner, bus: ChangeBus, formatter: Formatter, *, folder: Path,
                 open_folder: Callable[[Path], object], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.power_refusal: Callable[[str], str] = _has_power
        self._runner = runner
        self._formatter = formatter
        self._open_folder = open_folder
        self._providers: tuple[ProviderOption, ...] = ()
        self._is_loaded = False
        self._batch = Batch(Selection(), folder)
        self._wants_merged = False
        self._field_refusal = ""
        self._setup: BatchSetup | None = None
        self._counts: BatchCounts | None = None
        self._count_failure: BaseException | None = None
        self._state = PrintState.CHOOSING
        self._handle: JobHandle | None = None
        self._report: PrintReport | None = None
        self._failure: BaseException | None = None
        self._was_stopped = False
        self._reached = 0
        self._choosing, self._counting, self._looking = (
            Question(runner, self, answered=taken, failed=self._on_count_failed)
            for taken in (self._on_providers, self._on_setup, self._on_counts))
        self._pause = pause(self, _PAUSE_MS, self.count_now)
        self._watch = QTimer(self, interval=_LOOK_EVERY_MS)
        self._watch.timeout.connect(self.look)
        bus.published.connect(self._on_published)

    # --- what was chosen ---

    def load(self) -> None:
        """Read the providers, then count."""
        self._choosing.ask(asking(provider_options))

    @property
    def is_loaded(self) -> bool:
        return self._is_loaded

    @property
    def providers(self) -> tuple[ProviderOption, ...]:
        return self._providers

    @property
    def batch(self) -> Batch:
        return self._batch

    @property
    def wants_merged(self) -> bool:
        """One file of all invoices besides."""
        return self._wants_merged

    def choose(self, batch: Batch, *, wants_merged: bool, refusal: str = "") -> None:
        """Take another choice; a refusal says why its fields cannot be read."""
        is_other, self._field_refusal = batch != self._batch, refusal
        is_changed = is_other or wants_merged != self._wants_merged
        self._batch, self._wants_merged = batch, wants_merged
        if is_other:
            self._setup, self._counts = None, None
            self._count_failure = None
            self.counts_changed.emit()
        if is_changed:
            self._pause.start()
        self.setup_changed.emit()

    def words(self) -> str:
        """The selection in words."""
        name = next((p.name for p in self._providers if p.code == self._batch.selection.provider), "")
        return selection_words(self._batch.selection, name, self._formatter)

    def business_place(self) -> BusinessPlace | None:
        """Whose business date counts: the provider's that is chosen, or those of all."""
        code = self._batch.selection.provider
        asked = [provider for provider in self._providers if code in (None, provider.code)]
        if not asked:
            return None
        name = asked[0].name if code is not None else "all providers"
        return BusinessPlace(name, tuple(dict.fromkeys(provider.time_zone for provider in asked)))

    def merged_name(self) -> str:
        return merged_name(self._batch.selection)

    # --- what it comes to ---

    def count_now(self) -> None:
        """Count what was chosen."""
        self._pause.stop()
        if self._is_loaded:
            self._counting.ask(partial(batch_setup, batch=self._batch, merged_name=self.merged_name()))
            self.setup_changed.emit()

    @property
    def setup(self) -> BatchSetup | None:
        """Count and sums of the present choice; None while they are not known."""
        return self._setup

    @property
    def is_counting(self) -> bool:
        return self._setup is None and self._count_failure is None and not self._field_refusal

    @property
    def counts(self) -> BatchCounts | None:
        return self._counts

    @property
    def count_failure(self) -> BaseException | None:
        """Why it cannot be counted: an unknown account, dates the wrong way round, no answer."""
        return self._count_failure

    @property
    def left(self) -> int:
        """Invoices that are not in the folder yet."""
        return self._setup.summary.count - self._setup.there if self._setup is not None else 0

    def verb(self) -> str:
        """What the button does: "Print 214 invoices", "Print the other 94"."""
        setup = self._setup
        if setup is None or not setup.summary.count:
            return "Print invoices"
        if not self.left:
            return "Write the merged PDF" if self._wants_merged else "All printed"
        if setup.there:
            return f"Print the other {self._formatter.number(self.left)}"
        return f"Print {invoices(self.left, self._formatter)}"

    def refusal(self) -> str:
        """Why it cannot be printed, in words; empty when it can."""
        setup = self._setup
        refusal = self._field_refusal or self.not_now() or str(self._count_failure or "")
        if refusal:
            return refusal
        if setup is None:
            return "Being counted."
        if not setup.summary.count:
            return "No invoice matches."
        if self._batch.folder is None:
            return "Choose a folder to print into."
        if not self.left and not (self._wants_merged and not setup.has_merged):
            return ("It is in this folder already. Choose another folder to print again." if setup.summary.count == 1
                    else "All are in this folder already. Choose another folder to print again.")
        return ""

    def not_now(self) -> str:
        """Why nothing can be printed now, whatever was chosen: without the power, or without an answer."""
        missing = self.power_refusal(_POWER)
        return f"Printing {missing}." if missing else ""

    # --- printing ---

    @property
    def state(self) -> PrintState:
        return self._state

    @property
    def is_printing(self) -> bool:
        return self._state is PrintState.PRINTING

    @property
    def handle(self) -> JobHandle | None:
        return self._handle

    @property
    def report(self) -> PrintReport | None:
        """What the last run did; None where it was stopped or failed."""
        return self._report

    @property
    def failure(self) -> BaseException | None:
        """Why the last run did not come about."""
        return self._failure

    @property
    def was_stopped(self) -> bool:
        return self._was_stopped

    def not_printed(self) -> tuple[int, int]:
        """How many failed and how many wait; a report knows before it is looked up."""
        if self._report is not None:
            return len(self._report.failed), 0
        return (self._counts.failed, self._counts.waiting) if self._counts is not None else (0, 0)

    @property
    def printed_nothing(self) -> bool:
        """Whether it is known that no invoice of the batch is printed."""
        return self._counts is not None and not self._counts.printed and not self._reached

    def print_now(self) -> None:
        """Print what is missing of the batch; the same again goes on where it was stopped."""
        folder = self._batch.folder
        if self.is_printing or folder is None or self._field_refusal:
            return
        self._report, self._failure, self._was_stopped, self._reached = None, None, False, 0
        merged = folder / self.merged_name() if self._wants_merged else None
        job = partial(print_batch, selection=self._batch.selection, folder=folder, merged_file=merged,
                      gives_way=True)
        count = self._setup.summary.count if self._setup is not None else 0
        card = JobCard(title=f"Print {invoices(count, self._formatter)}, {self.words()}", icon=Icon.PRINTING,
                       unit="invoices", stop_text="Stop after this chunk", summary=self._summary,
                       report_text="Open folder", open_report=partial(self._show_folder, folder))
        self._enter(PrintState.PRINTING)
        self._watch.start()
        handle = self._runner.long(job, card=card, initiator=self, touches=_TOUCHES, succeeded=self._on_printed,
                                   failed=self._on_failed, cancelled=self._on_stopped, progressed=self._on_progress)
        # a runner that works at once has ended already
        if not handle.is_over:
            self._handle = handle
            self.progressed.emit(handle)

    def stop(self) -> None:
        """Stop when the files under way are written."""
        if self._handle is not None and not self._handle.is_over:
            self._handle.cancel()
            self.progressed.emit(self._handle)

    def change(self) -> None:
        """Back to the choice."""
        if not self.is_printing:
            self._enter(PrintState.CHOOSING)
            self.count_now()

    def look(self) -> None:
        """Read what is recorded of the batch; meanwhile the clock goes on."""
        if self._handle is not None:
            self.progressed.emit(self._handle)
        self._looking.ask(asking(batch_counts, batch=self._batch))

    def open_folder(self) -> None:
        if self._batch.folder is not None:
            self._open_folder(self._batch.folder)

    def result(self) -> str:
        """What the run did, in the past tense."""
        if self._report is not None:
            return self._summary(self._report)
        counts = self._counts
        if counts is None or not counts.printed:
            return "Stopped before anything was printed." if self._was_stopped else ""
        words = ("{printed} of {invoices} is printed and stays." if counts.printed == 1 else
                 "{printed} of {invoices} are printed and stay.").format(
            printed=self._formatter.number(counts.printed), invoices=invoices(counts.all, self._formatter))
        return f"Stopped. {words}" if self._was_stopped else words

    def _summary(self, report: PrintReport) -> str:
        return result_words(report.printed, report.skipped, len(report.failed), self._formatter)

    def _show_folder(self, folder: Path, _report: object) -> None:
        self._open_folder(folder)

    # --- answers ---

    def _on_providers(self, providers: tuple[ProviderOption, ...]) -> None:
        self._providers, self._is_loaded = providers, True
        self.providers_changed.emit()
        self.count_now()

    def _on_setup(self, setup: BatchSetup) -> None:
        self._setup, self._counts, self._count_failure = setup, setup.counts, None
        self.setup_changed.emit()
        self.counts_changed.emit()

    def _on_counts(self, counts: BatchCounts) -> None:
        if counts != self._counts:
            self._counts = counts
            self.counts_changed.emit()

    def _on_count_failed(self, error: BaseException) -> None:
        """What was counted before stays where nobody could look; a choice that was refused has nothing to show."""
        if not self.is_printing:
            self._count_failure = error
            if not isinstance(error, DatabaseProblem):
                self._setup = None
            self.setup_changed.emit()

    def _on_progress(self, progress: Progress) -> None:
        self._reached = progress.done
        if self._handle is not None:
            self.progressed.emit(self._handle)

    def _on_printed(self, report: PrintReport) -> None:
        self._report = report
        self._end()

    def _on_failed(self, error: BaseException) -> None:
        self._failure = error
        self._end()

    def _on_stopped(self) -> None:
        self._was_stopped = True
        self._end()

    def _end(self) -> None:
        self._handle = None
        self._watch.stop()
        self._enter(PrintState.ENDED)
        self.look()
        self.counts_changed.emit()

    def _on_published(self, changes: ChangeSet, initiator: object) -> None:
        if Changed.DATABASE in changes.kinds:
            self._setup, self._counts, self._is_loaded = None, None, False
            self._enter(PrintState.CHOOSING)
            self.load()
        elif initiator is not self and not self.is_printing and self._is_loaded:
            if {Changed.LEDGER, Changed.PRINTING} & changes.kinds:
                self._pause.start()
            if Changed.ACCOUNTS in changes.kinds:
                self.load()

    def _enter(self, state: PrintState) -> None:
        self._state = state
        self.state_changed.emit()
