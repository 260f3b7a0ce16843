"""The columns of the runs, and of the accounts of one of them."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from app.services.scans.run_history import RunResultRow, RunRow
from app.services.scans.run_report import ORIGIN_WORDS
from app.views.lists.models.columns import Column, Kind, count_column, state_column, text_column
from app.views.look.formatting import Formatter
from app.views.look.tokens import Ink
from app.views.runs import words


def run_columns(zone: Callable[[], ZoneInfo]) -> tuple[Column[RunRow], ...]:
    """Times are those of the provider, whose zone is known once its runs are read."""
    return (
        Column(key="started", title="When", width=152, text=lambda run, formatter: formatter.instant(
            run.started_at, zone()), sort_value=lambda run: run.id),
        text_column("actor", "Who", lambda run: run.actor, 110, stretches=True, sorts=True,
                    tooltip=lambda run, _: f"{run.actor} {ORIGIN_WORDS.get(run.origin, '')}".strip()),
        state_column("state", "State", lambda run: words.STATE[run.state], 184),
        text_column("version", "Rules", words.version_words, 116, is_second_rank=True),
        count_column("suspended", "Suspended", lambda run: run.suspended, 86, sorts=True),
        count_column("restored", "Restored", lambda run: run.restored, 78, sorts=True),
        count_column("excluded", "Left alone", lambda run: run.excluded, 84, sorts=True),
        count_column("not_applied", "Not applied", lambda run: run.not_applied, 92, sorts=True),
        Column(key="sent", title="Sent", kind=Kind.FIGURE, width=66,
               text=lambda run, formatter: formatter.number(words.sent_count(run)) if run.messages else "",
               ink=lambda run: Ink.WARN if words.has_unsent(run) else Ink.TEXT,
               tooltip=lambda run, formatter: words.messages_words(run, formatter) or "Nothing was to be sent."),
    )


def result_columns(zone: Callable[[], ZoneInfo]) -> tuple[Column[RunResultRow], ...]:
    """What was decided for an account, why it was left, and what the run before had decided."""
    return (
        text_column("name", "Account", lambda row: row.name, 150, stretches=True,
                    tooltip=lambda row, _: f"{row.name}, {row.code}", is_link=lambda _row: True),
        Column(key="decision", title="Decided", width=216, text=lambda row, _: words.decision_words(row),
               icon=words.decision_icon, icon_ink=words.decision_ink,
               tooltip=lambda row, _: words.decision_words(row)),
        Column(key="why", title="Not done because", width=170, is_second_rank=True,
               text=lambda row, formatter: words.why_words(row, formatter, zone()),
               tooltip=lambda row, formatter: words.why_words(row, formatter, zone())),
        text_column("before", "Run before", words.before_words, 90, is_second_rank=True),
        Column(key="payable", title="Payable", kind=Kind.FIGURE, width=110, text=_payable),
        Column(key="oldest", title="Oldest", kind=Kind.FIGURE, width=80, text=_oldest),
    )


def _payable(row: RunResultRow, formatter: Formatter) -> str:
    return formatter.amount(row.payable_minor, row.currency) if row.payable_minor else ""


def _oldest(row: RunResultRow, formatter: Formatter) -> str:
    return formatter.counted(row.oldest_days, "day", "days") if row.oldest_days else ""
