"""The columns of promises and payment plans, and of the instalments of a plan."""

from __future__ import annotations

from typing import Final

from app.models.values import PlanState, PromiseState
from app.services.ledger.plan_reading import InstalmentRow, PlanRow
from app.services.suspension.promises import PromiseRow
from app.views.lists.models.columns import Column, Kind
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink, Tone

Agreement = PromiseRow | PlanRow

_PROMISE_TONES: Final = {PromiseState.OPEN: Tone.INFO, PromiseState.BROKEN: Tone.BAD, PromiseState.KEPT: Tone.GOOD}
_PROMISE_ICONS: Final = {PromiseState.OPEN: Icon.HOURGLASS, PromiseState.BROKEN: Icon.WARNING,
                         PromiseState.KEPT: Icon.GOOD, PromiseState.WITHDRAWN: Icon.CANCELLED}
_PLAN_ICONS: Final = {PlanState.IN_PROGRESS: Icon.CALENDAR, PlanState.COMPLETED: Icon.GOOD,
                      PlanState.CANCELLED: Icon.CANCELLED}


def row_id(row: Agreement) -> int:
    """Promises and plans have numbers of their own: one stands on the even ones, the other on the odd."""
    return 2 * row.id + (1 if isinstance(row, PlanRow) else 0)


def agreement_columns() -> tuple[Column[Agreement], ...]:
    return (
        Column(key="kind", title="What", width=150, icon=_icon,
               text=lambda r, _: "Payment plan" if isinstance(r, PlanRow) else "Promise to pay"),
        Column(key="since", title="Since", text=lambda r, f: f.day(r.since), width=106, is_second_rank=True),
        Column(key="amount", title="Amount", kind=Kind.FIGURE, width=90,
               text=lambda r, f: f.amount(_amount(r), r.currency)),
        Column(key="paid", title="Came in", kind=Kind.FIGURE, width=90,
               text=lambda r, f: f.amount(r.paid_minor, r.currency)),
        Column(key="next", title="Due", text=_due, width=150, stretches=True, tooltip=_due),
        Column(key="state", title="State", kind=Kind.STATUS, width=170, text=_state, tone=_tone,
               ink=lambda r: Ink.TEXT if r.ended_on is None else Ink.MUTED, tooltip=_story),
    )


def _amount(row: Agreement) -> int:
    return row.covered_minor if isinstance(row, PlanRow) else row.amount_minor


def _icon(row: Agreement) -> Icon:
    return _PLAN_ICONS[row.state] if isinstance(row, PlanRow) else _PROMISE_ICONS[row.state]


def _due(row: Agreement, formatter: Formatter) -> str:
    if isinstance(row, PromiseRow):
        return f"By {formatter.day(row.pay_by)}"
    following = row.next_instalment
    if row.ended_on is not None or following is None:
        return formatter.counted(len(row.instalments), "instalment", "instalments")
    left = formatter.amount(following.amount_minor - following.paid_minor, row.currency)
    return f"{left} on {formatter.day(following.due_on)}, instalment {following.position} of {len(row.instalments)}"


def _state(row: Agreement, formatter: Formatter) -> str:
    if isinstance(row, PlanRow) and row.missed:
        return formatter.counted(row.missed, "instalment missed", "instalments missed")
    return row.state.label


def _tone(row: Agreement) -> Tone | None:
    if isinstance(row, PromiseRow):
        return _PROMISE_TONES.get(row.state)
    if row.missed:
        return Tone.BAD
    return Tone.INFO if row.state is PlanState.IN_PROGRESS else None


def _story(row: Agreement, formatter: Formatter) -> str:
    made = f"Entered by {row.made_by}"
    if row.note:
        made = f"{made}: {row.note}"
    if row.ended_on is None:
        return made
    ended = f"{row.state.label} on {formatter.day(row.ended_on)} by {row.ended_by}"
    return f"{made}\n{ended}: {row.end_reason}" if row.end_reason else f"{made}\n{ended}"


def instalment_columns() -> tuple[Column[InstalmentRow], ...]:
    return (
        Column(key="position", title="No.", kind=Kind.FIGURE, width=60, text=lambda r, f: f.number(r.position)),
        Column(key="due", title="Due on", width=150, text=lambda r, f: f.day(r.due_on, weekday=True)),
        Column(key="amount", title="Amount", kind=Kind.FIGURE, width=100,
               text=lambda r, f: f.amount(r.amount_minor, r.currency)),
        Column(key="paid", title="Came in", kind=Kind.FIGURE, width=100,
               text=lambda r, f: f.amount(r.paid_minor, r.currency) if r.paid_minor else ""),
        Column(key="state", title="State", kind=Kind.STATUS, width=110, stretches=True, text=_instalment_state,
               tone=lambda r: Tone.BAD if r.is_missed else None,
               icon=lambda r: Icon.TICK if r.is_paid else Icon.WARNING if r.is_missed else None,
               ink=lambda r: Ink.MUTED if r.is_paid else Ink.TEXT),
    )


def _instalment_state(row: InstalmentRow, _formatter: Formatter) -> str:
    if row.is_paid:
        return "Paid"
    return "Missed" if row.is_missed else "Partly paid" if row.paid_minor else "Open"
