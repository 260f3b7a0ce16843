"""One scan on its way from a question to its result, shared by the wide tab and the panel at the right.

The session asks the services, keeps the preview and what is ticked in it, and says what changed; it owns no widget.
Whatever happens elsewhere, the rows of a preview stay as they were judged: a committed change only makes it stale.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, Signal

from app.models.values import ScanOutcome
from app.services.changes import Changed, ChangeSet
from app.services.database.asking import asking, doing
from app.services.errors import LeaseHeld
from app.services.jobs import Progress
from app.services.scans.choices import RunningScan, scans_under_way
from app.services.scans.previewed import (
    AppliedScan,
    ProposalRow,
    ScanPreview,
    apply_scan,
    approved_scan,
    scan_preview,
)
from app.services.scans.stops import BrakeStopped, StopRow, dismiss_stop
from app.services.suspension.explain import ScanExplanation, explain_scan
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.running.change_bus import ChangeBus
from app.views.running.handle import JobCard, JobHandle
from app.views.running.question import Question
from app.views.running.runner import Runner
from app.views.suspension.brake.watch import BrakeWatch
from app.views.suspension.effect import Effect, effect_of
from app.views.suspension.question import ScanQuestion
from app.views.suspension.refusals import nothing_ticked, refusal_of_day
from app.views.suspension.words import (
    Ending,
    ending_of,
    preview_title,
    result_text,
    shared_opening,
    verb_text,
)

_RELEVANT: Final = frozenset({Changed.LEDGER, Changed.HOLDS, Changed.SERVICES, Changed.RULES, Changed.ACCOUNTS,
                              Changed.ATTRIBUTES})
_TOUCHES: Final = ChangeSet.of(Changed.HOLDS, Changed.SERVICES, Changed.ACCOUNTS)


class ScanState(Enum):
    """Where the scan is. A preview survives a new one that is stopped or fails."""

    IDLE = "idle"
    PREVIEWING = "previewing"
    PREVIEWED = "previewed"
    APPLYING = "applying"
    APPLIED = "applied"


def _has_power(_power: str) -> str:
    """Until it is known who works here, the services alone say what is missing."""
    return ""


class ScanSession(QObject):
    """See the module. Screens call its verbs and read its properties when it says that they changed."""

    state_changed = Signal()  # also staleness, failures and who else scans
    ticks_changed = Signal(object)  # account ids whose tick turned
    progressed = Signal(object)  # JobHandle under way
    dock_shown = Signal(bool)  # effect and verb stand in the panel at the right, and need no second place
    explained = Signal(int, object)  # account id; ScanExplanation or the exception
    decided = Signal(object)  # about a stop of the brake: None, or the exception

    def __init__(self, runner: Runner, bus: ChangeBus, formatter: Formatter, *, today: Callable[[], date],
                 date_in: Callable[[str], date], parent: QObject | None = None) -> None:
        """`today` stands in until the providers are known; `date_in` tells the date in a time zone."""
        super().__init__(parent)
        self.power_refusal: Callable[[str], str] = _has_power
        self._runner = runner
        self._date_in = date_in
        self._formatter = formatter
        self.question = ScanQuestion(runner, today, self)
        self.brake = BrakeWatch(runner, bus, self.question, self)
        self._handle: JobHandle | None = None
        self._changed_meanwhile = False
        self._is_dock_shown = False
        self._forget()
        self._looking = Question(runner, self, answered=self._on_running)
        self._previews_when_loaded = False
        self.question.changed.connect(self._on_question)
        self.question.choices_changed.connect(self._on_choices)
        bus.published.connect(self._on_published)

    def _forget(self) -> None:
        """No preview and nothing of one."""
        self._state = ScanState.IDLE
        self._preview: ScanPreview | None = None
        self._took_s = 0.0
        self._has_shared_opening = False
        self._ticked: set[int] = set()
        self._effect: Effect | None = None
        self._endings: dict[int, Ending] = {}
        self._result = ""
        self._is_stale = False
        self._failure: BaseException | None = None
        self._running: tuple[RunningScan, ...] = ()
        self._explanations: dict[int, ScanExplanation] = {}
        self._asked: set[int] = set()

    @property
    def asks_as_shown(self) -> bool:
        """Whether provider and day chosen are those of the preview shown."""
        return self._preview is not None and self.question.is_answered_by(self._preview)

    # --- what there is ---

    @property
    def state(self) -> ScanState:
        return self._state

    @property
    def is_busy(self) -> bool:
        return self._state in {ScanState.PREVIEWING, ScanState.APPLYING}

    @property
    def preview(self) -> ScanPreview | None:
        return self._preview

    @property
    def took_s(self) -> float:
        """How long the preview took."""
        return self._took_s

    @property
    def handle(self) -> JobHandle | None:
        """The job under way."""
        return self._handle

    @property
    def is_stale(self) -> bool:
        """Something was committed that the preview does not know."""
        return self._is_stale

    @property
    def failure(self) -> BaseException | None:
        """Why the last preview or run did not come about."""
        return self._failure

    @property
    def running(self) -> tuple[RunningScan, ...]:
        """Other people's scans, known after one of them was in the way."""
        return self._running

    @property
    def result(self) -> str:
        """What the run did, in the past tense."""
        return self._result

    def explanation(self, account_id: int) -> ScanExplanation | None:
        """The whole reasoning of an account, where somebody has read it."""
        return self._explanations.get(account_id)

    def ending(self, account_id: int) -> Ending | None:
        return self._endings.get(account_id)

    @property
    def is_dock_shown(self) -> bool:
        return self._is_dock_shown

    def set_dock_shown(self, *, shown: bool) -> None:
        """The panel at the right came or went."""
        if shown != self._is_dock_shown:
            self._is_dock_shown = shown
            self.dock_shown.emit(shown)

    @property
    def has_shared_opening(self) -> bool:
        """All suspensions wait for the same moment."""
        return self._has_shared_opening

    # --- ticks ---

    def is_ticked(self, account_id: int) -> bool:
        return account_id in self._ticked

    @property
    def may_tick(self) -> bool:
        return self._state is ScanState.PREVIEWED and self._preview is not None and self._preview.is_today

    def tick(self, rows: Iterable[ProposalRow], *, on: bool) -> None:
        """Take proposals along or leave them out."""
        if not self.may_tick:
            return
        turned = {row.account_id for row in rows if row.can_be_applied and (row.account_id in self._ticked) != on}
        if turned:
            self._ticked ^= turned
            self._effect = None
            self.ticks_changed.emit(turned)

    def effect(self) -> Effect:
        """What applying would do; once applied, what it did."""
        if self._effect is None:
            rows = self._preview.rows if self._preview is not None else ()
            self._effect = effect_of(row for row in rows if self._counts(row.account_id))
        return self._effect

    def _counts(self, account_id: int) -> bool:
        ending = self._endings.get(account_id)
        return account_id in self._ticked if ending is None else ending.is_done

    def verb(self) -> str:
        if self._state is ScanState.APPLIED:
            return "Applied"
        effect = self.effect()
        return verb_text(effect.suspended, effect.restored, self._formatter)

    def refusal(self) -> str:
        """Why nothing can be applied now, in words; empty when it can."""
        preview = self._preview
        if preview is None:
            return "Preview the scan first."
        if self._state is ScanState.APPLIED:
            return "This preview has been applied. Preview again for what is left."
        if self.is_held_back:
            return "The safety brake stopped this scan; it waits for a decision."
        missing = self.power_refusal("suspension.apply")
        if missing:
            return f"Applying a scan {missing}."
        of_day = refusal_of_day(preview, self.question, self._date_in, self._formatter)
        return of_day or ("" if self._ticked else nothing_ticked(preview, self._formatter))

    @property
    def is_held_back(self) -> bool:
        """A stop of the safety brake waits that is of today."""
        return any(waiting.stop.as_of == self.question.today() for waiting in self.brake.stops)

    # --- verbs ---

    def preview_when_loaded(self) -> None:
        """Judge as soon as it is known which providers there are."""
        self._previews_when_loaded = True
        self._on_choices()

    def _on_choices(self) -> None:
        if self._previews_when_loaded and self.question.is_loaded:
            self._previews_when_loaded = False
            self.preview_now()

    def preview_now(self) -> None:
        """Judge anew, in the background; rows already there stay until the new ones are."""
        if self.is_busy:
            return
        self._failure, self._changed_meanwhile = None, False
        title = f"Preview the scan of {self.question.name()}"
        card = JobCard(title=title, icon=Icon.SUSPENSION, unit="accounts", stop_text="Stop",
                       summary=partial(_preview_summary, formatter=self._formatter))
        self._enter(ScanState.PREVIEWING)
        job = partial(scan_preview, provider_id=self.question.provider_id, as_of=self.question.as_of)
        self._follow(self._runner.read(job, card=card, succeeded=self._on_preview, failed=self._on_failed,
                                       cancelled=self._on_stopped, progressed=self._on_progress))

    def apply_now(self) -> None:
        """Commit what is ticked; cancelled, what is committed stays."""
        preview = self._preview
        if self.is_busy or preview is None or self.refusal():
            return
        self._failure = None
        only = frozenset(self._ticked)
        days = {provider.as_of for provider in preview.providers}
        job = partial(apply_scan, provider_id=preview.provider_id, only=only,
                      as_of=days.pop() if len(days) == 1 else None)
        title = f"{self.verb()}: {preview_title(preview, self._formatter)}"
        card = JobCard(title=title, icon=Icon.SUSPENSION, unit="accounts", stop_text="Stop after this chunk",
                       summary=self._apply_summary)
        self._enter(ScanState.APPLYING)
        self._follow(self._runner.long(job, card=card, initiator=self, touches=_TOUCHES, succeeded=self._on_applied,
                                       failed=self._on_failed, cancelled=self._on_stopped,
                                       progressed=self._on_progress))

    def approve(self, stop: StopRow, reason: str) -> None:
        """Let a run go on that the safety brake stopped; it is judged anew, and stops again where more would change."""
        if self.is_busy:
            return
        self._failure = None
        card = JobCard(title=f"Apply what the safety brake held back at {stop.provider_name}", icon=Icon.SUSPENSION,
                       unit="accounts", stop_text="Stop after this chunk", summary=self._apply_summary)
        self._enter(ScanState.APPLYING)
        self._follow(self._runner.long(
            partial(approved_scan, stop_id=stop.id, reason=reason), card=card, initiator=self, touches=_TOUCHES,
            succeeded=self._on_approved, failed=self._on_not_approved, cancelled=self._on_stopped,
            progressed=self._on_progress))

    def dismiss(self, stop: StopRow, reason: str) -> None:
        """Decide that what was stopped is not to be done; nothing was done, and the next scan judges anew."""
        self._runner.write(doing(dismiss_stop, stop_id=stop.id, reason=reason),
                           succeeded=lambda _changes: self.decided.emit(None), failed=self.decided.emit)

    def stop(self) -> None:
        """Ask the job under way to stop at its next safe point."""
        if self._handle is not None and not self._handle.is_over:
            self._handle.cancel()
            self.progressed.emit(self._handle)

    def discard(self) -> None:
        """Let the preview go."""
        if not self.is_busy:
            self._forget()
            self.state_changed.emit()

    def explain(self, account_id: int) -> None:
        """Have the reasoning of one account read; `explained` says it, at once where it is known."""
        known = self._explanations.get(account_id)
        if known is not None:
            self.explained.emit(account_id, known)
        elif account_id not in self._asked and self._preview is not None:
            self._asked.add(account_id)
            job = asking(explain_scan, account_id=account_id, as_of=self._day_of(account_id))
            self._runner.read(job, succeeded=partial(self._on_explained, self._preview, account_id),
                              failed=partial(self._on_unexplained, account_id))

    def look_who_scans(self) -> None:
        """See how far the scan is that was in the way."""
        preview = self._preview
        provider_id = preview.provider_id if preview is not None else self.question.provider_id
        self._looking.ask(asking(scans_under_way, provider_id=provider_id))

    # --- answers ---

    def _on_preview(self, preview: ScanPreview) -> None:
        took = self._handle.elapsed_s() if self._handle is not None else 0.0
        self._forget()
        self._preview, self._took_s, self._is_stale = preview, took, self._changed_meanwhile
        self._has_shared_opening = shared_opening(preview.rows) is not None
        if preview.is_today:
            self._ticked = {row.account_id for row in preview.rows if row.can_be_applied}
        self._handle = None
        self._enter(ScanState.PREVIEWED)

    def _on_applied(self, applied: AppliedScan) -> None:
        assert self._preview is not None  # noqa: S101  one applies what was previewed
        results = {result.account_id: result for result in applied.results}
        for row in self._preview.rows:
            ending = ending_of(row, results.get(row.account_id), self._formatter,
                               is_ticked=row.account_id in self._ticked, is_stopped=applied.is_stopped)
            if ending is not None:
                self._endings[row.account_id] = ending
        self._effect = None
        self._result = " ".join([self._result_words(applied), *applied.failures])
        self._handle = None
        self._enter(ScanState.APPLIED)

    def _on_approved(self, applied: AppliedScan) -> None:
        self.decided.emit(None)
        self.brake.read()
        if self._preview is None:
            self._result, self._handle = self._result_words(applied), None
            self._enter(ScanState.IDLE)
        else:
            self._ticked |= {result.account_id for result in applied.results if result.applied}
            self._on_applied(applied)

    def _on_not_approved(self, error: BaseException) -> None:
        """The panel of the brake says why, and reads who may decide now."""
        self._handle = None
        self._enter(self._calm_state())
        self.brake.read()
        self.decided.emit(error)

    def _result_words(self, applied: AppliedScan) -> str:
        suspended, restored = applied.count(ScanOutcome.SUSPEND), applied.count(ScanOutcome.RESTORE)
        missed = max(0, len(self._ticked) - suspended - restored)
        blocked = sum(row.blocked_by is not None for row in self._preview.rows) if self._preview is not None else 0
        words = result_text(suspended, restored, missed, blocked, self._formatter)
        return f"Stopped. {words} What was committed stays." if applied.is_stopped else words

    def _apply_summary(self, applied: AppliedScan) -> str:
        return self._result_words(applied)

    def _on_failed(self, error: BaseException) -> None:
        was_applying = self._state is ScanState.APPLYING
        self._failure, self._handle = error, None
        if was_applying and not isinstance(error, LeaseHeld):
            self._is_stale = True
        if isinstance(error, LeaseHeld):
            self.look_who_scans()
        if isinstance(error, BrakeStopped):
            self._failure, self._is_stale = None, False
            self.brake.read()
        self._enter(self._calm_state())

    def _on_stopped(self) -> None:
        self._handle = None
        self._enter(self._calm_state())

    def _calm_state(self) -> ScanState:
        if self._preview is None:
            return ScanState.IDLE
        return ScanState.APPLIED if self._endings else ScanState.PREVIEWED

    def _on_progress(self, _progress: Progress) -> None:
        if self._handle is not None:
            self.progressed.emit(self._handle)

    def _on_explained(self, preview: ScanPreview, account_id: int, explanation: ScanExplanation) -> None:
        if preview is self._preview:
            self._explanations[account_id] = explanation
            self.explained.emit(account_id, explanation)

    def _on_unexplained(self, account_id: int, error: BaseException) -> None:
        self._asked.discard(account_id)
        self.explained.emit(account_id, error)

    def _on_running(self, running: tuple[RunningScan, ...]) -> None:
        self._running = running
        self.state_changed.emit()

    def _on_question(self) -> None:
        """What stood in the way of the former question is not said of another."""
        if self._failure is not None and not self.asks_as_shown:
            self._failure = None
            self.state_changed.emit()

    def _on_published(self, changes: ChangeSet, initiator: object) -> None:
        if Changed.DATABASE in changes.kinds:
            self._forget()
            self.state_changed.emit()
            self.question.begin_anew()
            return
        self._changed_meanwhile = self._changed_meanwhile or bool(initiator is not self and changes.kinds & _RELEVANT)
        if {Changed.RULES, Changed.ACCOUNTS} & changes.kinds and initiator is not self and self.question.is_loaded:
            self.question.load()
        if initiator is not self and changes.kinds & _RELEVANT and self._preview is not None and not self._is_stale:
            self._is_stale = True
            self.state_changed.emit()

    # --- inside ---

    def _day_of(self, account_id: int) -> date | None:
        """The day an account of the preview was judged for, which is its provider's."""
        assert self._preview is not None  # noqa: S101  its caller looked
        row = next((row for row in self._preview.rows if row.account_id == account_id), None)
        days = {provider.code: provider.as_of for provider in self._preview.providers}
        return days.get(row.provider) if row is not None else None

    def _follow(self, handle: JobHandle) -> None:
        # a runner that works at once has ended already
        if not handle.is_over:
            self._handle = handle
            self.progressed.emit(handle)

    def _enter(self, state: ScanState) -> None:
        self._state = state
        self.state_changed.emit()


def _preview_summary(preview: ScanPreview, *, formatter: Formatter) -> str:
    """The result of a preview among the jobs."""
    suspend, restore = preview.count(ScanOutcome.SUSPEND), preview.count(ScanOutcome.RESTORE)
    return (f"{formatter.number(suspend)} to suspend, {formatter.number(restore)} to restore, "
            f"{formatter.number(preview.count(ScanOutcome.EXCLUDED))} excluded. Nothing was changed.")
