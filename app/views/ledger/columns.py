"""The columns of a ledger and of its disputes."""

from __future__ import annotations

from typing import Final

from app.services.ledger.page import DisputeRow, LedgerRow, LedgerState
from app.views.lists.models.columns import Column, Kind
from app.views.look.formatting import Formatter
from app.views.look.icons import Icon
from app.views.look.tokens import Ink, Tone
from app.views.look.words import TRANSACTION, TRANSACTION_ICON

_TONES: Final = {LedgerState.LATE: Tone.BAD, LedgerState.DISPUTED: Tone.INFO, LedgerState.PLANNED: Tone.INFO}
_ICONS: Final = {LedgerState.LATE: Icon.CLOCK, LedgerState.DISPUTED: Icon.DISPUTE,
                 LedgerState.PLANNED: Icon.CALENDAR}


def ledger_columns() -> tuple[Column[LedgerRow], ...]:
    """Newest first is the only order: the balance runs along it."""
    return (
        Column(key="posted", title="Posted", text=lambda r, f: f.day(r.posted_on), width=106, is_second_rank=True,
               tooltip=_posted_story),
        Column(key="number", title="Number", text=lambda r, _: r.number, width=98, tooltip=lambda r, _: r.number),
        Column(key="type", title="Type", text=lambda r, _: TRANSACTION[r.kind], width=112,
               icon=lambda r: TRANSACTION_ICON[r.kind]),
        Column(key="what", title="What it is", text=what_it_is, width=92, stretches=True, tooltip=what_it_is),
        Column(key="debit", title="Debit", kind=Kind.FIGURE, width=84,
               text=lambda r, f: "" if r.debit_minor is None else f.amount(r.debit_minor, r.currency)),
        Column(key="credit", title="Credit", kind=Kind.FIGURE, width=84,
               text=lambda r, f: "" if r.credit_minor is None else f.amount(r.credit_minor, r.currency)),
        Column(key="balance", title="Balance", kind=Kind.FIGURE, width=90, is_bold=lambda _: True,
               text=lambda r, f: f.amount(r.balance_minor, r.currency)),
        Column(key="state", title="State", kind=Kind.STATUS, width=150, text=_state,
               ink=lambda r: Ink.TEXT if r.open_minor else Ink.MUTED, tone=lambda r: _TONES.get(r.state),
               icon=lambda r: _ICONS.get(r.state), tooltip=lambda r, _: r.state_text),
    )


def _state(row: LedgerRow, _formatter: Formatter) -> str:
    """The first part of the state; the dispute of a late invoice stands in its tooltip and in the list of disputes."""
    return row.short_state_text


def what_it_is(row: LedgerRow, formatter: Formatter) -> str:
    """Description, what it settles, and when it is due: "Mar to May 2025, due 10 Jun"."""
    parts = [row.description] if row.description else []
    if row.settles:
        parts.append(f"settles {_listed(row.settles)}")
    if row.due_on is not None:
        is_near = row.due_on.year == row.posted_on.year
        parts.append(f"due {formatter.short_day(row.due_on) if is_near else formatter.day(row.due_on)}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _listed(numbers: tuple[str, ...]) -> str:
    return ", ".join(numbers) if len(numbers) <= 3 else f"{', '.join(numbers[:2])} and {len(numbers) - 2} more"


def _posted_story(row: LedgerRow, formatter: Formatter) -> str:
    how = "Read from a file" if row.imported else "Posted"
    return f"{how} by {row.posted_by}, issued {formatter.day(row.issued_on)}"


def dispute_columns() -> tuple[Column[DisputeRow], ...]:
    return (
        Column(key="invoice", title="Invoice", text=lambda r, _: r.invoice_number, width=112),
        Column(key="raised", title="In dispute from", text=lambda r, f: f.day(r.raised_on), width=120),
        Column(key="amount", title="Put in dispute", kind=Kind.FIGURE, width=112,
               text=lambda r, f: f.amount(r.raised_minor, r.currency)),
        Column(key="left", title="In dispute now", kind=Kind.FIGURE, width=116,
               text=lambda r, f: f.amount(r.disputed_minor, r.currency) if r.disputed_minor else ""),
        Column(key="reason", title="Reason", text=lambda r, _: r.reason, width=120, stretches=True,
               tooltip=lambda r, _: r.reason),
        Column(key="state", title="State", kind=Kind.STATUS, width=150, text=_dispute_state,
               tone=lambda r: Tone.INFO if r.is_open else None, icon=lambda r: Icon.DISPUTE if r.is_open else None,
               ink=lambda _: Ink.MUTED),
    )


def _dispute_state(row: DisputeRow, formatter: Formatter) -> str:
    if row.is_open:
        return "Open"
    return f"Ended {formatter.day(row.ended_on)}" if row.ended_on is not None else "Ended"
